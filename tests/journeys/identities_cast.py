"""The people of the matrix and what belongs to them: one market, filled over HTTP as people fill it."""

import asyncio
import re
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial
from http.cookiejar import DefaultCookiePolicy
from typing import Any
from uuid import uuid4

import httpx
from pyotp import TOTP

from onebox.actors import CoopMember, Shopper
from onebox.visitor import Guarded, Json, Told, Visitor, patient_client, until
from tests.journeys.identities import MARKER, MINE, Need, Row, Who
from tests.journeys.naming import named
from tests.journeys.one_box import OneBox
from tests.journeys.shelves import BREAD_OLD_HEADER
from tests.journeys.steps import PASSWORD, SUNRISE, Market, open_market, variants_of

KEY_SCOPES = [
    "catalog:read",
    "catalog:write",
    "stock:write",
    "orders:read",
    "orders:write",
    "money:read",
    "shop:read",
    "shop:write",
]

# Who at the co-op lacks a scope; the ones that are missing every role holds.
LACKS = {
    "catalog:write": "fred", "stock:write": "fred", "orders:read": "cara", "orders:write": "cara", "money:read": "cara",
    "shop:write": "cara", "staff:write": "cara", "keys:write": "cara",
}  # fmt: skip

# What a rightful person would see change, by the first part of the address: (who, path).
WATCHED: Mapping[str, tuple[tuple[str, str], ...]] = {
    "products": (("owner", "/products?coop_id={sunrise}"),),
    "assortments": (("owner", "/assortments/{sunrise}/products"), ("owner", "/assortments/{sunrise}/feed")),
    "imports": (("owner", "/imports?coop_id={sunrise}"),),
    "stock": (("owner", "/stock?coop_id={sunrise}"),),
    "applications": (("wanda", "/applications"), ("operator", "/audit/entries")),
    "coops": (
        ("owner", "/coops/{sunrise}/standing"), ("owner", "/coops/{sunrise}/staff"), ("operator", "/audit/entries"),
    ),
    "invitations": (("owner", "/coops/{sunrise}/staff"),),
    "audit": (("operator", "/audit/entries"),),
    "orders": (("ada", "/orders/{order}"),),
    "consignments": (("owner", "/consignments?coop_id={sunrise}"),),
    "deliveries": (("owner", "/deliveries/{sunrise}"),),
    "factors": (("vera", "/factors"),),
    "keys": (("owner", "/keys?coop_id={sunrise}"),),
    "charges": (("ada", "/charges/{order}"),),
}  # fmt: skip
# The pages of a desk, and of an operator, by what they are about.
WATCHED_PAGES = {
    "desk": ("products", "imports", "assortments", "coops", "deliveries", "keys"),
    "operator": ("applications", "coops"),
}

GUESSED = {
    "password": "not the password at all",
    "reset": "guessed",
    "page_reset": "guessed",
    "invitation_link": "guessed",
    "page_invitation": "guessed",
    "wish": "guessed",
    "page_wish": "guessed",
    "verification": "guessed",
    "page_verification": "guessed",
}


