"""The storefront's way to the gateway's `/api/v1`: the visitor's cookie goes along, refusals come back as `Problem`."""

from collections.abc import AsyncIterable, Mapping, Sequence
from http.cookies import CookieError, SimpleCookie
from typing import TypeVar
from urllib.parse import quote

import httpx
import orjson
from pydantic import BaseModel, ValidationError

Answer = TypeVar("Answer", bound=BaseModel)
Json = Mapping[str, object]
Param = str | int | Sequence[str] | None
Params = Mapping[str, Param]


class FieldError(BaseModel):
    field: str = ""
    detail: str = ""


class Refusal(BaseModel, extra="allow"):
    """An RFC 9457 body as far as pages read it; members that belong to one code stay in `model_extra`."""

    code: str = ""
    title: str = ""
    detail: str = ""
    errors: list[FieldError] = []


class Problem(Exception):
    """The API said no, or gave no answer (status 503, code `unreachable`)."""

    def __init__(self, status: int, refusal: Refusal) -> None:
        super().__init__(f"{status} {refusal.code}: {refusal.detail}")
        self.status = status
        self.code = refusal.code
        self.detail = refusal.detail or refusal.title
        self.errors = refusal.errors
        self.extra: Mapping[str, object] = refusal.model_extra or {}

    @property
    def outcome_is_unknown(self) -> bool:
        return self.status >= 500 or self.code == "unreachable"


class Api:
    def __init__(self, client: httpx.AsyncClient, headers: Mapping[str, str]) -> None:
        self._client = client
        self._headers = dict(headers)
        self.set_cookies: list[str] = []

    async def get(self, answer: type[Answer], *path: str, **params: Param) -> Answer:
        return answer.model_validate_json(await self.call("GET", *path, params=params))

    async def post(self, answer: type[Answer], *path: str, body: Json | None = None, **headers: str) -> Answer:
        return answer.model_validate_json(await self.call("POST", *path, body=body, headers=headers))

    async def call(
        self,
        method: str,
        *path: str,
        params: Params | None = None,
        body: Json | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> bytes:
        """The answer's body; headers are given as keyword-like names (`idempotency_key`)."""
        content = None if body is None else orjson.dumps(body)
        sent = {name.replace("_", "-"): value for name, value in (headers or {}).items()}
        if content is not None:
            sent["content-type"] = "application/json"
        return await self._send(method, path, params or {}, content, sent)

    async def upload(
        self,
        answer: type[Answer],
        *path: str,
        content: AsyncIterable[bytes],
        params: Params,
        headers: Mapping[str, str],
    ) -> Answer:
        """Passes a body on as it arrives, without holding it."""
        return answer.model_validate_json(await self._send("POST", path, params, content, headers))

    async def _send(
        self,
        method: str,
        path: tuple[str, ...],
        params: Params,
        content: bytes | AsyncIterable[bytes] | None,
        headers: Mapping[str, str],
    ) -> bytes:
        url = "/api/v1/" + "/".join(quote(part, safe="") for part in path)
        given = {name: value for name, value in params.items() if value not in (None, "", ())}
        try:
            response = await self._client.request(
                method, url, params=given or None, content=content, headers={**self._headers, **headers}
            )
        except httpx.TransportError as error:
            raise Problem(503, Refusal(code="unreachable", detail=str(error))) from error
        self._keep_cookies(response)
        if response.is_success:
            return response.content
        raise Problem(response.status_code, refusal_in(response))

    def _keep_cookies(self, response: httpx.Response) -> None:
        """A guest's cookie made by the first call of a page is sent with its later calls, and to the browser."""
        for header in response.headers.get_list("set-cookie"):
            self.set_cookies.append(header)
            name, value = pair_in(header)
            if name:
                sent = self._headers.get("cookie", "").split("; ")
                others = [pair for pair in sent if pair and pair.partition("=")[0] != name]
                self._headers["cookie"] = "; ".join([*others, f"{name}={value}"])


def pair_in(set_cookie: str) -> tuple[str, str]:
    try:
        parsed = SimpleCookie(set_cookie)
    except CookieError:
        return "", ""
    return next(((name, morsel.value) for name, morsel in parsed.items()), ("", ""))


def refusal_in(response: httpx.Response) -> Refusal:
    try:
        return Refusal.model_validate_json(response.content)
    except ValidationError:
        return Refusal(code="", detail="")
