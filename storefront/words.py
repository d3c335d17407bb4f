"""Codes and states in people's words: one table each, so that no page invents its own."""

from storefront.api import Problem

PROBLEMS = {
    "unreachable": "Something behind this page is not answering. Nothing was lost: please try again in a moment.",
    "invalid": "Please check the fields marked below.",
    "sign_in_required": "Please sign in first.",
    "wrong_credentials": "That e-mail and password do not belong together.",
    "forbidden": "Your account may not do this.",
    "cross_site": "This form came from another site, so nothing was done. Please fill it in here.",
    "basket_empty": "Your basket is empty, so there is nothing to order.",
    "basket_stale": "Something in your basket is no longer for sale. Please take it out.",
    "price_changed": "A price changed while you were here. Please look at the new total before you order.",
    "does_not_deliver": "One of the co-ops does not deliver there. Take its goods out or choose another country.",
    "idempotency_key_reused": "This form has placed an order already. You find it under your orders.",
    "file_missing": "Please choose a file first.",
    "not_payable": "This order cannot be paid any more.",
    "not_yet": "The payment is being prepared. This page tries again by itself.",
    "proof_not_found": "The name servers do not show the record yet. A new one can take some minutes to be seen.",
    "resolver_unreachable": "The name servers could not be asked just now. Please try again in a moment.",
    "file_unreachable": (
        "The file could not be fetched. It has to answer over HTTPS on your domain itself, with a valid certificate "
        "and within ten seconds."
    ),
    "registry_unreachable": "The .coop registry could not be asked just now. Please try again in a few minutes.",
    "body_too_large": "That is more than this form takes.",
    "too_large": "That file is larger than an upload may be.",
    "email_taken": "There is an account with that e-mail already. Please sign in.",
    "address_not_verified": "Please open the link in the mail that we sent you first; then send this again.",
    "wrong_password": "That is not your password.",
    "verification_link_spent": "This link was used already or is too old. Your account says whether you need another.",
    "reset_link_spent": "This link was used already or is too old. Please ask for a new one.",
    "too_many_requests": "That was a lot at once. Please wait a minute and try again.",
    "rate_limited": "That was a lot at once. Please wait a minute and try again.",
    "last_owner": "A co-op needs an owner. Make somebody else an owner first.",
    "not_an_owner": "Only owners decide who works here. Ask one of them.",
    "wish_link_spent": "This link is used up: what it was about was told or stopped, or has waited for too long.",
    "invitation_spent": "This invitation was used, withdrawn, or is too old. Please ask the co-op for a new one.",
    "changed_meanwhile": "Somebody else changed this meanwhile. Please look at it again before you save.",
    "appeal_open": "Your appeal is being read. You can write again once it is answered.",
    "processor_unavailable": "The payment provider is not answering. Nothing was charged: please try again soon.",
}

STATUSES = {
    401: "Please sign in first.",
    403: "Your account may not do this.",
    404: "It does not exist, or it is not yours to see.",
    412: "Somebody else changed this meanwhile. Please look at it again before you save.",
    413: "That is more than can be taken at once.",
    429: "That was a lot at once. Please wait a minute and try again.",
}

LINE_PROBLEMS = {
    "withdrawn": "No longer for sale. Please take it out.",
    "coop_unavailable": "This co-op is not selling just now. Please take it out.",
    "coop_paused": "This co-op is on holiday. Please take it out if you do not want to wait.",
}

