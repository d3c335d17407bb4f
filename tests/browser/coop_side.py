"""What staff of a co-op and the operator do on the pages."""

import re

from playwright.async_api import FilePayload, Page, expect

from onebox.actors import STATED
from onebox.visitor import Visitor, World, patient_client, until
from tests.browser.conftest import keep
from tests.journeys.steps import PASSWORD, SUNRISE

LABELS = {
    "domain": "Your .coop domain",
    "trading_name": "Name that shoppers know",
    "legal_name": "Name as registered",
    "legal_form": "Kind of co-op",
    "makes": "What you make",
    "address": "Street and number",
    "postcode": "Postcode",
    "city": "Town",
    "contact_phone": "Telephone",
}
STATED_LABELS = {
    "register_name": "The register it is in",
    "register_number": "Its number there",
    "tax_id": "Tax number",
    "bank_holder": "Holder of the bank account it is paid to",
}


async def sign_up(page: Page, email: str, name: str) -> None:
    await page.goto("/sign-up")
    await page.get_by_label("Name").fill(name)
    await page.get_by_label("E-mail").fill(email)
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Make the account").click()
    await page.wait_for_url("**/account")


async def sign_in(page: Page, email: str) -> None:
    await page.goto("/sign-in")
    await page.get_by_label("E-mail").fill(email)
    await page.get_by_label("Password").fill(PASSWORD)
    await page.locator("main").get_by_role("button", name="Sign in").click()


async def add_authenticator(page: Page, world: World) -> None:
    """With the app that the demo has for those without a phone; ends where the recovery codes are shown."""
    await page.goto("/account/security")
    await page.get_by_role("button", name="Set it up").click()
    await keep(page, "security-app")
    setup = page.url
    await page.locator("main").get_by_role("link", name="authenticator’s page").click()
    account = await page.get_by_label("Account").input_value()
    await page.get_by_role("button", name="Add it").click()
    await expect(page.get_by_role("listitem").filter(has_text=account)).to_be_visible()
    await page.goto(setup)
    await page.get_by_label("Code from the app").fill(await next_code(world, account))
    await page.get_by_role("button", name="Add it").click()
    await expect(page.get_by_role("heading", name="Your recovery codes")).to_be_visible()


async def show_code(page: Page, world: World, account: str) -> None:
    await keep(page, "second-factor")
    await page.get_by_label("Code from your authenticator app").fill(await next_code(world, account))
    await page.get_by_role("button", name="Go on").click()


async def next_code(world: World, account: str) -> str:
    async with patient_client(world.sandbox) as outside:
        return str((await outside.post(f"/authenticator/{account}/codes")).raise_for_status().json()["code"])


async def confirm_address(page: Page, world: World, email: str) -> None:
    """From the notice on the page of the account to the link in the mail, and the button behind it."""
    await expect(page.get_by_text("Not confirmed yet")).to_be_visible()
    await keep(page, "account-not-confirmed")
    async with Visitor(world) as mailbox:
        mail = await mailbox.mail(email, "confirm your address")
    link = re.search(r"https?://\S+/verify-address/\S+", mail["text"])
    assert link is not None
    await page.goto(link[0])
    await keep(page, "confirm-address")
    await page.get_by_role("button", name="Yes, this address is mine").click()
    await page.wait_for_url("**/verified")


async def apply(page: Page) -> None:
    await page.goto("/apply")
    await keep(page, "apply")
    for name, label in LABELS.items():
        await page.get_by_label(label, exact=True).fill(SUNRISE[name])
    await page.get_by_label("Country").select_option(SUNRISE["country"])
    for name, label in STATED_LABELS.items():
        await page.get_by_label(label, exact=True).fill(str(STATED[name]))
    await page.get_by_label("We certify").check()
    await page.get_by_role("button", name="Go on to the proof").click()
    await page.wait_for_url("**/applications/*")


