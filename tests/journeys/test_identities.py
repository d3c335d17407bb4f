"""Every operation of the API and every page, tried as six wrong identities and by whoever may."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import httpx
import pytest

from storefront.app import PAGES
from tests.journeys.box_log import broken
from tests.journeys.identities import Who, gone, untried, walk
from tests.journeys.identities_cast import People, gather_people
from tests.journeys.one_box import OneBox
from tests.journeys.operations import OPERATIONS, SIGNED_BY_MACHINES
from tests.journeys.page_rows import PAGE_ROWS
from tests.journeys.unguarded import PATH, ROW


@pytest.fixture(scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[OneBox]:
    """With one operation more than the real one, which nobody guards."""
    opened = OneBox(tmp_path_factory.mktemp("identities") / "box", launcher="tests.journeys.unguarded")
    try:
        opened.start()
        yield opened
    finally:
        opened.close()


@pytest.fixture(scope="module")
async def people(house: OneBox) -> AsyncIterator[People]:
    async with AsyncExitStack() as stack:
        yield await gather_people(stack, house)


async def test_nobody_gets_what_is_not_theirs_from_any_operation_and_whoever_may_does(
    house: OneBox, people: People
) -> None:
    findings = await walk(OPERATIONS, people, _status)

    assert not findings, "\n".join(findings)
    assert broken(house) == []


async def test_no_page_shows_or_does_what_is_not_theirs_and_whoever_may_is_shown_it(
    house: OneBox, people: People
) -> None:
    """After the operations, whose objects some of the pages are about."""
    findings = await walk(PAGE_ROWS, people, _status_of_page)

    assert not findings, "\n".join(findings)
    assert broken(house) == []


def test_every_page_has_a_row_and_one_without_would_be_found() -> None:
    listed = [(method, path) for method, path, _ in PAGES]
    rows = [row for row in PAGE_ROWS if not row.path.startswith("/api/")]

    assert untried([*listed, ("POST", "/desk/{coop}/cellar")], rows) == {("POST", "/desk/{}/cellar")}
    assert gone(listed, rows) == set()


async def test_the_one_operation_without_a_row_and_without_a_guard_is_found(people: People) -> None:
    document = (await people.http.get("/api/openapi.json")).json()
    listed = [(method.upper(), path) for path, item in document["paths"].items() for method in item]

    assert untried(listed, OPERATIONS) - SIGNED_BY_MACHINES == {("GET", PATH.replace("{product_id}", "{}"))}
    assert gone(listed, OPERATIONS) == set()
    findings = await walk([ROW], people, _status)
    for who in set(Who) - {Who.KEY}:
        assert any(f"as {who} " in finding and "200" in finding for finding in findings)
        assert any(f"as {who} " in finding and "nobody else's business" in finding for finding in findings)


def _status(answer: httpx.Response) -> int:
    return answer.status_code


def _status_of_page(answer: httpx.Response) -> int:
    """A page that wants somebody signed in leads them to where one does."""
    to_sign_in = answer.is_redirect and answer.headers["location"].startswith("/sign-in")
    return 401 if to_sign_in else answer.status_code
