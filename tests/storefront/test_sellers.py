"""The sellers' side: proving a domain, products, uploads, parcels, delivery, keys, money."""

import httpx
import pytest

from tests.storefront.conftest import words
from tests.storefront.fake_gateway import FakeGateway, money, product, refused


@pytest.fixture
def gateway() -> FakeGateway:
    return FakeGateway(signed_in=True)


async def test_the_record_is_shown_once_and_never_kept_by_a_cache(visitor: httpx.AsyncClient) -> None:
    page = await visitor.post("/applications/application-1/challenge")
    assert "toadlane-proof=Zq3v8" in page.text
    assert page.headers["cache-control"] == "no-store"
    assert "name=_toadlane-challenge.sunrise.coop" in page.text

    assert "toadlane-proof=Zq3v8" not in (await visitor.get("/applications/application-1")).text


async def test_a_record_that_is_not_there_says_what_was_seen_instead(
    visitor: httpx.AsyncClient, gateway: FakeGateway
) -> None:
    gateway.refusals["POST", "/applications/application-1/check"] = refused(
        409, "proof_not_found", seen=["<b>another</b>"]
    )

    page = await visitor.post("/applications/application-1/check")

    assert page.status_code == 409
    assert "do not show the record yet" in words(page)
    assert '<code class="long">&lt;b&gt;another&lt;/b&gt;</code>' in page.text


async def test_both_ways_to_prove_a_domain_are_offered(visitor: httpx.AsyncClient, gateway: FakeGateway) -> None:
    page = words(await visitor.post("/applications/application-1/challenge"))
    assert "_toadlane-challenge.sunrise.coop" in page
    assert "https://sunrise.coop/.well-known/toadlane-challenge.txt" in page

    await visitor.post("/applications/application-1/check", data={"way": "https_file"})
    await visitor.post("/applications/application-1/check", data={"way": "carrier pigeon"})
    await visitor.post("/applications/application-1/check")

    asked = [str(url) for url in gateway.urls if url.path.endswith("/check")]
    assert [url.partition("way=")[2] for url in asked] == ["https_file", "dns_txt", "dns_txt"]


async def test_a_file_that_cannot_be_fetched_says_what_it_needs(
    visitor: httpx.AsyncClient, gateway: FakeGateway
) -> None:
    gateway.refusals["POST", "/applications/application-1/check"] = refused(503, "file_unreachable")

    page = await visitor.post("/applications/application-1/check", data={"way": "https_file"})

    assert page.status_code == 503
    assert "with a valid certificate" in words(page)


async def test_an_admitted_co_op_sees_when_to_prove_again_and_how(
    visitor: httpx.AsyncClient, gateway: FakeGateway
) -> None:
    gateway.application_state = "admitted"
    page = words(await visitor.get("/applications/application-1"))
    assert "It counts until 20 February 2027" in page
    assert "Show me the record" in page

    gateway.proof_revoked = True
    assert "changed hands after it was proved" in words(await visitor.get("/applications/application-1"))


async def test_the_public_page_shows_the_proof_and_the_registrys_word(visitor: httpx.AsyncClient) -> None:
    page = words(await visitor.get("/coops/sunrise"))

    assert "2 of 2 servers asked" in page
    assert "In good order active, client transfer prohibited" in page
    assert "Proved again by" in page
    assert "Next check" in page


async def test_a_proved_domain_leads_on(visitor: httpx.AsyncClient) -> None:
    answer = await visitor.post("/applications/application-1/check")

    assert answer.headers["location"] == "/applications/application-1"
    assert "sunrise.coop is proved" in words(await visitor.get("/applications/application-1"))


async def test_an_application_that_lacks_something_comes_back_filled_in(visitor: httpx.AsyncClient) -> None:
    page = await visitor.post("/apply", data={"domain": "sunrise.coop", "trading_name": "Sunrise"})

    assert page.status_code == 422
    assert 'value="sunrise.coop"' in page.text
    assert 'id="legal_name-error"' in page.text


