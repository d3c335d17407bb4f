"""Every page of the storefront, and what it needs. A new page gets its row here, or the build fails.

The rows that begin with /api look up, or make, what the next page is about.
"""

from onebox.actors import STATED
from tests.catalog.pictures.photos import photo
from tests.journeys.bad_requests import ADDRESS
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
from tests.journeys.shelves import BREAD_OLD_HEADER
from tests.journeys.steps import PASSWORD, SUNRISE


def form(**fields: str) -> dict[str, dict[str, str]]:
    return {"data": fields}


WORDS = form(words=f"{MARKER}, so.")
A_FILE_AT = form(url=f"https://files.example/{MARKER}", enabled="1")
CATALOGUE = {"files": {"file": (f"{MARKER}.csv", BREAD_OLD_HEADER.encode(), "text/csv")}}
PAPER = {"files": {"file": (f"{MARKER}.pdf", b"%PDF-1.7\n" + bytes(64), "application/pdf")}}
A_PICTURE = {"files": {"file": (f"{MARKER}.jpg", photo(), "image/jpeg")}}
PRODUCT = {"title": "Bun", "category": "bread-and-baking", "price-0": "4.50", "etag": "*"}
SELLER = {name: str(value) for name, value in STATED.items()}
ORDER = {**ADDRESS, "email": "ada@example.org", "name": "Ada", "total": "840", "currency": "EUR", "key": "{fresh}"}
ANEW = {"email": "{fresh}@example.org", "password": PASSWORD, "name": "N"}

RECEIVER = form(**{"url": f"https://hooks.example/{MARKER}", "consignment.to_pack": "1", "enabled": "1"})

PARCEL = form(carrier="DHL", tracking_number=f"{MARKER}-2")

DESK, ONE, CASE = "/desk/{shop}", "/applications/{page_application}", "/operator/applications/{page_application}"
HOOK, STOPPED = f"{DESK}/webhooks/{{page_hook}}", "/operator/coops/{page_published}"
COOP, JUDGED = "/operator/coops/{sunrise}", "/operator/applications/{page_published}"

