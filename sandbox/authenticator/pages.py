"""The authenticator app as a page for people; PUT and POST for programs, which have no eyes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

import orjson
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from sandbox.authenticator.phone import BadSecret, NoCodeYet, Phone
from sandbox.pages import Pages, form, see_other

# Where the house asks for a code, unless it says on which of its pages it is asking.
SIGN_IN: Final = "/sign-in/second-factor"


def authenticator_routes(phone: Phone, pages: Pages) -> Sequence[BaseRoute]:
    handler = _AuthenticatorPages(phone, pages)
    return [
        Route("/authenticator", handler.index, methods=["GET"]),
        Route("/authenticator", handler.add, methods=["POST"]),
        Route("/authenticator/{account}", handler.put, methods=["PUT"]),
        Route("/authenticator/{account}/codes", handler.take, methods=["POST"]),
    ]


@dataclass(frozen=True)
class _AuthenticatorPages:
    phone: Phone
    pages: Pages

    async def index(self, request: Request) -> Response:
        asked = request.query_params
        return self._page(asked.get("account", ""), asked.get("secret", ""), asked.get("page", ""))

    async def add(self, request: Request) -> Response:
        fields = await form(request)
        account, secret, page = fields.get("account", "").strip(), fields.get("secret", ""), fields.get("page", "")
        try:
            self.phone.add(account, secret)
        except BadSecret as error:
            return self._page(account, secret, page, problem=str(error), status=422)
        return see_other(f"/authenticator?{urlencode({'account': account, 'page': page})}")

    async def put(self, request: Request) -> Response:
        account = request.path_params["account"]
        try:
            self.phone.add(account, str(orjson.loads(await request.body())["secret"]))
        except (BadSecret, orjson.JSONDecodeError, KeyError, TypeError):
            return JSONResponse({"error": 'The body must be {"secret": "…"}, in base32.'}, 422)
        return JSONResponse({"account": account})

    async def take(self, request: Request) -> Response:
        """A code that nobody was given yet; 409 says to ask again when the next half minute has begun."""
        try:
            code = self.phone.take(request.path_params["account"])
        except NoCodeYet:
            return JSONResponse({"error": "Every code up to now was given out."}, 409)
        if code is None:
            return JSONResponse({"error": "That account is not in the authenticator."}, 404)
        return JSONResponse({"code": code})

    def _page(self, account: str, secret: str, page: str, *, problem: str = "", status: int = 200) -> Response:
        """`account` is the one that is asked for, `page` the house's page that asks: its code leads back there."""
        return self.pages.draw(
            "authenticator.html",
            status=status,
            shown=self.phone.shown(),
            seconds_left=self.phone.seconds_left,
            account=account,
            secret=secret,
            page=page if page.startswith("/") else SIGN_IN,
            sign_in=SIGN_IN,
            problem=problem,
        )
