"""Beside what is sold out stands a form to be told when it is back; links in mails answer and stop."""

import httpx

from tests.storefront.conftest import hidden, words
from tests.storefront.fake_gateway import FakeGateway, product, refused

YARN = "/products/dk-yarn"
ASKED = {"slug": "dk-yarn", "variant_id": "var-Slate", "email": "ada@example.org"}


async def test_it_is_offered_for_what_is_sold_out_alone(visitor: httpx.AsyncClient) -> None:
    yarn, rye = await visitor.get(YARN), await visitor.get("/products/rye-sourdough")

    assert "Tell me when it is back Slate is sold out." in words(yarn)
    assert 'name="variant_id" value="var-Slate"' in yarn.text
    assert "Tell me when" not in words(rye)


async def test_what_is_not_offered_any_more_is_not_waited_for(visitor: httpx.AsyncClient, gateway: FakeGateway) -> None:
    gateway.refusals["GET", YARN] = (200, product("dk-yarn") | {"state": "archived"})

    assert "Tell me when" not in words(await visitor.get(YARN))


async def test_whoever_is_signed_in_finds_their_address_there(visitor: httpx.AsyncClient, gateway: FakeGateway) -> None:
    gateway.signed_in = True
    visitor.cookies.set("tl_signed_in", "account")

    page = await visitor.get(YARN)
    assert 'value="baker@sunrise.coop"' in page.text

    answer = await visitor.post("/tell-me", data=ASKED | {"email": "baker@sunrise.coop"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/products/dk-yarn?told=wished")
    assert "You get one mail, once it can be bought again." in words(await visitor.get(answer.headers["location"]))


async def test_another_address_is_asked_and_the_page_says_so(visitor: httpx.AsyncClient, gateway: FakeGateway) -> None:
    answer = await visitor.post("/tell-me", data=ASKED)

    assert answer.headers["location"] == "/products/dk-yarn?told=asked"
    assert gateway.bodies["POST", "/wishes"] == {"variant_id": "var-Slate", "email": "ada@example.org"}
    assert "Please look into your mail" in words(await visitor.get(answer.headers["location"]))


async def test_a_refusal_stands_beside_the_field_and_keeps_what_was_typed(
    visitor: httpx.AsyncClient, gateway: FakeGateway
) -> None:
    gateway.refusals["POST", "/wishes"] = refused(
        422, "invalid_email", "There is no @.", errors=[{"field": "email", "detail": "There is no @."}]
    )

    page = await visitor.post("/tell-me", data=ASKED | {"email": "ada at home"})

    assert page.status_code == 422
    assert 'value="ada at home"' in page.text
    assert 'id="email-error"' in page.text
    assert "data-focus" in page.text
    assert 'href="#email"' in page.text
    blank = await visitor.post("/tell-me", data=ASKED | {"email": ""})
    assert "Give an e-mail address." in words(blank)


async def test_an_address_elsewhere_is_never_gone_on_to(visitor: httpx.AsyncClient) -> None:
    answer = await visitor.post("/tell-me", data=ASKED | {"slug": "/evil.example/?"})

    assert answer.headers["location"].startswith("/products/%2Fevil.example")


async def test_opening_a_link_does_nothing_and_its_button_does(
    visitor: httpx.AsyncClient, gateway: FakeGateway
) -> None:
    for path, told, call in (
        ("/tell-me/T0", "You get one mail", ("POST", "/wishes/T0/confirm")),
        ("/tell-me/T0/stop", "Nothing more is sent", ("DELETE", "/wishes/T0")),
    ):
        page = await visitor.get(path)
        assert (page.status_code, call in gateway.calls) == (200, False)
        assert told in words(await visitor.post(path))
        assert call in gateway.calls


async def test_a_link_that_is_used_up_says_so(visitor: httpx.AsyncClient, gateway: FakeGateway) -> None:
    gateway.refusals["DELETE", "/wishes/T0"] = refused(404, "wish_link_spent")

    page = await visitor.post("/tell-me/T0/stop")

    assert page.status_code == 422
    assert "This link is used up" in words(page)
    assert "did not go through" not in words(page), "whoever wanted no more mails gets none"


async def test_where_several_are_sold_out_one_is_chosen(visitor: httpx.AsyncClient, gateway: FakeGateway) -> None:
    yarn = product("dk-yarn")
    yarn["variants"][0] |= {"availability": "sold_out", "in_stock": False, "available": 0}
    gateway.refusals["GET", YARN] = (200, yarn)

    page = await visitor.get(YARN)

    assert hidden(page, "slug") == "dk-yarn"
    assert '<select id="sold-out" name="variant_id" required><option value="var-Oatmeal"' in page.text
