"""Stripe's API over HTTP: keys, parameters, idempotency, and the envelope of every answer."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from hmac import compare_digest

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from sandbox.stripe_api.call import Call
from sandbox.stripe_api.endpoints import ENDPOINTS, Endpoint
from sandbox.stripe_api.errors import Forbidden, InvalidParameter, StripeError, Unauthorized, UnknownUrl
from sandbox.stripe_api.idempotency import Answer, Attempt, answer_once, as_answer
from sandbox.stripe_api.listing import expand
from sandbox.stripe_api.params import Params, Section, parse
from sandbox.stripe_api.platform import API_VERSION, Origin, Platform, Wire, new_id

LARGEST_BODY = 1_000_000


@dataclass(frozen=True)
class Keys:
    secret: str
    publishable: str

    def is_secret(self, request: Request) -> bool:
        return compare_digest(_bearer(request).encode(), self.secret.encode())

    def is_publishable(self, request: Request) -> bool:
        return compare_digest(_bearer(request).encode(), self.publishable.encode())


def _bearer(request: Request) -> str:
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    return key.strip() if scheme.lower() == "bearer" else ""


def stripe_routes(platform: Platform, keys: Keys) -> Sequence[BaseRoute]:
    known = [_Handler(platform, keys, endpoint).route() for endpoint in ENDPOINTS]
    return [*known, Route("/v1/{rest:path}", _unknown_url, methods=["GET", "POST", "DELETE"])]


async def _unknown_url(request: Request) -> Response:
    problem = f"Unrecognized request URL ({request.method}: {request.url.path}). The sandbox knows only some of Stripe."
    return _response(as_answer(UnknownUrl(problem)), new_id("req", 14), None)


@dataclass(frozen=True)
class _Handler:
    platform: Platform
    keys: Keys
    endpoint: Endpoint

    def route(self) -> Route:
        return Route(self.endpoint.path, self._handle, methods=[self.endpoint.method])

    async def _handle(self, request: Request) -> Response:
        id, key = new_id("req", 14), request.headers.get("idempotency-key")
        try:
            public = self._authorise(request)
            encoded = await _encoded(request)
            answer = self._answer(request, encoded, Origin(id, key), public=public)
        except StripeError as error:
            answer = as_answer(error)
        return _response(answer, id, key)

    def _authorise(self, request: Request) -> bool:
        """Whether the caller is a buyer's browser; no known key at all is refused."""
        if request.headers.get("stripe-account"):
            raise Forbidden("The sandbox keeps nothing inside connected accounts: call without Stripe-Account.")
        if self.keys.is_secret(request):
            return False
        if not self.keys.is_publishable(request):
            raise Unauthorized(f"Invalid API Key provided: {_masked(_bearer(request))}")
        if self.endpoint.public is None:
            problem = "This API call cannot be made with a publishable API key. Please use a secret API key."
            raise Unauthorized(problem, code="secret_key_required")
        return True

    def _answer(self, request: Request, encoded: str, origin: Origin, *, public: bool) -> Answer:
        values = parse(encoded)
        run = self.endpoint.public if public and self.endpoint.public else self.endpoint.run
        attempt = Attempt(
            scope="publishable" if public else "secret",
            key=origin.idempotency_key if request.method == "POST" else None,
            fingerprint=_fingerprint(request, values), request=origin.id or "", now=self.platform.clock(),
        )  # fmt: skip

        def execute() -> Wire:
            platform = replace(self.platform, origin=origin)
            params = Params(values, allowed=self.endpoint.params)
            body = run(Call(platform, params, request.url.path, request.path_params))
            return body if public else expand(platform, body, params.listing("expand"))

        return answer_once(self.platform.store, attempt, execute)


async def _encoded(request: Request) -> str:
    if request.method == "GET":
        return request.url.query
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_BODY:
            raise InvalidParameter("The request body is too large.")
    if body and not request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        raise InvalidParameter("Stripe's API takes application/x-www-form-urlencoded.")
    try:
        return body.decode("ascii")
    except UnicodeDecodeError as error:
        raise InvalidParameter("Invalid request: the parameters are not form-encoded.") from error


def _fingerprint(request: Request, values: Section) -> str:
    return sha256(f"{request.method} {request.url.path} {_sorted(values)!r}".encode()).hexdigest()


def _sorted(values: Section) -> list[tuple[str, object]]:
    return sorted((name, _sorted(value) if isinstance(value, dict) else value) for name, value in values.items())


def _masked(key: str) -> str:
    return f"{key[:7]}{'*' * 8}{key[-4:]}" if len(key) > 12 else "*" * len(key)


def _response(answer: Answer, request_id: str, key: str | None) -> Response:
    headers = {"Request-Id": request_id, "Stripe-Version": API_VERSION, "Cache-Control": "no-store"}
    if key is not None:
        headers["Idempotency-Key"] = key
    if answer.replayed_from is not None:
        headers |= {"Idempotent-Replayed": "true", "Original-Request": answer.replayed_from}
    if answer.status == 401:
        headers["WWW-Authenticate"] = 'Bearer realm="Stripe"'
    return Response(answer.body, answer.status, headers, "application/json")
