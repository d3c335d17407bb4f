"""Staff: invited by mail, in a role, and never without an owner, whoever decides at whichever moment."""

import asyncio
import re
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.auth import Caller
from chassis.email_address import digest_of
from chassis.pending import before_commit
from chassis.testing import do_tasks, failures, ship
from services.producers import staff
from services.producers.audit_check import check
from services.producers.coop import Coop, Role, locked_coop
from services.producers.invitation import MOST_A_DAY
from tests.producers.conftest import Room

OWNS = frozenset({"staff:read", "staff:write", "shop:read"})
WORKS = frozenset({"staff:read", "shop:read"})


@dataclass
class Person:
    """Somebody with an account, and what the gateway would vouch for."""

    room: Room
    email: str
    id: UUID = field(default_factory=uuid4)
    email_verified: bool = True

    def at(self, coop_id: str, role: str | None = None) -> httpx.AsyncClient:
        coop, scopes = UUID(coop_id), OWNS if role == "owner" else WORKS
        return self.room.connect(
            Caller(
                id=self.id,
                kind="account",
                works_for={coop: role} if role else {},
                scopes={coop: scopes} if role else {},
                address_digest=digest_of(self.email),
                email_verified=self.email_verified,
            )
        )


async def admitted(room: Room, ann: Person) -> str:
    application = await room.admitted(room.as_account(ann.id))
    await do_tasks(room.worker)
    return str(application["coop_id"])


async def invite(client: httpx.AsyncClient, coop_id: str, email: str, role: str = "finance") -> httpx.Response:
    return await client.post(f"/api/v1/coops/{coop_id}/invitations", json={"email": email, "role": role})


async def link_to(room: Room, email: str) -> str:
    """The path behind the link in the newest mail to somebody."""
    await do_tasks(room.worker)
    text = next(mail["text"] for mail in reversed(room.mails.sent) if mail["to"] == email)
    found = re.search(r"/invitations/(\S+)", text)
    assert found is not None
    return f"/api/v1/invitations/{found[1]}"


async def hired(room: Room, ann: Person, coop_id: str, email: str, role: str = "owner") -> Person:
    """Somebody who was invited and has accepted."""
    person = Person(room, email)
    assert (await invite(ann.at(coop_id, "owner"), coop_id, email, role)).status_code == 201
    answer = await person.at(coop_id).post(f"{await link_to(room, email)}/accept")
    assert answer.status_code == 200, answer.text
    return person


async def roles(room: Room, coop_id: str) -> dict[str, str]:
    async with room.database.reading() as session:
        return {one.email: one.role for one in await staff.staff_of(session, UUID(coop_id))}


async def told_of_members(room: Room) -> list[tuple[str, dict[str, Any]]]:
    await ship(room.worker)
    return [(fact.type.removeprefix("producers."), fact.data) for fact in room.bus.facts("producers.members")]


async def test_somebody_is_invited_by_mail_accepts_and_works_there(room: Room) -> None:
    ann, ben = Person(room, "ann@sunrise.coop"), Person(room, "ben@sunrise.coop")
    coop_id = await admitted(room, ann)

    await invite(ann.at(coop_id, "owner"), coop_id, "Ben@Sunrise.coop ")
    link = await link_to(room, "ben@sunrise.coop")
    shown = (await room.as_nobody().get(link)).json()
    accepted = await ben.at(coop_id).post(f"{link}/accept")
    listed = (await ben.at(coop_id, "finance").get(f"/api/v1/coops/{coop_id}/staff")).json()

    assert (shown["coop_name"], shown["email"], shown["role"]) == ("Sunrise Bakers", "ben@sunrise.coop", "finance")
    assert (accepted.status_code, accepted.json()["account_id"]) == (200, str(ben.id))
    assert [(one["email"], one["role"]) for one in listed["members"]] == [
        ("ann@sunrise.coop", "owner"),
        ("ben@sunrise.coop", "finance"),
    ]
    kind, fact = (await told_of_members(room))[-1]
    assert (kind, fact["account_id"], fact["role"], fact["version"]) == ("MemberJoined", str(ben.id), "finance", 2)
    assert "ben@" not in str(room.bus.topics)
    assert await failures(room.database) == []


async def test_an_invitation_counts_once_for_its_address_and_for_seven_days(room: Room) -> None:
    ann, ben, eve = (Person(room, f"{name}@sunrise.coop") for name in ("ann", "ben", "eve"))
    coop_id = await admitted(room, ann)
    await invite(ann.at(coop_id, "owner"), coop_id, ben.email)
    link = await link_to(room, ben.email)

    nobody = await room.as_nobody().post(f"{link}/accept")
    passed_on = await eve.at(coop_id).post(f"{link}/accept")
    both = await asyncio.gather(*(ben.at(coop_id).post(f"{link}/accept") for _ in range(2)))
    await invite(ann.at(coop_id, "owner"), coop_id, eve.email)
    late = await link_to(room, eve.email)
    room.later(days=7)
    too_late = await eve.at(coop_id).post(f"{late}/accept")

    assert (nobody.status_code, nobody.json()["code"]) == (401, "sign_in_required")
    assert (passed_on.status_code, passed_on.json()["code"]) == (403, "not_your_invitation")
    assert sorted(answer.status_code for answer in both) == [200, 404]
    assert (too_late.status_code, too_late.json()["code"]) == (404, "invitation_spent")
    assert set(await roles(room, coop_id)) == {ann.email, ben.email}


