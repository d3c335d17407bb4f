"""People at the front door: shopper, co-op and operator, each over HTTP only, for the demo and the journeys."""

import re
from decimal import Decimal
from typing import Any
from uuid import uuid4

import httpx

from onebox.visitor import Guarded, Json, Told, Visitor, patient_client, until

CARDS = {
    "works": "pm_card_visa",
    "is declined": "pm_card_visa_chargeDeclined",
    "asks": "pm_card_authenticationRequired",
}

STATED = {
    "eligibility": "COOP",
    "register_name": "Register of Co-operatives",
    "register_number": "GnR 1844",
    "tax_id": "DE 184 412 21",
    "bank_holder": "The co-op itself",
    "certifies": True,
}


class CoopMember(Guarded):
    """Staff of a co-op, from the application to the packed parcel."""

    coop_id: str

    async def apply(self, **application: str) -> Json:
        """Everything that a seller has to state goes along. Nobody applies from an address that may not be theirs."""
        await self.confirm_address()
        told: Json = await self.post("/applications", {**STATED, **application})
        self.coop_id = told["id"]
        return told

    async def challenge(self) -> Json:
        told: Json = await self.post(f"/applications/{self.coop_id}/challenge")
        return told

    async def publish(self, name: str, *values: str) -> None:
        """Puts a TXT record where the world's name servers find it."""
        await self._sandbox("PUT", f"/names/{name}/TXT", {"values": list(values)})

    async def _sandbox(self, method: str, path: str, body: Json) -> None:
        async with patient_client(self.world.sandbox) as outside:
            (await outside.request(method, path, json=body)).raise_for_status()

    async def check(self) -> Json:
        told: Json = await self.post(f"/applications/{self.coop_id}/check")
        return told

    async def works_here(self) -> bool:
        """Waits until the gateway has heard that this person works for the co-op."""

        async def look() -> bool:
            return any(one["coop_id"] == self.coop_id for one in (await self.get("/me"))["works_for"])

        return await until(look)

    async def upload(self, filename: str, content: bytes, *, seconds: float = 60, every: float = 0.05) -> Json:
        """Sends a catalogue file, as soon as the catalogue has heard of the co-op, and waits for its report."""
        begun = await until(lambda: self._begin(filename, content))

        async def look() -> Json | None:
            report: Json = await self.get(f"/imports/{begun['id']}")
            return report if report["state"] in ("done", "failed") else None

        return await until(look, seconds=seconds, every=every)

    async def _begin(self, filename: str, content: bytes) -> Json | None:
        about = {"coop_id": self.coop_id, "filename": filename}
        try:
            begun: Json = await self.ask(
                "POST", "/imports", params=about, content=content, headers={"content-type": "text/csv"}
            )
        except Told as error:
            if error.code == "coop_unknown":
                return None
            raise
        return begun

    async def deliver_for(self, **prices: int) -> None:
        """Flat prices in minor units by country."""
        rates = [{"country": country, "price": money(price)} for country, price in prices.items()]
        await self.ask("PUT", f"/deliveries/{self.coop_id}", json={"rates": rates})

    async def offer(self, title: str, price: int, stock: int | None, category: str, description: str = "") -> Json:
        """Adds one product with one variant by the form's call."""
        variant = {"title": "", "options": {}, "sku": None, "price": money(price), "stock": stock}
        return await self.offer_choices(title, [variant], category, description)

    async def offer_choices(
        self, title: str, variants: list[Json], category: str = "bread-and-baking", description: str = ""
    ) -> Json:
        """Adds one product with these variants."""
        told: Json = await self.post(
            "/products",
            {
                "coop_id": self.coop_id,
                "title": title,
                "description": description,
                "category": category,
                "tags": [],
                "variants": variants,
            },
        )
        return told

    async def consignments(self) -> list[Json]:
        items: list[Json] = (await self.get("/consignments", coop_id=self.coop_id))["items"]
        return items

    async def ship(self, consignment_id: str, carrier: str, number: str) -> Json:
        told: Json = await self.post(
            f"/consignments/{consignment_id}/ship", {"carrier": carrier, "tracking_number": number}
        )
        return told


class Operator(Guarded):
    """Who admits co-ops and looks at the books."""

    async def admit(self, application_id: str) -> Json:
        read = {"note": "all in order", "verified": ["papers_read"]}
        told: Json = await self.post(f"/applications/{application_id}/admit", read)
        return told

    async def suspend(self, coop_id: str, reason: str, words: str) -> Json:
        told: Json = await self.post(f"/coops/{coop_id}/suspend", {"reason": reason, "words": words})
        return told

    async def reinstate(self, coop_id: str) -> Json:
        told: Json = await self.post(f"/coops/{coop_id}/reinstate", {"reason": "mended"})
        return told

    async def entries(self, order_id: str) -> list[Json]:
        items: list[Json] = (await self.get("/ledger/entries", order_id=order_id))["items"]
        return items

    async def balances(self) -> Json:
        told: Json = await self.get("/ledger/balances")
        return told


