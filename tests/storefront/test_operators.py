"""The operator reads, decides and looks into the books."""

from datetime import UTC, datetime

import httpx
import pytest

from storefront.wire.coops import AuditEntry
from storefront.words import reason
from tests.storefront.conftest import words
from tests.storefront.fake_gateway import FakeGateway, refused


@pytest.fixture
def gateway() -> FakeGateway:
    return FakeGateway(signed_in=True, operator=True, application_state="proved")


async def test_the_evidence_is_there_before_the_decision(visitor: httpx.AsyncClient) -> None:
    page = words(await visitor.get("/operator/applications/application-1"))

    assert "Record not found" in page
    assert "Record found DNSSEC" in page
    assert "In good order" in page


async def test_admitting_takes_a_note(visitor: httpx.AsyncClient, gateway: FakeGateway) -> None:
    form = {"decision": "admit", "note": "Register checked.", "verified-papers_read": "1"}
    await visitor.post("/operator/applications/application-1", data=form)

    assert gateway.application_state == "admitted"
    assert gateway.bodies["POST", "/applications/application-1/admit"] == {
        "note": "Register checked.",
        "verified": ["papers_read"],
        "override": False,
    }


async def test_refusing_needs_a_reason(visitor: httpx.AsyncClient, gateway: FakeGateway) -> None:
    form = {"decision": "refuse", "note": "", "override": "1"}
    page = await visitor.post("/operator/applications/application-1", data=form)

    assert words(page).count("Give the reason") == 2  # beside the field, and in the summary
    assert 'name="override" value="1" checked' in page.text
    assert gateway.application_state == "proved"


@pytest.mark.parametrize(
    ("what", "by", "why", "told"),
    [
        ("admitted", "operator …d-nora", "papers_read", "Its papers were read."),
        ("applied", "the co-op", "", ""),
        ("joined", "account …d-nora", "catalogue 01a215c0-97ea66cf18", "Catalogue …66cf18"),
        ("second_factor_added", "account …d-nora", "totp", "An authenticator app."),
    ],
)
def test_the_audit_log_names_who_decided_and_why_in_words(what: str, by: str, why: str, told: str) -> None:
    entry = AuditEntry(
        position=1, at=datetime(2026, 11, 26, tzinfo=UTC), what=what, subject="s", by="id-d-nora", why=why
    )

    assert (entry.whose, reason(why) if why else "") == (by, told)


async def test_the_books_show_debit_and_credit(visitor: httpx.AsyncClient) -> None:
    page = words(await visitor.get("/operator/ledger"))

    assert "In balance" in page
    assert "stripe:balance €141.60" in page
    assert "-€" not in page


@pytest.mark.parametrize("path", ["/operator", "/operator/applications/application-1", "/operator/orders"])
async def test_nobody_else_gets_in(visitor: httpx.AsyncClient, gateway: FakeGateway, path: str) -> None:
    gateway.operator = False
    gateway.refusals["GET", "/orders"] = refused(403, "forbidden")

    page = await visitor.get(path)

    assert page.status_code == 403
    assert "Your account may not do this." in words(page)
