"""Signing in, up and out, and a forgotten password."""

from typing import Final

from starlette.responses import Response

from storefront.api import Problem
from storefront.forms import Form
from storefront.hints import BASKET, SIGNED_IN, remember
from storefront.visit import Visit, local_path
from storefront.wire.desk import Me

SHORTEST_PASSWORD: Final = 12
SIGN_IN_WANTED: Final = {"email": "Give your e-mail address.", "password": "Give your password."}
SIGN_UP_WANTED: Final = {
    "name": "Say what we may call you.",
    "email": "Give your e-mail address.",
    "password": "Choose a password.",
}


async def sign_in_form(visit: Visit) -> Response:
    next_page = local_path(visit.query("next"), "")
    return visit.render("sign_in.html", form=Form(), next=next_page, reset=bool(visit.query("reset")))


async def sign_in(visit: Visit) -> Response:
    form = await visit.form()
    form.need(SIGN_IN_WANTED)
    if not form.errors:
        try:
            await visit.api.call("POST", "sessions", body={"email": form["email"], "password": form["password"]})
            return await signed_in(visit, form)
        except Problem as problem:
            if problem.outcome_is_unknown:
                raise
            form.message = "That e-mail and password do not belong together." if problem.status == 401 else ""
            if not form.message:
                form.take(problem)
    return visit.render("sign_in.html", status=422, form=form, next=local_path(form["next"], ""), reset=False)


async def sign_up_form(visit: Visit) -> Response:
    return visit.render("sign_up.html", form=Form(), next=local_path(visit.query("next"), ""))


async def sign_up(visit: Visit) -> Response:
    form = await visit.form()
    form.need(SIGN_UP_WANTED)
    if form["password"] and len(form["password"]) < SHORTEST_PASSWORD:
        form.errors["password"] = f"Choose at least {SHORTEST_PASSWORD} characters."
    if not form.errors:
        try:
            await visit.api.call("POST", "accounts", body={name: form[name] for name in ("email", "password", "name")})
            return await signed_in(visit, form)
        except Problem as problem:
            if problem.outcome_is_unknown:
                raise
            form.take(problem)
    return visit.render("sign_up.html", status=422, form=form, next=local_path(form["next"], ""))


async def signed_in(visit: Visit, form: Form) -> Response:
    me = await visit.api.get(Me, "me")
    if me.wants_factor:
        step = visit.redirect("/sign-in/second-factor", next=local_path(form["next"], ""))
        return remembered(visit, step, me)
    start = "/operator" if me.operator else "/desk" if me.works_for else "/account"
    return remembered(visit, visit.redirect(local_path(form["next"], start)), me)


def remembered(visit: Visit, response: Response, me: Me) -> Response:
    """From this answer on the header leads to what the visitor may do."""
    role = "operator" if me.operator else "seller" if me.works_for else "account"
    remember(response, SIGNED_IN, role, secure=visit.settings.secure)
    return response


async def sign_out(visit: Visit) -> Response:
    form = await visit.form()
    try:
        await visit.api.call("DELETE", "sessions", "current")
    except Problem as problem:
        if problem.status not in {401, 404}:
            raise
    response = visit.redirect(local_path(form["next"]))
    for hint in (SIGNED_IN, BASKET):
        remember(response, hint, "", secure=visit.settings.secure)
    return response


async def forgot_form(visit: Visit) -> Response:
    return visit.render("forgot.html", form=Form(), sent=False)


async def forgot(visit: Visit) -> Response:
    form = await visit.form()
    form.need({"email": "Give your e-mail address."})
    if not form.errors:
        try:
            await visit.api.call("POST", "password-resets", body={"email": form["email"]})
            return visit.render("forgot.html", form=form, sent=True)
        except Problem as problem:
            if problem.outcome_is_unknown:
                raise
            form.take(problem)
    return visit.render("forgot.html", status=422, form=form, sent=False)


async def reset_form(visit: Visit) -> Response:
    return visit.render("reset.html", form=Form(), token=visit.part("token"))


async def reset(visit: Visit) -> Response:
    form, token = await visit.form(), visit.part("token")
    if len(form["password"]) < SHORTEST_PASSWORD:
        form.errors["password"] = f"Choose at least {SHORTEST_PASSWORD} characters."
    if not form.errors:
        try:
            await visit.api.call("PUT", "password-resets", token, body={"password": form["password"]})
            return visit.redirect("/sign-in", reset="1")
        except Problem as problem:
            if problem.outcome_is_unknown:
                raise
            form.take(problem)
    return visit.render("reset.html", status=422, form=form, token=token)
