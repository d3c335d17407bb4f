"""Every operation of the API, and what it needs. A new operation gets its row here, or the build fails."""

from onebox.actors import STATED
from tests.journeys.bad_requests import order, product, raw
from tests.journeys.identities import (
    ACCOUNT,
    ADDRESSEE,
    APPLICANT,
    BUYER,
    MARKER,
    MINE,
    OPERATOR,
    PUBLIC,
    SECRET,
    SELF,
    STAFF,
    Row,
)  # fmt: skip
from tests.journeys.identities_cast import KEY_SCOPES
from tests.journeys.shelves import BREAD_OLD_HEADER
from tests.journeys.steps import PASSWORD, SUNRISE

SAID = {"json": {"words": f"{MARKER}, so."}}
REFUSAL = {"json": {"reason": f"{MARKER}, no."}}
PAPER = raw(b"%PDF-1.7\n" + bytes(64), "application/pdf")
CSV = raw(BREAD_OLD_HEADER.encode(), "text/csv")
A_LINE = {"json": {"variant_id": "{variant}", "quantity": 1}}
A_KEY = {"json": {"coop_id": "{sunrise}", "name": f"{MARKER} shop", "scopes": KEY_SCOPES}}
RATES = {"json": {"rates": [{"country": "DE", "price": {"amount": 390, "currency": "EUR"}}]}}
PARCEL = {"json": {"carrier": "DHL", "tracking_number": f"{MARKER}-1"}}
APPLICATION = {"json": {**STATED, **SUNRISE, "domain": "five.coop", "contact_name": MARKER}}
INVITATION = {"json": {"email": f"{MARKER}-jo@sunrise.coop", "role": "finance"}}
AN_ACCOUNT = {"json": {"email": "{fresh}@example.org", "password": PASSWORD, "name": "N"}}
NEW_PASSWORD = {"json": {"password": PASSWORD}}
ANEW = {**product(), "headers": {"if-match": "*"}}

APPLICATIONS, COOPS = "/api/v1/applications", "/api/v1/coops"
ONE, STAFF_OF = f"{APPLICATIONS}/{{application}}", f"{COOPS}/{{sunrise}}/staff"

