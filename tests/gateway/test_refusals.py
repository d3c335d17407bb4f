"""How refusals are told, and that the guards behind them are what refuses (each with its negative control)."""

from collections.abc import Awaitable, Callable

import httpx
import pytest
from prometheus_client import REGISTRY
from starlette.types import ASGIApp

from chassis.database import Database
from gateway.app import create_app
from tests.gateway.conftest import ORIGIN, Door, OpenDoor, settings_for

HTML = {"accept": "text/html,*/*"}


async def test_a_person_is_refused_on_a_page_and_a_program_by_a_document(open_door: OpenDoor) -> None:
    door = await open_door(limit_requests="1/hour")

    async with door.visitor() as visitor:
        await visitor.get("/")
        person = await visitor.get("/", headers=HTML)
        program = await visitor.get("/api/v1/products/1", headers=HTML)

    assert (person.status_code, program.status_code) == (429, 429)
    assert person.headers["content-type"].startswith("text/html")
    assert "That was a lot at once" in person.text
    assert "retry-after" in person.headers
    assert program.headers["content-type"] == "application/problem+json"


async def test_too_large_a_form_is_refused_on_a_page(open_door: OpenDoor) -> None:
    door = await open_door(body_bytes=100, upload_bytes=1000)

    async with door.visitor() as visitor:
        form = await visitor.post("/ask", content=b"x" * 101, headers=HTML)
        upload = await visitor.post("/desk/1/imports", content=b"x" * 1000, headers=HTML)
        too_large = await visitor.post("/desk/1/imports", content=b"x" * 1001, headers=HTML)

    assert (form.status_code, upload.status_code, too_large.status_code) == (413, 200, 413)
    assert "At most 1,000 bytes" in too_large.text


async def test_when_our_own_database_is_gone_it_is_told_and_raised() -> None:
    gone = Database("postgresql+asyncpg://nobody@127.0.0.1:1/none")
    app = create_app(settings_for(gone), gone, {}, None)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url=ORIGIN) as visitor:
        with pytest.raises(OSError):
            await visitor.get("/api/v1/me", headers={"cookie": "toadlane=s.guess"})
    quiet = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=quiet, base_url=ORIGIN) as visitor:
        answer = await visitor.get("/api/v1/me", headers={"cookie": "toadlane=s.guess"})

    assert (answer.status_code, answer.json()["code"]) == (500, "internal")
    assert "127.0.0.1:1" not in answer.text


async def test_answers_are_counted_by_room(door: Door) -> None:
    def counted() -> float:
        return REGISTRY.get_sample_value("toadlane_gateway_answers_total", {"room": "catalog", "status": "200"}) or 0.0

    before = counted()
    async with door.visitor() as visitor:
        await visitor.get("/api/v1/products/1")

    assert counted() == before + 1


Attempt = Callable[[httpx.AsyncClient], Awaitable[httpx.Response]]


async def _forge(visitor: httpx.AsyncClient) -> httpx.Response:
    return await visitor.post("/api/v1/basket/lines", headers={"sec-fetch-site": "cross-site"})


async def _misname(visitor: httpx.AsyncClient) -> httpx.Response:
    return await visitor.get("/api/v1/products/1", headers={"host": "evil.example"})


async def _flood(visitor: httpx.AsyncClient) -> httpx.Response:
    await visitor.get("/api/v1/products/1")
    return await visitor.get("/api/v1/products/1")


async def _stuff(visitor: httpx.AsyncClient) -> httpx.Response:
    return await visitor.post("/api/v1/orders/count", content=b"x" * 101)


def _absent(app: ASGIApp, **_: object) -> ASGIApp:
    """What stands in a guard's place when it is taken away."""
    return app


@pytest.mark.parametrize(
    ("guard", "attempt", "status"),
    [
        ("CrossSiteGuard", _forge, 403),
        ("HostGuard", _misname, 421),
        ("RateLimit", _flood, 429),
        ("BodyLimit", _stuff, 413),
    ],
)
async def test_it_is_the_guard_that_refuses(
    open_door: OpenDoor, monkeypatch: pytest.MonkeyPatch, guard: str, attempt: Attempt, status: int
) -> None:
    guarded = await open_door(limit_requests="1/hour", body_bytes=100)
    monkeypatch.setattr(f"gateway.app.{guard}", _absent)
    unguarded = await open_door(limit_requests="1/hour", body_bytes=100)

    async with guarded.visitor() as visitor, unguarded.visitor() as lucky:
        assert (await attempt(visitor)).status_code == status
        assert (await attempt(lucky)).status_code == 200
