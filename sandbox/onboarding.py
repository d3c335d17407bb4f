"""The hosted page on which a payee gives what the processor asks for, where the sandbox does not wave it through."""

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from sandbox.pages import Pages, see_other
from sandbox.stripe_api.accounts import open_for_business
from sandbox.stripe_api.platform import Platform, Wire


def onboarding_routes(platform: Platform, pages: Pages) -> Sequence[BaseRoute]:
    handler = _Onboarding(platform, pages)
    return [
        Route("/connect/{token}", handler.show, methods=["GET"]),
        Route("/connect/{token}", handler.complete, methods=["POST"]),
    ]


@dataclass(frozen=True)
class _Onboarding:
    platform: Platform
    pages: Pages

    async def show(self, request: Request) -> Response:
        link = self._link(request)
        if link is None:
            return self.pages.draw("missing.html", status=404, what="This link is not valid.")
        if link["expires_at"] <= self.platform.now():
            return see_other(link["refresh_url"])
        return self.pages.draw("onboarding.html", account=self.platform.find("account", link["account"]))

    async def complete(self, request: Request) -> Response:
        link = self._link(request)
        if link is None or link["expires_at"] <= self.platform.now():
            return self.pages.draw("missing.html", status=404, what="This link is no longer valid.")
        with self.platform.store.transaction():
            account = self.platform.find("account", link["account"])
            if not account["details_submitted"]:
                open_for_business(self.platform, account)
        return see_other(link["return_url"])

    def _link(self, request: Request) -> Wire | None:
        found = self.platform.any_object(request.path_params["token"])
        return found if found is not None and found["object"] == "account_link_token" else None
