"""What an applicant, a co-op's owner and the operator say to one another about who may sell."""

from playwright.async_api import Page, expect

from tests.browser.conftest import DESK, PHONE, keep


async def keep_both(page: Page, name: str) -> None:
    """The page as a desk and as a phone show it."""
    await page.set_viewport_size(PHONE)
    await keep(page, f"{name}-phone")
    await page.set_viewport_size(DESK)
    await keep(page, name)


async def prove_by_file(owner: Page) -> None:
    """The second way: a file on the web server of the domain, which the sandbox keeps for every demo name."""
    application = owner.url
    await owner.get_by_role("button", name="Show me the record").click()
    await owner.get_by_role("link", name="page of web servers").click()
    await keep_both(owner, "gate-sandbox-file")
    await owner.get_by_role("button", name="Put the file there").click()
    await expect(owner.get_by_role("status")).to_contain_text("The file is there")
    await owner.goto(application)
    await owner.get_by_role("button", name="Check the file").click()
    await expect(owner.get_by_role("heading", name="sunrise.coop is proved")).to_be_visible()
    await expect(owner.get_by_text("File found")).to_be_visible()
    await keep_both(owner, "gate-applicant-proved")


async def ask(operator: Page, coop: str, question: str) -> None:
    await operator.goto("/operator")
    await operator.get_by_role("link", name=coop).click()
    await operator.get_by_label("Your question").fill(question)
    await keep_both(operator, "gate-operator-asks")
    await operator.get_by_role("button", name="Ask", exact=True).click()
    await expect(operator.locator("main .heading-row .status")).to_have_text("A question is open")


async def answer(owner: Page, application: str, words: str) -> None:
    await owner.goto(application)
    await expect(owner.get_by_role("heading", name="We have a question")).to_be_visible()
    await owner.get_by_label("Your answer").fill(words)
    await keep_both(owner, "gate-applicant-answers")
    await owner.get_by_role("button", name="Send the answer").click()
    await expect(owner.locator("main .heading-row .status")).to_have_text("Domain proved, being read")


async def refuse(operator: Page, coop: str, reason: str) -> None:
    await operator.goto("/operator")
    await operator.get_by_role("link", name=coop).click()
    await operator.get_by_label("Note or reason").fill(reason)
    await operator.get_by_role("button", name="Refuse").click()
    await expect(operator.locator("main .heading-row .status")).to_have_text("Not admitted")


async def appeal_refusal(owner: Page, application: str, words: str) -> None:
    await owner.goto(application)
    await owner.get_by_label("Why it is wrong").fill(words)
    await keep_both(owner, "gate-applicant-refused")
    await owner.get_by_role("button", name="Appeal").click()
    await expect(owner.get_by_role("heading", name="Your appeal is being read")).to_be_visible()
    await keep_both(owner, "gate-applicant-appealed")


async def uphold(operator: Page, coop: str, words: str) -> None:
    await operator.goto("/operator?state=appealed")
    await operator.get_by_role("link", name=coop).click()
    await operator.get_by_label("Your reasons").fill(words)
    await keep_both(operator, "gate-operator-judges-appeal")
    await operator.get_by_role("button", name="Uphold the appeal").click()
    await expect(operator.locator("main .heading-row .status")).to_have_text("Domain proved, being read")


async def suspend(operator: Page, coop: str, words: str) -> None:
    await operator.goto("/operator/coops")
    await operator.get_by_role("link", name=coop).click()
    await operator.get_by_label("Reason", exact=True).select_option("rules_broken")
    await operator.get_by_label("Words to the co-op").fill(words)
    await keep_both(operator, "gate-operator-suspends")
    await operator.get_by_role("button", name="Suspend").click()
    await expect(operator.locator("main .heading-row .status")).to_have_text("Suspended")


async def appeal_suspension(owner: Page, words: str, *, kept_as: str) -> None:
    """From whatever page of the desk, by the keyboard alone."""
    await owner.goto("/desk/sunrise/products")
    why = owner.get_by_role("link", name="Why, and what you can do")
    await why.focus()
    await owner.keyboard.press("Enter")
    await expect(owner.get_by_role("heading", name="Your shop is closed for now")).to_be_visible()
    await keep_both(owner, kept_as)
    field = owner.get_by_label("Your words to the operators")
    await field.focus()
    await owner.keyboard.type(words)
    await owner.keyboard.press("Tab")
    await expect(owner.get_by_role("button", name="Send the appeal")).to_be_focused()
    await owner.keyboard.press("Enter")
    await expect(owner.get_by_role("heading", name="Your appeal is being read")).to_be_visible()
    await keep_both(owner, "gate-owner-appealed")


async def dismiss(operator: Page, coop: str, words: str) -> None:
    await to_appeal(operator, coop)
    await operator.get_by_label("Your reasons").fill(words)
    await operator.get_by_role("button", name="Dismiss it").click()
    await expect(operator.get_by_role("heading", name="Dismiss its appeal")).to_have_count(0)


async def reinstate(operator: Page, coop: str, words: str) -> None:
    await to_appeal(operator, coop)
    await operator.get_by_label("Reason", exact=True).first.select_option("appeal_upheld")
    await operator.get_by_label("Words to the co-op").first.fill(words)
    await keep_both(operator, "gate-operator-reinstates")
    await operator.get_by_role("button", name="Reinstate").click()
    await expect(operator.locator("main .heading-row .status")).to_have_text("Selling")
    await keep_both(operator, "gate-operator-history")


async def to_appeal(operator: Page, coop: str) -> None:
    await operator.goto("/operator/coops")
    await expect(operator.get_by_role("heading", name="Appeals to answer")).to_be_visible()
    await keep_both(operator, "gate-operator-appeals")
    await operator.locator("section", has_text="Appeals to answer").get_by_role("link", name=coop).click()
