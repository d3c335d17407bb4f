"""Signing in and out, and being sent to sign in."""

import httpx
import pytest

from storefront.visit import local_path
from tests.storefront.conftest import words
from tests.storefront.fake_gateway import FakeGateway, refused

GOOD = {"email": "nora@sunrise.coop", "password": "four or five words"}


async def test_a_wrong_password_is_told_without_saying_which_was_wrong(visitor: httpx.AsyncClient) -> None:
    page = await visitor.post("/sign-in", data=GOOD | {"password": "wrong"})

    assert page.status_code == 422
    assert "do not belong together" in words(page)
    assert 'value="nora@sunrise.coop"' in page.text
    assert "wrong" not in page.text.split("<main")[1]


async def test_after_signing_in_one_is_where_one_wanted_to_be(visitor: httpx.AsyncClient) -> None:
    answer = await visitor.post("/sign-in", data=GOOD | {"next": "/applications"})
    assert answer.headers["location"] == "/applications"

    header = (await visitor.get("/sign-in")).text
    assert 'href="/account"' in header


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "/\t/evil.example",
        "/\r\\evil.example",
        "javascript:x",
        "",
    ],
)
async def test_signing_in_never_leads_to_another_site(visitor: httpx.AsyncClient, address: str) -> None:
    answer = await visitor.post("/sign-in", data=GOOD | {"next": address})

    assert answer.headers["location"] == "/desk"
    assert local_path(address, "home") == "home"


async def test_a_page_that_needs_an_account_sends_there_and_back(
    visitor: httpx.AsyncClient, gateway: FakeGateway
) -> None:
    gateway.refusals["GET", "/applications"] = refused(401, "sign_in_required")

    assert (await visitor.get("/applications")).headers["location"] == "/sign-in?next=%2Fapplications"
    assert (await visitor.get("/apply")).headers["location"] == "/sign-in?next=%2Fapply"


async def test_signing_out_forgets_the_hints(visitor: httpx.AsyncClient) -> None:
    await visitor.post("/sign-in", data=GOOD)

    await visitor.post("/sign-out")

    assert 'href="/sign-in"' in (await visitor.get("/forgot")).text
    assert "tl_signed_in" not in visitor.cookies


async def test_signing_out_leads_on_to_a_page_of_ours_alone(visitor: httpx.AsyncClient) -> None:
    async def leads_to(given: str) -> str:
        return (await visitor.post("/sign-out", data={"next": given})).headers["location"]

    assert [await leads_to(given) for given in ("/invitations/secret", "//elsewhere.example", "")] == [
        "/invitations/secret",
        "/",
        "/",
    ]


async def test_a_short_password_is_refused_beside_its_field(visitor: httpx.AsyncClient, gateway: FakeGateway) -> None:
    page = await visitor.post("/sign-up", data={"name": "Nora", "email": "nora@sunrise.coop", "password": "short"})

    assert 'id="password-error"' in page.text
    assert gateway.calls == []


async def test_asking_for_a_new_password_does_not_tell_who_has_an_account(visitor: httpx.AsyncClient) -> None:
    page = await visitor.post("/forgot", data={"email": "whoever@example.org"})

    assert "If there is an account with that e-mail" in words(page)


async def test_a_used_reset_link_says_what_to_do(visitor: httpx.AsyncClient, gateway: FakeGateway) -> None:
    gateway.refusals["PUT", "/password-resets/abc"] = refused(409, "reset_link_spent")

    page = await visitor.post("/reset/abc", data={"password": "four or five words"})

    assert "Please ask for a new one." in words(page)


async def test_a_shopper_is_invited_to_sell_and_a_seller_led_to_the_desk(
    visitor: httpx.AsyncClient, gateway: FakeGateway
) -> None:
    visitor.cookies.set("tl_signed_in", "account")
    assert "Sell here" in words(await visitor.get("/"))

    visitor.cookies.set("tl_signed_in", "seller")
    assert "Desk" in words(await visitor.get("/"))