OPERATIONS = (
    # gateway
    Row("POST", "/api/v1/accounts", SELF, AN_ACCOUNT, by="nobody"),
    Row("POST", "/api/v1/sessions", SECRET, {"json": {"email": "zora@example.org", "password": "{password}"}}),
    Row("DELETE", "/api/v1/sessions/current", SELF, by="zoe"),
    Row("GET", "/api/v1/me", MINE),
    Row("POST", "/api/v1/password-resets", SELF, {"json": {"email": "{fresh}@example.org"}}),
    Row("PUT", "/api/v1/password-resets/{reset}", SECRET, NEW_PASSWORD),
    Row("POST", "/api/v1/keys", STAFF("keys:write"), A_KEY, learns={"page_key": "id"}),
    Row("GET", "/api/v1/keys?coop_id={sunrise}", STAFF("keys:write")),
    Row("DELETE", "/api/v1/keys/{key}", STAFF("keys:write")),
    # catalog
    Row("GET", "/api/v1/search?q=rye", PUBLIC),
    Row("GET", "/api/v1/categories", PUBLIC),
    Row("GET", "/api/v1/products?coop_id={sunrise}", MINE, by="owner"),
    Row("GET", "/api/v1/products/{draft}", STAFF("catalog:read")),
    Row("GET", "/api/v1/products/{bread}", PUBLIC, learns={"small": "variants.0.id"}),
    Row("POST", "/api/v1/products", STAFF("catalog:write"), product(), learns={"page_product": "id"}),
    Row("PUT", "/api/v1/products/{spare}", STAFF("catalog:write"), ANEW),
    Row("DELETE", "/api/v1/products/{spare}", STAFF("catalog:write")),
    Row(
        "POST",
        f"/api/v1/imports?coop_id={{sunrise}}&filename={MARKER}.csv",
        STAFF("catalog:write"),
        CSV,
        {"import": "id"},
    ),
    Row("GET", "/api/v1/imports?coop_id={sunrise}", STAFF("catalog:read")),
    Row("GET", "/api/v1/imports/{import}", STAFF("catalog:read")),
    # orders
    Row("GET", "/api/v1/basket", MINE),
    Row("PUT", "/api/v1/basket", SELF, {"json": {"country": "DE"}}),
    Row("POST", "/api/v1/basket/lines", SELF, A_LINE),
    Row("PUT", "/api/v1/basket/lines/{variant}", SELF, {"json": {"quantity": 1}}),
    Row("POST", "/api/v1/orders", SELF, order(key="{fresh}")),
    Row("DELETE", "/api/v1/basket/lines/{variant}", SELF),
    Row("GET", "/api/v1/orders", MINE),
    Row("GET", "/api/v1/orders?scope=all", OPERATOR),
    Row("GET", "/api/v1/orders/{order}", BUYER),
    Row("POST", "/api/v1/charges/{unpaid}/open", BUYER),
    Row("GET", "/api/v1/charges/{order}", BUYER),
    Row("POST", "/api/v1/orders/{unpaid}/cancel", BUYER),
    Row("GET", "/api/v1/consignments?coop_id={sunrise}", STAFF("orders:read")),
    Row("GET", "/api/v1/consignments/{consignment}", STAFF("orders:read")),
    Row("GET", "/api/v1/deliveries/{sunrise}", PUBLIC),
    Row("PUT", "/api/v1/deliveries/{sunrise}", STAFF("orders:write"), RATES),
    Row("POST", "/api/v1/consignments/{consignment}/ship", STAFF("orders:write"), PARCEL),
    # payments
    Row("GET", "/api/v1/ledger/entries", OPERATOR),
    Row("GET", "/api/v1/ledger/balances", OPERATOR),
    Row("GET", "/api/v1/payees/{sunrise}", STAFF("money:read")),
    # producers: an application from its beginning to its end
    Row("POST", APPLICATIONS, ACCOUNT, APPLICATION, learns={"second": "id"}),
    Row("GET", APPLICATIONS, MINE, by="wanda"),
    Row("GET", ONE, APPLICANT),
    Row("POST", f"{APPLICATIONS}/{{second}}/challenge", APPLICANT),
    Row("POST", f"{APPLICATIONS}/{{published}}/check", APPLICANT),
    Row("PUT", f"{ONE}/seller", APPLICANT, {"json": STATED}),
    Row("POST", f"{ONE}/documents?kind=other&filename={MARKER}.pdf", APPLICANT, PAPER, learns={"document": "id"}),
    Row("GET", f"{ONE}/documents/{{document}}", APPLICANT),
    Row("POST", f"{ONE}/questions", OPERATOR, SAID, learns={"question": "questions.0.id"}),
    Row("POST", f"{ONE}/questions/{{question}}/answer", APPLICANT, SAID),
    Row("POST", f"{ONE}/waivers", OPERATOR, {"json": {"requirement": "papers_read", "words": MARKER}}),
    Row("POST", f"{ONE}/refuse", OPERATOR, REFUSAL),
    Row("POST", f"{ONE}/appeal", APPLICANT, SAID),
    Row("POST", f"{ONE}/appeal/uphold", OPERATOR, SAID),
    Row("POST", f"{ONE}/refuse", OPERATOR, REFUSAL),
    Row("POST", f"{ONE}/appeal", APPLICANT, SAID),
    Row("POST", f"{ONE}/appeal/dismiss", OPERATOR, SAID),
    Row("POST", f"{APPLICATIONS}/{{published}}/admit", OPERATOR, {"json": {"note": MARKER, "override": True}}),
    # producers: co-ops, their staff, the audit log
    Row("GET", COOPS, PUBLIC),
    Row("GET", f"{COOPS}/{{sunrise}}", PUBLIC),
    Row("GET", "/api/v1/verify?domain=sunrise.coop", PUBLIC),
    Row("GET", f"{COOPS}/{{sunrise}}/standing", STAFF("shop:read")),
    Row("GET", STAFF_OF, STAFF("staff:read")),
    Row("POST", f"{COOPS}/{{sunrise}}/invitations", STAFF("staff:write"), INVITATION, learns={"invitation": "id"}),
    Row("DELETE", f"{COOPS}/{{sunrise}}/invitations/{{invitation}}", STAFF("staff:write")),
    Row("GET", "/api/v1/invitations/{invitation_link}", SECRET),
    Row("POST", "/api/v1/invitations/{invitation_link}/accept", ADDRESSEE),
    Row("PUT", f"{STAFF_OF}/{{dora}}", STAFF("staff:write"), {"json": {"role": "fulfilment"}}),
    Row("DELETE", f"{STAFF_OF}/{{dora}}", STAFF("staff:write")),
    Row("POST", f"{COOPS}/{{quayside}}/suspend", OPERATOR, {"json": {"reason": "under_review", "words": MARKER}}),
    Row("POST", f"{COOPS}/{{quayside}}/reinstate", OPERATOR, {"json": {"words": MARKER}}),
    Row("GET", "/api/v1/audit/entries", OPERATOR, learns={"position": "items.0.position"}),
    Row("GET", "/api/v1/audit/export", OPERATOR),
    Row("DELETE", "/api/v1/audit/entries/{position}/words", OPERATOR),
)

SIGNED_BY_MACHINES = {("POST", "/api/v1/webhooks/stripe")}
"""No identity of ours counts here: whoever signs is believed (tests/payments/test_webhooks.py)."""
