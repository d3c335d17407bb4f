"""Every operation of the API and every page, tried as six wrong identities and by whoever may."""

import re
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
from tests.journeys.page_rows import PAGE_ROWS, SIGNED_BY_A_BROWSER
from tests.journeys.unguarded import PLANTED


@pytest.fixture(scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[OneBox]:
    """With two operations more than the real one, which nobody guards."""
    with OneBox(tmp_path_factory.mktemp("identities") / "box", launcher="tests.journeys.unguarded").opened() as opened:
        yield opened


@pytest.fixture(scope="module")
async def people(house: OneBox) -> AsyncIterator[People]:
    async with AsyncExitStack() as stack:
        yield await gather_people(stack, house)


@pytest.fixture(scope="module")
async def found_in_operations(people: People) -> list[str]:
    """The walk over the operations; some of its objects are what pages are about later."""
    return await walk(OPERATIONS, people, _status)


async def test_nobody_gets_what_is_not_theirs_from_any_operation_and_whoever_may_does(
    house: OneBox, found_in_operations: list[str]
) -> None:
    assert not found_in_operations, "\n".join(found_in_operations)
    assert broken(house) == []


async def test_no_page_shows_or_does_what_is_not_theirs_and_whoever_may_is_shown_it(
    house: OneBox, people: People, found_in_operations: list[str]
) -> None:
    findings = await walk(PAGE_ROWS, people, _status_of_page)

    assert not findings, "\n".join(findings)
    assert broken(house) == []


def test_every_page_has_a_row_and_one_without_would_be_found() -> None:
    listed = [(method, path) for method, path, _ in PAGES]
    rows = [row for row in PAGE_ROWS if not row.path.startswith("/api/")]

    assert untried([*listed, ("POST", "/desk/{coop}/cellar")], rows) - SIGNED_BY_A_BROWSER == {
        ("POST", "/desk/{}/cellar")
    }
    assert gone(listed, rows) == set()


async def test_operations_without_a_row_and_without_a_guard_are_found(people: People) -> None:
    document = (await people.http.get("/api/openapi.json")).json()
    listed = [(method.upper(), path) for path, item in document["paths"].items() for method in item]

    assert untried(listed, OPERATIONS) - SIGNED_BY_MACHINES == {row.shape for row in PLANTED}
    assert gone(listed, OPERATIONS) == set()
    findings = "\n".join(await walk(PLANTED, people, _status))
    for who in set(Who) - {Who.KEY}:
        assert f"as {who} (staff(catalog:read)): 200" in findings
        assert f"as {who} (staff(catalog:read)): tells what is nobody else's business" in findings
        assert f"as {who} (staff(catalog:write)): 204" in findings
    assert "PUT /api/v1/products/{draft}/title: somebody who may not has changed something" in findings


def _status(answer: httpx.Response) -> int:
    return answer.status_code


def _status_of_page(answer: httpx.Response) -> int:
    """A page that wants somebody signed in leads them to where one does."""
    refused = answer.is_redirect and re.fullmatch(r"/sign-in(\?next=.*)?", answer.headers["location"])
    return 401 if refused else answer.status_code