async def test_a_product_form_keeps_what_it_does_not_change(visitor: httpx.AsyncClient, gateway: FakeGateway) -> None:
    blanket = product("merino-blanket")
    form = {
        "title": "Merino blanket",
        "description": "Soft.\n\nWarm & <3.",
        "category": "textiles",
        "tags": "wool, blanket",
        "etag": '"3"',
        "id-0": blanket["variants"][0]["id"],
        "title-0": "150 × 200 cm",
        "price-0": "119.00",
        "before-0": "139",
        "tracked-0": "1",
        "stock-0": "7",
        "seen-0": "7",
    }

    answer = await visitor.post("/desk/sunrise/products/id-merino-blanket", data=form)

    assert answer.status_code == 303
    body = gateway.bodies["PUT", "/products/id-merino-blanket"]
    assert gateway.headers[-1]["if-match"] == '"3"'
    assert body["description"] == "<p>Soft.</p><p>Warm &amp; &lt;3.</p>"
    assert body["tags"] == ["wool", "blanket"]
    variant = body["variants"][0]
    assert (variant["price"], variant["compare_at"]) == (money(11900), money(13900))
    assert (variant["stock"], variant["stock_seen"], variant["id"]) == (7, 7, "var-150 × 200 cm")


async def test_a_variant_without_count_is_sent_without_stock(visitor: httpx.AsyncClient, gateway: FakeGateway) -> None:
    await visitor.post("/desk/sunrise/products/new", data={"title": "Loaf", "category": "bread", "price-0": "6,40"})

    body = gateway.bodies["POST", "/products"]
    assert body["variants"][0]["stock"] is None
    assert body["variants"][0]["price"] == money(640)


async def test_a_price_with_too_many_decimals_is_refused_here(visitor: httpx.AsyncClient, gateway: FakeGateway) -> None:
    form = {"title": "Loaf", "category": "bread", "price-0": "6.405", "tracked-0": "1", "stock-0": "lots"}
    page = await visitor.post("/desk/sunrise/products/new", data=form)

    assert page.status_code == 422
    assert 'id="price-0-error"' in page.text
    assert 'id="stock-0-error"' in page.text
    assert ("POST", "/products") not in gateway.calls


async def test_the_catalogues_objection_to_a_variant_lands_on_its_row(
    visitor: httpx.AsyncClient, gateway: FakeGateway
) -> None:
    errors = [{"field": "variants.1.title", "detail": "It has the same options as variant 1."}]
    gateway.refusals["POST", "/products"] = refused(422, "same_options", "Two are alike.", errors=errors)
    form = {"title": "Loaf", "category": "bread", "price-0": "6", "title-0": "A", "price-2": "6", "title-2": "A"}

    page = await visitor.post("/desk/sunrise/products/new", data=form)

    assert 'id="title-2-error"' in page.text


async def test_somebody_elses_change_is_not_overwritten(visitor: httpx.AsyncClient, gateway: FakeGateway) -> None:
    gateway.refusals["PUT", "/products/id-dk-yarn"] = refused(412, "changed_meanwhile")
    form = {"title": "Yarn", "category": "textiles", "price-0": "6", "etag": '"1"'}

    page = await visitor.post("/desk/sunrise/products/id-dk-yarn", data=form)

    assert "Somebody else changed this meanwhile" in words(page)


async def test_an_upload_is_passed_on_as_it_came(visitor: httpx.AsyncClient, gateway: FakeGateway) -> None:
    files = {"file": ("export.csv", b"Handle,Title\nloaf,Loaf\n", "text/csv")}
    answer = await visitor.post("/desk/sunrise/imports", files=files)

    assert answer.headers["location"] == "/desk/sunrise/imports/import-1"
    assert b'filename="export.csv"' in gateway.bodies["POST", "/imports"]
    assert gateway.headers[-1]["content-type"].startswith("multipart/form-data; boundary=")
    assert gateway.urls[-1].params["coop_id"] == "id-sunrise"


async def test_a_file_may_be_sent_with_its_encoding(visitor: httpx.AsyncClient, gateway: FakeGateway) -> None:
    page = await visitor.get("/desk/sunrise/imports")
    files = {"file": ("export.csv", b"Handle,Title\n", "text/csv")}
    await visitor.post("/desk/sunrise/imports", files=files, data={"encoding": "windows-1250"})

    assert '<option value="windows-1250">Central Europe' in page.text
    assert b'name="encoding"\r\n\r\nwindows-1250' in gateway.bodies["POST", "/imports"]


async def test_a_file_that_is_no_catalogue_is_told_at_once(visitor: httpx.AsyncClient, gateway: FakeGateway) -> None:
    gateway.refusals["POST", "/imports"] = refused(422, "not_a_csv", "This is a picture, not a CSV file.")

    page = await visitor.post("/desk/sunrise/imports", files={"file": ("a.png", b"\x89PNG", "image/png")})

    assert "This is a picture, not a CSV file." in words(page)


