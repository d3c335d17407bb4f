"""What people do with their own account: confirm its address, change it, see where they are signed in, and leave."""

from collections.abc import Awaitable
from typing import Final

from starlette.responses import Response

from storefront.accounts import SHORTEST_PASSWORD
from storefront.api import Problem
from storefront.forms import Form
from storefront.hints import BASKET, SIGNED_IN, remember
from storefront.visit import ASKED_AT, Visit
from storefront.wire import Page
from storefront.wire.desk import Me, OpenSession

ADDRESS_WANTED: Final = {"email": "Give your new e-mail address.", "password": "Give your password."}
PASSWORD_WANTED: Final = {"current_password": "Give the password you have now.", "password": "Choose a new password."}
NOTICES: Final = {
    "sent": "A mail with a link is on its way to you. It works once, within three days.",
    "awaits": "A mail with a link is on its way to the new address. The one you have counts until you have used it.",
    "verified": "Thank you: the address is confirmed.",
    "password": "Your new password is saved, and you are signed out everywhere else.",
    "ended": "That session is ended.",
    "others": "You are signed out everywhere but here.",
}


async def show(visit: Visit) -> Response:
    me = await visit.api.get(Me, "me")
    if me.kind != "account":
        return visit.redirect("/sign-in", next="/account")
    return visit.render("account.html", me=me, told=NOTICES.get(visit.query("told"), ""))


async def send_again(visit: Visit) -> Response:
    await visit.api.call("POST", "me", "address", "verification")
    return visit.redirect("/account", told="sent")


async def verify_form(visit: Visit) -> Response:
    """Only a button uses the link up: programs that look through mails open links, and press nothing."""
    return visit.render("account/verify.html", form=Form(), token=visit.part("token"))


async def verify(visit: Visit) -> Response:
    form, token = Form(), visit.part("token")
    if await is_taken(form, visit.api.call("POST", "address-verifications", token)):
        return visit.redirect("/verified")
    return visit.render("account/verify.html", status=422, form=form, token=token)


async def verified(visit: Visit) -> Response:
    """For whoever opened the mail, signed in here or not."""
    return visit.render("account/verified.html", told=NOTICES["verified"])


async def address_form(visit: Visit) -> Response:
    return visit.render("account/address.html", form=Form())


async def change_address(visit: Visit) -> Response:
    form = await visit.form()
    form.need(ADDRESS_WANTED)
    body = {name: form[name] for name in ADDRESS_WANTED}
    if form.is_fine and await is_taken(form, visit.api.call("PUT", "me", "address", body=body)):
        return visit.redirect("/account", told="awaits")
    return visit.render("account/address.html", status=422, form=form)


async def password_form(visit: Visit) -> Response:
    return visit.render("account/password.html", form=Form())


async def change_password(visit: Visit) -> Response:
    form = await visit.form()
    form.need(PASSWORD_WANTED)
    if form["password"] and len(form["password"]) < SHORTEST_PASSWORD:
        form.errors["password"] = f"Choose at least {SHORTEST_PASSWORD} characters."
    body = {name: form[name] for name in PASSWORD_WANTED}
    if form.is_fine and await is_taken(form, visit.api.call("PUT", "me", "password", body=body)):
        return visit.redirect("/account", told="password")
    return visit.render("account/password.html", status=422, form=form)


async def sessions(visit: Visit) -> Response:
    page = await visit.api.get(Page[OpenSession], "sessions")
    return visit.render("account/sessions.html", page=page, told=NOTICES.get(visit.query("told"), ""))


async def end_session(visit: Visit) -> Response:
    await visit.api.call("DELETE", "sessions", visit.part("id"))
    return visit.redirect("/account/sessions", told="ended")


async def end_other_sessions(visit: Visit) -> Response:
    await visit.api.call("DELETE", "sessions")
    return visit.redirect("/account/sessions", told="others")


async def closing_form(visit: Visit) -> Response:
    return visit.render("account/delete.html", form=Form())


async def close(visit: Visit) -> Response:
    form = await visit.form()
    form.need({"password": "Give your password."})
    body = {"password": form["password"]}
    if not form.is_fine or not await is_taken(form, visit.api.call("DELETE", "me", body=body)):
        return visit.render("account/delete.html", status=422, form=form)
    response = visit.redirect("/account/closed")
    for hint in (SIGNED_IN, BASKET):
        remember(response, hint, "", secure=visit.settings.secure)
    return response


async def closed(visit: Visit) -> Response:
    return visit.render("account/closed.html")


async def is_taken(form: Form, call: Awaitable[bytes]) -> bool:
    """Whether the API took it; else its refusal is laid beside the fields it speaks of."""
    try:
        await call
    except Problem as problem:
        if problem.outcome_is_unknown or problem.status == 401 or problem.code in ASKED_AT:
            raise
        form.take(problem)
        return False
    return True
