"""What an operator's tools read of a house at work."""

from contextlib import AsyncExitStack
from pathlib import Path

import httpx
import pytest

from onebox.actors import Shopper
from onebox.visitor import until
from tests.journeys.one_box import OneBox
from tests.journeys.steps import open_market, variants_of

WANTED = (
    'toadlane_orders_open{state="awaiting_payment"} 1.0',
    'toadlane_catalog_imports{state="done"} 2.0',
    'toadlane_event_lag{room="orders",topic="catalog.products"} 0.0',
    'toadlane_events_parked{room="orders"} 0.0',
    'toadlane_outbox_unsent{room="catalog"} 0.0',
    'toadlane_payments_charges{state="expected"} 1.0',
    "toadlane_gateway_answers_total",
)


@pytest.fixture
def box(tmp_path: Path) -> OneBox:
    return OneBox(tmp_path / "box", processes=2)


async def test_orders_money_imports_lag_and_parked_events_are_there_for_prometheus(box: OneBox) -> None:
    box.start()
    try:
        async with AsyncExitStack() as stack:
            market = await open_market(stack, box)
            shopper = await stack.enter_async_context(Shopper(market.world))
            small, _ = await variants_of(shopper, "sourdough")
            await shopper.can_buy(small["id"])
            await shopper.order_in((await shopper.check_out())["id"], "awaiting_payment")

            urls = box.box.metrics_urls
            assert len(urls) == 2

            async def told() -> bool:
                async with httpx.AsyncClient(trust_env=False) as client:
                    numbers = "".join([(await client.get(url)).text for url in urls])
                return all(line in numbers for line in WANTED)

            await until(told)
    finally:
        box.close()
