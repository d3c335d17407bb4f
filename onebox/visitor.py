"""Somebody at the front door, over HTTP only: a browser's memory, a mail box, and where needed a second factor."""

import asyncio
import re
import ssl
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Self, TypeVar

import httpx

T = TypeVar("T")
Json = dict[str, Any]

# Nobody here speaks anything but plain HTTP: to load the world's certificates would take longer than what they do.
_NOBODY = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def patient_client(base_url: str, **options: Any) -> httpx.AsyncClient:
    """Over plain HTTP."""
    return httpx.AsyncClient(base_url=base_url, timeout=60.0, trust_env=False, verify=_NOBODY, **options)


@dataclass(frozen=True)
class World:
    """Where the house and the outside world answer."""

    house: str
    sandbox: str


class Told(Exception):
    """The house answered with a problem; `code` is its stable name."""

    def __init__(self, answer: httpx.Response) -> None:
        self.status = answer.status_code
        self.problem: Json = answer.json() if "json" in answer.headers.get("content-type", "") else {}
        self.code: str = self.problem.get("code", "")
        super().__init__(f"{answer.request.method} {answer.request.url} → {self.status} {answer.text[:500]}")


async def until(look: Callable[[], Awaitable[T | None]], *, seconds: float = 90.0, every: float = 0.05) -> T:
    """What `look` finds as soon as it finds something; TimeoutError after that many seconds.

    Patience costs nothing where it is not needed, and a machine may have much else to do.
    """
    async with asyncio.timeout(seconds):
        while not (found := await look()):
            await asyncio.sleep(every)
        return found


class Visitor:
    """Somebody with a browser's memory: cookies are kept, nothing else."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.http = patient_client(world.house)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.http.aclose()

    async def ask(self, method: str, path: str, **options: Any) -> Any:
        """The decoded answer of the API; raises Told."""
        answer = await self.http.request(method, f"/api/v1{path}", **options)
        if answer.is_error:
            raise Told(answer)
        return answer.json() if answer.content else None

    async def get(self, path: str, **params: Any) -> Any:
        return await self.ask("GET", path, params=params)

    async def post(self, path: str, body: Mapping[str, Any] | None = None, **options: Any) -> Any:
        return await self.ask("POST", path, json=body or {}, **options)

    async def sign_up(self, email: str, password: str, name: str) -> Json:
        told: Json = await self.post("/accounts", {"email": email, "password": password, "name": name})
        return told

    async def sign_in(self, email: str, password: str) -> Json:
        told: Json = await self.post("/sessions", {"email": email, "password": password})
        return told

    async def confirm_address(self) -> None:
        """Opens the link of the mail that came when the account was made, or when another was asked for."""
        me = await self.get("/me")
        if not me["email_verified"]:
            mail = await self.mail(me["email"], "confirm your address")
            token = re.search(r"/verify-address/([\w-]+)", mail["text"])
            assert token is not None
            await self.post(f"/address-verifications/{token[1]}")

    async def mails(self, to: str) -> list[Json]:
        """What lies in somebody's mail box, newest first."""
        async with patient_client(self.world.sandbox) as outside:
            told = (await outside.get("/mail/messages.json", params={"to": to})).raise_for_status().json()
            messages: list[Json] = told["messages"]
            return messages

    async def mail(self, to: str, about: str) -> Json:
        """The newest mail to somebody whose subject holds those words, as soon as it is there."""

        async def look() -> Json | None:
            return next((one for one in await self.mails(to) if about.lower() in one["subject"].lower()), None)

        return await until(look)


class Guarded(Visitor):
    """Somebody whose part takes a second factor: it is in the sandbox's authenticator app."""

    async def sign_up(self, email: str, password: str, name: str) -> Json:
        told = await super().sign_up(email, password, name)
        await self.add_second_factor(email)
        return told

    async def sign_in(self, email: str, password: str) -> Json:
        told = await super().sign_in(email, password)
        if told["second_factor"] == "none":
            await self.add_second_factor(email)
        else:
            await self.post("/sessions/current/factor", {"code": await self._code(email)})
        return told

    async def add_second_factor(self, email: str) -> None:
        """Adds the app to the account; what needs a second factor is open in this session from then on."""
        begun = await self.post("/factors/totp", {"name": "The demo's authenticator"})
        async with patient_client(self.world.sandbox) as outside:
            added = await outside.put(f"/authenticator/{email}", json={"secret": begun["secret"]})
            added.raise_for_status()
        await self.post(f"/factors/totp/{begun['id']}/confirm", {"code": await self._code(email)})

    async def _code(self, email: str) -> str:
        """One that nobody has used yet; two in half a minute are to be had, the third has to be waited for."""
        async with patient_client(self.world.sandbox) as outside:

            async def look() -> str | None:
                answer = await outside.post(f"/authenticator/{email}/codes")
                if answer.status_code == httpx.codes.CONFLICT:
                    return None
                return str(answer.raise_for_status().json()["code"])

            return await until(look, every=0.5)


"""What the co-ops of the stories state as sellers."""
