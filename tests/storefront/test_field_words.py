"""What a validator says of a field, for people."""

import pytest

from storefront.field_words import field_words


@pytest.mark.parametrize(
    ("detail", "told"),
    [
        (
            "value is not a valid email address: An email address must have an @-sign.",
            "Give an e-mail address such as ada@example.org.",
        ),
        ("An email address must have an @-sign.", "Give an e-mail address such as ada@example.org."),
        ("String should have at most 20 characters", "Please use at most 20 characters."),
        ("String should have at least 1 character", "Please fill this in."),
        (
            r"String should match pattern '^[^\x00-\x1f]+$'",
            "This is not written in a way that can be read. Please check it.",
        ),
        ("Input should be less than or equal to 99", "Give at most 99."),
        ("Value error, a country is listed twice", "A country is listed twice."),
        ("Input should be a valid integer, unable to parse string as an integer", "Give a number."),
        ("", "Please check this."),
    ],
)
def test_a_validators_sentence_becomes_a_persons(detail: str, told: str) -> None:
    assert field_words(detail) == told


def test_the_apis_own_sentence_passes() -> None:
    assert field_words("sunrise.coop has an application already") == "sunrise.coop has an application already."
