"""Lists of goods that have the same points are taken in the order of these, and none is left out."""

from itertools import pairwise, product

from hypothesis import given
from hypothesis import strategies as st
from tantivy import Query

from services.catalog.search.embedded.lists import Lists, WordList, most_weight

NEAR = Query.empty_query()


def rows() -> st.SearchStrategy[list[list[WordList]]]:
    one = st.builds(
        WordList,
        st.builds(Query.all_query),
        st.integers(1, 40).map(lambda points: points / 4),
        st.sampled_from(["", "a", "b"]),
    )
    row = st.lists(one, min_size=1, max_size=4).map(lambda lists: sorted(lists, key=lambda each: -each.points))
    return st.lists(row, min_size=1, max_size=3)


@given(rows())
def test_every_way_to_take_one_list_of_each_row_comes_once_and_the_best_first(told: list[list[WordList]]) -> None:
    taken = [one.points for one in Lists(told, [], 0).best_first()]

    assert taken == sorted((sum(one.points for one in lists) for lists in product(*told)), reverse=True)


@given(rows())
def test_words_that_stand_together_bring_more_where_all_of_them_stand_in_the_title(told: list[list[WordList]]) -> None:
    taken = [one.points for one in Lists(told, [(NEAR, 4), (NEAR, 2)], 0).best_first()]

    expected = [
        sum(one.points for one in lists) + bonus
        for lists in product(*told)
        for bonus in ((4, 2, 0) if all(one.titled for one in lists) else (0,))
    ]
    assert taken == sorted(expected, reverse=True)


@given(rows())
def test_nothing_scores_more_than_its_list_says(told: list[list[WordList]]) -> None:
    """A title that has two of the words is at least that long."""
    for one in Lists(told, [], 0).best_first():
        assert one.points * most_weight(len(told)) <= one.most <= one.points * most_weight()


def test_a_word_that_stands_nowhere_leaves_no_list() -> None:
    there = WordList(Query.all_query(), 1, "")
    assert list(Lists([[there], []], [], 0).best_first()) == []


def test_a_longer_title_weighs_less() -> None:
    weights = [most_weight(words) for words in range(1, 6)]
    assert all(shorter > longer for shorter, longer in pairwise(weights))
