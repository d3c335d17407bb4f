"""Becoming a seller: the application, the proof of its .coop domain, and the operator's word."""

from typing import Final

from starlette.responses import Response

from storefront.api import Problem
from storefront.forms import Form
from storefront.visit import Visit
from storefront.wire import Page
from storefront.wire.coops import Application, Challenge, Document
from storefront.wire.desk import Me
from storefront.words import said

WANTED: Final = {
    "domain": "Give your .coop domain, such as sunrise.coop.",
    "legal_name": "Give the co-op's name as registered.",
    "trading_name": "Give the name that shoppers know.",
    "legal_form": "Say what kind of co-op it is.",
    "country": "Choose a country.",
    "city": "Give the town.",
    "address": "Give the street and number.",
    "postcode": "Give the postcode.",
    "contact_name": "Say whom we may ask.",
    "contact_email": "Give an e-mail address for questions.",
    "contact_phone": "Give a telephone number.",
    "makes": "Say in a sentence or two what you make.",
}
STATED: Final = ("eligibility", "controlled_by", "register_name", "register_number", "tax_id", "bank_holder")
CLASSES: Final = (
    ("COOP", "A co-operative"),
    ("CC", "A company that a co-operative controls"),
    ("CA", "An association of co-operatives"),
    ("CS", "An organisation that serves co-operatives"),
)
LEGAL_FORMS: Final = (
    "Worker co-operative",
    "Producer co-operative",
    "Consumer co-operative",
    "Multi-stakeholder co-operative",
    "Community co-operative",
    "Co-operative federation",
)


async def form(visit: Visit) -> Response:
    me = await visit.api.get(Me, "me")
    if me.kind != "account":
        return visit.redirect("/sign-in", next="/apply")
    filled = Form({"contact_name": me.name or "", "contact_email": me.email or ""})
    return drawn_form(visit, filled, unverified=not me.email_verified)


def drawn_form(visit: Visit, form: Form, *, status: int = 200, unverified: bool = False) -> Response:
    """`unverified`: what is filled in cannot be sent yet, and the page says what to do."""
    return visit.render(
        "apply.html", status=status, form=form, legal_forms=LEGAL_FORMS, classes=CLASSES, unverified=unverified
    )


async def submit(visit: Visit) -> Response:
    given, unverified = await visit.form(), False
    given.need(WANTED)
    if not given.errors:
        try:
            told = {name: given[name] or None for name in WANTED} | seller_in(given)
            made = await visit.api.post(Application, "applications", body=told)
            return visit.redirect(f"/applications/{made.id}")
        except Problem as problem:
            if problem.outcome_is_unknown or problem.status == 401:
                raise
            given.take(problem)
            unverified = problem.code == "address_not_verified"
    return drawn_form(visit, given, status=422, unverified=unverified)


def seller_in(form: Form) -> dict[str, object]:
    stated = {name: form[name] for name in STATED}
    return {**stated, "eligibility": form["eligibility"] or "COOP", "certifies": bool(form["certifies"])}


async def state_seller(visit: Visit) -> Response:
    """What was left out of the application when it was sent."""
    given = await visit.form()
    try:
        await visit.api.call("PUT", "applications", visit.part("id"), "seller", body=seller_in(given))
    except Problem as problem:
        if problem.status not in {409, 422}:
            raise
        given.take(problem)
        application = await visit.api.get(Application, "applications", visit.part("id"))
        return drawn(visit, application, status=problem.status, seller=given)
    return visit.redirect(f"/applications/{visit.part('id')}")


async def send_paper(visit: Visit) -> Response:
    """The body is passed on as it comes, so that a large file is never held here."""
    headers = {
        name: value
        for name in ("content-type", "content-length")
        if (value := visit.request.headers.get(name)) is not None
    }
    path, sent_as = ("applications", visit.part("id"), "documents"), {"kind": visit.query("kind")}
    try:
        content = visit.request.stream()
        await visit.api.upload(Document, *path, content=content, params=sent_as, headers=headers)
    except Problem as problem:
        if problem.status not in {400, 409, 413, 415, 422}:
            raise
        application = await visit.api.get(Application, "applications", visit.part("id"))
        return drawn(visit, application, status=problem.status, message=said(problem))
    return visit.redirect(f"/applications/{visit.part('id')}")


def stated(application: Application) -> Form:
    values = {name: getattr(application, name) for name in STATED}
    return Form(values | {"certifies": "1" if application.certified_at else ""})


async def mine(visit: Visit) -> Response:
    page = await visit.api.get(Page[Application], "applications", cursor=visit.query("cursor"))
    return visit.render("applications.html", page=page)


async def show(visit: Visit) -> Response:
    application = await visit.api.get(Application, "applications", visit.part("id"))
    return drawn(visit, application)


async def challenge(visit: Visit) -> Response:
    """The value is in this answer alone, so it is drawn at once and kept nowhere."""
    made = await visit.api.post(Challenge, "applications", visit.part("id"), "challenge")
    application = await visit.api.get(Application, "applications", visit.part("id"))
    response = drawn(visit, application, record=made)
    response.headers["cache-control"] = "no-store"
    return response


async def check(visit: Visit) -> Response:
    """What was found, also the wrong thing, belongs on the page of the application."""
    way = "https_file" if (await visit.form())["way"] == "https_file" else "dns_txt"
    try:
        await visit.api.call("POST", "applications", visit.part("id"), "check", params={"way": way})
    except Problem as problem:
        if problem.status not in {409, 422, 429, 503} or problem.code == "unreachable":
            raise
        application = await visit.api.get(Application, "applications", visit.part("id"))
        seen = problem.extra.get("seen")
        values = [str(value) for value in seen] if isinstance(seen, list) else []
        return drawn(visit, application, status=problem.status, message=said(problem), seen=values)
    return visit.redirect(f"/applications/{visit.part('id')}")


async def answer(visit: Visit) -> Response:
    return await say(visit, "questions", visit.part("question"), "answer")


async def appeal(visit: Visit) -> Response:
    return await say(visit, "appeal")


async def say(visit: Visit, *path: str) -> Response:
    """Sends an applicant's words, and shows what came of them."""
    said_words = (await visit.form())["words"]
    try:
        await visit.api.call("POST", "applications", visit.part("id"), *path, body={"words": said_words})
    except Problem as problem:
        if problem.status not in {409, 422}:
            raise
        application = await visit.api.get(Application, "applications", visit.part("id"))
        return drawn(visit, application, status=problem.status, message=said(problem))
    return visit.redirect(f"/applications/{visit.part('id')}")


def drawn(
    visit: Visit,
    application: Application,
    *,
    status: int = 200,
    record: Challenge | None = None,
    message: str = "",
    seen: list[str] | None = None,
    seller: Form | None = None,
) -> Response:
    return visit.render(
        "application.html",
        status=status,
        application=application,
        record=record,
        message=message or (seller.message if seller else ""),
        seen=seen or [],
        seller=seller or stated(application),
        classes=CLASSES,
    )