class Shopper(Visitor):
    """A guest who buys."""

    async def search(self, query: str, **filters: Any) -> Json:
        told: Json = await self.get("/search", q=query, **filters)
        return told

    async def found(self, query: str, title: str, *, seconds: float = 60) -> Json:
        """The product of that title, as soon as a search finds it first.

        Until the index has it, the same words find whatever is spelled nearly so.
        """

        async def look() -> Json | None:
            hits = (await self.search(query))["hits"]
            return hits[0] if hits and hits[0]["title"] == title else None

        return await until(look, seconds=seconds)

    async def put_in_basket(self, variant_id: str, quantity: int = 1) -> Json:
        told: Json = await self.post("/basket/lines", {"variant_id": variant_id, "quantity": quantity})
        return told

    async def can_buy(self, variant_id: str) -> Json:
        """Puts it into the basket as soon as the basket has heard of it and of its co-op's delivery."""

        async def look() -> Json | None:
            try:
                basket = await self.put_in_basket(variant_id)
            except Told as error:
                if error.status in (404, 409, 422):
                    return None
                raise
            return basket

        return await until(look)

    async def check_out(self) -> Json:
        """Places the order for what is in the basket, at the total it shows."""
        return await self.place(await self.checkout_form(), uuid4().hex)

    async def checkout_form(self, *, country: str = "DE", email: str = "ada@example.org") -> Json:
        """What the checkout page would send: the order for what is in the basket, at the total it shows."""
        basket = await self.ask("PUT", "/basket", json={"country": country})
        return {
            "email": email,
            "name": "Ada Lovelace",
            "address": {
                "line1": "12 St James's Square",
                "line2": "",
                "city": "Kassel",
                "postcode": "34117",
                "country": country,
            },
            "total": basket["total"],
        }

    async def place(self, form: Json, key: str) -> Json:
        """Sends the form. Sent again under its key it is the same order, whatever is in the basket by then."""
        told: Json = await self.post("/orders", form, headers={"Idempotency-Key": key})
        return told

    async def order(self, order_id: str, **params: Any) -> Json:
        told: Json = await self.get(f"/orders/{order_id}", **params)
        return told

    async def order_in(self, order_id: str, *states: str) -> Json:
        """The order once it is in one of the states."""

        async def look() -> Json | None:
            told = await self.order(order_id, wait=1)
            return told if told["state"] in states else None

        return await until(look)

    async def open_payment(self, order_id: str) -> Json:
        """The payment intent of the order, as soon as payments has heard of the order."""

        async def look() -> Json | None:
            try:
                told: Json = await self.post(f"/charges/{order_id}/open")
            except Told as error:
                if error.code == "not_yet":
                    return None
                raise
            return told

        return await until(look)

    async def pay(self, order_id: str, card: str = "works") -> httpx.Response:
        """Pays as the provider's script in a browser does: straight to the provider, never through the house."""
        opened = await self.open_payment(order_id)
        return await self.confirm(opened, card)

    async def confirm(self, opened: Json, card: str) -> httpx.Response:
        async with patient_client(self.world.sandbox) as provider:
            return await provider.post(
                f"/v1/payment_intents/{opened['payment_intent']}/confirm",
                data={
                    "client_secret": opened["client_secret"],
                    "payment_method": CARDS[card],
                    "return_url": f"{self.world.house}/orders",
                },
                headers={"Authorization": f"Bearer {opened['publishable_key']}"},
            )

    async def authenticate(self, confirmed: httpx.Response) -> None:
        """Says yes on the bank's page that the payment asks for, as a person would: opens it and sends its form."""
        url = confirmed.json()["next_action"]["redirect_to_url"]["url"]
        async with patient_client(self.world.sandbox) as bank:
            page = await bank.get(url)
            form = re.search(r'<form[^>]*action="([^"]+)"', page.text)
            fields = dict(re.findall(r'<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"', page.text))
            target = form.group(1).replace("&amp;", "&") if form else str(page.url)
            await bank.post(target, data={**fields, "outcome": "complete"})


def money(amount: int, currency: str = "EUR") -> Json:
    """Money as the API reads it."""
    return {"amount": amount, "currency": currency}


def shown(amount: Json) -> str:
    """Money as a person reads it."""
    return f"{Decimal(amount['amount']).scaleb(-2):.2f} {amount['currency']}"
