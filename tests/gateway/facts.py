"""Facts of other rooms, as they arrive here on the wire."""

from uuid import UUID

import orjson

from chassis.events import Record
from chassis.ids import new_id


def member_joined(coop_id: UUID, account_id: UUID, *, version: int = 1, role: str = "owner") -> Record:
    return _member("MemberJoined", coop_id, account_id, version, role=role)


def role_changed(coop_id: UUID, account_id: UUID, *, version: int, role: str) -> Record:
    return _member("MemberRoleChanged", coop_id, account_id, version, role=role)


def member_left(coop_id: UUID, account_id: UUID, *, version: int) -> Record:
    return _member("MemberLeft", coop_id, account_id, version)


def _member(name: str, coop_id: UUID, account_id: UUID, version: int, **more: str) -> Record:
    event_id = new_id()
    data = {"coop_id": str(coop_id), "account_id": str(account_id), "version": version, **more}
    envelope = {
        "specversion": "1.0",
        "id": str(event_id),
        "source": "/producers",
        "type": f"producers.{name}",
        "subject": str(coop_id),
        "data": data,
    }
    return Record(event_id, str(coop_id), orjson.dumps(envelope))