async def test_a_link_that_was_passed_on_admits_nobody_who_only_says_that_the_address_is_theirs(room: Room) -> None:
    ann, ben = Person(room, "ann@sunrise.coop"), Person(room, "ben@sunrise.coop")
    posing_as_ben = Person(room, ben.email, email_verified=False)
    coop_id = await admitted(room, ann)
    await invite(ann.at(coop_id, "owner"), coop_id, ben.email, "owner")
    link = await link_to(room, ben.email)

    refused = await posing_as_ben.at(coop_id).post(f"{link}/accept")
    accepted = await ben.at(coop_id).post(f"{link}/accept")

    assert (refused.status_code, refused.json()["code"]) == (403, "address_not_verified")
    assert accepted.status_code == 200


async def test_an_invitation_is_withdrawn_or_replaced_and_its_old_link_is_dead(room: Room) -> None:
    ann, ben = Person(room, "ann@sunrise.coop"), Person(room, "ben@sunrise.coop")
    coop_id = await admitted(room, ann)
    owner = ann.at(coop_id, "owner")

    await invite(owner, coop_id, ben.email, "finance")
    first = await link_to(room, ben.email)
    made = (await invite(owner, coop_id, ben.email, "catalogue")).json()
    second = await link_to(room, ben.email)
    [listed] = (await owner.get(f"/api/v1/coops/{coop_id}/staff")).json()["invitations"]
    replaced = await ben.at(coop_id).post(f"{first}/accept")
    gone = [await owner.delete(f"/api/v1/coops/{coop_id}/invitations/{made['id']}") for _ in range(2)]
    withdrawn = await ben.at(coop_id).post(f"{second}/accept")

    assert (listed["id"], listed["role"]) == (made["id"], "catalogue")
    assert [answer.status_code for answer in gone] == [204, 204]
    assert replaced.status_code == withdrawn.status_code == 404


async def test_what_an_owner_offered_ends_with_their_being_one(room: Room) -> None:
    ann, eve = Person(room, "ann@sunrise.coop"), Person(room, "eve@example.org")
    coop_id = await admitted(room, ann)
    ben = await hired(room, ann, coop_id, "ben@sunrise.coop")
    await invite(ben.at(coop_id, "owner"), coop_id, eve.email, "owner")
    link = await link_to(room, eve.email)

    await ann.at(coop_id, "owner").delete(f"/api/v1/coops/{coop_id}/staff/{ben.id}")
    accepted = await eve.at(coop_id).post(f"{link}/accept")
    listed = (await ann.at(coop_id, "owner").get(f"/api/v1/coops/{coop_id}/staff")).json()["invitations"]

    assert (accepted.status_code, accepted.json()["code"]) == (404, "invitation_spent")
    assert listed == []
    assert set(await roles(room, coop_id)) == {ann.email}


async def test_who_works_there_already_is_not_invited_and_the_world_is_not_either(room: Room) -> None:
    ann = Person(room, "ann@sunrise.coop")
    coop_id = await admitted(room, ann)
    owner = ann.at(coop_id, "owner")

    again = await invite(owner, coop_id, ann.email)
    sent = [await invite(owner, coop_id, f"person-{nth}@example.org") for nth in range(MOST_A_DAY + 1)]
    room.later(days=1)
    tomorrow = await invite(owner, coop_id, "one-more@example.org")

    assert (again.status_code, again.json()["code"], again.json()["errors"][0]["field"]) == (
        409,
        "works_here_already",
        "email",
    )
    assert [answer.status_code for answer in sent] == [201] * MOST_A_DAY + [429]
    assert tomorrow.status_code == 201


async def test_only_owners_decide_and_our_own_list_says_who_is_one(room: Room) -> None:
    ann = Person(room, "ann@sunrise.coop")
    coop_id = await admitted(room, ann)
    ben = await hired(room, ann, coop_id, "ben@sunrise.coop", "finance")
    path = f"/api/v1/coops/{coop_id}/staff/{ann.id}"

    by_role = await ben.at(coop_id, "finance").put(path, json={"role": "finance"})
    # The gateway may vouch for a moment for what is no longer so.
    by_old_token = await ben.at(coop_id, "owner").put(path, json={"role": "finance"})
    by_operator = await invite(room.as_account(operator=True), coop_id, "friend@example.org", "owner")
    by_another_owner = await Person(room, "x@other.coop").at(str(uuid4()), "owner").delete(path)

    assert (by_role.status_code, by_role.json()["code"], by_role.json()["scope"]) == (
        403,
        "scope_missing",
        "staff:write",
    )
    assert (by_old_token.status_code, by_old_token.json()["code"]) == (403, "not_an_owner")
    assert by_another_owner.status_code == by_operator.status_code == 404
    assert await roles(room, coop_id) == {ann.email: "owner", ben.email: "finance"}


