"""What payments relies on in a processor: one suite over the fake and, through Stripe's client, over the sandbox."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from services.payments.processor import (
    AccountWanted,
    BadSignature,
    Fee,
    IntentStatus,
    IntentWanted,
    KeyReused,
    ProcessorRefused,
    ProcessorUnavailable,
    RefundWanted,
    TransferWanted,
)
from services.payments.stripe_adapter import StripeProcessor
from tests.payments.ends import End, FakeEnd, sandbox_end
from tests.payments.fake_stripe import SECRET, signature

AN_HOUR_AGO = datetime.now(UTC) - timedelta(hours=1)


@pytest.fixture(params=["fake", "sandbox"], scope="module")
async def end(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[End]:
    if request.param == "fake":
        yield FakeEnd()
        return
    async with sandbox_end(tmp_path_factory.mktemp("sandbox")) as sandbox:
        yield sandbox


def an_intent(amount: int = 4734) -> IntentWanted:
    return IntentWanted(uuid4(), uuid4(), amount, "EUR")


def an_account() -> AccountWanted:
    return AccountWanted(uuid4(), "Sunrise Bakers", "sunrise.coop", "IE")


async def paid(end: End) -> tuple[IntentWanted, str, str]:
    wanted = an_intent()
    intent = await end.processor.create_intent(wanted, key=f"intent:{wanted.charge_id}")
    end.pay(intent.ref)
    charge_ref = (await end.processor.intent(intent.ref)).charge_ref
    assert charge_ref is not None
    return wanted, intent.ref, charge_ref


async def test_one_key_makes_one_payment(end: End) -> None:
    wanted = an_intent()

    first = await end.processor.create_intent(wanted, key=f"k:{wanted.charge_id}")
    again = await end.processor.create_intent(wanted, key=f"k:{wanted.charge_id}")

    assert first == again
    assert (first.status, first.currency, first.received) == (IntentStatus.CANCELABLE, "EUR", 0)
    assert first.client_secret.startswith(first.ref)
    assert end.made("payment_intents", wanted.order_id) == 1


async def test_a_key_used_for_something_else_is_an_error(end: End) -> None:
    wanted = an_intent()
    await end.processor.create_intent(wanted, key=f"k:{wanted.charge_id}")

    with pytest.raises(KeyReused):
        await end.processor.create_intent(replace(wanted, amount=1), key=f"k:{wanted.charge_id}")


async def test_what_was_made_is_found_by_our_own_id(end: End) -> None:
    wanted = an_intent()
    assert await end.processor.find_intent(wanted, AN_HOUR_AGO) is None

    made = await end.processor.create_intent(wanted, key=f"k:{wanted.charge_id}")

    assert await end.processor.find_intent(wanted, AN_HOUR_AGO) == made


async def test_what_is_paid_says_so_and_cannot_be_cancelled(end: End) -> None:
    _, ref, charge_ref = await paid(end)

    after = await end.processor.cancel_intent(ref)

    assert (after.status, after.received, after.charge_ref) == (IntentStatus.SUCCEEDED, 4734, charge_ref)


async def test_what_is_cancelled_stays_cancelled(end: End) -> None:
    wanted = an_intent()
    ref = (await end.processor.create_intent(wanted, key=f"k:{wanted.charge_id}")).ref

    assert (await end.processor.cancel_intent(ref)).status is IntentStatus.CANCELED
    assert (await end.processor.cancel_intent(ref)).status is IntentStatus.CANCELED


async def test_one_key_gives_back_once_and_never_more_than_was_paid(end: End) -> None:
    wanted, ref, _ = await paid(end)
    refund = RefundWanted(wanted.charge_id, wanted.order_id, ref, wanted.amount)
    assert await end.processor.find_refund(refund) is None

    first = await end.processor.refund(refund, key=f"r:{wanted.charge_id}")

    assert await end.processor.refund(refund, key=f"r:{wanted.charge_id}") == first
    assert await end.processor.find_refund(refund) == first
    with pytest.raises(ProcessorRefused):
        await end.processor.refund(refund, key=f"r2:{wanted.charge_id}")
    assert end.made("refunds", wanted.order_id) == 1


async def test_one_key_transfers_once(end: End) -> None:
    wanted, _, charge_ref = await paid(end)
    to = an_account()
    account = await end.processor.open_account(to, key=f"a:{to.coop_id}")
    transfer = TransferWanted(uuid4(), wanted.order_id, account.ref, charge_ref, 3350, "EUR")
    assert await end.processor.find_transfer(transfer) is None

    first = await end.processor.transfer(transfer, key=f"t:{transfer.consignment_id}")

    assert await end.processor.transfer(transfer, key=f"t:{transfer.consignment_id}") == first
    assert await end.processor.find_transfer(transfer) == first
    assert end.made("transfers", wanted.order_id) == 1


async def test_one_key_opens_one_account(end: End) -> None:
    wanted = an_account()
    assert await end.processor.find_account(wanted, AN_HOUR_AGO) is None

    first = await end.processor.open_account(wanted, key=f"a:{wanted.coop_id}")
    again = await end.processor.open_account(wanted, key=f"a:{wanted.coop_id}")
    found = await end.processor.find_account(wanted, AN_HOUR_AGO)

    assert found is not None
    assert first.ref == again.ref == found.ref
    assert (await end.processor.account(first.ref)).enabled


async def test_the_fees_are_known_in_the_end(end: End) -> None:
    (_, _, one), (_, _, other) = await paid(end), await paid(end)

    fee = await known_fee(end, one)
    await known_fee(end, other)
    many = await end.processor.fees([one, other, "ch_unknown"], since=AN_HOUR_AGO)

    assert (fee.charge_ref, fee.amount, fee.currency) == (one, 25 + 71, "EUR")
    assert {fee.charge_ref for fee in many} == {one, other}
    assert fee in many


async def known_fee(end: End, charge_ref: str) -> Fee:
    for _ in range(1000):
        if (fee := await end.processor.fee(charge_ref)) is not None:
            return fee
        await asyncio.sleep(0.05)
    raise AssertionError("the fee never came")


def test_only_what_is_signed_is_genuine(end: End) -> None:
    end.processor.verify(b"{}", signature(b"{}"))

    with pytest.raises(BadSignature):
        end.processor.verify(b"{ }", signature(b"{}"))


async def test_a_processor_that_does_not_answer_is_unavailable(end: End) -> None:
    with pytest.raises(ProcessorUnavailable):
        await end.unreachable().create_intent(an_intent(), key="any")


async def test_an_answer_that_breaks_off_is_none() -> None:
    async def break_off(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 900\r\n\r\n{"id": "pi')
        writer.close()

    async with await asyncio.start_server(break_off, "127.0.0.1", 0) as server:
        host, port = server.sockets[0].getsockname()
        processor = StripeProcessor("sk_test_any", SECRET, f"http://{host}:{port}")
        with pytest.raises(ProcessorUnavailable):
            await processor.intent("pi_any")
        await processor.close()