# state → (label, tone); the tones are classes of the style sheet
STATES = {
    "placed": ("Checking stock", "wait"),
    "awaiting_payment": ("Waiting for payment", "wait"),
    "voiding": ("Being cancelled", "wait"),
    "paid": ("Paid", "good"),
    "part_shipped": ("Partly on its way", "good"),
    "shipped": ("On its way", "good"),
    "cancelled": ("Cancelled", "bad"),
    "waiting": ("Waiting for payment", "wait"),
    "to_pack": ("To pack", "todo"),
    "packing": ("Being packed", "good"),
    "applied": ("Domain not proved yet", "wait"),
    "proved": ("Domain proved, being read", "todo"),
    "admitted": ("Admitted", "good"),
    "asked": ("A question is open", "todo"),
    "refused": ("Not admitted", "bad"),
    "appealed": ("Appealed, being read", "todo"),
    "dismissed": ("Not admitted, appeal dismissed", "bad"),
    "appeal_waiting": ("Being read", "todo"),
    "appeal_upheld": ("Upheld", "good"),
    "appeal_dismissed": ("Dismissed", "bad"),
    "selling": ("Selling", "good"),
    "suspended": ("Suspended", "bad"),
    "lapsed": ("Lapsed", "bad"),
    "paused": ("On holiday", "wait"),
    "webhook_enabled": ("On", "good"),
    "webhook_resting": ("Failing, resting", "wait"),
    "webhook_disabled": ("Off", "wait"),
    "webhook_gone": ("Said it is gone", "bad"),
    "webhook_failing": ("Given up", "bad"),
    "feed_on": ("On", "good"),
    "feed_failing": ("Failing", "bad"),
    "feed_off": ("Off", "wait"),
    "feed_given_up": ("Given up", "bad"),
    "delivery_waiting": ("On its way", "wait"),
    "delivery_delivered": ("Arrived", "good"),
    "delivery_failed": ("Did not arrive", "bad"),
    "requirement_open": ("Open", "todo"),
    "requirement_met": ("There", "good"),
    "requirement_waived": ("Waived", "wait"),
    "queued": ("Waiting for its turn", "wait"),
    "reading": ("Being read", "todo"),
    "checking": ("Being checked", "todo"),
    "ready": ("Waits for your word", "wait"),
    "running": ("Being taken in", "todo"),
    "held_back": ("Waits to be published", "wait"),
    "done": ("Done", "good"),
    "failed": ("Failed", "bad"),
    "listed": ("For sale", "good"),
    "draft": ("Draft", "wait"),
    "archived": ("Withdrawn", "bad"),
    "held": ("Goes when you ship", "wait"),
    "due": ("On its way", "wait"),
    "made": ("Sent", "good"),
    "dropped": ("Order cancelled", "bad"),
    "not_found": ("Record not found", "bad"),
    "resolvers_disagree": ("Not seen everywhere", "wait"),
    "unreachable": ("No answer", "wait"),
    "proceed": ("In good order", "good"),
    "hold": ("On hold", "bad"),
    "ending": ("About to be deleted", "bad"),
    "moved": ("Changes hands", "bad"),
    "missing": ("Not registered", "bad"),
    "unknown": ("No answer", "wait"),
}

# What the registry's audit log holds, as an operator reads it.
DECISIONS = {
    "applied": "Applied",
    "challenge_issued": "Challenge issued",
    "proof_taken_back": "Proof taken back: the domain changed hands",
    "proved": "Domain proved",
    "admitted": "Admitted",
    "refused": "Refused",
    "suspended": "Suspended",
    "reinstated": "Reinstated",
    "lapsed": "Lapsed",
    "document_added": "Paper sent",
    "paused": "Shop paused",
    "resumed": "Shop opened again",
    "webhook_registered": "Webhook registered",
    "webhook_changed": "Webhook changed",
    "webhook_secret_changed": "Webhook’s secret changed",
    "webhook_removed": "Webhook removed",
    "stated": "Stated what a seller must",
    "verified": "Verified",
    "waived": "Waived",
    "overridden": "Admitted although open",
    "asked": "Asked",
    "answered": "Answered",
    "appealed": "Appealed",
    "appeal_upheld": "Appeal upheld",
    "appeal_dismissed": "Appeal dismissed",
    "words_erased": "Words erased",
    "invited": "Invited to the staff",
    "invitation_withdrawn": "Invitation withdrawn",
    "joined": "Joined the staff",
    "role_changed": "Given another role",
    "left": "Left the staff",
    "removed": "Removed from the staff",
    "address_verified": "E-mail confirmed",
    "address_changed": "E-mail changed",
    "password_changed": "Password changed",
    "sessions_ended": "Signed out elsewhere",
    "second_factor_added": "Second factor added",
    "second_factor_removed": "Second factor removed",
    "recovery_code_used": "Recovery code used",
    "recovery_codes_renewed": "Recovery codes renewed",
    "api_key_made": "API key made",
    "api_key_revoked": "API key revoked",
    "operator_made": "Made an operator",
    "account_closed": "Account closed",
}

