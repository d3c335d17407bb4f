"""Who may sell here, as its people see it: asked, refused, heard, admitted, suspended, heard again and reinstated."""

import pytest
from playwright.async_api import Page, expect

from onebox.visitor import until
from tests.browser import coop_side, gate_side
from tests.browser.conftest import People, keep
from tests.browser.gate_side import keep_both
from tests.browser.test_first_sale import an_operator
from tests.journeys.one_box import OneBox
from tests.journeys.shelves import BREAD_OLD_HEADER

pytestmark = [pytest.mark.browser, pytest.mark.slow]

COOP = "Sunrise Bakers"


async def test_from_an_application_to_a_shop_that_is_closed_and_opens_again(people: People, house: OneBox) -> None:
    operator, owner, shopper = await an_operator(people, house), await people.arrive(), await people.arrive(phone=True)

    await the_applicant_is_heard_and_admitted(operator, owner, house)
    await coop_side.open_desk(owner, COOP)
    await coop_side.upload(owner, "bread.csv", BREAD_OLD_HEADER)
    await sees(shopper, goods=True)

    await gate_side.suspend(operator, COOP, "Three shoppers told us that the rye is not yours.")
    await sees(shopper, goods=False)
    await shopper.goto("/coops/sunrise")
    await keep(shopper, "gate-shopper-closed-phone")

    await gate_side.appeal_suspension(
        owner, "It is ours: the mill's bills are on their way.", kept_as="gate-owner-suspended"
    )
    await gate_side.dismiss(operator, COOP, "We have not seen the bills yet.")
    await gate_side.appeal_suspension(owner, "Here they are.", kept_as="gate-owner-dismissed")
    await expect(owner.get_by_text("We have not seen the bills yet.")).to_be_visible()
    await gate_side.reinstate(operator, COOP, "Thank you, that is all we need.")

    await sees(shopper, goods=True)
    await owner.goto("/desk/sunrise/standing")
    await expect(owner.get_by_role("heading", name="Your shop is open")).to_be_visible()
    await keep_both(owner, "gate-owner-reinstated")
    await a_shopper_sees_who_sells(shopper)
    assert people.complaints == []


async def the_applicant_is_heard_and_admitted(operator: Page, owner: Page, house: OneBox) -> None:
    await coop_side.sign_up(owner, "staff@sunrise.coop", "Rosa Klein")
    await coop_side.confirm_address(owner, house.world, "staff@sunrise.coop")
    await coop_side.add_authenticator(owner, house.world)
    await coop_side.apply(owner)
    application = owner.url
    await gate_side.prove_by_file(owner)
    await gate_side.ask(operator, COOP, "Which law are you registered under?")
    await gate_side.answer(owner, application, "The German co-operatives act of 1889.")
    await gate_side.refuse(operator, COOP, "We find you in no register.")
    await gate_side.appeal_refusal(owner, application, "Our number there is GnR 1844.")
    await gate_side.uphold(operator, COOP, "You are right, we mistyped it.")
    await coop_side.decide(operator)
    await keep_both(operator, "gate-operator-admitted")
    await owner.goto(application)
    await expect(owner.get_by_role("heading", name="Welcome to the lane")).to_be_visible()
    await keep_both(owner, "gate-applicant-admitted")


async def sees(shopper: Page, *, goods: bool) -> None:
    """News of a co-op travels as facts, so its goods come and go a moment later."""
    loaf = shopper.locator("main").get_by_role("link", name="Rye Sourdough")

    async def so() -> bool:
        await shopper.goto("/search?q=sourdough")
        return bool(await loaf.count()) is goods

    await until(so, every=0.2)


async def a_shopper_sees_who_sells(shopper: Page) -> None:
    await shopper.goto("/search?q=sourdough")
    await shopper.locator("main").get_by_role("link", name="Rye Sourdough").click()
    await shopper.get_by_text("Who sells this").click()
    await expect(shopper.get_by_text("Mühlengasse 4, 34117 Kassel, Germany")).to_be_visible()
    await keep_both(shopper, "gate-product-seller")
    await shopper.goto("/coops/sunrise")
    await keep_both(shopper, "gate-coop-proof")
