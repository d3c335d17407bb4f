"""What guests were told, shelves, books and the payment provider's own lists, held against each other."""

from collections import Counter
from collections.abc import Sequence

from onebox.actors import Shopper
from onebox.visitor import Json, patient_client, until
from tests.journeys.one_box import OneBox
from tests.journeys.restless import FINAL, UNPAID, Sold
from tests.journeys.steps import Market, books_balance, stock_of

STOCK = 500
SCARCE_STOCK = 12
FEES = 15 + 40
FEE_OF_SCARCE = 10


async def everything_told_holds(orders: Sequence[Sold]) -> None:
    """An order that was acknowledged is there, is the one of its key, and never goes back to an earlier state."""
    for sold in orders:
        assert (await sold.shopper.place(sold.form, sold.key))["id"] == sold.order_id
        final = (await sold.shopper.order(sold.order_id))["state"]
        assert final in FINAL
        assert final == sold.states[-1]
        assert never_went_back(sold.states), sold.states
        await sold.shopper.http.aclose()


def never_went_back(states: Sequence[str]) -> bool:
    """Whether what was once paid or cancelled was so ever after, as its guest was told."""
    over = next((nth for nth, state in enumerate(states) if state not in UNPAID), len(states))
    return not any(state in UNPAID for state in states[over:])


async def everything_agrees(box: OneBox, market: Market, orders: Sequence[Sold]) -> None:
    """Each order that was shipped was paid for once, taken from the shelf once and paid on once; no other was."""
    shipped = [sold for sold in orders if sold.states[-1] == "shipped"]
    rare = sum(sold.scarce for sold in shipped)
    assert rare <= SCARCE_STOCK
    await until(lambda: _provider_agrees(box, shipped, orders), seconds=120)
    await until(lambda: _shelves_agree(market, len(shipped), rare), seconds=120)
    await until(lambda: _books_agree(box, market, len(shipped), rare), seconds=120)


async def _provider_agrees(box: OneBox, shipped: Sequence[Sold], orders: Sequence[Sold]) -> bool:
    charges = [one for one in await _listed(box, "charges") if one["paid"]]
    assert max(Counter(one["transfer_group"] for one in charges).values()) == 1, "somebody was charged twice"
    charged = {one["transfer_group"] for one in charges}
    assert {sold.order_id for sold in orders if sold.provider_has_money} <= charged
    transfers = Counter(one["transfer_group"] for one in await _listed(box, "transfers"))
    kept = {one["transfer_group"] for one in charges if not one["refunded"]}
    wanted = {sold.order_id for sold in shipped}
    return kept == wanted and transfers == dict.fromkeys(wanted, 2)


async def _shelves_agree(market: Market, shipped: int, rare: int) -> bool:
    wanted = {"plain-loaf": STOCK - shipped, "plain-beans": STOCK - shipped, "scarce-loaf": SCARCE_STOCK - rare}
    async with Shopper(market.world) as anybody:
        found = {slug: sum(left or 0 for left in (await stock_of(anybody, slug)).values()) for slug in wanted}
    return found == wanted


async def _books_agree(box: OneBox, market: Market, shipped: int, rare: int) -> bool:
    balances = await books_balance(market.operator)
    owed = [balances.get(f"coop:{member.coop_id}:payable", 0) for member in (market.sunrise, market.quayside)]
    at_provider = await _ask(box, "/v1/balance")
    has = sum(one["amount"] for kind in ("available", "pending") for one in at_provider[kind])
    return (
        owed == [0, 0]
        and balances.get("refunds:due", 0) == 0
        and balances["marketplace:fees"] == -shipped * FEES - rare * FEE_OF_SCARCE
        and balances["stripe:balance"] == has
    )


async def _listed(box: OneBox, kind: str) -> list[Json]:
    found: list[Json] = []
    while True:
        after = {"starting_after": found[-1]["id"]} if found else {}
        page = await _ask(box, f"/v1/{kind}", limit="100", **after)
        found += page["data"]
        if not page["has_more"]:
            return found


async def _ask(box: OneBox, path: str, **params: str) -> Json:
    secret = {"Authorization": f"Bearer {box.box.secrets.stripe_api_key}"}
    async with patient_client(box.world.sandbox, headers=secret) as provider:
        told: Json = (await provider.get(path, params=params)).raise_for_status().json()
        return told