@dataclass
class People:
    """Everybody by name, as the headers that make a request theirs; nothing is remembered between two requests."""

    http: httpx.AsyncClient
    headers: dict[str, dict[str, str]]
    names: dict[str, str]

    def wrong(self, who: Who, need: Need) -> str:
        if who is Who.ROLE and (need.scope or need is MINE):
            return LACKS.get(need.scope, "lena")
        return {
            Who.NOBODY: "nobody",
            Who.GUEST: "guest",
            Who.SHOPPER: "shopper",
            Who.OTHER: "other",
            Who.ROLE: "cara",
            Who.KEY: "revoked",
        }[who]

    async def send(self, row: Row, by: str, *, guesses: bool = False) -> httpx.Response:
        names = {**self.names, "fresh": uuid4().hex, "app_code": self._app_code(), **(GUESSED if guesses else {})}
        sent = named(dict(row.sent), names)
        headers = {**self.headers[by], **sent.pop("headers", {})}
        return await self.http.request(row.method, named(row.path, names), headers=headers, **sent)

    async def watched(self, row: Row) -> object:
        first = row.path.removeprefix("/api/v1").split("/")[1].partition("?")[0]
        watches = [one for part in WATCHED_PAGES.get(first, (first,)) for one in WATCHED.get(part, ())]
        return await asyncio.gather(*(self._seen(who, path) for who, path in watches))

    async def _seen(self, who: str, path: str) -> str:
        return (await self.http.get(f"/api/v1{named(path, self.names)}", headers=self.headers[who])).text

    def _app_code(self) -> str:
        """What an authenticator app shows that was told the secret which came last."""
        return TOTP(self.names["app_secret"]).now() if "app_secret" in self.names else ""

    def learn(self, row: Row, answer: httpx.Response) -> None:
        """What the answer names, and the cookie of a session whose token has changed."""
        held = self.headers[row.rightful].get("cookie", "")
        cookies = {**dict(one.split("=", 1) for one in held.split("; ") if one), **answer.cookies}
        if held:
            self.headers[row.rightful]["cookie"] = "; ".join(f"{name}={value}" for name, value in cookies.items())
        for name, where in row.learns.items():
            found: Any = answer.json()
            for part in where.split("."):
                found = found[int(part)] if part.lstrip("-").isdigit() else found[part]
            self.names[name] = str(found)


async def gather_people(stack: AsyncExitStack, house: OneBox) -> People:
    """Opens the market and fills it; takes some seconds."""
    market = await open_market(stack, house)
    world = market.world
    wanda = await stack.enter_async_context(CoopMember(world))
    await wanda.sign_up("wanda@example.org", PASSWORD, "Wanda")
    people: dict[str, Visitor] = {
        "owner": market.sunrise, "other": market.quayside, "operator": market.operator, "wanda": wanda,
    }  # fmt: skip
    ada = await stack.enter_async_context(Shopper(world))
    people |= {"ada": ada, "guest": await stack.enter_async_context(Shopper(world))}
    for name in ("shopper", "zoe", "zora"):
        people[name] = await stack.enter_async_context(Visitor(world))
        await people[name].sign_up(f"{name}@example.org", PASSWORD, name.title())
    await people["guest"].get("/basket")
    names = {"sunrise": market.sunrise.coop_id, "shop": "sunrise", "quayside": market.quayside.coop_id}
    names |= {"password": PASSWORD, "stopped_shop": "four"}
    names |= await on_the_shelf(market)
    names |= await ordered(ada, market)
    names |= await applied(wanda)
    names |= await wished(ada, market)
    names |= await looked_through(market)
    for name, prefix in (("vera", ""), ("vida", "page_")):
        people[name], names[f"{prefix}verification"] = await guarded(stack, market, name)
    names |= await hired(stack, market, people, reader=ada)
    names["reset"] = await forgotten(people["zoe"], "zoe", reader=ada)
    names["page_reset"] = await forgotten(people["zora"], "zora", reader=ada)
    headers = {name: {"cookie": _cookies(person)} for name, person in people.items()} | {"nobody": {}}
    key, names["key"] = await keys_of(market)
    http = await stack.enter_async_context(patient_client(market.world.house))
    http.cookies.jar.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    return People(http, headers | {"revoked": {"authorization": f"Bearer {key}"}}, names)


def _cookies(person: Visitor) -> str:
    return "; ".join(f"{name}={value}" for name, value in person.http.cookies.items())


async def on_the_shelf(market: Market) -> dict[str, str]:
    bread = await market.sunrise.get("/products/rye-sourdough")
    told = {"coop_id": market.sunrise.coop_id, "category": "bread-and-baking", "tags": []}
    variant = {"title": "", "options": {}, "price": {"amount": 450, "currency": "EUR"}, "stock": 5}
    draft = await market.sunrise.post(
        "/products", {**told, "title": f"{MARKER} of next year", "state": "draft", "variants": [variant]}
    )
    spare = await market.sunrise.offer("Plain Rusk", 300, 9, "bread-and-baking")
    made = {"bread": bread["id"], "bread_slug": bread["slug"], "draft": draft["id"], "spare": spare["id"]}
    return {**made, "own_id": f"{MARKER}-1", "picture_file": "320.webp"}


