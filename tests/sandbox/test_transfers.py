"""Connected accounts, transfers to them, and reversals."""

from pathlib import Path

import pytest
import stripe

from tests.sandbox.box import HTTP, SECRET, Box
from tests.sandbox.house import House


def payee(api: stripe.StripeClient) -> stripe.Account:
    return api.v1.accounts.create(
        {
            "type": "express",
            "country": "IE",
            "email": "till@sunrise.coop",
            "business_profile": {"name": "Sunrise Bakers"},
            "capabilities": {"transfers": {"requested": True}},
            "metadata": {"coop": "1"},
        }
    )


def charged(api: stripe.StripeClient, amount: int = 5_000, group: str = "order-1") -> str:
    intent = api.v1.payment_intents.create(
        {
            "amount": amount,
            "currency": "eur",
            "confirm": True,
            "payment_method": "pm_card_visa",
            "transfer_group": group,
        }
    )
    return str(intent.latest_charge)


def transfer(api: stripe.StripeClient, account: str, amount: int, **more: str) -> stripe.Transfer:
    params = {"amount": amount, "currency": "eur", "destination": account, **more}
    return api.v1.transfers.create(params)  # type: ignore[arg-type]


def test_an_account_is_open_for_transfers_at_once(api: stripe.StripeClient, house: House) -> None:
    account = payee(api)

    assert (account.payouts_enabled, account.details_submitted, account.country) == (True, True, "IE")
    assert account.to_dict()["capabilities"] == {"transfers": "active"}
    assert api.v1.accounts.retrieve(account.id).email == "till@sunrise.coop"
    (heard, *_) = house.wait_for(account.id, "account.updated")
    assert heard.event.account == account.id


def test_a_transfer_waits_for_no_funds_when_it_names_its_charge(api: stripe.StripeClient, house: House) -> None:
    account, charge = payee(api), charged(api)

    made = transfer(api, account.id, 3_000, source_transaction=charge, transfer_group="order-1")

    assert (made.amount, made.destination, made.transfer_group) == (3_000, account.id, "order-1")
    assert api.v1.transfers.retrieve(made.id).source_transaction == charge
    assert api.v1.transfers.list({"transfer_group": "order-1"}).data[0].id == made.id
    assert house.wait_for(made.id, "transfer.created")


def test_transfers_together_never_exceed_their_charge(api: stripe.StripeClient) -> None:
    account, charge = payee(api), charged(api, 5_000)
    transfer(api, account.id, 3_000, source_transaction=charge)

    with pytest.raises(stripe.InvalidRequestError, match="must not exceed the source amount"):
        transfer(api, account.id, 2_001, source_transaction=charge)

    assert transfer(api, account.id, 2_000, source_transaction=charge).amount == 2_000


def test_a_transfer_takes_the_group_of_its_charge_and_no_other(api: stripe.StripeClient) -> None:
    account, charge = payee(api), charged(api, group="order-9")

    assert transfer(api, account.id, 100, source_transaction=charge).transfer_group == "order-9"
    with pytest.raises(stripe.InvalidRequestError):
        transfer(api, account.id, 100, source_transaction=charge, transfer_group="order-10")


def test_without_a_charge_to_name_the_available_balance_must_suffice(api: stripe.StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        transfer(api, payee(api).id, 100)

    assert refused.value.code == "balance_insufficient"


def test_a_transfer_needs_an_account_that_may_receive(api: stripe.StripeClient) -> None:
    charge = charged(api)
    with pytest.raises(stripe.InvalidRequestError) as missing:
        transfer(api, "acct_nobody", 100, source_transaction=charge)
    without = api.v1.accounts.create({"type": "express"})
    with pytest.raises(stripe.InvalidRequestError) as incapable:
        transfer(api, without.id, 100, source_transaction=charge)

    assert missing.value.code == "resource_missing"
    assert incapable.value.code == "insufficient_capabilities_for_transfer"


def test_a_transfer_is_reversed_in_part_then_in_whole_and_no_further(api: stripe.StripeClient, house: House) -> None:
    made = transfer(api, payee(api).id, 1_000, source_transaction=charged(api))

    first = api.v1.transfers.reversals.create(made.id, {"amount": 400})
    assert api.v1.transfers.reversals.create(made.id).amount == 600
    with pytest.raises(stripe.InvalidRequestError):
        api.v1.transfers.reversals.create(made.id, {"amount": 1})

    now = api.v1.transfers.retrieve(made.id)
    assert (now.reversed, now.amount_reversed) == (True, 1_000)
    assert api.v1.transfers.reversals.retrieve(made.id, first.id).amount == 400
    assert len(api.v1.transfers.reversals.list(made.id).data) == 2
    assert house.wait_for(made.id, "transfer.reversed")


def test_the_balance_adds_up_to_charges_less_fees_transfers_and_refunds(own_box: Box, house: House) -> None:
    api = own_box.client(SECRET)
    charge = charged(api, 10_000)
    house.wait_for(charge, "charge.updated")
    transfer(api, payee(api).id, 6_000, source_transaction=charge)
    api.v1.refunds.create({"charge": charge, "amount": 1_000})

    balance = api.v1.balance.retrieve()

    total = sum(part["amount"] for part in [*balance.available, *balance.pending])
    assert total == 10_000 - 175 - 6_000 - 1_000
    kinds = {transaction.type for transaction in api.v1.balance_transactions.list().data}
    assert kinds == {"charge", "transfer", "refund"}


def test_where_payees_have_a_page_to_fill_the_account_opens_when_they_did(tmp_path: Path, house: House) -> None:
    with Box(tmp_path, house.webhook_url, onboarding="hosted") as box:
        api = box.client(SECRET)
        account = payee(api)
        assert not account.payouts_enabled
        back = {"return_url": f"{house.origin}/coop?done=1", "refresh_url": f"{house.origin}/coop"}
        link = api.v1.account_links.create({"account": account.id, "type": "account_onboarding", **back})  # type: ignore[typeddict-item]

        assert "Sunrise Bakers" in HTTP.get(link.url).text
        assert HTTP.post(link.url).headers["location"] == back["return_url"]

        assert api.v1.accounts.retrieve(account.id).payouts_enabled
        assert house.wait_for(account.id, "account.updated")
        away = {"return_url": "https://evil.example/", "refresh_url": back["refresh_url"]}
        with pytest.raises(stripe.InvalidRequestError):
            api.v1.account_links.create({"account": account.id, "type": "account_onboarding", **away})  # type: ignore[typeddict-item]
