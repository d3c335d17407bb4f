"""A bundle at the desk: parts are found, numbered and saved without a script, and nothing typed is lost between."""

from typing import Any

import httpx
import pytest

from tests.storefront.conftest import hidden, words
from tests.storefront.fake_gateway import FakeGateway, product, refused

HERE = "/desk/sunrise/products/id-rye-sourdough/parts/var-box"
PUT = "PUT", "/stock/var-box/parts"


def box(*parts: dict[str, Any]) -> dict[str, Any]:
    found = product("rye-sourdough")
    [variant] = found["variants"]
    made = {"id": "var-box", "policy": "bundle" if parts else "deny", "parts": list(parts)}
    return found | {"variants": [{**variant, **made}]}


@pytest.fixture
def gateway() -> FakeGateway:
    gateway = FakeGateway(signed_in=True)
    bundle = box({"variant_id": "var-bun", "quantity": 2, "title": "Bun · Small", "slug": "bun"})
    gateway.refusals["GET", "/products/id-rye-sourdough"] = (200, bundle)
    gateway.refusals["GET", "/products/rye-sourdough"] = (200, bundle)
    gateway.refusals[PUT] = (200, bundle)
    return gateway


async def test_what_is_in_it_is_shown_with_how_many(visitor: httpx.AsyncClient) -> None:
    page = await visitor.get(HERE)

    assert "In it Parts Part How many Bun · Small" in words(page)
    assert 'name="quantity-var-bun" inputmode="numeric" maxlength="4" value="2"' in page.text


async def test_finding_keeps_what_was_typed_and_saves_nothing(visitor: httpx.AsyncClient, gateway: FakeGateway) -> None:
    typed = {"do": "find", "q": "rye", "quantity-var-bun": "7", "name-var-bun": "Bun · Small", "etag": '"3"'}

    page = await visitor.post(HERE, data=typed)

    [asked] = [url for url in gateway.urls if url.path.endswith("/stock")]
    assert asked.params["q"] == "rye"
    assert 'name="quantity-var-bun" inputmode="numeric" maxlength="4" value="7"' in page.text
    assert 'name="quantity-var-rye"' in page.text
    assert 'name="quantity-var-box"' not in page.text, "a bundle is no part of one"
    assert hidden(page, "etag") == '"3"'
    assert PUT not in gateway.calls


async def test_saving_sends_those_with_a_number_and_the_version_that_was_seen(
    visitor: httpx.AsyncClient, gateway: FakeGateway
) -> None:
    typed = {"do": "save", "etag": '"3"', "quantity-var-bun": "0", "quantity-var-rye": "3", "quantity-var-oats": ""}

    answer = await visitor.post(HERE, data=typed)

    assert answer.headers["location"] == f"{HERE}?saved=1"
    assert gateway.bodies[PUT] == {"parts": [{"variant_id": "var-rye", "quantity": 3}]}
    assert gateway.headers[-1]["if-match"] == '"3"'


async def test_a_refusal_stands_beside_the_part_it_speaks_of(visitor: httpx.AsyncClient, gateway: FakeGateway) -> None:
    sentence = "“Old” is archived. List it again, or leave it out."
    errors = [{"field": "parts.1", "detail": sentence}]
    gateway.refusals[PUT] = refused(422, "not_a_part", sentence, errors=errors)
    typed = {"do": "save", "quantity-var-bun": "2", "quantity-var-old": "1", "name-var-old": "Old"}

    page = await visitor.post(HERE, data=typed)

    assert page.status_code == 422
    assert f'<p class="error" id="quantity-var-old-error">{sentence}</p>' in page.text
    assert 'aria-describedby="quantity-var-old-error"' in page.text
    assert 'href="#quantity-var-old"' in page.text


async def test_a_number_that_is_none_is_not_sent(visitor: httpx.AsyncClient, gateway: FakeGateway) -> None:
    page = await visitor.post(HERE, data={"do": "save", "quantity-var-bun": "two"})

    assert (page.status_code, PUT in gateway.calls) == (422, False)
    assert "Give a whole number from 0 to 1,000." in words(page)
    assert 'value="two"' in page.text


async def test_the_product_leads_to_its_bundle_and_its_parts_to_their_pages(visitor: httpx.AsyncClient) -> None:
    form = await visitor.get("/desk/sunrise/products/id-rye-sourdough")
    page = await visitor.get("/products/rye-sourdough")

    assert f'<a href="{HERE}">What is in it</a>' in form.text
    assert 'name="stock-0"' not in form.text, "what its parts allow is nothing to count"
    assert 'name="stock-1"' in form.text
    assert '2 × <a href="/products/bun">Bun · Small</a>' in page.text


async def test_what_is_no_variant_of_the_product_is_nowhere(visitor: httpx.AsyncClient) -> None:
    assert (await visitor.get(HERE.replace("var-box", "var-other"))).status_code == 404