async def test_the_last_owner_neither_leaves_nor_lowers_themselves_and_anybody_else_may(room: Room) -> None:
    ann = Person(room, "ann@sunrise.coop")
    coop_id = await admitted(room, ann)
    ben = await hired(room, ann, coop_id, "ben@sunrise.coop", "catalogue")
    own = f"/api/v1/coops/{coop_id}/staff/{ann.id}"
    owner = ann.at(coop_id, "owner")

    alone = [await owner.delete(own), await owner.put(own, json={"role": "catalogue"})]
    left = await ben.at(coop_id, "catalogue").delete(f"/api/v1/coops/{coop_id}/staff/{ben.id}")
    await hired(room, ann, coop_id, "cleo@sunrise.coop", "owner")
    with_another = await owner.delete(own)

    assert {(answer.status_code, answer.json()["code"]) for answer in alone} == {(409, "last_owner")}
    assert left.status_code == with_another.status_code == 204
    assert await roles(room, coop_id) == {"cleo@sunrise.coop": "owner"}
    assert [kind for kind, _ in await told_of_members(room)][-2:] == ["MemberJoined", "MemberLeft"]


async def test_a_role_is_changed_somebody_is_sent_away_and_every_step_is_in_the_audit_log(room: Room) -> None:
    ann = Person(room, "ann@sunrise.coop")
    coop_id = await admitted(room, ann)
    ben = await hired(room, ann, coop_id, "ben@sunrise.coop", "catalogue")
    path, owner = f"/api/v1/coops/{coop_id}/staff/{ben.id}", ann.at(coop_id, "owner")

    changed = [await owner.put(path, json={"role": "fulfilment"}) for _ in range(2)]
    gone = [await owner.delete(path) for _ in range(2)]

    assert [answer.status_code for answer in changed + gone] == [204, 204, 204, 404]
    facts = [(kind, fact["version"]) for kind, fact in await told_of_members(room)]
    assert facts == [("MemberJoined", 1), ("MemberJoined", 2), ("MemberRoleChanged", 3), ("MemberLeft", 4)]
    operator = room.as_account(operator=True)
    entries = (await operator.get("/api/v1/audit/entries", params={"subject": coop_id})).json()["items"]
    assert [(one["what"], one["by"], one["why"]) for one in reversed(entries)][-3:] == [
        ("joined", str(ben.id), f"catalogue {ben.id}"),
        ("role_changed", str(ann.id), f"fulfilment {ben.id}"),
        ("removed", str(ann.id), f"fulfilment {ben.id}"),
    ]
    [invited] = [one for one in entries if one["what"] == "invited"]
    assert invited["said"] == ben.email
    assert (await check(room.database)).wrong is None


@pytest.mark.parametrize("way", ["lower", "remove"])
async def test_of_two_owners_who_put_each_other_down_at_the_same_moment_one_succeeds(room: Room, way: str) -> None:
    assert await _duel(room, way, locked_coop) == (1, 1)


@pytest.mark.parametrize("way", ["lower", "remove"])
async def test_without_holding_the_co_op_both_would_succeed_and_nobody_owned_it(room: Room, way: str) -> None:
    """The negative control: it is the lock that the test above sees, not luck."""
    assert await _duel(room, way, _Careless().look) == (2, 0)


class _Careless:
    """Nobody waits for anybody: both have read the list before either commits."""

    def __init__(self) -> None:
        self._both = asyncio.Barrier(2)

    async def look(self, session: AsyncSession, coop_id: UUID) -> Coop:
        coop = await session.get_one(Coop, coop_id)
        session.expunge(coop)  # else its row would be locked by whoever counts up its version first

        async def wait_for_the_other(_: AsyncSession) -> None:
            await self._both.wait()

        before_commit(session, "both have read", wait_for_the_other)
        return coop


async def _duel(room: Room, way: str, hold: staff.Hold) -> tuple[int, int]:
    """How many of the two succeeded, and how many owners there are then."""
    ann = Person(room, "ann@sunrise.coop")
    coop_id = await admitted(room, ann)
    ben = await hired(room, ann, coop_id, "ben@sunrise.coop", "owner")

    async def put_down(whom: Person, by: Person) -> bool:
        try:
            async with room.database.transaction() as session:
                if way == "remove":
                    await staff.remove(session, UUID(coop_id), whom.id, by=by.id, now=room.now, hold=hold)
                else:
                    await staff.change_role(
                        session, UUID(coop_id), whom.id, Role.FINANCE, by=by.id, now=room.now, hold=hold
                    )
        except staff.NotAnOwner:
            return False
        return True

    done = await asyncio.gather(put_down(ben, by=ann), put_down(ann, by=ben))
    return sum(done), list((await roles(room, coop_id)).values()).count("owner")
