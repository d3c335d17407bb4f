"""What is held of a person is shown to them whole, and nothing of it is left when they have gone."""

from uuid import UUID, uuid4

import httpx
import pytest

from chassis.auth import Caller
from chassis.testing import do_tasks
from services.producers.application import PARTICULARS
from services.producers.audit_check import check
from tests.orders.conftest import Goods
from tests.person import life
from tests.person.conftest import House
from tests.person.life import EMAIL, PASSWORD, ok
from tests.person.markers import columns_of, found_in, words_in

PERSONAL = {
    "gateway.accounts.email", "gateway.accounts.name", "gateway.address_verifications.email",
    "gateway.authenticator_apps.name",
    "gateway.tasks.payload", "gateway.tasks.key", "gateway.tasks.error",
    "orders.orders.email", "orders.orders.name", "orders.orders.line1", "orders.orders.line2", "orders.orders.city",
    "orders.orders.postcode", "orders.consignments.tracking_number", "orders.idempotency.key",
    "orders.idempotency.body", "orders.tasks.error", "orders.wishes.email",
    *(f"producers.applications.{name}" for name in PARTICULARS),
    "producers.applications.appeal_words", "producers.applications.appeal_answer",
    "producers.applications.decision_reason", "producers.questions.words",
    "producers.questions.answer", "producers.documents.name", "producers.documents.content",
    "producers.audit_words.said", "producers.memberships.email", "producers.tasks.payload", "producers.tasks.error",
}  # fmt: skip
"""Every column that holds something of a person; the life of one fills all of them."""

WORDS = {
    "email", "mail", "name", "phone", "address", "city", "postcode", "line1", "line2", "contact", "words", "said",
    "reason", "answer", "body", "device", "tracking", "holder",
}  # fmt: skip
NOT_A_PERSONS = {
    "gateway.sessions.device",  # Words of ours, made from what a browser says.
    "gateway.passkeys.name",  # As an authenticator app's.
    "producers.invitations.email",  # Of whoever has no account yet; forgotten after seven days.
    "producers.standing_appeals.words", "producers.standing_appeals.answer",  # Copies of the audit log's words.
    "producers.coops.pause_words", "producers.webhook_attempts.answer",  # The co-op's, and its machine's.
    "gateway.api_keys.name",  # The co-op's, who made it is an id.
    "orders.coops.name", "orders.consignments.coop_name", "payments.payees.name",
    "producers.coops.name", "producers.coops.city", "producers.coops.state_reason", "producers.checks.record_name",
    "producers.rechecks.stand_reason", "producers.audit_entries.words", "orders.orders.cancel_reason",
    "gateway.idempotency.body", "producers.idempotency.body", "payments.idempotency.body",  # Not used there.
    "producers.coops.state_words",  # An operator's words to a co-op; copies of the audit log's.
}  # fmt: skip


@pytest.fixture
async def bread(house: House) -> Goods:
    return await house.orders.sell(await house.orders.open_coop("sunrise", "Sunrise Bakers"))


async def lived(house: House, ada: httpx.AsyncClient, bread: Goods) -> UUID:
    """The person's whole life here; they are one of two owners of a co-op."""
    account_id = await life.opens_an_account(house, ada)
    await life.buys(house, ada, bread)
    await life.wants_to_be_told(house, ada, bread)
    await life.applies_in_vain(house, ada)
    coop_id = await life.works_for_a_co_op(house, ada)
    await life.makes_a_key(house, coop_id, account_id)
    fellow = uuid4()
    await life.gets_a_fellow_owner(house, coop_id, fellow)
    await life.was_invited(house, coop_id, account_id, fellow)
    await life.adds_a_second_factor(ada)
    await life.asks_for_another_address(house, ada)
    return account_id


async def leaves(house: House, ada: httpx.AsyncClient) -> httpx.Response:
    answer = await ada.request("DELETE", "/api/v1/me", json={"password": PASSWORD})
    await house.news_travels()
    await do_tasks(house.workers["orders"])
    return answer


async def test_the_export_holds_every_word_and_after_deletion_none_is_left(house: House, bread: Goods) -> None:
    async with house.visitor() as ada:
        account_id = await lived(house, ada, bread)
        planted = await found_in(house.databases)
        assert planted.keys() == PERSONAL

        exported = await ada.get("/api/v1/me/export")
        papers = [
            (await ada.get(paper["address"])).content for paper in exported.json()["rooms"]["producers"]["papers"]
        ]
        told = words_in(exported.text) | {word for paper in papers for word in words_in(paper.decode())}
        assert {word for words in planted.values() for word in words} - told == {"zqxjvkkey"}
        assert exported.headers["content-disposition"].startswith("attachment")

        gone = await leaves(house, ada)
        nobody = (await ada.get("/api/v1/me")).json()

    assert (gone.status_code, nobody["kind"]) == (204, "anonymous")
    left = await found_in(house.databases)
    assert {column: words for column, words in left.items() if words != {"zqxjvkkept"}} == {}
    assert words_in(repr(house.bus.topics)) == set()
    await what_was_sold_stays_and_so_do_keys_and_decisions(house, account_id)