PAGE_ROWS = (
    Row("GET", "/", PUBLIC),
    Row("GET", "/search?q=rye", PUBLIC),
    Row("GET", "/how-search-ranks", PUBLIC),
    Row("GET", "/products/{bread_slug}", PUBLIC),
    Row("POST", "/tell-me", SELF, form(variant_id="{sold_out}", email="{fresh}@example.org", slug="{sold_out_slug}")),
    Row("GET", "/tell-me/{page_wish}", PUBLIC),
    Row("POST", "/tell-me/{page_wish}", SECRET),
    Row("GET", "/tell-me/{page_wish}/stop", PUBLIC),
    Row("POST", "/tell-me/{page_wish}/stop", SECRET),
    Row("GET", "/webhooks", PUBLIC),
    Row("GET", "/developers", PUBLIC),
    Row("GET", "/coops", PUBLIC),
    Row("GET", "/coops/{shop}", PUBLIC),
    Row("GET", "/basket", MINE),
    Row("POST", "/basket", SELF, form(country="DE")),
    Row("POST", "/basket/lines", SELF, form(variant_id="{variant}", quantity="1", slug="{bread_slug}")),
    Row("POST", "/basket/lines/{variant}", SELF, form(quantity="1")),
    Row("GET", "/checkout", MINE),
    Row("POST", "/checkout", SELF, form(**ORDER)),
    Row("GET", "/orders", MINE),
    Row("GET", "/orders/{order}", BUYER),
    Row("GET", "/orders/{page_unpaid}/pay", BUYER),
    Row("GET", "/orders/{page_unpaid}/cancel", BUYER),
    Row("POST", "/orders/{page_unpaid}/cancel", BUYER, form(sure="1")),
    # accounts
    Row("GET", "/sign-in", PUBLIC),
    Row("POST", "/sign-in", SECRET, form(email="wanda@example.org", password="{password}")),
    Row("GET", "/sign-up", PUBLIC),
    Row("POST", "/sign-up", SELF, form(**ANEW), by="nobody"),
    Row("POST", "/sign-out", SELF, by="nobody"),
    Row("GET", "/forgot", PUBLIC),
    Row("POST", "/forgot", SELF, form(email="{fresh}@example.org")),
    Row("GET", "/reset/{page_reset}", PUBLIC),
    Row("POST", "/reset/{page_reset}", SECRET, form(password=PASSWORD)),
    Row("GET", "/account", MINE, by="wanda"),
    Row("GET", "/account/sessions", MINE, by="vida"),
    Row("GET", "/api/v1/sessions", MINE, by="vida", learns={"page_session": "items.0.id"}),
    Row("POST", "/account/sessions/{page_session}/end", HOLDER, by="vida"),
    Row("POST", "/account/sessions/end-others", SELF, by="vida"),
    Row("GET", "/account/security", MINE, by="vida"),
    Row("GET", "/account/security/password", SELF, by="vida"),
    Row("POST", "/account/security/password", SELF, form(password=PASSWORD), by="vida"),
    Row("POST", "/account/security/apps", SELF, form(name=MARKER), by="vida"),
    Row("POST", "/api/v1/factors/totp", SELF, {"json": {}}, {"page_app": "id", "app_secret": "secret"}, by="vida"),
    Row("GET", "/account/security/apps/{page_app}", HOLDER, by="vida"),
    Row("POST", "/account/security/apps/{page_app}", HOLDER, form(code="{app_code}"), by="vida"),
    Row("GET", "/account/security/passkeys/new", SELF, by="vida"),
    Row("POST", "/account/security/factors/{page_app}/remove", HOLDER, by="vida"),
    Row("POST", "/account/security/recovery-codes", SELF, by="vida"),
    Row("POST", "/api/v1/factors/recovery-codes", SELF, learns={"page_recovery": "recovery_codes.0"}, by="vida"),
    Row("GET", "/sign-in/second-factor", SELF, by="vida"),
    Row("POST", "/sign-in/second-factor", SELF, form(way="recovery_code", recovery_code="{page_recovery}"), by="vida"),
    Row("GET", "/verify-address/{page_verification}", PUBLIC),
    Row("POST", "/verify-address/{page_verification}", SECRET),
    Row("GET", "/verified", PUBLIC),
    Row("POST", "/account/address/verification", SELF, by="vida"),
    Row("GET", "/account/address", MINE, by="vida"),
    Row("POST", "/account/address", SELF, form(email="{fresh}@example.org", password=PASSWORD), by="vida"),
    Row("GET", "/account/password", SELF, by="vida"),
    Row("POST", "/account/password", SELF, form(current_password=PASSWORD, password=PASSWORD), by="vida"),
    Row("GET", "/account/delete", SELF, by="vida"),
    Row("POST", "/account/delete", SELF, form(password=PASSWORD), by="vida"),
    Row("GET", "/account/closed", PUBLIC),
    # an application, and the operator's part in it
    Row("GET", "/apply", ACCOUNT),
    Row("POST", "/apply", ACCOUNT, form(**{**SELLER, **SUNRISE, "domain": "six.coop", "contact_name": MARKER})),
    Row("GET", "/applications", MINE, by="wanda"),
    Row("GET", ONE, APPLICANT),
    Row("POST", "/applications/{second}/challenge", APPLICANT),
    Row("POST", "/applications/{page_published}/check", APPLICANT, form(way="dns_txt")),
    Row("POST", f"{ONE}/seller", APPLICANT, form(**SELLER)),
    Row("POST", f"{ONE}/documents?kind=other", APPLICANT, PAPER),
    Row("GET", "/operator", OPERATOR),
    Row("GET", CASE, OPERATOR),
    Row("POST", f"{CASE}/questions", OPERATOR, WORDS),
    Row("GET", f"/api/v1{ONE}", APPLICANT, learns={"page_question": "questions.0.id"}),
    Row("POST", f"{ONE}/questions/{{page_question}}", APPLICANT, WORDS),
    Row("POST", f"{CASE}/waivers", OPERATOR, form(requirement="papers_read", words=MARKER)),
    Row("POST", CASE, OPERATOR, form(decision="refuse", note=MARKER)),
    Row("POST", f"{ONE}/appeal", APPLICANT, WORDS),
    Row("POST", f"{CASE}/appeal", OPERATOR, form(verdict="dismiss", words=MARKER)),
    Row("POST", JUDGED, OPERATOR, form(decision="admit", note=MARKER, override="1")),
    # the desk
    Row("GET", "/desk", MINE, by="owner"),
    Row("GET", "/desk/consignments", MINE, by="owner"),
    Row("GET", DESK, STAFF("shop:read")),
    Row("GET", f"{DESK}/products", STAFF("catalog:read")),
    Row("GET", f"{DESK}/products/new", STAFF("catalog:write")),
    Row("POST", f"{DESK}/products/new", STAFF("catalog:write"), form(**PRODUCT)),
    Row("GET", f"{DESK}/products/{{page_product}}", STAFF("catalog:write")),
    Row("POST", f"{DESK}/products/{{page_product}}", STAFF("catalog:write"), form(**PRODUCT)),
    Row("GET", f"{DESK}/products/{{page_product}}/pictures", STAFF("catalog:write")),
    Row("POST", f"{DESK}/products/{{page_product}}/pictures", STAFF("catalog:write"), A_PICTURE),
    Row("POST", f"{DESK}/products/{{page_product}}/pictures/arrange", STAFF("catalog:write"), form(etag="*")),
    Row("GET", f"{DESK}/products/{{bread}}/parts/{{small}}", STAFF("catalog:write")),
    Row("POST", f"{DESK}/products/{{bread}}/parts/{{small}}", STAFF("catalog:write"), form(do="find", q="rye")),
    Row("POST", f"{DESK}/products/{{page_product}}/withdraw", STAFF("catalog:write")),
    Row("GET", f"{DESK}/stock", STAFF("catalog:read")),
    Row("GET", f"{DESK}/stock/{{variant}}", STAFF("catalog:read")),
    Row("POST", f"{DESK}/stock/{{variant}}", STAFF("stock:write"), form(kind="change", number="1")),
    Row("POST", f"{DESK}/imports/{{page_looked_at}}", STAFF("catalog:write"), form(step="cancel")),
    Row("POST", f"{DESK}/imports", STAFF("catalog:write"), CATALOGUE),
    Row("GET", f"{DESK}/imports", STAFF("catalog:write")),
    Row("POST", f"{DESK}/imports/feed", STAFF("catalog:write"), A_FILE_AT),
    Row("GET", f"{DESK}/imports/feed", STAFF("catalog:write")),
    Row("POST", f"{DESK}/imports/feed/fetch", STAFF("catalog:write")),
    Row("POST", f"{DESK}/imports/feed/remove", STAFF("catalog:write")),
    Row("GET", f"{DESK}/imports/{{import}}", STAFF("catalog:write")),
    Row("GET", f"{DESK}/consignments", STAFF("orders:read")),
    Row("GET", f"{DESK}/delivery", STAFF("orders:write")),
    Row("POST", f"{DESK}/delivery", STAFF("orders:write"), form(**{"country-0": "DE", "price-0": "3.90"})),
    Row("POST", f"{DESK}/consignments/{{page_consignment}}/ship", STAFF("orders:write"), PARCEL),
    Row("GET", f"{DESK}/money", STAFF("money:read")),
    Row("GET", f"{DESK}/keys", STAFF("keys:write")),
    Row("POST", f"{DESK}/keys", STAFF("keys:write"), form(**{"name": MARKER, "orders:read": "1"})),
    Row("POST", f"{DESK}/keys/{{page_key}}/revoke", STAFF("keys:write")),
    Row("GET", f"{DESK}/standing", STAFF("shop:read")),
    Row("POST", f"{DESK}/webhooks", STAFF("shop:write"), RECEIVER),
    Row("GET", f"{DESK}/webhooks", STAFF("shop:write")),
    Row("GET", "/api/v1/coops/{sunrise}/webhooks", STAFF("shop:read"), learns={"page_hook": "items.0.id"}),
    Row("GET", HOOK, STAFF("shop:write")),
    Row("POST", HOOK, STAFF("shop:write"), RECEIVER),
    Row("POST", f"{HOOK}/secret", STAFF("shop:write")),
    Row("POST", f"{HOOK}/ping", STAFF("shop:write")),
    Row(
        "GET",
        "/api/v1/coops/{sunrise}/webhooks/{page_hook}/deliveries",
        STAFF("shop:read"),
        learns={"page_message": "items.0.id"},
    ),
    Row("POST", f"{HOOK}/deliveries/{{page_message}}/replay", STAFF("shop:write")),
    Row("POST", f"{HOOK}/replay", STAFF("shop:write")),
    Row("POST", f"{HOOK}/remove", STAFF("shop:write")),
    Row("GET", f"{DESK}/pause", STAFF("shop:write")),
    Row("POST", f"{DESK}/pause", STAFF("shop:write"), form(words="Back soon.")),
    Row("POST", f"{DESK}/pause/end", STAFF("shop:write")),
    Row("GET", f"{DESK}/staff", STAFF("staff:read")),
    Row("POST", f"{DESK}/staff", STAFF("staff:write"), form(email=f"{MARKER}-al@sunrise.coop", role="finance")),
    Row("GET", "/api/v1/coops/{sunrise}/staff", STAFF("staff:read"), learns={"page_invited": "invitations.-1.id"}),
    Row("POST", f"{DESK}/invitations/{{page_invited}}/withdraw", STAFF("staff:write")),
    Row("POST", f"{DESK}/staff/{{dina}}/role", STAFF("staff:write"), form(role="finance")),
    Row("POST", f"{DESK}/staff/{{dina}}/remove", STAFF("staff:write")),
    Row("GET", "/invitations/{page_invitation}", SECRET),
    Row("POST", "/invitations/{page_invitation}", ADDRESSEE, by="iris"),
    # the operator's desk
    Row("GET", "/operator/coops", OPERATOR),
    Row("GET", COOP, OPERATOR),
    Row("POST", COOP, OPERATOR, form(decision="suspend", reason="under_review", words=MARKER)),
    Row("POST", COOP, OPERATOR, form(decision="reinstate", reason="mended", words=MARKER)),
    Row("POST", STOPPED, OPERATOR, form(decision="suspend", reason="under_review", words=MARKER)),
    Row("POST", "/desk/{stopped_shop}/standing", APPLICANT, WORDS),
    Row("POST", f"{STOPPED}/appeal", OPERATOR, WORDS),
    Row("GET", "/operator/audit", OPERATOR),
    Row("GET", "/operator/orders", OPERATOR),
    Row("GET", "/operator/ledger", OPERATOR),
)  # fmt: skip

SIGNED_BY_A_BROWSER = {("POST", "/account/security/passkeys/new")}
"""A passkey counts there, and no identity of ours (tests/gateway/test_passkeys.py, tests/browser)."""
