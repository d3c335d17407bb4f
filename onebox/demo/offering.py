"""What a demo co-op adds by the form: made to order, on back order, bundled, reduced, and with pictures."""

from dataclasses import dataclass
from datetime import date, timedelta

from onebox.actors import CoopMember, money
from onebox.demo.cast import DATA, Choice, Drawing, Offer
from onebox.visitor import Json


@dataclass
class Offering:
    """`shelf` has the co-op's products by their titles, those that are bundled among them."""

    staff: CoopMember
    shelf: dict[str, Json]
    today: date

    async def play(self, offer: Offer) -> None:
        product = self.shelf.get(offer.title)
        if product is None:
            first = [self._variant(choice, choice.reduced_from or choice.price) for choice in offer.choices]
            product = self.shelf[offer.title] = await self.staff.post("/products", self._body(offer, first))
        if offer.is_reduced and product["variants"][0]["price"]["amount"] != offer.choices[0].price:
            product = self.shelf[offer.title] = await self._reduce(offer, product)
        if offer.pictures and not product["pictures"]:
            await self._hang(product, offer.pictures)

    def _body(self, offer: Offer, variants: list[Json]) -> Json:
        told = offer.model_dump(include={"title", "category", "description", "tags", "certifications", "label"})
        return {**told, "coop_id": self.staff.coop_id, "variants": variants}

    def _variant(self, choice: Choice, price: int) -> Json:
        told = choice.model_dump(include={"title", "net_quantity", "policy", "lead_days", "stock"})
        back = None if choice.back_in_days is None else str(self.today + timedelta(days=choice.back_in_days))
        parts = [{"variant_id": self._part(title, name), "quantity": number} for title, name, number in choice.parts]
        return {**told, "price": money(price), "available_from": back} | ({"parts": parts} if parts else {})

    def _part(self, title: str, name: str) -> str:
        variants = self.shelf[title]["variants"]
        return str(next(variant["id"] for variant in variants if variant["title"] == name))

    async def _reduce(self, offer: Offer, product: Json) -> Json:
        """As the form would: the price before stays beside the new one."""
        variants = [
            {
                **self._variant(choice, choice.price),
                "id": variant["id"],
                "compare_at": money(choice.reduced_from) if choice.reduced_from else None,
            }
            for choice, variant in zip(offer.choices, product["variants"], strict=True)
        ]
        body, current = self._body(offer, variants), {"If-Match": f'"{product["version"]}"'}
        told: Json = await self.staff.ask("PUT", f"/products/{product['id']}", json=body, headers=current)
        return told

    async def _hang(self, product: Json, drawings: list[Drawing]) -> None:
        hung = []
        for drawing in drawings:
            content = (DATA / "pictures" / drawing.file).read_bytes()
            headers, params = {"content-type": "image/webp"}, {"coop_id": self.staff.coop_id}
            kept = await self.staff.ask("POST", "/pictures", params=params, content=content, headers=headers)
            hung.append({"digest": kept["digest"], "alt": drawing.shows})
        current = {"If-Match": f'"{product["version"]}"'}
        await self.staff.ask("PUT", f"/products/{product['id']}/pictures", json={"pictures": hung}, headers=current)