async def prove_domain(page: Page, world: World) -> None:
    """A wrong record first, and the page says what the name server shows instead."""
    application = page.url
    await page.get_by_role("button", name="Show me the record").click()
    name = await page.locator("#record-name").inner_text()
    value = await page.locator("#record-value").inner_text()
    await keep(page, "application-record")
    await publish(page, world, name, "not-the-token")
    await page.goto(application)
    await page.get_by_role("button", name="Check now").click()
    await expect(page.get_by_role("alert")).to_contain_text("do not show the record yet")
    await expect(page.get_by_text("not-the-token").first).to_be_visible()
    await keep(page, "application-wrong-record")
    await publish(page, world, name, value)
    await page.goto(application)
    await page.get_by_role("button", name="Check now").click()
    await expect(page.get_by_role("heading", name="sunrise.coop is proved")).to_be_visible()
    await keep(page, "application-proved")


async def publish(page: Page, world: World, name: str, value: str) -> None:
    await page.goto(f"{world.sandbox}/names")
    await page.get_by_label("Name of the TXT record").fill(name)
    await page.get_by_label("Values, one per line").fill(value)
    await page.get_by_role("button", name="Put in the zone").click()


async def admit(page: Page, name: str) -> None:
    await page.goto("/operator")
    await keep(page, "operator-queue")
    await page.get_by_role("link", name=name).click()
    await expect(page.get_by_text("Record found")).to_be_visible()
    await keep(page, "operator-application")
    await decide(page)


async def decide(page: Page) -> None:
    await page.get_by_label("Note or reason").fill("Register and statutes checked.")
    await page.get_by_label("Its statutes and its entry").check()
    await page.get_by_role("button", name="Admit").click()
    await expect(page.locator("main .heading-row .status")).to_have_text("Admitted")


async def open_desk(page: Page, coop: str) -> None:
    """Memberships travel as facts, so the desk may open a moment after the admission."""
    link = page.locator("main").get_by_role("heading", name=coop).get_by_role("link")

    async def there() -> int:
        await page.goto("/desk")
        return await link.count()

    await until(there, every=0.2)
    await link.click()
    await expect(page.get_by_role("heading", name="Products")).to_be_visible()


async def upload(page: Page, filename: str, content: str) -> None:
    """The catalogue too may hear of an admission a moment later; until then it says so."""
    file: FilePayload = {"name": filename, "mimeType": "text/csv", "buffer": content.encode()}

    async def taken() -> bool:
        await page.get_by_role("link", name="Uploads").click()
        await page.get_by_label("Your shop’s product file").set_input_files(file)
        await page.get_by_role("button", name="Upload and look").click()
        refused = page.get_by_text("not known here yet")
        await expect(refused.or_(page.get_by_role("heading", name=filename)).first).to_be_visible()
        return not await refused.count()

    await until(taken, every=0.2)
    await expect(page.get_by_role("heading", name="Nothing is changed yet")).to_be_visible()
    await page.get_by_role("button", name="Take it").click()
    await expect(page.get_by_text("Done", exact=True)).to_be_visible()


async def set_delivery(page: Page, prices: dict[str, str]) -> None:
    await page.get_by_role("link", name="Delivery").click()
    for row, (country, price) in enumerate(prices.items()):
        await page.locator(f"#country-{row}").select_option(country)
        await page.locator(f"#price-{row}").fill(price)
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_role("status").filter(has_text="Saved.")).to_be_visible()


async def add_product(page: Page, title: str, price: str, stock: str) -> None:
    await page.get_by_role("link", name="Products", exact=True).click()
    await page.get_by_role("link", name="New product").click()
    await page.get_by_label("Title").fill(title)
    await page.get_by_label("Description").fill("Baked at four.\n\nSold by noon.")
    await page.get_by_label("Kind").select_option("bread-and-baking")
    await page.locator("#price-0").fill(price)
    await page.locator("#tracked-0").check()
    await page.locator("#stock-0").fill(stock)
    await keep(page, "desk-product-form")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_role("status").filter(has_text=f"{title} is saved")).to_be_visible()


async def ship(page: Page, number: str, carrier: str, tracking: str) -> None:
    await page.get_by_role("link", name="Parcels").click()
    parcel = page.locator("li.pack", has_text=number)
    await keep(page, "desk-parcels")
    await parcel.get_by_label("Carrier").fill(carrier)
    await parcel.get_by_label("Tracking number").fill(tracking)
    await parcel.get_by_role("button", name=re.compile("It has left")).click()
    await expect(page.get_by_role("status").filter(has_text="is marked as shipped")).to_be_visible()
