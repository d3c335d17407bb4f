"""Two ends of one line: the fake processor, and Stripe's own client over HTTP to the sandbox's process."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol
from uuid import UUID

import httpx

from services.payments.processor import IntentWanted, Processor, RefundWanted, TransferWanted
from services.payments.stripe_adapter import StripeProcessor
from tests.payments.fake_stripe import FakeStripe
from tests.sandbox.box import SECRET, WEBHOOK_SECRET, Box
from tests.sandbox.house import House


class End(Protocol):
    """What happens at the other end, and what can be counted there."""

    processor: Processor

    def pay(self, intent_ref: str) -> None: ...

    def made(self, kind: str, order_id: UUID) -> int:
        """How many objects of a kind there are for an order."""
        ...

    def unreachable(self) -> Processor:
        """The same processor with the line cut."""
        ...


class FakeEnd:
    def __init__(self) -> None:
        self.stripe = FakeStripe(lambda: datetime.now(UTC))
        self.processor: Processor = self.stripe

    def pay(self, intent_ref: str) -> None:
        self.stripe.pay(intent_ref)

    def made(self, kind: str, order_id: UUID) -> int:
        made: dict[str, list[IntentWanted] | list[RefundWanted] | list[TransferWanted]] = {
            "payment_intents": list(self.stripe.wanted.values()),
            "refunds": list(self.stripe.refunds.values()),
            "transfers": list(self.stripe.transfers.values()),
        }
        return sum(one.order_id == order_id for one in made[kind])

    def unreachable(self) -> Processor:
        return FakeStripe(self.stripe.clock, down=True)


class SandboxEnd:
    def __init__(self, box: Box, house: House) -> None:
        self.box, self.house = box, house
        self.processor: Processor = StripeProcessor(SECRET, WEBHOOK_SECRET, box.url)
        self.cut = StripeProcessor(SECRET, WEBHOOK_SECRET, "http://127.0.0.1:9")
        self._http = httpx.Client(base_url=f"{box.url}/v1", headers={"Authorization": f"Bearer {SECRET}"}, timeout=90)

    def pay(self, intent_ref: str, card: str = "pm_card_visa") -> None:
        self._http.post(f"/payment_intents/{intent_ref}/confirm", data={"payment_method": card})

    def made(self, kind: str, order_id: UUID) -> int:
        found = self._http.get(f"/{kind}", params={"limit": 100}).raise_for_status().json()["data"]
        return sum(one["metadata"].get("toadlane_order") == str(order_id) for one in found)

    def about(self, order_id: UUID) -> list[tuple[bytes, str]]:
        """What was heard of an order so far, copies and all: bytes and signature."""
        return [
            (heard.body, heard.signature)
            for heard in list(self.house.heard)
            if json.loads(heard.body)["data"]["object"].get("metadata", {}).get("toadlane_order") == str(order_id)
        ]

    def unreachable(self) -> Processor:
        return self.cut

    async def close(self) -> None:
        await self.processor.close()
        await self.cut.close()


@asynccontextmanager
async def sandbox_end(folder: Path) -> AsyncIterator[SandboxEnd]:
    with House() as house, Box(folder, house.webhook_url) as box:
        end = SandboxEnd(box, house)
        yield end
        await end.close()
