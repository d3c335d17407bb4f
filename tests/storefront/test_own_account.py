"""One's own account on the pages: confirming an address, changing it, sessions, and the end."""

import httpx
import pytest

from tests.storefront.conftest import words
from tests.storefront.fake_gateway import FakeGateway, refused

PASSWORD = "four or five words"


@pytest.fixture
def nora(visitor: httpx.AsyncClient, gateway: FakeGateway) -> httpx.AsyncClient:
    gateway.signed_in = True
    return visitor


async def test_an_address_that_is_not_confirmed_says_what_to_do(nora: httpx.AsyncClient, gateway: FakeGateway) -> None:
    gateway.email_verified = False

    page = await nora.get("/account")
    sent = await nora.post("/account/address/verification")
    after = await nora.get(sent.headers["location"])

    assert "Not confirmed yet" in words(page)
    assert "A mail with a link is on its way" in words(after)


async def test_opening_the_link_confirms_nothing_until_the_button_is_pressed(
    visitor: httpx.AsyncClient, gateway: FakeGateway
) -> None:
    page = await visitor.get("/verify-address/abc")
    assert ("POST", "/address-verifications/abc") not in gateway.calls
    assert '<meta name="referrer" content="no-referrer">' in page.text

    pressed = await visitor.post("/verify-address/abc")

    assert ("POST", "/address-verifications/abc") in gateway.calls
    assert "the address is confirmed" in words(await visitor.get(pressed.headers["location"]))


async def test_a_link_used_before_says_so(visitor: httpx.AsyncClient, gateway: FakeGateway) -> None:
    gateway.refusals["POST", "/address-verifications/abc"] = refused(404, "verification_link_spent")

    page = await visitor.post("/verify-address/abc")

    assert page.status_code == 422
    assert "used already or is too old" in words(page)
    assert "this address is mine" not in words(page)


async def test_an_applicant_is_told_to_confirm_first(nora: httpx.AsyncClient, gateway: FakeGateway) -> None:
    gateway.email_verified = False

    page = await nora.get("/apply")

    assert "First confirm your e-mail" in words(page)
    gateway.email_verified = True
    assert "First confirm your e-mail" not in words(await nora.get("/apply"))


async def test_sessions_are_told_apart_and_ended(nora: httpx.AsyncClient, gateway: FakeGateway) -> None:
    page = await nora.get("/account/sessions")
    assert "Firefox on Linux" in words(page)
    assert "This one" in words(page)
    assert "/account/sessions/session-1/end" not in page.text

    ended = await nora.post("/account/sessions/session-2/end")
    others = await nora.post("/account/sessions/end-others")

    assert [call for call in gateway.calls if call[0] == "DELETE"] == [
        ("DELETE", "/sessions/session-2"),
        ("DELETE", "/sessions"),
    ]
    assert "That session is ended." in words(await nora.get(ended.headers["location"]))
    assert "signed out everywhere but here" in words(await nora.get(others.headers["location"]))


async def test_a_wrong_password_is_told_beside_its_field(nora: httpx.AsyncClient, gateway: FakeGateway) -> None:
    wrong = refused(422, "wrong_password", errors=[{"field": "current_password", "detail": "Please give the password"}])
    gateway.refusals["PUT", "/me/password"] = wrong

    page = await nora.post("/account/password", data={"current_password": "guessed", "password": PASSWORD})

    assert 'id="current_password-error"' in page.text
    assert "guessed" not in page.text


async def test_a_new_address_waits_for_its_link(nora: httpx.AsyncClient) -> None:
    asked = await nora.post("/account/address", data={"email": "nora@example.org", "password": PASSWORD})

    assert "counts until you have used it" in words(await nora.get(asked.headers["location"]))


async def test_whoever_leaves_is_told_what_happens_and_forgotten(nora: httpx.AsyncClient, gateway: FakeGateway) -> None:
    await nora.post("/sign-in", data={"email": "nora@sunrise.coop", "password": PASSWORD})
    page = await nora.get("/account/delete")
    assert "What happens" in words(page)

    gone = await nora.post("/account/delete", data={"password": PASSWORD})

    assert gateway.bodies["DELETE", "/me"] == {"password": PASSWORD}
    assert "Your account is deleted" in words(await nora.get(gone.headers["location"]))
    assert 'href="/sign-in"' in (await nora.get("/")).text


async def test_what_keeps_an_account_is_said_in_words(nora: httpx.AsyncClient, gateway: FakeGateway) -> None:
    gateway.refusals["DELETE", "/me"] = refused(409, "not_finished", "Order TL-4711 is not finished: cancel it.")

    page = await nora.post("/account/delete", data={"password": PASSWORD})

    assert page.status_code == 422
    assert "Order TL-4711 is not finished" in words(page)
