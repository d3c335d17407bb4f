"""Builds the storefront: one table of pages over one client of the API."""

from http.cookiejar import DefaultCookiePolicy

import httpx
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from storefront import (
    accounts,
    applications,
    basket,
    checkout,
    developers,
    invitations,
    operators,
    orders,
    own_account,
    payment,
    pictures,
    ranking_page,
    receivers,
    registrar,
    search_page,
    second_factor,
    security,
    shop,
    site_files,
    tell_me,
)
from storefront.desk import (
    bundles,
    consignments,
    delivery,
    feed,
    imports,
    keys,
    money,
    overview,
    pause,
    products,
    staff,
    standing,
    stock,
    webhooks,
)
from storefront.desk import pictures as desk_pictures
from storefront.rendering import environment
from storefront.settings import Settings
from storefront.static_files import StaticFiles
from storefront.visit import Page, Shop, Visit, draws

PAGES: tuple[tuple[str, str, Page], ...] = (
    ("GET", "/", shop.home),
    ("GET", "/search", search_page.search),
    ("GET", "/how-search-ranks", ranking_page.show),
    ("GET", "/products/{slug}", shop.product),
    ("POST", "/tell-me", tell_me.ask),
    ("GET", "/tell-me/{token}", tell_me.question),
    ("POST", "/tell-me/{token}", tell_me.confirm),
    ("GET", "/tell-me/{token}/stop", tell_me.stop_form),
    ("POST", "/tell-me/{token}/stop", tell_me.stop),
    ("GET", "/coops", shop.coops),
    ("GET", "/coops/{slug}", shop.coop),
    ("GET", "/webhooks", receivers.guide),
    ("GET", "/developers", developers.guide),
    ("GET", "/basket", basket.show),
    ("POST", "/basket", basket.change_country),
    ("POST", "/basket/lines", basket.add),
    ("POST", "/basket/lines/{variant}", basket.change_line),
    ("GET", "/checkout", checkout.show),
    ("POST", "/checkout", checkout.place),
    ("GET", "/orders", orders.mine),
    ("GET", "/orders/{id}", orders.show),
    ("GET", "/orders/{id}/cancel", orders.ask_to_cancel),
    ("POST", "/orders/{id}/cancel", orders.cancel),
    ("GET", "/orders/{id}/pay", payment.pay),
    ("GET", "/sign-in", accounts.sign_in_form),
    ("POST", "/sign-in", accounts.sign_in),
    ("GET", "/sign-up", accounts.sign_up_form),
    ("POST", "/sign-up", accounts.sign_up),
    ("POST", "/sign-out", accounts.sign_out),
    ("GET", "/forgot", accounts.forgot_form),
    ("POST", "/forgot", accounts.forgot),
    ("GET", "/reset/{token}", accounts.reset_form),
    ("POST", "/reset/{token}", accounts.reset),
    ("GET", "/sign-in/second-factor", second_factor.show),
    ("POST", "/sign-in/second-factor", second_factor.take),
    ("GET", "/account/security", security.show),
    ("GET", "/account/security/password", security.password_form),
    ("POST", "/account/security/password", security.give_password),
    ("POST", "/account/security/apps", security.begin_app),
    ("GET", "/account/security/apps/{id}", security.app),
    ("POST", "/account/security/apps/{id}", security.confirm_app),
    ("GET", "/account/security/passkeys/new", security.passkey_form),
    ("POST", "/account/security/passkeys/new", security.add_passkey),
    ("POST", "/account/security/factors/{id}/remove", security.remove),
    ("POST", "/account/security/recovery-codes", security.renew_codes),
    ("GET", "/verify-address/{token}", own_account.verify_form),
    ("POST", "/verify-address/{token}", own_account.verify),
    ("GET", "/verified", own_account.verified),
    ("GET", "/account", own_account.show),
    ("GET", "/account/address", own_account.address_form),
    ("POST", "/account/address", own_account.change_address),
    ("POST", "/account/address/verification", own_account.send_again),
    ("GET", "/account/password", own_account.password_form),
    ("POST", "/account/password", own_account.change_password),
    ("GET", "/account/sessions", own_account.sessions),
    ("POST", "/account/sessions/end-others", own_account.end_other_sessions),
    ("POST", "/account/sessions/{id}/end", own_account.end_session),
    ("GET", "/account/delete", own_account.closing_form),
    ("POST", "/account/delete", own_account.close),
    ("GET", "/account/closed", own_account.closed),
    ("GET", "/apply", applications.form),
    ("POST", "/apply", applications.submit),
    ("GET", "/applications", applications.mine),
    ("GET", "/applications/{id}", applications.show),
    ("POST", "/applications/{id}/challenge", applications.challenge),
    ("POST", "/applications/{id}/check", applications.check),
    ("POST", "/applications/{id}/questions/{question}", applications.answer),
    ("POST", "/applications/{id}/documents", applications.send_paper),
    ("POST", "/applications/{id}/seller", applications.state_seller),
    ("POST", "/applications/{id}/appeal", applications.appeal),
    ("GET", "/desk", overview.show),
    ("GET", "/desk/consignments", overview.consignments),
    ("GET", "/desk/{coop}", overview.front),
    ("GET", "/desk/{coop}/products", products.show),
    ("GET", "/desk/{coop}/products/new", products.new),
    ("POST", "/desk/{coop}/products/new", products.create),
    ("GET", "/desk/{coop}/products/{id}", products.edit),
    ("POST", "/desk/{coop}/products/{id}", products.save),
    ("POST", "/desk/{coop}/products/{id}/withdraw", products.withdraw),
    ("GET", "/desk/{coop}/stock", stock.show),
    ("GET", "/desk/{coop}/stock/{id}", stock.one),
    ("POST", "/desk/{coop}/stock/{id}", stock.count),
    ("GET", "/desk/{coop}/products/{id}/pictures", desk_pictures.show),
    ("POST", "/desk/{coop}/products/{id}/pictures", desk_pictures.hand_in),
    ("POST", "/desk/{coop}/products/{id}/pictures/arrange", desk_pictures.arrange),
    ("GET", "/desk/{coop}/products/{id}/parts/{variant}", bundles.show),
    ("POST", "/desk/{coop}/products/{id}/parts/{variant}", bundles.change),
    ("GET", "/desk/{coop}/imports", imports.show),
    ("POST", "/desk/{coop}/imports", imports.upload),
    ("GET", "/desk/{coop}/imports/feed", feed.show),
    ("POST", "/desk/{coop}/imports/feed", feed.save),
    ("POST", "/desk/{coop}/imports/feed/fetch", feed.fetch_now),
    ("POST", "/desk/{coop}/imports/feed/remove", feed.remove),
    ("GET", "/desk/{coop}/imports/{id}", imports.report),
    ("POST", "/desk/{coop}/imports/{id}", imports.decide),
    ("GET", "/desk/{coop}/consignments", consignments.show),
    ("POST", "/desk/{coop}/consignments/{id}/ship", consignments.ship),
    ("GET", "/desk/{coop}/delivery", delivery.show),
    ("POST", "/desk/{coop}/delivery", delivery.save),
    ("GET", "/desk/{coop}/keys", keys.show),
    ("POST", "/desk/{coop}/keys", keys.make),
    ("POST", "/desk/{coop}/keys/{id}/revoke", keys.revoke),
    ("GET", "/desk/{coop}/money", money.show),
    ("GET", "/desk/{coop}/staff", staff.show),
    ("POST", "/desk/{coop}/staff", staff.invite),
    ("POST", "/desk/{coop}/staff/{id}/role", staff.change_role),
    ("POST", "/desk/{coop}/staff/{id}/remove", staff.remove),
    ("POST", "/desk/{coop}/invitations/{id}/withdraw", staff.withdraw),
    ("GET", "/desk/{coop}/standing", standing.show),
    ("POST", "/desk/{coop}/standing", standing.appeal),
    ("GET", "/desk/{coop}/pause", pause.show),
    ("POST", "/desk/{coop}/pause", pause.close),
    ("POST", "/desk/{coop}/pause/end", pause.reopen),
    ("GET", "/desk/{coop}/webhooks", webhooks.show),
    ("POST", "/desk/{coop}/webhooks", webhooks.register),
    ("GET", "/desk/{coop}/webhooks/{id}", webhooks.one),
    ("POST", "/desk/{coop}/webhooks/{id}", webhooks.save),
    ("POST", "/desk/{coop}/webhooks/{id}/ping", webhooks.ping),
    ("POST", "/desk/{coop}/webhooks/{id}/secret", webhooks.rotate),
    ("POST", "/desk/{coop}/webhooks/{id}/replay", webhooks.replay_failed),
    ("POST", "/desk/{coop}/webhooks/{id}/remove", webhooks.remove),
    ("POST", "/desk/{coop}/webhooks/{id}/deliveries/{message}/replay", webhooks.replay),
    ("GET", "/invitations/{token}", invitations.show),
    ("POST", "/invitations/{token}", invitations.accept),
    ("GET", "/operator", operators.queue),
    ("GET", "/operator/applications/{id}", operators.application),
    ("POST", "/operator/applications/{id}", operators.decide),
    ("POST", "/operator/applications/{id}/questions", operators.ask),
    ("POST", "/operator/applications/{id}/waivers", operators.waive),
    ("POST", "/operator/applications/{id}/appeal", operators.judge_appeal),
    ("GET", "/operator/coops", registrar.coops),
    ("GET", "/operator/coops/{id}", registrar.coop),
    ("POST", "/operator/coops/{id}", registrar.decide),
    ("POST", "/operator/coops/{id}/appeal", registrar.dismiss_appeal),
    ("GET", "/operator/audit", registrar.audit),
    ("GET", "/operator/orders", operators.orders),
    ("GET", "/operator/ledger", operators.ledger),
)


def create_app(settings: Settings, client: httpx.AsyncClient) -> Starlette:
    """`client` reaches the gateway; its base URL is the gateway's."""
    # One client serves all visitors: were it to keep cookies, it would hand one visitor's session to the next.
    client.cookies.jar.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    files = StaticFiles()

    async def icon(request: Request) -> Response:
        return RedirectResponse(files.url("icon.svg"))

    app = Starlette(
        routes=[
            *(Route(path, draws(page), methods=[method]) for method, path, page in PAGES),
            Route("/robots.txt", site_files.robots),
            Route("/opensearch.xml", site_files.opensearch),
            Route("/pictures/{key}.svg", pictures.serve),
            Route("/static/{name}", files.serve),
            Route("/favicon.ico", icon),
        ],
        exception_handlers={HTTPException: answer_refusal, 500: answer_failure},
    )
    app.state.shop = Shop(settings, client, environment(settings, files))
    return app


async def answer_refusal(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    sentence = "The form could not be read. Please go back and try again." if status == 400 else ""
    return Visit(request).problem_page(404 if status == 405 else status, sentence)


async def answer_failure(request: Request, error: Exception) -> Response:
    """Starlette raises the error again after this answer, so that it is logged with its trace."""
    return Visit(request).problem_page(500)
