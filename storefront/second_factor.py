"""The step after the password: a code, a passkey, or a recovery code."""

from starlette.responses import Response

from storefront.accounts import signed_in
from storefront.api import Problem
from storefront.forms import Form
from storefront.passkeys import credential_in, named_address
from storefront.visit import Visit, local_path
from storefront.wire.desk import Me
from storefront.wire.security import FactorList, PasskeyOptions

WORDS = {"code": "Give the six digits that your app shows.", "recovery_code": "Give one of your recovery codes."}


async def show(visit: Visit) -> Response:
    me, next_page = await visit.api.get(Me, "me"), local_path(visit.query("next"), "")
    if me.kind != "account":
        return visit.redirect("/sign-in", next=next_page)
    if me.second_factor == "none":
        return visit.redirect("/account/security", next=next_page)
    return await drawn(visit, me, Form({"code": visit.query("code"), "next": next_page}))


async def take(visit: Visit) -> Response:
    form = await visit.form()
    way = next((name for name in ("credential", "recovery_code") if name in form.values), "code")
    shown = credential_in(form) if way == "credential" else form[way]
    if not shown and way in WORDS:
        form.errors[way] = WORDS[way]
    if form.is_fine:
        try:
            await visit.api.call("POST", "sessions", "current", "factor", body={way: shown})
            return await signed_in(visit, form)
        except Problem as problem:
            if problem.status not in {422, 429}:
                raise
            form.take(problem)
    return await drawn(visit, await visit.api.get(Me, "me"), form, status=422)


async def drawn(visit: Visit, me: Me, form: Form, *, status: int = 200) -> Response:
    factors = await visit.api.get(FactorList, "factors")
    has_passkey = factors.has("passkey")
    asked = await visit.api.post(PasskeyOptions, "factors", "passkeys", "request-options") if has_passkey else None
    return visit.render(
        "second_factor.html",
        status=status,
        me=me,
        form=form,
        factors=factors,
        options=asked.options if asked else None,
        named_address=named_address(visit),
        next=local_path(form["next"], ""),
    )
