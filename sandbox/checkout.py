"""The hosted payment page: a card form, a bank's confirmation, and the way back to the house."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import quote, urlencode, urlsplit, urlunsplit

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from sandbox.card_form import CardForm
from sandbox.pages import Pages, form, see_other
from sandbox.stripe_api.cards import SHOWN, add_payment_method, by_number
from sandbox.stripe_api.errors import CardDeclined, StripeError
from sandbox.stripe_api.intents import CONFIRMABLE, attempt, authenticate, fail_authentication, with_secret
from sandbox.stripe_api.platform import Origin, Platform, Wire, new_id

TEST_CARD = CardForm(expiry="12 / 34", cvc="123")


def checkout_routes(platform: Platform, pages: Pages) -> Sequence[BaseRoute]:
    handler = _Checkout(platform, pages)
    return [
        Route("/pay/{id}", handler.show, methods=["GET"]),
        Route("/pay/{id}", handler.pay, methods=["POST"]),
        Route("/pay/{id}/authenticate", handler.ask, methods=["GET"]),
        Route("/pay/{id}/authenticate", handler.decide, methods=["POST"]),
    ]


@dataclass(frozen=True)
class _Visit:
    """One request of the buyer's, who proved to hold the intent's client secret."""

    intent: Wire
    client_secret: str
    return_url: str | None


@dataclass(frozen=True)
class _Checkout:
    platform: Platform
    pages: Pages

    async def show(self, request: Request) -> Response:
        visit = self._visit(request, request.query_params)
        return visit if isinstance(visit, Response) else self._card_page(visit)

    async def pay(self, request: Request) -> Response:
        fields = await form(request)
        visit = self._visit(request, fields)
        if isinstance(visit, Response):
            return visit
        if visit.intent["status"] not in CONFIRMABLE:
            return self._settled(visit)
        given = CardForm.read(fields)
        if "test_card" in fields:
            given = replace(TEST_CARD, number=by_number(fields["test_card"]).number)
        problems = given.problems(self.platform.clock())
        if problems:
            return self._card_page(visit, given=given, problems=problems, status=422)
        return self._attempt(visit, given)

    def _attempt(self, visit: _Visit, given: CardForm) -> Response:
        platform = replace(self.platform, origin=Origin(new_id("req", 14)))
        declined: CardDeclined | None = None
        with platform.store.transaction():
            method = add_payment_method(platform, given.card, given.name or None)
            try:
                attempt(platform, visit.intent, method, return_url=visit.return_url)
            except CardDeclined as error:
                declined = error
        if declined is not None:
            return self._card_page(visit, given=given, status=402)
        if visit.intent["status"] == "requires_action":
            secret = quote(visit.client_secret)
            return see_other(f"/pay/{visit.intent['id']}/authenticate?client_secret={secret}")
        return self._settled(visit)

    async def ask(self, request: Request) -> Response:
        visit = self._visit(request, request.query_params)
        if isinstance(visit, Response):
            return visit
        return self._bank_page(visit) if visit.intent["status"] == "requires_action" else self._settled(visit)

    async def decide(self, request: Request) -> Response:
        fields = await form(request)
        visit = self._visit(request, fields)
        if isinstance(visit, Response):
            return visit
        if visit.intent["status"] != "requires_action":
            return self._settled(visit)
        # Refusing forgets where to go back to; the card page that follows still needs it.
        visit = replace(visit, return_url=_return_url(visit))
        platform = replace(self.platform, origin=Origin(new_id("req", 14)))
        with platform.store.transaction():
            paid = _decided(platform, visit.intent, agrees=fields.get("outcome") == "complete")
        return self._settled(visit) if paid else self._card_page(visit, status=402)

    def _visit(self, request: Request, fields: Mapping[str, str]) -> _Visit | Response:
        client_secret, return_url = fields.get("client_secret", ""), fields.get("return_url") or None
        try:
            self.platform.require_house(return_url, "return_url")
            intent = with_secret(self.platform, request.path_params["id"], client_secret)
        except StripeError as error:
            return self.pages.draw("missing.html", status=error.status, what="This payment link is not valid.")
        return _Visit(intent, client_secret, return_url)

    def _card_page(
        self,
        visit: _Visit,
        *,
        given: CardForm | None = None,
        problems: Mapping[str, str] | None = None,
        status: int = 200,
    ) -> Response:
        if visit.intent["status"] not in CONFIRMABLE:
            return self._settled(visit)
        last_error = visit.intent["last_payment_error"]
        return self.pages.draw(
            "pay.html", status=status, visit=visit, intent=visit.intent, given=given or CardForm(), cards=SHOWN,
            problems=problems or {}, declined=last_error["message"] if last_error and not problems else None,
        )  # fmt: skip

    def _bank_page(self, visit: _Visit) -> Response:
        method = self.platform.find("payment_method", visit.intent["payment_method"])
        return self.pages.draw("bank.html", visit=visit, intent=visit.intent, card=method["card"])

    def _settled(self, visit: _Visit) -> Response:
        """Back to the house with Stripe's words for how it went; the house believes its webhooks, not these."""
        status, return_url = visit.intent["status"], _return_url(visit)
        if status == "succeeded" and return_url:
            return see_other(_with_query(return_url, payment_intent=visit.intent["id"], redirect_status="succeeded"))
        return self.pages.draw("settled.html", intent=visit.intent, return_url=return_url, paid=status == "succeeded")


def _decided(platform: Platform, intent: Wire, *, agrees: bool) -> bool:
    if not agrees:
        fail_authentication(platform, intent)
        return False
    try:
        authenticate(platform, intent)
    except CardDeclined:
        return False
    return True


def _return_url(visit: _Visit) -> str | None:
    action = visit.intent["next_action"] or {}
    kept: str | None = action.get("redirect_to_url", {}).get("return_url")
    return visit.return_url or kept


def _with_query(url: str, **more: str) -> str:
    parts = urlsplit(url)
    query = "&".join(part for part in (parts.query, urlencode(more)) if part)
    return urlunsplit(parts._replace(query=query))
