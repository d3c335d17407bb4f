"""Order numbers are short, can be read aloud, and tell nothing."""

from services.orders.number import ALPHABET, new_number


def test_a_number_is_three_groups_of_letters_nobody_mistakes() -> None:
    groups = new_number().split("-")

    assert [len(group) for group in groups] == [3, 3, 3]
    assert set("".join(groups)) <= set(ALPHABET)
    assert not set("ILOU") & set(ALPHABET)


def test_numbers_do_not_repeat_or_count_up() -> None:
    numbers = [new_number() for _ in range(10_000)]

    assert len(set(numbers)) == len(numbers)
    assert numbers != sorted(numbers)