async def looked_through(market: Market) -> dict[str, str]:
    """Imports that wait for a word: three to begin, one to publish."""
    about = {"coop_id": market.sunrise.coop_id, "filename": f"{MARKER}.csv"}
    sheet = BREAD_OLD_HEADER.replace("crackers,Seed Crackers", "wafers,Seed Wafers").replace("CR-1", "WA-1")
    begun = {}
    for name in ("looked_at", "page_looked_at", "ready", "held"):
        how = {"policy": "hold"} if name == "held" else {"dry_run": "true"}
        sent = {"params": about | how, "content": sheet.encode(), "headers": {"content-type": "text/csv"}}
        begun[name] = (await market.sunrise.ask("POST", "/imports", **sent))["id"]

    async def at_rest(name: str) -> bool:
        return (await market.sunrise.get(f"/imports/{begun[name]}"))["state"] in ("ready", "held_back")

    await asyncio.gather(*(until(partial(at_rest, name)) for name in begun))
    return begun


async def guarded(stack: AsyncExitStack, market: Market, name: str) -> tuple[Visitor, str]:
    """Somebody with a second factor and with two sessions, and the secret of the mail that confirms their address."""
    person = await stack.enter_async_context(Guarded(market.world))
    await person.sign_up(f"{name}@example.org", PASSWORD, name.title())
    elsewhere = await stack.enter_async_context(Visitor(market.world))
    await elsewhere.sign_in(f"{name}@example.org", PASSWORD)
    letter = await person.mail(f"{name}@example.org", "confirm your address")
    found = re.search(r"/verify-address/([\w-]+)", letter["text"])
    assert found is not None
    return person, found[1]


async def ordered(ada: Shopper, market: Market) -> dict[str, str]:
    """Two paid orders to pack, two that wait for their payment."""
    small, _ = await variants_of(ada, "sourdough")
    names = {"variant": small["id"]}
    for name in ("order", "page_order", "unpaid", "page_unpaid"):
        await ada.can_buy(small["id"])
        form = {**await ada.checkout_form(), "name": f"{MARKER} Lovelace"}
        names[name] = (await ada.place(form, uuid4().hex))["id"]
        await ada.order_in(names[name], "awaiting_payment")
        if name in ("order", "page_order"):
            await ada.pay(names[name])
    for name in ("order", "page_order"):
        await ada.order_in(names[name], "paid")
    await ada.open_payment(names["unpaid"])
    await ada.can_buy(small["id"])

    async def heard() -> list[Json] | None:
        found = await market.sunrise.consignments()
        return found if sum(one["state"] == "to_pack" for one in found) == 2 else None

    first, second = [one["id"] for one in await until(heard) if one["state"] == "to_pack"]
    return {**names, "consignment": first, "page_consignment": second}


async def wished(ada: Shopper, market: Market) -> dict[str, str]:
    """Something sold out, and the secrets of two mails that ask whether to tell of it."""
    rusk = await market.sunrise.offer("Last Rusk", 300, 0, "bread-and-baking")
    names = {"sold_out": rusk["variants"][0]["id"], "sold_out_slug": rusk["slug"]}
    for name in ("wish", "page_wish"):
        body = {"variant_id": names["sold_out"], "email": f"{name}@example.org"}
        await until(partial(_asked, ada, body), every=2.0)  # Asking is limited.
        letter = await ada.mail(f"{name}@example.org", "when it is back")
        found = re.search(r"/tell-me/([\w-]+)", letter["text"])
        assert found is not None
        names[name] = found[1]
    return names


