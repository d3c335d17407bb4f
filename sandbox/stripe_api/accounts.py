"""Connected accounts: who is paid, and whether they may be paid yet."""

from sandbox.stripe_api.call import Call
from sandbox.stripe_api.errors import InvalidParameter
from sandbox.stripe_api.params import Section, Value
from sandbox.stripe_api.platform import Platform, Wire, new_id

TYPES = ("custom", "express", "standard", "none")
LINK_TYPES = ("account_onboarding", "account_update")
LINK_SECONDS = 300


def create(call: Call) -> Wire:
    params, platform = call.params, call.platform
    kind = params.choice("type", TYPES) or "none"
    country = (params.text("country", longest=2) or "IE").upper()
    requested = [name for name, wish in params.section("capabilities").items() if _requested(wish)]
    account = platform.add(
        _drawn(platform, kind, country)
        | {
            "business_profile": _profile(params.section("business_profile")),
            "business_type": params.text("business_type"),
            "capabilities": dict.fromkeys(requested, "inactive"),
            "company": params.section("company"),
            "email": params.text("email"),
            "metadata": params.metadata(),
        }
    )
    return open_for_business(platform, account) if platform.instant_onboarding else account


def _requested(wish: Value) -> bool:
    return isinstance(wish, dict) and wish.get("requested") == "true"


def _profile(given: Section) -> Wire:
    members = ("mcc", "name", "product_description", "support_email", "support_phone", "support_url", "url")
    return {**dict.fromkeys(members), **given}


def _drawn(platform: Platform, kind: str, country: str) -> Wire:
    id = new_id("acct", 16)
    url = f"/v1/accounts/{id}/external_accounts"
    due = ["external_account", "tos_acceptance.date", "tos_acceptance.ip"]
    return {
        "id": id, "object": "account", "charges_enabled": False, "controller": {"type": "application"},
        "country": country, "created": platform.now(), "default_currency": "eur", "details_submitted": False,
        "external_accounts": {"object": "list", "data": [], "has_more": False, "total_count": 0, "url": url},
        "future_requirements": _requirements([]), "payouts_enabled": False, "requirements": _requirements(due),
        "settings": {}, "tos_acceptance": {"date": None, "ip": None, "user_agent": None}, "type": kind,
    }  # fmt: skip


def _requirements(due: list[str]) -> Wire:
    return {
        "alternatives": [], "current_deadline": None, "currently_due": due,
        "disabled_reason": "requirements.past_due" if due else None, "errors": [], "eventually_due": due,
        "past_due": due, "pending_verification": [],
    }  # fmt: skip


def open_for_business(platform: Platform, account: Wire) -> Wire:
    """All that Stripe would ask has been given: what was requested becomes active."""
    account |= {
        "capabilities": dict.fromkeys(account["capabilities"], "active"), "charges_enabled": True,
        "details_submitted": True, "payouts_enabled": True, "requirements": _requirements([]),
    }  # fmt: skip
    platform.save(account)
    platform.emit("account.updated", account, account=account["id"])
    return account


def create_link(call: Call) -> Wire:
    params, platform = call.params, call.platform
    account = platform.find("account", params.required("account"), param="account")
    if params.choice("type", LINK_TYPES) is None:
        raise InvalidParameter("Missing required param: type.", code="parameter_missing", param="type")
    for name in ("return_url", "refresh_url"):
        params.required(name)
        platform.require_house(params.text(name), name)
    expires_at = platform.now() + LINK_SECONDS
    token = new_id("link", 32)
    urls = {name: params.text(name) for name in ("return_url", "refresh_url")}
    kept = {"id": token, "object": "account_link_token", "account": account["id"], "expires_at": expires_at}
    platform.add(kept | urls)
    url = f"{platform.public_url}/connect/{token}"
    return {"object": "account_link", "created": platform.now(), "expires_at": expires_at, "url": url}
