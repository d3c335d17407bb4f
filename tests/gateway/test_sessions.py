"""One's own sessions: seen, told apart, and ended from afar."""

import httpx
import pytest

from gateway.device import device_in
from tests.gateway.conftest import PASSWORD, Door, sign_up

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1 Version/18.0 Mobile Safari/604.1"
EDGE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0"
NEW = "a brand new set of words"


@pytest.mark.parametrize(
    ("user_agent", "device"),
    [
        (FIREFOX, "Firefox on Linux"),
        (SAFARI, "Safari on iPhone"),
        (EDGE, "Edge on Windows"),
        ("curl/8.5.0", "curl"),
        ("<script>alert(1)</script>", ""),
        (None, ""),
    ],
)
def test_a_device_is_told_in_words_of_ours(user_agent: str | None, device: str) -> None:
    assert device_in(user_agent) == device


async def signed_in(visitor: httpx.AsyncClient, password: str = PASSWORD) -> httpx.Response:
    return await visitor.post("/api/v1/sessions", json={"email": "mira@sunrise.coop", "password": password})


async def kind_of(visitor: httpx.AsyncClient) -> str:
    return str((await visitor.get("/api/v1/me")).json()["kind"])


async def listed(visitor: httpx.AsyncClient) -> list[dict[str, object]]:
    items: list[dict[str, object]] = (await visitor.get("/api/v1/sessions")).json()["items"]
    return items


async def test_sessions_are_listed_with_their_device_and_ended_one_by_one(door: Door) -> None:
    async with door.visitor(**{"user-agent": FIREFOX}) as mira, door.visitor(**{"user-agent": SAFARI}) as phone:
        await sign_up(mira)
        await signed_in(phone)
        told = {one["device"]: one["current"] for one in await listed(mira)}
        afar = next(one["id"] for one in await listed(mira) if not one["current"])
        ended = await mira.delete(f"/api/v1/sessions/{afar}")

        assert (await kind_of(mira), await kind_of(phone)) == ("account", "anonymous")
    assert told == {"Firefox on Linux": True, "Safari on iPhone": False}
    assert ended.status_code == 204


async def test_all_others_are_ended_at_once(door: Door) -> None:
    async with door.visitor() as mira, door.visitor() as phone, door.visitor() as tablet:
        await sign_up(mira)
        for visitor in (phone, tablet):
            await signed_in(visitor)
        await mira.delete("/api/v1/sessions")

        assert [await kind_of(visitor) for visitor in (mira, phone, tablet)] == ["account", "anonymous", "anonymous"]


async def test_nobody_sees_or_ends_the_sessions_of_others(door: Door) -> None:
    async with door.visitor() as mira, door.visitor() as other, door.visitor() as nobody:
        await sign_up(mira)
        await sign_up(other, "other@sunrise.coop")
        [mine] = await listed(mira)
        foreign = await other.delete(f"/api/v1/sessions/{mine['id']}")
        answers = [await nobody.get("/api/v1/sessions"), await nobody.delete("/api/v1/sessions")]

        assert await kind_of(mira) == "account"
    assert foreign.status_code == 404
    assert [answer.status_code for answer in answers] == [401, 401]


async def test_a_changed_password_ends_the_other_sessions(door: Door) -> None:
    async with door.visitor() as mira, door.visitor() as phone:
        await sign_up(mira)
        await signed_in(phone)
        guessed = await mira.put("/api/v1/me/password", json={"current_password": "guessed", "password": NEW})
        short = await mira.put("/api/v1/me/password", json={"current_password": PASSWORD, "password": "short"})
        before = await kind_of(phone)
        changed = await mira.put("/api/v1/me/password", json={"current_password": PASSWORD, "password": NEW})

        assert (before, await kind_of(mira), await kind_of(phone)) == ("account", "account", "anonymous")
        assert (await signed_in(phone)).status_code == 401
        assert (await signed_in(phone, NEW)).status_code == 201
    assert [error["field"] for error in guessed.json()["errors"]] == ["current_password"]
    assert (short.status_code, short.json()["code"]) == (422, "password_not_accepted")
    assert changed.status_code == 204
