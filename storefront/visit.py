"""One visitor's request as a page sees it: what was asked, the API on the visitor's behalf, and ways to answer."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlencode

import httpx
from jinja2 import Environment
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from storefront.api import Api, Problem
from storefront.forms import Form
from storefront.hints import header_for
from storefront.sellers import Sellers
from storefront.settings import Settings
from storefront.words import said

PASSED_ON: Final = ("cookie", "traceparent", "x-forwarded-for", "x-request-id", "user-agent")
PROVES_THE_FORM_IS_OURS: Final = ("origin", "sec-fetch-site")
SAFE: Final = frozenset({"GET", "HEAD"})
CSP: Final = (
    "default-src 'none'; img-src 'self'; style-src 'self'; script-src 'self'; connect-src 'self'; font-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# Where a visitor does what a refusal asks for, and where they go on when they were sending a form.
ASKED_AT: Final = {
    "second_factor_required": ("/sign-in/second-factor", ""),
    "recent_factor_required": ("/sign-in/second-factor", "/account/security"),
    "recent_password_required": ("/account/security/password", "/account/security"),
}
NOTHING_HERE: Final = "It may have moved, or the link was cut short."
OUR_FAULT: Final = "It is being looked at. Nothing you did was lost; please try again."
HEADINGS: Final = {
    400: "That could not be read",
    403: "Not for this account",
    404: "Nothing at this address",
    412: "Changed meanwhile",
    413: "Too much at once",
    429: "One moment, please",
    500: "Something broke on our side",
    503: "Back in a moment",
}


@dataclass(frozen=True)
class Shop:
    """What all visits share; made once by `create_app`."""

    settings: Settings
    client: httpx.AsyncClient
    templates: Environment
    sellers: Sellers = field(default_factory=Sellers)


class Visit:
    def __init__(self, request: Request) -> None:
        self.request = request
        self.shop: Shop = request.app.state.shop
        self.api = Api(self.shop.client, carried(request))
        self.in_basket: int | None = None  # Where the page knows better than the visitor's cookie.
        self.may: frozenset[str] = frozenset()  # What the visitor may do at the co-op whose desk this is.

    @property
    def settings(self) -> Settings:
        return self.shop.settings

    def part(self, name: str) -> str:
        """A part of the path."""
        return str(self.request.path_params[name])

    def query(self, name: str) -> str:
        return self.request.query_params.get(name, "").strip()

    async def form(self) -> Form:
        return Form.of(await self.request.form(max_files=0, max_fields=2000))

    def render(self, template: str, *, status: int = 200, csp: str = CSP, **context: object) -> Response:
        header = header_for(self.request, self.in_basket)
        page = self.shop.templates.get_template(template).render(
            header=header, path=self.request.url.path, may=self.may, **context
        )
        return HTMLResponse(page, status, {"content-security-policy": csp, "cache-control": "private, no-cache"})

    def redirect(self, path: str, **query: str) -> Response:
        given = {name: value for name, value in query.items() if value}
        return RedirectResponse(f"{path}?{urlencode(given)}" if given else path, 303)

    def refused(self, problem: Problem) -> Response:
        """The page for a refusal that no form on the page can show."""
        page, next_page = ("/sign-in", "") if problem.status == 401 else ASKED_AT.get(problem.code, ("", ""))
        if page:
            here = self.request.url.path if self.request.method in SAFE else next_page
            return self.redirect(page, next=here)
        status = problem.status if problem.status in HEADINGS else (404 if problem.status < 500 else 503)
        # An address that is no id of ours is refused as malformed: to a reader it simply is not there.
        return self.problem_page(status, "" if problem.status == 422 else said(problem))

    def problem_page(self, status: int, sentence: str = "") -> Response:
        sentence = sentence or (OUR_FAULT if status >= 500 else NOTHING_HERE)
        heading = HEADINGS.get(status, "That did not work")
        return self.render("problem.html", status=status, heading=heading, sentence=sentence, code=status)


Page = Callable[[Visit], Awaitable[Response]]


def draws(page: Page) -> Callable[[Request], Awaitable[Response]]:
    """Makes an endpoint of a page: refusals get a page of their own, the gateway's cookies go back to the browser."""

    async def endpoint(request: Request) -> Response:
        visit = Visit(request)
        try:
            response = await page(visit)
        except Problem as problem:
            response = visit.refused(problem)
        for cookie in visit.api.set_cookies:
            response.headers.append("set-cookie", cookie)
        return response

    return endpoint


def carried(request: Request) -> Mapping[str, str]:
    """The marks of a same-site form count only for a form: a page opened from a mail may still call the API."""
    names = PASSED_ON if request.method in SAFE else PASSED_ON + PROVES_THE_FORM_IS_OURS
    return {name: value for name in names if (value := request.headers.get(name)) is not None}


def local_path(text: str, otherwise: str = "/") -> str:
    """A path on this site, never an address elsewhere. Browsers leave tabs out: `/<tab>/evil.example` is one."""
    return text if text.startswith("/") and not text.startswith(("//", "/\\")) and text.isprintable() else otherwise
