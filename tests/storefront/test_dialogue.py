"""Questions, answers and appeals, as the applicant and the operator see them."""

import httpx
import pytest

from tests.storefront.conftest import words
from tests.storefront.fake_gateway import FakeGateway, refused

MINE, THEIRS = "/applications/application-1", "/operator/applications/application-1"


@pytest.fixture
def gateway() -> FakeGateway:
    return FakeGateway(signed_in=True, operator=True, application_state="asked")


async def test_an_applicant_answers_a_question(visitor: httpx.AsyncClient, gateway: FakeGateway) -> None:
    page = await visitor.get(MINE)
    assert "Who may become a member?" in words(page)
    assert page.text.count("Send the answer") == 1

    done = await visitor.post(f"{MINE}/questions/question-2", data={"words": "Anybody who bakes."})

    assert done.headers["location"] == MINE
    told = gateway.bodies["POST", "/applications/application-1/questions/question-2/answer"]
    assert told == {"words": "Anybody who bakes."}


async def test_a_refused_applicant_sees_why_and_until_when_to_appeal(
    visitor: httpx.AsyncClient, gateway: FakeGateway
) -> None:
    gateway.application_state = "refused"

    page = words(await visitor.get(MINE))
    assert "The register knows a company of that name." in page
    assert "say why until 22 Dec 2026" in page

    await visitor.post(f"{MINE}/appeal", data={"words": "Look again."})
    assert gateway.bodies["POST", "/applications/application-1/appeal"] == {"words": "Look again."}
    assert "Your appeal is being read" in words(await visitor.get(MINE))


async def test_an_appeal_that_comes_too_late_says_so(visitor: httpx.AsyncClient, gateway: FakeGateway) -> None:
    gateway.refusals["POST", "/applications/application-1/appeal"] = refused(409, "appeal_closed", "It is too late.")

    page = await visitor.post(f"{MINE}/appeal", data={"words": "Look again."})

    assert (page.status_code, "It is too late." in words(page)) == (409, True)


async def test_an_operator_asks(visitor: httpx.AsyncClient, gateway: FakeGateway) -> None:
    gateway.application_state = "proved"

    await visitor.post(f"{THEIRS}/questions", data={"words": "Who may become a member?"})

    assert gateway.application_state == "asked"
    assert "Answered 22 Nov 2026, 15:00 UTC The Co-operative Societies Act." in words(await visitor.get(THEIRS))


@pytest.mark.parametrize(("verdict", "state"), [("uphold", "proved"), ("dismiss", "dismissed")])
async def test_an_operator_judges_an_appeal(
    visitor: httpx.AsyncClient, gateway: FakeGateway, verdict: str, state: str
) -> None:
    gateway.application_state = "appealed"
    assert "number 1234 in the register" in words(await visitor.get(THEIRS))

    await visitor.post(f"{THEIRS}/appeal", data={"words": "We looked.", "verdict": verdict})

    assert gateway.application_state == state
    assert gateway.bodies["POST", f"/applications/application-1/appeal/{verdict}"] == {"words": "We looked."}


@pytest.mark.parametrize("state", ["applied", "proved", "asked", "admitted", "refused", "appealed", "dismissed"])
async def test_every_state_has_its_page(visitor: httpx.AsyncClient, gateway: FakeGateway, state: str) -> None:
    gateway.application_state = state

    assert (await visitor.get(MINE)).status_code == (await visitor.get(THEIRS)).status_code == 200
    assert (await visitor.get("/operator", params={"state": state})).status_code == 200
