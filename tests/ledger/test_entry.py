"""What an entry must be before it reaches the books."""

from uuid import uuid4

import pytest

from ledger.entry import Entry, LedgerError, NotMinorUnits, Posting, Unbalanced, entry


def test_an_entry_off_balance_in_one_currency_is_refused() -> None:
    with pytest.raises(Unbalanced, match="off balance by"):
        entry("r", "sale", uuid4(), "EUR", [("till", 100), ("bread", -99)])


def test_two_currencies_do_not_balance_each_other() -> None:
    with pytest.raises(Unbalanced):
        Entry("r", "exchange", uuid4(), (Posting("till", 100, "EUR"), Posting("till", -100, "JPY")))


def test_an_entry_without_postings_is_refused() -> None:
    with pytest.raises(Unbalanced):
        entry("r", "nothing", uuid4(), "EUR", [("till", 0)])


@pytest.mark.parametrize("amount", [1.0, True, "1"])
def test_only_whole_minor_units_are_an_amount(amount: object) -> None:
    with pytest.raises(NotMinorUnits):
        Posting("till", amount, "EUR")  # type: ignore[arg-type]


def test_a_posting_of_nothing_is_refused() -> None:
    with pytest.raises(LedgerError):
        Posting("till", 0, "EUR")


def test_the_order_of_the_postings_is_no_part_of_the_content() -> None:
    about = uuid4()
    one = entry("r", "sale", about, "EUR", [("till", 100), ("bread", -60), ("fee", -40)])
    other = entry("r", "sale", about, "EUR", [("fee", -40), ("till", 100), ("bread", -60)])

    assert one.digest == other.digest
    assert one.digest != entry("r", "sale", about, "EUR", [("till", 100), ("bread", -100)]).digest
