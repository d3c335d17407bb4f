"""A sandbox as a real process, a house that hears its webhooks, and the clients a house would use."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import stripe

from tests.sandbox.box import PUBLISHABLE, SECRET, Box
from tests.sandbox.house import House


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    with House() as listening:
        yield listening


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory, house: House) -> Iterator[Box]:
    """One process for the tests of a file: starting Python takes longer than they do."""
    with Box(tmp_path_factory.mktemp("sandbox"), house.webhook_url) as running:
        yield running


@pytest.fixture
def own_box(tmp_path: Path, house: House) -> Iterator[Box]:
    """A process of the test's own, which it may kill."""
    house.forget()
    with Box(tmp_path, house.webhook_url) as running:
        yield running


@pytest.fixture
def api(box: Box) -> stripe.StripeClient:
    return box.client(SECRET)


@pytest.fixture
def browser_api(box: Box) -> stripe.StripeClient:
    return box.client(PUBLISHABLE)


@pytest.fixture
async def async_api(box: Box) -> AsyncIterator[stripe.StripeClient]:
    http = stripe.HTTPXClient(allow_sync_methods=False)
    yield stripe.StripeClient(SECRET, base_addresses={"api": box.url}, http_client=http)
    await http.close_async()  # type: ignore[no-untyped-call]
