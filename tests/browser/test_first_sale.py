"""The first sale, as its people see it: the co-op and the operator at desks, the shopper on a phone without scripts."""

import re
from contextlib import AsyncExitStack

import httpx
import pytest
from playwright.async_api import Page, expect

from onebox.actors import Operator
from onebox.visitor import World
from tests.browser import coop_side, shopper_side
from tests.browser.conftest import People, keep
from tests.journeys.one_box import OneBox
from tests.journeys.shelves import BREAD_OLD_HEADER, COFFEE_NEW_HEADER
from tests.journeys.steps import PASSWORD, QUAYSIDE, join

pytestmark = [pytest.mark.browser, pytest.mark.slow]

OLIVE = "olive@toadlane.example"
DECLINED, ASKS, WORKS = "4000 0000 0000 0002", "4000 0025 0000 3155", "4242 4242 4242 4242"


async def test_a_sale_from_the_domain_to_the_parcel(people: People, house: OneBox) -> None:
    operator = await an_operator(people, house)
    baker = await a_bakery_opens(people, house, operator)
    await a_roastery_opens(house)

    shopper = await people.arrive(phone=True, scripts=False)
    placed = await she_orders_from_both(shopper)
    await she_pays_at_the_third_try(shopper, placed)

    await coop_side.ship(baker, placed.number, "DHL", "JD014600003")
    await shopper.goto(placed.url)
    await expect(shopper.get_by_text("JD014600003")).to_be_visible()
    await expect(shopper.get_by_role("heading", name="The first parcel is on its way")).to_be_visible()
    await keep(shopper, "order-shipped-phone")

    await the_mail_opens_the_order_anywhere(people, house.world, placed)
    await the_books_explain_it(operator, placed)
    assert people.complaints == []


async def an_operator(people: People, house: OneBox) -> Page:
    """Her password alone does not make her one."""
    page = await people.arrive()
    await coop_side.sign_up(page, OLIVE, "Olive Operator")
    house.make_operator(OLIVE)
    await page.goto("/operator")
    await expect(page.get_by_role("heading", name="A second factor is wanted")).to_be_visible()
    await coop_side.add_authenticator(page, house.world)
    await page.goto("/account")
    await page.get_by_role("button", name="Sign out").click()
    await coop_side.sign_in(page, OLIVE)
    await coop_side.show_code(page, house.world, OLIVE)
    await page.wait_for_url("**/operator")
    return page


async def a_bakery_opens(people: People, house: OneBox, operator: Page) -> Page:
    page = await people.arrive()
    await coop_side.sign_up(page, "staff@sunrise.coop", "Rosa Klein")
    await coop_side.confirm_address(page, house.world, "staff@sunrise.coop")
    await coop_side.add_authenticator(page, house.world)
    await coop_side.apply(page)
    await coop_side.prove_domain(page, house.world)
    await coop_side.admit(operator, "Sunrise Bakers")
    await coop_side.open_desk(page, "Sunrise Bakers")
    await coop_side.upload(page, "bread.csv", BREAD_OLD_HEADER)
    await expect(page.get_by_text("eighty cents")).to_be_visible()
    await keep(page, "desk-import")
    await coop_side.set_delivery(page, {"DE": "3.90", "NL": "6.90"})
    await coop_side.add_product(page, "Baker’s Apron", "24.00", "5")
    await keep(page, "desk-products")
    return page


async def a_roastery_opens(house: OneBox) -> None:
    """The second co-op comes over the API; its pages are the same."""
    async with AsyncExitStack() as stack:
        operator = await stack.enter_async_context(Operator(house.world))
        await operator.sign_in(OLIVE, PASSWORD)
        member = await join(stack, house.world, operator, QUAYSIDE)
        await member.upload("coffee.csv", COFFEE_NEW_HEADER.encode())
        await member.deliver_for(DE=590)
        await member.offer("Baker’s Cup", 1400, 3, "kitchen-and-table")


async def she_orders_from_both(shopper: Page) -> shopper_side.Placed:
    await shopper.goto("/")
    await keep(shopper, "home-phone")
    await shopper_side.find_near(shopper, "Göttingen", "Rye Sourdough", "about 38 km away")
    await shopper_side.find(shopper, "sourdoug", "Rye Sourdough")
    await keep(shopper, "product-phone")
    await expect(shopper.get_by_text("Only 1 left")).to_be_visible()
    await shopper_side.put_in_basket(shopper, choice="Small", quantity=2)
    await shopper_side.find(shopper, "expresso", "Harbour Espresso")
    await shopper_side.put_in_basket(shopper, choice="250 g")
    await shopper_side.deliver_to(shopper, "NL")
    await expect(shopper.get_by_text("Does not deliver to Netherlands")).to_be_visible()
    await expect(shopper.get_by_role("link", name="Go to checkout")).to_have_count(0)
    await keep(shopper, "basket-does-not-deliver-phone")
    await shopper_side.deliver_to(shopper, "DE")
    await expect(shopper.get_by_text("€28.70")).to_be_visible()
    await keep(shopper, "basket-phone")
    return await shopper_side.check_out(shopper)


async def she_pays_at_the_third_try(shopper: Page, placed: shopper_side.Placed) -> None:
    await expect(shopper.get_by_role("heading", name="All of it is put aside for you")).to_be_visible()
    await keep(shopper, "order-to-pay-phone")
    await shopper_side.go_to_card(shopper)
    await keep(shopper, "card-phone")
    await shopper_side.pay_with(shopper, DECLINED)
    await expect(shopper.get_by_role("alert")).to_contain_text("declined")
    await shopper_side.pay_with(shopper, ASKS)
    await shopper.get_by_role("button", name="Fail").click()
    await shopper_side.pay_with(shopper, ASKS)
    await shopper.get_by_role("button", name="Complete").click()
    await shopper.wait_for_url(f"{placed.url}*")
    await expect(shopper.get_by_role("heading", name="Thank you. It is paid.")).to_be_visible()
    await keep(shopper, "order-paid-phone")


async def the_mail_opens_the_order_anywhere(people: People, world: World, placed: shopper_side.Placed) -> None:
    async with httpx.AsyncClient(base_url=world.sandbox, trust_env=False) as outside:
        mails = (await outside.get("/mail/messages.json", params={"to": "ada@example.org"})).json()["messages"]
    text = next(mail["text"] for mail in mails if placed.number in mail["subject"] + mail["text"])
    link = re.search(r"https?://\S+/orders/\S+", text)
    assert link
    elsewhere = await people.arrive()
    await elsewhere.goto(link[0])
    await expect(elsewhere.get_by_role("heading", level=1, name=f"Order {placed.number}")).to_be_visible()
    await keep(elsewhere, "order-by-mail")


async def the_books_explain_it(operator: Page, placed: shopper_side.Placed) -> None:
    await operator.goto("/operator/orders")
    await operator.get_by_role("link", name=f"Entries of {placed.number}").click()
    await expect(operator.get_by_text("In balance")).to_be_visible()
    await expect(operator.get_by_role("heading", name=re.compile("capture", re.IGNORECASE))).to_be_visible()
    await keep(operator, "operator-ledger")
