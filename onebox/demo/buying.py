"""A demo shopper's orders, one after the other: from the basket to the parcel."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from onebox.actors import CoopMember, Shopper
from onebox.demo.cast import DemoOrder, DemoShopper, OrderStage, Wanted
from onebox.visitor import Json, until

SETTLED = ("paid", "part_shipped", "shipped", "cancelled")


@dataclass
class Buying:
    """The first orders of the shopper are those of the demo, in its order: how many there are tells where to go on."""

    person: DemoShopper
    shopper: Shopper
    wanted: Sequence[DemoOrder]
    staff: Mapping[str, CoopMember]
    slugs: Mapping[str, str]

    async def play(self) -> str:
        """What there is to say of the shopper afterwards."""
        placed = sorted((await self.shopper.get("/orders"))["items"], key=lambda order: order["placed_at"])
        for nth, wanted in enumerate(self.wanted):
            order = placed[nth] if nth < len(placed) else await self._place(wanted, nth)
            await self._carry_out(wanted, order["id"])
        return f"{self.person.name}: {len(self.wanted)} orders"

    async def _place(self, wanted: DemoOrder, nth: int) -> Json:
        await self._empty_basket()
        for line in wanted.lines:
            await self._put(line)
        basket = await self.shopper.ask("PUT", "/basket", json={"country": self.person.address["country"]})
        order: Json = await self.shopper.post(
            "/orders",
            {
                "email": self.person.email,
                "name": self.person.name,
                "address": self.person.address,
                "total": basket["total"],
            },
            headers={"Idempotency-Key": f"demo-{nth}"},
        )
        return order

    async def _empty_basket(self) -> None:
        for line in (await self.shopper.get("/basket"))["lines"]:
            await self.shopper.ask("DELETE", f"/basket/lines/{line['variant_id']}")

    async def _put(self, line: Wanted) -> None:
        variant_id = await self._variant(line)
        await self.shopper.can_buy(variant_id)
        await self.shopper.ask("PUT", f"/basket/lines/{variant_id}", json={"quantity": line.quantity})

    async def _variant(self, line: Wanted) -> str:
        async def look() -> str | None:
            found = await self.shopper.search(line.title, coop=self.slugs[line.shop])
            slug = next((hit["slug"] for hit in found["hits"] if hit["title"] == line.title), None)
            if slug is None:
                return None
            product = await self.shopper.get(f"/products/{slug}")
            fits = (variant for variant in product["variants"] if line.variant in ("", variant["title"]))
            return str(next(fits)["id"])

        return await until(look)

    async def _carry_out(self, wanted: DemoOrder, order_id: str) -> None:
        order = await self.shopper.order_in(order_id, "awaiting_payment", *SETTLED)
        if order["state"] == "awaiting_payment":
            await self.shopper.pay(order_id)
            order = await self.shopper.order_in(order_id, *SETTLED)
        if wanted.until is OrderStage.CANCELLED and order["state"] == "paid":
            await self.shopper.post(f"/orders/{order_id}/cancel")
        if wanted.until >= OrderStage.PART_SHIPPED:
            await self._ship(wanted, order)

    async def _ship(self, wanted: DemoOrder, order: Json) -> None:
        parts = order["consignments"]
        for part in parts[:1] if wanted.until is OrderStage.PART_SHIPPED else parts:
            if part["state"] == "to_pack":
                tracking_number = f"DEMO-{part['id'][-8:].upper()}"
                await self.staff[part["coop"]["slug"]].ship(part["id"], "Parcel Post", tracking_number)
