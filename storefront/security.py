"""What guards one's account: second factors added and removed, recovery codes made anew."""

from collections.abc import Sequence
from typing import Final

from starlette.responses import Response

from storefront.accounts import remembered
from storefront.api import Problem
from storefront.forms import Form
from storefront.passkeys import credential_in, named_address
from storefront.visit import Visit, local_path
from storefront.wire.desk import Me
from storefront.wire.security import BegunApp, FactorList, PasskeyOptions, RecoveryCodes

HERE: Final = "/account/security"
NAMED: Final = {"name": "Say what you call it, so that you know it again."}


async def show(visit: Visit) -> Response:
    me = await visit.api.get(Me, "me")
    if me.kind != "account":
        return visit.redirect("/sign-in", next=HERE)
    factors = await visit.api.get(FactorList, "factors")
    form = Form({"name": "My phone", "next": local_path(visit.query("next"), "")})
    return visit.render("security/overview.html", me=me, factors=factors, form=form, next=form["next"])


async def password_form(visit: Visit) -> Response:
    return visit.render("security/password.html", form=Form({"next": local_path(visit.query("next"), "")}))


async def give_password(visit: Visit) -> Response:
    form = await visit.form()
    form.need({"password": "Give your password."})
    if form.is_fine:
        try:
            await visit.api.call("POST", "sessions", "current", "password", body={"password": form["password"]})
            return visit.redirect(local_path(form["next"], HERE))
        except Problem as problem:
            if problem.status not in {422, 429}:
                raise
            form.take(problem)
    return visit.render("security/password.html", status=422, form=form)


async def begin_app(visit: Visit) -> Response:
    form = await visit.form()
    begun = await visit.api.post(BegunApp, "factors", "totp", body={"name": form["name"] or "Authenticator app"})
    return visit.redirect(f"{HERE}/apps/{begun.id}", next=local_path(form["next"], ""))


async def app(visit: Visit) -> Response:
    return await drawn_app(visit, Form({"code": visit.query("code"), "next": local_path(visit.query("next"), "")}))


async def confirm_app(visit: Visit) -> Response:
    form = await visit.form()
    form.need({"code": "Give the six digits that the app shows."})
    if form.is_fine:
        try:
            path = ("factors", "totp", visit.part("id"), "confirm")
            made = await visit.api.post(RecoveryCodes, *path, body={"code": form["code"]})
            return await added(visit, made.recovery_codes, form)
        except Problem as problem:
            if problem.status != 422:
                raise
            form.take(problem)
    return await drawn_app(visit, form, status=422)


async def drawn_app(visit: Visit, form: Form, *, status: int = 200) -> Response:
    begun = await visit.api.get(BegunApp, "factors", "totp", visit.part("id"))
    return secret(visit.render("security/app.html", status=status, begun=begun, form=form))


async def passkey_form(visit: Visit) -> Response:
    return await drawn_passkey(visit, Form({"name": "My device", "next": local_path(visit.query("next"), "")}))


async def add_passkey(visit: Visit) -> Response:
    form = await visit.form()
    form.need(NAMED)
    credential = credential_in(form)
    if form.is_fine:
        try:
            body = {"name": form["name"], "credential": credential}
            made = await visit.api.post(RecoveryCodes, "factors", "passkeys", body=body)
            return await added(visit, made.recovery_codes, form)
        except Problem as problem:
            if problem.status not in {409, 422}:
                raise
            form.take(problem)
    return await drawn_passkey(visit, form, status=422)


async def drawn_passkey(visit: Visit, form: Form, *, status: int = 200) -> Response:
    asked = await visit.api.post(PasskeyOptions, "factors", "passkeys", "creation-options")
    return visit.render(
        "security/passkey.html", status=status, form=form, options=asked.options, named_address=named_address(visit)
    )


async def remove(visit: Visit) -> Response:
    await visit.api.call("DELETE", "factors", visit.part("id"))
    return visit.redirect(HERE)


async def renew_codes(visit: Visit) -> Response:
    made = await visit.api.post(RecoveryCodes, "factors", "recovery-codes")
    return codes_page(visit, made.recovery_codes, HERE)


async def added(visit: Visit, codes: Sequence[str], form: Form) -> Response:
    """On to where the visitor was going; the first factor brings the recovery codes, which are shown before that."""
    next_page = local_path(form["next"], HERE)
    response = codes_page(visit, codes, next_page) if codes else visit.redirect(next_page)
    return remembered(visit, response, await visit.api.get(Me, "me"))


def codes_page(visit: Visit, codes: Sequence[str], next_page: str) -> Response:
    return secret(visit.render("security/recovery_codes.html", codes=codes, next=next_page))


def secret(response: Response) -> Response:
    response.headers["cache-control"] = "no-store"
    return response
