"""What a seller states, and the checklist before an admission."""

import httpx
import pytest

from tests.storefront.conftest import words
from tests.storefront.fake_gateway import FakeGateway, refused

MINE, THEIRS = "/applications/application-1", "/operator/applications/application-1"
STATED = {
    "eligibility": "COOP",
    "controlled_by": "",
    "register_name": "Register of Societies",
    "register_number": "5832R",
    "tax_id": "IE1234567T",
    "bank_holder": "Sunrise Bakers",
}


@pytest.fixture
def gateway() -> FakeGateway:
    return FakeGateway(signed_in=True, operator=True, application_state="proved")


async def test_an_applicant_sees_what_is_open_and_states_it(visitor: httpx.AsyncClient, gateway: FakeGateway) -> None:
    page = words(await visitor.get(MINE))
    assert "Has given its entry in a register and its tax number the records Open" in page

    done = await visitor.post(f"{MINE}/seller", data={**STATED, "certifies": "1"})

    assert done.headers["location"] == MINE
    assert gateway.bodies["PUT", "/applications/application-1/seller"] == {**STATED, "certifies": True}


async def test_who_cannot_sell_reads_why_beside_the_field(visitor: httpx.AsyncClient, gateway: FakeGateway) -> None:
    why = "An association of co-operatives does not sell here itself."
    gateway.refusals["PUT", "/applications/application-1/seller"] = refused(
        422, "class_cannot_sell", why, errors=[{"field": "eligibility", "detail": why}]
    )

    page = await visitor.post(f"{MINE}/seller", data={**STATED, "eligibility": "CA"})

    assert page.status_code == 422
    assert f'id="eligibility-error">{why}' in page.text
    assert '<option value="CA" selected>' in page.text


async def test_an_operator_waives_a_requirement(visitor: httpx.AsyncClient, gateway: FakeGateway) -> None:
    assert "Waive one of these" in words(await visitor.get(THEIRS))

    waiver = {"requirement": "seller_identity", "words": "Their state knows no tax numbers."}
    await visitor.post(f"{THEIRS}/waivers", data=waiver)

    assert gateway.bodies["POST", "/applications/application-1/waivers"] == waiver


async def test_an_operator_overrides_what_is_open(visitor: httpx.AsyncClient, gateway: FakeGateway) -> None:
    await visitor.post(THEIRS, data={"decision": "admit", "note": "Known for years.", "override": "1"})

    told = gateway.bodies["POST", "/applications/application-1/admit"]
    assert told == {"note": "Known for years.", "verified": [], "override": True}


async def test_a_paper_is_passed_on_with_what_it_is(visitor: httpx.AsyncClient, gateway: FakeGateway) -> None:
    done = await visitor.post(f"{MINE}/documents", params={"kind": "statutes"}, files={"file": ("a.pdf", b"%PDF-1.7")})

    assert done.headers["location"] == MINE
    assert gateway.urls[-1].params["kind"] == "statutes"
    assert b"%PDF-1.7" in gateway.bodies["POST", "/applications/application-1/documents"]


async def test_what_is_no_paper_is_said_on_the_page(visitor: httpx.AsyncClient, gateway: FakeGateway) -> None:
    sentence = "Please send a PDF, or a picture as PNG or JPEG, whatever its name ends in."
    gateway.refusals["POST", "/applications/application-1/documents"] = refused(422, "not_a_paper", sentence)

    page = await visitor.post(f"{MINE}/documents", params={"kind": "other"}, files={"file": ("a.pdf", b"MZ")})

    assert (page.status_code, sentence in words(page)) == (422, True)


@pytest.mark.parametrize("path", [MINE, THEIRS])
async def test_both_sides_take_papers_away(visitor: httpx.AsyncClient, path: str) -> None:
    page = await visitor.get(path)

    assert "Statutes of 2014, as amended.pdf Statutes 22 Nov 2026, 09:30 UTC 482 kB" in words(page)
    assert 'href="/api/v1/applications/application-1/documents/paper-1" download' in page.text
