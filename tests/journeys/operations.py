"""Every operation of the API, and what it needs. A new operation gets its row here, or the build fails."""

from onebox.actors import STATED
from tests.catalog.pictures.photos import photo
from tests.journeys.bad_requests import order, product, raw
from tests.journeys.identities import (
    ACCOUNT,
    ADDRESSEE,
    APPLICANT,
    BUYER,
    HOLDER,
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
A_CHANGE = {"json": {"change": 1}, "headers": {"idempotency-key": "{fresh}"}}
MANY_LEVELS = {
    "json": {"coop_id": "{sunrise}", "items": [{"variant_id": "{small}", "change": 1}]},
    "headers": {"idempotency-key": "{fresh}"},
}
A_WISH = {"json": {"variant_id": "{sold_out}", "email": "{fresh}@example.org"}}
A_LINE = {"json": {"variant_id": "{variant}", "quantity": 1}}
A_KEY = {"json": {"coop_id": "{sunrise}", "name": f"{MARKER} shop", "scopes": KEY_SCOPES}}
RATES = {"json": {"rates": [{"country": "DE", "price": {"amount": 390, "currency": "EUR"}}]}}
PARCEL = {"json": {"carrier": "DHL", "tracking_number": f"{MARKER}-1"}}
APPLICATION = {"json": {**STATED, **SUNRISE, "domain": "five.coop", "contact_name": MARKER}}
INVITATION = {"json": {"email": f"{MARKER}-jo@sunrise.coop", "role": "finance"}}
AN_ACCOUNT = {"json": {"email": "{fresh}@example.org", "password": PASSWORD, "name": "N"}}
NEW_PASSWORD = {"json": {"password": PASSWORD}}
AN_APP = {"json": {"name": MARKER}}
A_PASSWORD = {"json": {"password": PASSWORD}}
AN_ADDRESS = {"json": {"email": "{fresh}@example.org", "password": PASSWORD}}
ANOTHER_PASSWORD = {"json": {"current_password": PASSWORD, "password": PASSWORD}}
A_RECEIVER = {"json": {"url": f"https://hooks.example/{MARKER}", "events": ["consignment.to_pack"]}}
A_HOLIDAY = {"json": {"words": "Back soon."}}
A_PRODUCT = {name: told for name, told in product()["json"].items() if name != "coop_id"}
A_FEED = {"json": {"url": f"https://files.example/{MARKER}"}}
A_LINE_OF_BULK = raw(b'{"external_id": "none"}', "application/x-ndjson")
A_PICTURE = raw(photo(), "image/jpeg")
NO_PICTURES = {"json": {"pictures": []}, "headers": {"if-match": "*"}}
NO_PARTS = {"json": {"parts": []}, "headers": {"if-match": "*"}}
ANEW = {**product(), "headers": {"if-match": "*"}}

APPLICATIONS, COOPS = "/api/v1/applications", "/api/v1/coops"
IMPORTS, HOOKS = "/api/v1/imports", "/api/v1/coops/{sunrise}/webhooks"
HOOK, STOPPED = f"{HOOKS}/{{hook}}", f"{COOPS}/{{published}}"
ASSORTMENT = "/api/v1/assortments/{sunrise}"
ONE, STAFF_OF = f"{APPLICATIONS}/{{application}}", f"{COOPS}/{{sunrise}}/staff"

OPERATIONS = (
    # gateway
    Row("POST", "/api/v1/accounts", SELF, AN_ACCOUNT, by="nobody"),
    Row("POST", "/api/v1/sessions", SECRET, {"json": {"email": "zora@example.org", "password": "{password}"}}),
    Row("DELETE", "/api/v1/sessions/current", SELF, by="zoe"),
    Row("GET", "/api/v1/me", MINE),
    Row("POST", "/api/v1/password-resets", SELF, {"json": {"email": "{fresh}@example.org"}}),
    Row("PUT", "/api/v1/password-resets/{reset}", SECRET, NEW_PASSWORD),
    # gateway: one's own account, from its second factors to its end
    Row("GET", "/api/v1/sessions", MINE, by="vera", learns={"session": "items.0.id"}),
    Row("DELETE", "/api/v1/sessions/{session}", HOLDER),
    Row("GET", "/api/v1/factors", MINE, by="vera"),
    Row("POST", "/api/v1/factors/totp", SELF, AN_APP, {"app": "id", "app_secret": "secret"}, by="vera"),
    Row("GET", "/api/v1/factors/totp/{app}", HOLDER),
    Row("POST", "/api/v1/factors/totp/{app}/confirm", HOLDER, {"json": {"code": "{app_code}"}}),
    Row("POST", "/api/v1/factors/passkeys/creation-options", SELF, by="vera"),
    Row("POST", "/api/v1/factors/recovery-codes", SELF, learns={"recovery": "recovery_codes.0"}, by="vera"),
    Row("POST", "/api/v1/sessions/current/factor", SELF, {"json": {"recovery_code": "{recovery}"}}, by="vera"),
    Row("POST", "/api/v1/sessions/current/password", SELF, A_PASSWORD, by="vera"),
    Row("DELETE", "/api/v1/factors/{app}", HOLDER),
    Row("POST", "/api/v1/me/address/verification", SELF, by="vera"),
    Row("POST", "/api/v1/address-verifications/{verification}", SECRET),
    Row("PUT", "/api/v1/me/address", SELF, AN_ADDRESS, by="vera"),
    Row("PUT", "/api/v1/me/password", SELF, ANOTHER_PASSWORD, by="vera"),
    Row("GET", "/api/v1/me/export", MINE, by="vera"),
    Row("DELETE", "/api/v1/sessions", SELF, by="vera"),
    Row("DELETE", "/api/v1/me", SELF, A_PASSWORD, by="vera"),
    # gateway: the keys of a co-op
    Row("POST", "/api/v1/keys", STAFF("keys:write"), A_KEY, learns={"page_key": "id"}),
    Row("GET", "/api/v1/keys?coop_id={sunrise}", STAFF("keys:write")),
    Row("DELETE", "/api/v1/keys/{key}", STAFF("keys:write")),
    # catalog
    Row("GET", "/api/v1/search?q=rye", PUBLIC),
    Row("GET", "/api/v1/search/ranking", PUBLIC),
    Row("GET", "/api/v1/suggest?q=ry", PUBLIC),
    Row("GET", "/api/v1/places?q=kass", PUBLIC),
    Row("GET", "/api/v1/categories", PUBLIC),
    Row("GET", "/api/v1/changes", PUBLIC),
    Row("GET", "/api/v1/certifications", PUBLIC),
    Row("GET", "/sitemap.xml", PUBLIC),
    Row("GET", "/sitemaps/pages.xml", PUBLIC),
    Row("GET", "/sitemaps/{bread}.xml", PUBLIC),
    Row("GET", "/feeds/merchant.xml", PUBLIC),
    Row("GET", "/feeds/new.xml?coop=sunrise", PUBLIC),
    Row("GET", "/api/v1/products?coop_id={sunrise}", MINE, by="owner"),
    Row("GET", "/api/v1/products/{draft}", STAFF("catalog:read")),
    Row("GET", "/api/v1/products/{bread}", PUBLIC, learns={"small": "variants.0.id"}),
    Row("POST", "/api/v1/products", STAFF("catalog:write"), product(), learns={"page_product": "id"}),
    Row("GET", "/api/v1/stock?coop_id={sunrise}", STAFF("catalog:read")),
    Row("GET", "/api/v1/stock/{small}", STAFF("catalog:read")),
    Row("POST", "/api/v1/stock/{small}", STAFF("stock:write"), A_CHANGE),
    Row("POST", "/api/v1/stock", STAFF("stock:write"), MANY_LEVELS),
    Row("GET", "/api/v1/stock/{small}/journal", STAFF("catalog:read")),
    Row("GET", "/api/v1/stock/{small}/journal.csv", STAFF("catalog:read")),
    Row("GET", "/api/v1/stock/{small}/explanation", STAFF("catalog:read")),
    Row("GET", "/api/v1/stock/journal.csv?coop_id={sunrise}", STAFF("catalog:read")),
    Row("PUT", "/api/v1/stock/{small}/parts", STAFF("catalog:write"), NO_PARTS),
    Row("PUT", "/api/v1/products/{spare}", STAFF("catalog:write"), ANEW),
    Row("POST", "/api/v1/pictures?coop_id={sunrise}", STAFF("catalog:write"), A_PICTURE, learns={"digest": "digest"}),
    Row("GET", "/pictures/{digest}/{picture_file}", PUBLIC),
    Row("GET", "/api/v1/products/{draft}/pictures", STAFF("catalog:read")),
    Row("PUT", "/api/v1/products/{spare}/pictures", STAFF("catalog:write"), NO_PICTURES),
    Row("DELETE", "/api/v1/products/{spare}", STAFF("catalog:write")),
    Row("POST", "/api/v1/products/{spare}/restore", STAFF("catalog:write")),
    # catalog: the assortment, for the co-op's own systems
    Row("PUT", f"{ASSORTMENT}/products/{{own_id}}", STAFF("catalog:write"), {"json": A_PRODUCT}),
    Row("POST", f"{ASSORTMENT}/products/bulk", STAFF("catalog:write"), A_LINE_OF_BULK),
    Row("GET", f"{ASSORTMENT}/products/{{own_id}}", STAFF("catalog:read")),
    Row("PUT", f"{ASSORTMENT}/feed", STAFF("catalog:write"), A_FEED),
    Row("GET", f"{ASSORTMENT}/feed", STAFF("catalog:read")),
    Row("POST", f"{ASSORTMENT}/feed/fetch", STAFF("catalog:write")),
    Row("DELETE", f"{ASSORTMENT}/feed", STAFF("catalog:write")),
    Row("GET", f"{ASSORTMENT}/changes", STAFF("catalog:read")),
    Row("GET", f"{ASSORTMENT}/products", STAFF("catalog:read")),
    Row("DELETE", f"{ASSORTMENT}/products/{{own_id}}", STAFF("catalog:write")),
    Row("POST", f"{ASSORTMENT}/products/{{own_id}}/restore", STAFF("catalog:write")),
    Row(
        "POST",
        f"/api/v1/imports?coop_id={{sunrise}}&filename={MARKER}.csv",
        STAFF("catalog:write"),
        CSV,
        {"import": "id"},
    ),
    Row("GET", f"{IMPORTS}/{{import}}/events", STAFF("catalog:read")),
    Row("GET", f"{IMPORTS}?coop_id={{sunrise}}", STAFF("catalog:read")),
    Row("GET", f"{IMPORTS}/{{import}}", STAFF("catalog:read")),
    Row("GET", f"{IMPORTS}/{{import}}/products", STAFF("catalog:read")),
    Row("GET", f"{IMPORTS}/{{import}}/products.csv", STAFF("catalog:read")),
    Row("GET", f"{IMPORTS}/{{import}}/problems.csv", STAFF("catalog:read")),
    Row("GET", f"{IMPORTS}/{{import}}/rejected", STAFF("catalog:read")),
    Row("GET", "/api/v1/exports/catalogue.csv?coop_id={sunrise}", STAFF("catalog:read")),
    Row("GET", "/api/v1/exports/catalogue.jsonl?coop_id={sunrise}", STAFF("catalog:read")),
    Row("GET", f"{IMPORTS}/template.csv", PUBLIC),
    Row("GET", f"{IMPORTS}/template.jsonl", PUBLIC),
    Row("POST", f"{IMPORTS}/{{looked_at}}/cancel", STAFF("catalog:write")),
    Row("POST", f"{IMPORTS}/{{ready}}/commit", STAFF("catalog:write"), {"json": {}}),
    Row("GET", f"{IMPORTS}/{{ready}}/events", STAFF("catalog:read")),
    Row("POST", f"{IMPORTS}/{{held}}/publish", STAFF("catalog:write")),
    Row("GET", f"{IMPORTS}/{{held}}/events", STAFF("catalog:read")),
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
    Row("POST", "/api/v1/wishes", SELF, A_WISH),
    Row("POST", "/api/v1/wishes/{wish}/confirm", SECRET),
    Row("DELETE", "/api/v1/wishes/{wish}", SECRET),
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
    Row("POST", f"{STOPPED}/suspend", OPERATOR, {"json": {"reason": "under_review", "words": MARKER}}),
    Row("POST", f"{STOPPED}/appeals", APPLICANT, SAID),
    Row("GET", "/api/v1/appeals", OPERATOR),
    Row("POST", f"{STOPPED}/appeals/dismiss", OPERATOR, SAID),
    Row("GET", "/api/v1/audit/entries", OPERATOR, learns={"position": "items.0.position"}),
    Row("GET", "/api/v1/audit/export", OPERATOR),
    Row("DELETE", "/api/v1/audit/entries/{position}/words", OPERATOR),
    # producers, of webhooks and of holidays
    Row("POST", HOOKS, STAFF("shop:write"), A_RECEIVER, learns={"hook": "endpoint.id"}),
    Row("GET", HOOKS, STAFF("shop:read")),
    Row("GET", HOOK, STAFF("shop:read")),
    Row("PUT", HOOK, STAFF("shop:write"), A_RECEIVER),
    Row("POST", f"{HOOK}/secret", STAFF("shop:write")),
    Row("POST", f"{HOOK}/ping", STAFF("shop:write"), learns={"message": "id"}),
    Row("GET", f"{HOOK}/deliveries", STAFF("shop:read")),
    Row("POST", f"{HOOK}/deliveries/{{message}}/replay", STAFF("shop:write")),
    Row("POST", f"{HOOK}/replay", STAFF("shop:write"), {"json": {}}),
    Row("DELETE", HOOK, STAFF("shop:write")),
    Row("PUT", f"{COOPS}/{{sunrise}}/pause", STAFF("shop:write"), A_HOLIDAY),
    Row("DELETE", f"{COOPS}/{{sunrise}}/pause", STAFF("shop:write")),
)

SIGNED_BY_MACHINES = {
    ("POST", "/api/v1/webhooks/stripe"),
    ("POST", "/api/v1/factors/passkeys"),
    ("POST", "/api/v1/factors/passkeys/request-options"),
}
"""Here it counts who signs: Stripe (tests/payments/test_webhooks.py), or a passkey (tests/gateway/test_passkeys.py)."""
