"""A co-op that may not sell: what shoppers, its staff and the operator are shown and can do."""

import httpx
import pytest

from tests.storefront.conftest import words
from tests.storefront.fake_gateway import FakeGateway, refused


@pytest.fixture
def gateway() -> FakeGateway:
    return FakeGateway(signed_in=True, operator=True, coop_state="suspended")


async def test_its_shop_page_says_so_and_since_when(visitor: httpx.AsyncClient) -> None:
    page = words(await visitor.get("/coops/sunrise"))

    assert "Sunrise Bakers is not selling at the moment" in page
    assert "The marketplace is looking into something about it. Since 20 November 2026" in page
    assert "not yours" not in page


async def test_the_public_lists_show_only_co_ops_that_sell(visitor: httpx.AsyncClient) -> None:
    for path in ("/coops", "/"):
        page = await visitor.get(path)
        assert "hebdenwool.coop" in page.text
        assert "sunrise.coop" not in page.text


async def test_a_product_of_theirs_is_closed_and_says_why(visitor: httpx.AsyncClient, gateway: FakeGateway) -> None:
    coop = {"slug": "sunrise", "name": "Sunrise Bakers"}
    gateway.refusals["GET", "/products/rye-sourdough"] = refused(404, "coop_unavailable", "…", coop=coop)

    page = await visitor.get("/products/rye-sourdough")

    assert page.status_code == 404
    assert "Sunrise Bakers is not selling at the moment" in words(page)
    assert 'href="/coops/sunrise"' in page.text


async def test_putting_it_in_the_basket_explains_itself_there(visitor: httpx.AsyncClient, gateway: FakeGateway) -> None:
    sentence = "The co-op that makes Rye is not selling at the moment."
    gateway.refusals["POST", "/basket/lines"] = refused(409, "coop_unavailable", sentence)

    page = await visitor.post("/basket/lines", data={"variant_id": "var-1", "quantity": "1", "slug": "rye-sourdough"})

    assert sentence in words(page)


@pytest.mark.parametrize("path", ["products", "consignments", "money"])
async def test_every_page_of_the_desk_says_that_the_shop_is_closed(visitor: httpx.AsyncClient, path: str) -> None:
    page = await visitor.get(f"/desk/sunrise/{path}")

    assert "Your shop is closed for now." in words(page)
    assert 'href="/desk/sunrise/standing"' in page.text


async def test_staff_read_why_and_what_to_do(visitor: httpx.AsyncClient) -> None:
    page = words(await visitor.get("/desk/sunrise/standing"))

    assert "Three shoppers told us that the rye is not yours." in page
    assert "What you can do Read what the operator wrote" in page


async def test_an_operator_suspends_with_a_reason_and_words(visitor: httpx.AsyncClient, gateway: FakeGateway) -> None:
    gateway.coop_state = "admitted"
    form = {"decision": "suspend", "reason": "rules_broken", "words": ""}

    unsaid = await visitor.post("/operator/coops/id-sunrise", data=form)
    assert "Say why, and what the co-op can do" in words(unsaid)
    assert gateway.coop_state == "admitted"

    done = await visitor.post("/operator/coops/id-sunrise", data={**form, "words": "Not your bread."})
    assert done.headers["location"] == "/operator/coops/id-sunrise"
    told = {"reason": "rules_broken", "words": "Not your bread."}
    assert gateway.bodies["POST", "/coops/id-sunrise/suspend"] == told
    assert "Reinstate it" in words(await visitor.get("/operator/coops/id-sunrise"))


async def test_an_operator_reinstates(visitor: httpx.AsyncClient, gateway: FakeGateway) -> None:
    form = {"decision": "reinstate", "reason": "mended", "words": ""}

    await visitor.post("/operator/coops/id-sunrise", data=form)

    assert gateway.coop_state == "admitted"


async def test_the_operators_list_has_every_state(visitor: httpx.AsyncClient) -> None:
    everybody = words(await visitor.get("/operator/coops"))
    assert "Sunrise Bakers" in everybody
    assert "Hebden Wool" in everybody

    suspended = words(await visitor.get("/operator/coops", params={"state": "suspended"}))
    assert "Sunrise Bakers" in suspended
    assert "Hebden Wool" not in suspended


@pytest.mark.parametrize("path", ["/operator/coops", "/operator/coops/id-sunrise", "/operator/audit"])
async def test_nobody_else_gets_in(visitor: httpx.AsyncClient, gateway: FakeGateway, path: str) -> None:
    gateway.operator = False
    gateway.refusals["GET", "/audit/entries"] = refused(403, "forbidden")

    assert (await visitor.get(path)).status_code == 403


@pytest.mark.parametrize(
    "path", ["/operator/coops/id-sunrise", "/operator/applications/application-1", "/operator/audit"]
)
async def test_the_history_says_who_decided_what_and_why(visitor: httpx.AsyncClient, path: str) -> None:
    page = words(await visitor.get(path))

    assert "6 16 Nov 2026, 10:00 UTC Suspended operator …r-ada1 The rules were broken. “Three shoppers told us." in page
    assert "Suspended the house Its domain is on hold." in page
    assert "Domain proved the co-op" in page


async def test_the_whole_log_can_be_taken_away(visitor: httpx.AsyncClient) -> None:
    assert 'href="/api/v1/audit/export"' in (await visitor.get("/operator/audit")).text


async def test_an_owner_appeals_and_sees_that_it_is_read(visitor: httpx.AsyncClient) -> None:
    await visitor.post("/desk/sunrise/standing", data={"words": "The rye is ours."})

    page = words(await visitor.get("/desk/sunrise/standing"))
    assert "Your appeal is being read" in page
    assert "Send the appeal" not in page
    again = await visitor.post("/desk/sunrise/standing", data={"words": "Once more."})
    assert again.status_code == 409
    assert "You can write again once it is answered." in words(again)


async def test_an_operator_finds_the_appeal_and_answers_it(visitor: httpx.AsyncClient, gateway: FakeGateway) -> None:
    await visitor.post("/desk/sunrise/standing", data={"words": "The rye is ours."})

    assert "Appeals to answer Sunrise Bakers" in words(await visitor.get("/operator/coops"))
    await visitor.post("/operator/coops/id-sunrise/appeal", data={"words": "The bills are missing."})

    page = words(await visitor.get("/operator/coops/id-sunrise"))
    assert "The rye is ours. Answered" in page
    assert "Dismiss its appeal" not in page
    assert "Appeals to answer" not in words(await visitor.get("/operator/coops"))


async def test_a_shopper_sees_beside_the_goods_who_sells_them(visitor: httpx.AsyncClient, gateway: FakeGateway) -> None:
    gateway.coop_state = "admitted"

    for path in ("/products/rye-sourdough", "/coops/sunrise"):
        page = words(await visitor.get(path))
        assert "Sunrise Bakers Co-operative Ltd, Worker co-operative" in page
        assert "Mutuals Public Register, 1844" in page


async def test_goods_are_shown_also_while_the_registry_is_away(
    visitor: httpx.AsyncClient, gateway: FakeGateway
) -> None:
    gateway.refusals["GET", "/coops/sunrise"] = refused(503, "unreachable")

    page = await visitor.get("/products/rye-sourdough")

    assert page.status_code == 200
    assert "Who sells this" not in words(page)
