"""The lock on secrets in the database: what it holds together, and what it refuses."""

import pytest
from cryptography.exceptions import InvalidTag

from chassis.ids import new_id
from chassis.vault import Vault

SECRET = b"s" * 32


def test_what_was_sealed_opens_again_and_looks_different_each_time() -> None:
    vault, row = Vault(SECRET, "this"), new_id()

    sealed = [vault.seal(b"sesame", row) for _ in range(2)]

    assert [vault.open(one, row) for one in sealed] == [b"sesame"] * 2
    assert sealed[0] != sealed[1]
    assert not any(b"sesame" in one for one in sealed)


def test_it_opens_for_no_other_row_and_under_no_other_secret_or_use() -> None:
    vault, row = Vault(SECRET, "this"), new_id()

    sealed = vault.seal(b"sesame", row)

    others = [(vault, new_id()), (Vault(b"o" * 32, "this"), row), (Vault(SECRET, "that"), row)]
    for other, owner in others:
        with pytest.raises(InvalidTag):
            other.open(sealed, owner)