# What a paper is; the page offers a button for each.
PAPERS = {
    "statutes": "Statutes",
    "register_entry": "Entry in the register",
    "controlling_coop": "Which co-op controls it",
    "identity": "Who signs for it",
    "other": "Something else",
}

REASONS = {
    "domain_on_hold": "Its domain is on hold.",
    "domain_expiring": "Its domain has run out.",
    "domain_changed_hands": "Its domain changed hands.",
    "domain_gone": "Its domain is not registered.",
    "proof_expired": "Its proof is too old.",
    "under_review": "Something has to be looked into.",
    "not_eligible": "It may not be eligible.",
    "rules_broken": "The rules were broken.",
    "details_missing": "What a seller must state is missing.",
    "papers_read": "Its papers were read.",
    "mended": "It was put right.",
    "proved_again": "The domain was proved again.",
    "appeal_upheld": "Its appeal was upheld.",
    "account_closed": "The account was closed.",
    "totp": "An authenticator app.",
    "passkey": "A passkey.",
}

CANCELLED = {
    "rejected": "Something in it could not be had. Nothing was charged.",
    "expired": "It was not paid in time, so the goods went back on the shelf.",
    "buyer": "You cancelled it.",
    "coop_unavailable": "One of its co-ops has stopped selling for now. Nothing was charged; order the rest anew.",
}

SCOPES = {
    "catalog:read": "Read products",
    "catalog:write": "Change products and upload catalogues",
    "stock:write": "Count stock, as a till does",
    "orders:read": "Read orders",
    "orders:write": "Mark parcels as shipped, set delivery prices",
    "money:read": "Read what you are owed and were sent",
    "shop:read": "Read where the shop stands, its webhooks and their log",
    "shop:write": "Pause the shop and change webhooks",
}

# What is done with a file's bad rows.
POLICIES = {
    "skip": "Take the good rows and leave the others",
    "all_or_nothing": "Take nothing unless every row is good",
    "hold": "Take the good rows, but publish nothing until I say so",
}

# Role → what to call it, and what somebody in it may do.
ROLES = {
    "owner": ("Owner", "everything, also who works here and API keys"),
    "catalogue": ("Catalogue", "products and uploads"),
    "fulfilment": ("Fulfilment", "parcels and delivery prices"),
    "finance": ("Finance", "what is owed and what was sent"),
}

# What a webhook can be told of, in the order in which the desk offers it.
WEBHOOK_EVENTS = {
    "consignment.to_pack": "There is a parcel to pack",
    "consignment.called_off": "A parcel to pack was called off",
    "consignment.shipped": "A parcel was marked as shipped",
    "payee.changed": "Your account for payments was opened or closed",
    "shop.suspended": "The marketplace has suspended your shop",
    "shop.lapsed": "Your admission has lapsed",
    "shop.reinstated": "Your shop may sell again",
    "shop.paused": "Your shop was paused",
    "shop.resumed": "Your shop is open again after a pause",
}


def said(problem: Problem) -> str:
    """The table's words for a known code; else the API's own sentence where it is meant for people."""
    if known := PROBLEMS.get(problem.code):
        return known
    if problem.status < 500 and problem.detail:
        return problem.detail
    return STATUSES.get(problem.status, "That did not work, and it is not your fault. Please try again in a moment.")


def state(code: str) -> tuple[str, str]:
    return STATES.get(code, (code.replace("_", " ").capitalize(), "wait"))


def line_problem(code: str) -> str:
    """A basket line's problem is a code of ours or already a sentence."""
    return LINE_PROBLEMS.get(code, code)


def decision(code: str) -> str:
    return DECISIONS.get(code, code.replace("_", " ").capitalize())


def reason(code: str) -> str:
    """Of a decision about staff it is the role, and the end of an account's or an invitation's id."""
    role, _, whose = code.partition(" ")
    if whose and role in ROLES:
        return f"{ROLES[role][0]} …{whose[-6:]}"
    return REASONS.get(code) or PAPERS.get(code, code.replace("_", " "))


def paper(code: str) -> str:
    return PAPERS.get(code, code.replace("_", " ").capitalize())
