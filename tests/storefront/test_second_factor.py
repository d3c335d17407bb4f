"""The step after the password, and the page of what guards an account."""

import html
import json
import re

import httpx
import pytest

from storefront.qr_code import qr_code
from tests.storefront.conftest import hidden, words
from tests.storefront.fake_gateway import RECOVERY_CODES, SECRET, FakeGateway, refused

GOOD = {"email": "nora@sunrise.coop", "password": "four or five words"}
STEP = "/sign-in/second-factor"


@pytest.fixture
def gateway() -> FakeGateway:
    """Nora owns a co-op and has an app; her session has shown only her password."""
    return FakeGateway(signed_in=True, second_factor="enrolled", withheld=True)


async def test_after_the_password_the_second_factor_is_asked_for(
    visitor: httpx.AsyncClient, gateway: FakeGateway
) -> None:
    asked = await visitor.post("/sign-in", data=GOOD | {"next": "/desk/sunrise/money"})
    page = await visitor.get(asked.headers["location"])
    assert 'href="/account"' in page.text.split("<main")[0]
    there = await visitor.post(STEP, data={"code": "123456", "next": hidden(page, "next")})

    assert asked.headers["location"] == f"{STEP}?next=%2Fdesk%2Fsunrise%2Fmoney"
    assert gateway.bodies["POST", "/sessions/current/factor"] == {"code": "123456"}
    assert there.headers["location"] == "/desk/sunrise/money"
    assert "Desk" in words(await visitor.get("/"))


async def test_who_has_none_is_asked_to_add_one(visitor: httpx.AsyncClient, gateway: FakeGateway) -> None:
    gateway.second_factor = "none"
    asked = await visitor.post("/sign-in", data=GOOD)
    step = await visitor.get(asked.headers["location"])
    page = await visitor.get(step.headers["location"])

    assert step.headers["location"] == "/account/security"
    assert "A second factor is wanted" in words(page)


async def test_a_wrong_code_is_told_beside_its_field(visitor: httpx.AsyncClient) -> None:
    page = await visitor.post(STEP, data={"code": "000000"})

    assert page.status_code == 422
    assert 'id="code-error"' in page.text
    assert words(page).count("give the next one that your app shows") == 2  # beside the field, and in the summary


async def test_too_many_wrong_codes_are_told_on_the_page(visitor: httpx.AsyncClient, gateway: FakeGateway) -> None:
    gateway.refusals["POST", "/sessions/current/factor"] = refused(429, "rate_limited")

    assert "Please wait a minute" in words(await visitor.post(STEP, data={"code": "000000"}))


async def test_a_recovery_code_goes_as_one(visitor: httpx.AsyncClient, gateway: FakeGateway) -> None:
    answer = await visitor.post(STEP, data={"recovery_code": RECOVERY_CODES[0]})

    assert gateway.bodies["POST", "/sessions/current/factor"] == {"recovery_code": RECOVERY_CODES[0]}
    assert answer.headers["location"] == "/desk"


async def test_a_passkeys_answer_goes_as_the_browser_gave_it(visitor: httpx.AsyncClient, gateway: FakeGateway) -> None:
    gateway.has_passkey = True
    page = await visitor.get(STEP)
    await visitor.post(STEP, data={"credential": '{"id": "abc"}'})
    unread = await visitor.post(STEP, data={"credential": "not json"})

    options = re.search(r'data-options="([^"]*)"', page.text)
    assert options
    assert json.loads(html.unescape(options[1])) == {"challenge": "AAAA"}
    assert re.search(r'<script src="/static/passkey\.\w+\.js" defer>', page.text)
    assert gateway.bodies["POST", "/sessions/current/factor"] == {"credential": {"id": "abc"}}
    assert "gave no answer" in words(unread)


@pytest.mark.parametrize("path", ["/desk", "/operator"])
async def test_what_is_withheld_leads_to_the_step_and_back(
    visitor: httpx.AsyncClient, gateway: FakeGateway, path: str
) -> None:
    gateway.operator = True

    assert (await visitor.get(path)).headers["location"] == f"{STEP}?next=%2F{path[1:]}"


async def test_to_close_a_guarded_account_leads_to_the_step(visitor: httpx.AsyncClient, gateway: FakeGateway) -> None:
    gateway.refusals["DELETE", "/me"] = refused(403, "second_factor_required")

    assert (await visitor.post("/account/delete", data={"password": "mine"})).headers["location"] == STEP


async def test_an_app_is_set_up_without_scripts(visitor: httpx.AsyncClient, gateway: FakeGateway) -> None:
    gateway.second_factor = "none"
    begun = await visitor.post("/account/security/apps", data={"name": "My phone", "next": "/desk"})
    page = await visitor.get(begun.headers["location"])
    done = await visitor.post("/account/security/apps/factor-3", data={"code": "123456", "next": hidden(page, "next")})

    assert SECRET in words(page)
    assert page.headers["cache-control"] == done.headers["cache-control"] == "no-store"
    assert all(code in words(done) for code in RECOVERY_CODES)
    assert 'href="/desk"' in done.text.split("<main")[1]


async def test_a_change_too_late_asks_for_the_factor_again(visitor: httpx.AsyncClient, gateway: FakeGateway) -> None:
    gateway.refusals["DELETE", "/factors/factor-1"] = refused(403, "recent_factor_required")
    gateway.refusals["POST", "/factors/totp"] = refused(403, "recent_password_required")

    late = await visitor.post("/account/security/factors/factor-1/remove")
    first = await visitor.post("/account/security/apps", data={"name": "My phone"})

    assert late.headers["location"] == f"{STEP}?next=%2Faccount%2Fsecurity"
    assert first.headers["location"] == "/account/security/password?next=%2Faccount%2Fsecurity"


async def test_nothing_can_be_changed_on_the_page_before_a_proof(
    visitor: httpx.AsyncClient, gateway: FakeGateway
) -> None:
    assert "Remove" in (await visitor.get("/account/security")).text
    gateway.confirmed = False
    page = await visitor.get("/account/security")

    assert "/remove" not in page.text
    assert "Show your second factor first" in words(page)


async def test_a_page_opened_by_a_number_leads_to_one_with_a_name(visitor: httpx.AsyncClient) -> None:
    by_number = await visitor.get("http://127.0.0.1:8000/account/security/passkeys/new")
    by_name = await visitor.get("/account/security/passkeys/new")

    assert 'href="http://localhost:8000/account/security/passkeys/new"' in by_number.text
    assert 'name="credential"' not in by_number.text
    assert 'name="credential"' in by_name.text


def test_a_qr_code_brings_no_style_that_the_policy_refuses() -> None:
    drawn = qr_code("otpauth://totp/x?secret=A&issuer=<b>")

    assert drawn.startswith("<svg")
    assert "style=" not in drawn
    assert "<b>" not in drawn
