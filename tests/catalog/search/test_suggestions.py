"""How the embedded index keeps suggestions quick where a few letters begin half a shelf."""

from pathlib import Path

from services.catalog.search.embedded.engine import TantivyEngine
from services.catalog.search.port import Hit, Question
from tests.catalog.search.test_engine_suite import entry


def test_where_many_words_begin_so_the_goods_have_one_of_the_commonest_in_their_titles(tmp_path: Path) -> None:
    """Two letters begin half a shelf: whoever searches for them finds all of it, and a few are suggested."""
    shop = TantivyEngine(tmp_path)
    words = [f"ba{letter}e" for letter in "bcdfghjklmnpqrstvwxz"]
    goods = [entry(f"Fine {word}") for word in words for _ in range(2)]
    shop.write([*goods, entry("Plain bazaar"), entry("Shirt", tags=["bargain"])], [])

    begun = shop.suggest("ba", limit=6)

    suggested = [Hit.model_validate_json(hit).title for hit in begun.hits]
    assert len(begun.words) == len(suggested) == 6
    assert {title.removeprefix("Fine ") for title in suggested} <= set(words)
    assert shop.search(Question("ba")).total == len(goods) + 2


def test_where_no_title_has_any_of_the_commonest_words_goods_are_suggested_all_the_same(tmp_path: Path) -> None:
    shop = TantivyEngine(tmp_path)
    shop.write([entry("Shirt", tags=[f"ba{letter}e" for letter in "bcdfghjklmnpqrstvwxz"])], [])

    assert len(shop.suggest("ba", limit=6).hits) == 1
