"""What only the rooms know of a person, asked of each of them on the person's own behalf."""

from collections.abc import Mapping

import httpx
import orjson
from starlette.types import ASGIApp

from chassis.auth import Caller
from chassis.errors import Unavailable
from gateway.internal_token import TokenIssuer
from gateway.route_table import OWN_ROOM, PAGES


class RoomSilent(Unavailable):
    code, title = "room_silent", "One part of the marketplace does not answer"


class Gathering:
    """All or nothing: an answer with a part missing would pass for the whole."""

    def __init__(self, rooms: Mapping[str, ASGIApp], tokens: TokenIssuer) -> None:
        self._rooms = rooms
        self._tokens = tokens

    async def ask(self, caller: Caller, path: str) -> dict[str, object]:
        """The answers by room; one that knows no such address holds nothing of anybody."""
        answers = {}
        for room, app in self._rooms.items():
            if room not in (OWN_ROOM, PAGES):
                answers[room] = await self._ask(room, app, caller, path)
        return {room: answer for room, answer in answers.items() if answer is not None}

    async def _ask(self, room: str, app: ASGIApp, caller: Caller, path: str) -> object | None:
        token = self._tokens.token_for(room, caller).decode()
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://room") as client:
            answer = await client.get(path, headers={"Authorization": f"Bearer {token}"})
        if answer.status_code == httpx.codes.NOT_FOUND:
            return None
        if answer.status_code != httpx.codes.OK:
            raise RoomSilent("Please try again in a few minutes.", room=room)
        found: object = orjson.loads(answer.content)
        return found