async def test_an_import_that_runs_shows_its_progress_and_looks_again(
    visitor: httpx.AsyncClient, gateway: FakeGateway
) -> None:
    gateway.import_state = "running"

    page = await visitor.get("/desk/sunrise/imports/import-1")

    assert '<progress id="progress" max="1240" value="512">' in page.text
    assert 'http-equiv="refresh"' in page.text


async def test_an_import_reports_every_row_with_line_column_and_reason(visitor: httpx.AsyncClient) -> None:
    page = words(await visitor.get("/desk/sunrise/imports/import-1"))

    assert "18 Variant Price 12,x This is not an amount of money. Write it like 12.50. Not taken" in page
    assert "Prices were taken as EUR" in page
    assert "Categories we do not know" in page


async def test_an_upload_is_looked_at_before_anything_changes(visitor: httpx.AsyncClient, gateway: FakeGateway) -> None:
    await visitor.post("/desk/sunrise/imports", files={"file": ("a.csv", b"id,title,price\n", "text/csv")})
    assert gateway.urls[-1].params["dry_run"] == "true"
    gateway.import_state = "ready"

    page = await visitor.get("/desk/sunrise/imports/import-1")

    assert "312 products would be new, 4 changed" in words(page)
    assert "Rye sourdough line 2" in words(page)
    assert 'href="/api/v1/imports/import-1/rejected"' in page.text


async def test_staff_decide_what_becomes_of_a_file(visitor: httpx.AsyncClient, gateway: FakeGateway) -> None:
    path = "/desk/sunrise/imports/import-1"
    answer = await visitor.post(path, data={"step": "commit", "policy": "hold", "remove_missing": "1"})
    assert answer.headers["location"] == path
    assert gateway.bodies["POST", "/imports/import-1/commit"] == {
        "policy": "hold",
        "remove_missing": True,
        "confirm_removal": False,
    }

    gateway.import_state = "ready"
    gateway.refusals["POST", "/imports/import-1/commit"] = refused(
        409, "import_obstacle", "7 of 9 are not in the file."
    )
    asked = await visitor.post(path, data={"step": "commit", "policy": "hold", "remove_missing": "1"})
    assert (asked.status_code, "7 of 9 are not in the file." in words(asked)) == (409, True)
    assert 'name="confirm_removal"' in asked.text
    assert 'value="hold" checked' in asked.text

    for step in ("publish", "cancel"):
        assert (await visitor.post(path, data={"step": step})).status_code == 303


async def test_a_parcel_needs_carrier_and_number(visitor: httpx.AsyncClient, gateway: FakeGateway) -> None:
    path = "/desk/sunrise/consignments/consignment-sunrise/ship"
    page = await visitor.post(path, data={"carrier": "An Post", "tracking_number": " "})
    assert "Give the tracking number." in words(page)
    assert 'value="An Post"' in page.text

    answer = await visitor.post(path, data={"carrier": "An Post", "tracking_number": "RR1", "number": "TL-1"})
    assert answer.headers["location"] == "/desk/sunrise/consignments?shipped=TL-1"
    assert gateway.bodies["POST", "/consignments/consignment-sunrise/ship"]["tracking_number"] == "RR1"


async def test_mails_lead_to_the_parcels_of_the_one_co_op(visitor: httpx.AsyncClient) -> None:
    assert (await visitor.get("/desk/consignments")).headers["location"] == "/desk/sunrise/consignments"


async def test_delivery_prices_are_saved_and_a_blank_country_is_left_out(
    visitor: httpx.AsyncClient, gateway: FakeGateway
) -> None:
    form = {"country-0": "IE", "price-0": "4.90", "country-1": "", "price-1": "3", "country-2": "*", "price-2": "0"}
    await visitor.post("/desk/sunrise/delivery", data=form)

    rates = gateway.bodies["PUT", "/deliveries/id-sunrise"]["rates"]
    assert rates == [{"country": "IE", "price": money(490)}, {"country": "*", "price": money(0)}]


async def test_a_key_is_shown_once(visitor: httpx.AsyncClient) -> None:
    form = {"name": "Stock room", "catalog:read": "1"}
    page = await visitor.post("/desk/sunrise/keys", data=form)
    assert "tl_live_4f9a" in page.text
    assert page.headers["cache-control"] == "no-store"

    assert "tl_live_4f9a" not in (await visitor.get("/desk/sunrise/keys")).text


async def test_the_desk_shows_what_was_sent(visitor: httpx.AsyncClient) -> None:
    page = words(await visitor.get("/desk/sunrise/money"))

    assert "€17.06" in page
    assert "€22.50" in page