async def _asked(ada: Shopper, body: dict[str, str]) -> bool:
    """Orders may not have heard yet that it is there, and sold out."""
    try:
        await ada.post("/wishes", body)
    except Told as refused:
        if refused.code not in ("unknown_variant", "not_sold_out"):
            raise
        return False
    return True


async def applied(wanda: CoopMember) -> dict[str, str]:
    """Two applications that are proved, two whose record is published and was not looked for yet."""
    names = {}
    for name, domain in (
        ("application", "one.coop"), ("page_application", "two.coop"), ("published", "three.coop"),
        ("page_published", "four.coop"),
    ):  # fmt: skip
        await wanda.apply(**{**SUNRISE, "domain": domain, "contact_name": f"{MARKER} Wanda", "trading_name": domain})
        names[name] = wanda.coop_id
        challenge = await wanda.challenge()
        await wanda.publish(challenge["record_name"], challenge["record_value"])
        if "published" not in name:
            await wanda.check()
    return names


async def hired(
    stack: AsyncExitStack, market: Market, people: dict[str, Visitor], *, reader: Shopper
) -> dict[str, str]:
    """Staff in every role that matters, one who has left, and two who were invited and have not answered."""
    roles = {"cara": "catalogue", "fred": "fulfilment", "dora": "catalogue", "dina": "catalogue", "lena": "finance"}
    invited = {**roles, "ines": "finance", "iris": "finance"}
    await asyncio.gather(*(_invite(market, name, role) for name, role in invited.items()))
    links = dict(zip(invited, await asyncio.gather(*(_link(reader, name) for name in invited)), strict=True))
    ids = {}
    for name, role in invited.items():
        works_with_money = role == "finance"
        people[name] = await stack.enter_async_context((Guarded if works_with_money else Visitor)(market.world))
        ids[name] = (await people[name].sign_up(_address(name), PASSWORD, name.title()))["id"]
        await people[name].confirm_address()
    for name in roles:
        await people[name].post(f"/invitations/{links[name]}/accept")
    await asyncio.gather(*(until(partial(_works, people[name])) for name in roles))
    await people["lena"].ask("DELETE", f"/coops/{market.sunrise.coop_id}/staff/{ids['lena']}")
    await until(partial(_works, people["lena"], False))
    return {
        "dora": ids["dora"], "dina": ids["dina"], "invitation_link": links["ines"], "page_invitation": links["iris"],
    }  # fmt: skip


async def _works(person: Visitor, wanted: bool = True) -> bool:
    return bool((await person.get("/me"))["works_for"]) is wanted


def _address(name: str) -> str:
    """Only of those whom nobody else is shown, and who try nothing themselves, may it be a marker."""
    return f"{f'{MARKER}-{name}' if name in ('dora', 'dina') else name}@sunrise.coop"


async def _invite(market: Market, name: str, role: str) -> None:
    body = {"email": _address(name), "role": role}
    await market.sunrise.post(f"/coops/{market.sunrise.coop_id}/invitations", body)


async def _link(reader: Shopper, name: str) -> str:
    letter = await reader.mail(_address(name), "invites you")
    found = re.search(r"/invitations/(\S+)", letter["text"])
    assert found is not None
    return found[1]


async def forgotten(person: Visitor, name: str, *, reader: Shopper) -> str:
    """The secret of the link in a mail about a forgotten password."""
    await person.post("/password-resets", {"email": f"{name}@example.org"})
    letter = await reader.mail(f"{name}@example.org", "new password")
    found = re.search(r"/reset/(\S+)", letter["text"])
    assert found is not None
    return found[1]


async def keys_of(market: Market) -> tuple[str, str]:
    """A key that was good for everything and is revoked, and the id of one that is good."""
    about = {"coop_id": market.sunrise.coop_id, "name": f"{MARKER} till", "scopes": KEY_SCOPES}
    ended, good = [await market.sunrise.post("/keys", about) for _ in range(2)]
    await market.sunrise.ask("DELETE", f"/keys/{ended['id']}")
    return ended["key"], good["id"]