async def test_every_column_with_a_personal_name_is_planted_or_said_to_be_nobodys(house: House) -> None:
    named = {
        f"{room}.{table}.{column}"
        for room, database in house.databases.items()
        for table, column, kind in await columns_of(database)
        if WORDS & set(column.split("_")) and kind in ("text", "character varying", "jsonb", "bytea")
    }

    assert named - PERSONAL - NOT_A_PERSONS == set()


async def what_was_sold_stays_and_so_do_keys_and_decisions(house: House, account_id: UUID) -> None:
    [order] = await house.databases["orders"].fetch("SELECT total, country, state FROM orders")
    [key] = await house.databases["gateway"].fetch("SELECT made_by, revoked_at FROM api_keys")
    works = await house.databases["producers"].fetch("SELECT 1 FROM memberships WHERE account_id = $1", account_id)
    states = await house.databases["producers"].fetch("SELECT domain, state FROM applications ORDER BY domain")
    assert dict(order) == {"total": 950, "country": "DE", "state": "shipped"}
    assert (key["made_by"], key["revoked_at"]) == (account_id, None)
    assert works == []
    assert [tuple(row) for row in states] == [("harbour.coop", "dismissed"), ("sunrise.coop", "admitted")]
    assert (await check(house.databases["producers"])).wrong is None


async def test_what_was_done_to_an_account_stands_in_the_audit_log(house: House) -> None:
    async with house.visitor() as ada, house.visitor() as phone:
        account_id = await life.opens_an_account(house, ada)
        signing_in = {"email": EMAIL, "password": PASSWORD}
        for _ in range(2):
            ok(await phone.post("/api/v1/sessions", json=signing_in))
        ok(await ada.delete("/api/v1/sessions"))
        new = {"current_password": PASSWORD, "password": "another set of good words"}
        ok(await ada.put("/api/v1/me/password", json=new))
        await house.news_travels()

    entries = await house.databases["producers"].fetch("SELECT what, subject, by FROM audit_entries ORDER BY position")
    assert [tuple(row) for row in entries] == [
        (what, account_id, account_id) for what in ("address_verified", "sessions_ended", "password_changed")
    ]


async def test_the_address_is_free_again(house: House) -> None:
    async with house.visitor() as ada:
        before = await life.opens_an_account(house, ada)
        await leaves(house, ada)
        after = await life.opens_an_account(house, ada)

    assert before != after


async def test_an_open_order_keeps_the_account_and_is_named(house: House, bread: Goods) -> None:
    async with house.visitor() as ada:
        await life.opens_an_account(house, ada)
        order = await life.orders(house, ada, bread)
        refused = await leaves(house, ada)

    told = refused.json()
    assert (refused.status_code, told["code"]) == (409, "not_finished")
    assert [one["code"] for one in told["reasons"]] == ["order_open"]
    assert order["number"] in told["detail"]


async def test_an_order_placed_in_the_last_moment_is_erased_once_it_is_sent(house: House, bread: Goods) -> None:
    async with house.visitor() as ada:
        account_id = await life.opens_an_account(house, ada)
        await leaves(house, ada)
    still = await house.orders.client(Caller(id=account_id, kind="account"))  # Good for two minutes more.
    late = await life.orders(house, still, bread)

    await life.erased_again(house)
    waiting = await found_in(house.databases)
    await life.is_sent(house, late, bread)
    await life.erased_again(house)

    assert "orders.orders.line1" in waiting
    assert await found_in(house.databases) == {}


async def test_the_only_owner_of_a_co_op_stays_until_there_is_another(house: House) -> None:
    async with house.visitor() as ada:
        await life.opens_an_account(house, ada)
        coop_id = await life.works_for_a_co_op(house, ada)
        refused = await leaves(house, ada)
        await life.gets_a_fellow_owner(house, coop_id, uuid4())
        gone = await leaves(house, ada)

    assert (refused.status_code, refused.json()["code"], refused.json()["coops"]) == (409, "only_owner", [str(coop_id)])
    assert gone.status_code == 204
    [left] = await house.databases["producers"].fetch("SELECT count(*) FROM memberships")
    assert left["count"] == 1
