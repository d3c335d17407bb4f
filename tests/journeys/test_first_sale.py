"""The first sale: from a co-op's .coop domain to a packed parcel and a paid co-op, in every kind of house."""

import re
from contextlib import AsyncExitStack

import pytest

from onebox.actors import CoopMember, Shopper
from onebox.visitor import Json, Told, until
from tests.journeys.conftest import AnyHouse
from tests.journeys.shelves import BREAD_OLD_HEADER
from tests.journeys.steps import books_balance, open_market, settled_books, stock_of, variants_of


async def test_a_shopper_buys_from_two_coops_and_both_are_paid(house: AnyHouse) -> None:
    """Application, proof, import, search, basket, payment, parcels, books."""
    async with AsyncExitStack() as stack:
        market = await open_market(stack, house)
        sunrise, quayside, operator = market.sunrise, market.quayside, market.operator

        # The imports tell the truth: a bad variant row rejects itself, a bad first row its product.
        assert (market.bread["state"], market.bread["rows_total"], market.bread["rows_rejected"]) == ("done", 5, 1)
        assert (market.bread["products_created"], market.bread["variants"]) == (2, 3)
        by_severity = {problem["severity"]: problem for problem in market.bread["problems"]}
        assert (by_severity["rejected"]["line"], by_severity["rejected"]["value"]) == (6, "eighty cents")
        assert by_severity["warning"]["line"] == 3
        assert market.coffee["products_created"] == 1

        shopper = await stack.enter_async_context(Shopper(market.world))
        small, large = await variants_of(shopper, "sourdoug")
        espresso = (await variants_of(shopper, "espreso", "Harbour Espresso"))[0]
        assert (small["available"], large["available"], large["compare_at"]) == (12, 1, None)
        assert (await variants_of(shopper, "crackers", "Seed Crackers"))[0]["tracked"] is False
        page = await shopper.get("/products/rye-sourdough")
        assert "script" not in page["description_html"]

        # The second co-op adds a product by the form; search narrows by category and by price.
        category = (await shopper.found("espresso", "Harbour Espresso"))["category"]
        await quayside.offer("Filter Papers", 450, 100, category)
        papers = (await variants_of(shopper, "filter papers", "Filter Papers"))[0]
        cheap = await shopper.search("", max_price=500)
        assert {hit["title"] for hit in cheap["hits"]} == {"Rye Sourdough", "Seed Crackers", "Filter Papers"}
        assert {facet["value"] for facet in cheap["facets"]["coop"]} >= {"sunrise", "quayside"}

        # One basket from both; the same file again undoes no sale and changes nothing.
        await shopper.can_buy(small["id"])
        await shopper.put_in_basket(small["id"])
        await shopper.can_buy(espresso["id"])
        await shopper.can_buy(papers["id"])
        basket = await shopper.get("/basket")
        assert len(basket["consignments"]) == 2

        placed = await shopper.check_out()
        again = await shopper.order(placed["id"])
        assert again["total"]["amount"] == 2 * 450 + 990 + 450 + 390 + 590
        order = await shopper.order_in(placed["id"], "awaiting_payment")
        assert await stock_of(shopper, "rye-sourdough") == {"Small": 10, "Large": 1}

        # A declined card changes nothing; one that asks for confirmation pays after it is confirmed.
        declined = await shopper.pay(order["id"], "is declined")
        assert declined.status_code == 402
        asked = await shopper.pay(order["id"], "asks")
        await shopper.authenticate(asked)
        paid = await shopper.order_in(order["id"], "paid")
        assert paid["total"]["amount"] == 3320

        repeated = await sunrise.upload("bread.csv", BREAD_OLD_HEADER.encode())
        assert (repeated["products_created"], repeated["products_updated"], repeated["products_unchanged"]) == (0, 0, 2)
        assert await stock_of(shopper, "rye-sourdough") == {"Small": 10, "Large": 1}

        # The mail's link opens the order to whoever holds it; the number alone opens nothing.
        mail = await shopper.mail("ada@example.org", order["number"])
        token = re.search(r"token=([\w-]+)", mail["text"])
        assert token is not None
        stranger = await stack.enter_async_context(Shopper(market.world))
        assert (await stranger.order(order["id"], token=token.group(1)))["number"] == order["number"]
        with pytest.raises(Told, match="404"):
            await stranger.order(order["id"])
        with pytest.raises(Told):
            await stranger.order(order["number"])
        await shopper.mail("bread@sunrise.coop", "pack")
        await shopper.mail("beans@quayside.coop", "pack")

        # Each co-op sees its own consignment and nothing of the other's.
        ours, theirs = (await sunrise.consignments())[0], (await quayside.consignments())[0]
        assert (len(await sunrise.consignments()), len(await quayside.consignments())) == (1, 1)
        with pytest.raises(Told, match="404"):
            await sunrise.ship(theirs["id"], "DHL", "stolen")
        await sunrise.ship(ours["id"], "DHL", "JD0142")
        await sunrise.ship(ours["id"], "DHL", "JD0142")
        await quayside.ship(theirs["id"], "PostNL", "3SABC")
        shipped = await shopper.order_in(order["id"], "shipped")
        assert {one["tracking_number"] for one in shipped["consignments"]} == {"JD0142", "3SABC"}

        # The ledger explains every cent: 5 % of the goods is the marketplace's, the rest the co-ops'.
        await settled_books(operator, order["id"], "capture", "processor_fee", "transfer")
        await until(lambda: transfers_done(sunrise))
        await until(lambda: transfers_done(quayside))
        balances = await books_balance(operator)
        fees = 45 + 72
        processor = -(-3320 * 15 // 1000) + 25
        assert balances["marketplace:fees"] == -fees
        assert abs(balances["processor:fees"] - processor) <= 1
        assert balances["stripe:balance"] == fees - balances["processor:fees"]
        assert balances.get(f"coop:{sunrise.coop_id}:payable", 0) == 0
        assert balances.get(f"coop:{quayside.coop_id}:payable", 0) == 0
        # What a file says of pictures is fetched from the co-op's own web server, made anew, and shown.
        sheet = b"id,title,price,pictures\nmug,Mug,9.00,https://sunrise.coop/pictures/mug.png\n"
        report = await sunrise.upload("mug.csv", sheet)
        assert (report["state"], report["pictures"]["named"]) == ("done", 1)
        mug = await until(lambda: pictured(shopper, "mug"))
        assert (mug["width"], mug["height"]) == (240, 180)
        for ending, kind in (("jpg", "jpeg"), ("webp", "webp"), ("avif", "avif")):
            served = await shopper.http.get(mug["url"].replace(".jpg", f".{ending}"))
            assert (served.status_code, served.headers["content-type"]) == (200, f"image/{kind}")

        payee = await sunrise.get(f"/payees/{sunrise.coop_id}")
        assert [one["amount"]["amount"] for one in payee["transfers"]] == [900 - 45 + 390]


async def pictured(shopper: Shopper, slug: str) -> Json | None:
    """The first picture of a product, once there is one."""
    found: list[Json] = (await shopper.get(f"/products/{slug}"))["pictures"]
    return found[0] if found else None


async def transfers_done(member: CoopMember) -> bool:
    payee = await member.get(f"/payees/{member.coop_id}")
    states: list[str] = [one["state"] for one in payee["transfers"]]
    return states == ["made"]


# The story above is told in every kind of house; what follows is quicker where no ten processes have to start first.
one_box = pytest.mark.parametrize("house", ["one_box", "two_processes"], indirect=True)


@one_box
async def test_a_shopper_is_told_at_once_which_line_is_short(house: AnyHouse) -> None:
    async with AsyncExitStack() as stack:
        market = await open_market(stack, house)
        first = await stack.enter_async_context(Shopper(market.world))
        second = await stack.enter_async_context(Shopper(market.world))
        _, large = await variants_of(first, "sourdough")
        for shopper in (first, second):
            await shopper.can_buy(large["id"])

        won = await first.order_in((await first.check_out())["id"], "awaiting_payment", "cancelled")
        lost = await second.order_in((await second.check_out())["id"], "awaiting_payment", "cancelled")

        assert (won["state"], lost["state"], lost["cancel_reason"]) == ("awaiting_payment", "cancelled", "rejected")
        assert [(one["reason"], one["available"]) for one in lost["rejections"]] == [("short", 0)]
        assert (await second.get("/basket"))["lines"], "what could not be sold stays in the basket, to be mended"


@one_box
async def test_a_paid_order_cancelled_before_shipping_is_refunded_and_its_stock_is_back(house: AnyHouse) -> None:
    async with AsyncExitStack() as stack:
        market = await open_market(stack, house)
        shopper = await stack.enter_async_context(Shopper(market.world))
        small, _ = await variants_of(shopper, "sourdough")
        await shopper.can_buy(small["id"])
        order = await shopper.order_in((await shopper.check_out())["id"], "awaiting_payment")
        await shopper.pay(order["id"])
        await shopper.order_in(order["id"], "paid")

        await shopper.post(f"/orders/{order['id']}/cancel")

        async def refunded() -> bool:
            told = await shopper.order(order["id"])
            return bool(told["state"] == "cancelled" and told["refunded"] == told["total"])

        await until(refunded)

        async def stock_is_back() -> bool:
            return (await stock_of(shopper, "rye-sourdough"))["Small"] == 12

        await until(stock_is_back)
        consignment = await market.sunrise.consignments()
        assert all(one["state"] == "cancelled" for one in consignment)
        balances = await books_balance(market.operator)
        assert balances.get("marketplace:fees", 0) == 0
        assert balances.get(f"coop:{market.sunrise.coop_id}:payable", 0) == 0
