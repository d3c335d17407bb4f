"""A release with another schema fills an index beside the one in use, which answers until the other is whole."""

import shutil
from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from tantivy import Index, SchemaBuilder

from chassis.testing import MemoryBus, do_tasks
from chassis.worker import Worker
from services.catalog.categories import Categories, load_categories
from services.catalog.search.compounds import compounds
from services.catalog.search.embedded.engine import TantivyEngine
from services.catalog.search.embedded.generations import Generation
from services.catalog.search.embedded.index import FIELDS, OLDEST_READABLE, VERSION
from services.catalog.search.port import Entry, Question, Sort
from services.catalog.search.server.index import VERSION as OF_THE_SERVER
from services.catalog.search.synonyms import Term
from services.catalog.settings import Settings
from services.catalog.worker import create_worker
from tests.catalog.conftest import Room
from tests.catalog.search.test_engine_suite import entry, titles

LOAF, BUN, CAKE = entry("Loaf", 300, created=1), entry("Bun", 100, created=2), entry("Cake", 200, created=3)


@pytest.fixture
def old(tmp_path: Path) -> Generation:
    """What the release of version 5 left in the folder: its schema stands here as it was."""
    path = tmp_path / f"v{OLDEST_READABLE}"
    path.mkdir()
    _as_of_version_5(path)
    old = Generation(path)
    old.write([LOAF, BUN], [])
    return old


def _as_of_version_5(path: Path) -> None:
    builder = SchemaBuilder()
    for name in ("id", "coop_id", "coop_slug", "code", "spots"):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    for name in ("category", "coop_facet", "country", "certification"):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic", fast=True)
    builder.add_text_field("place", tokenizer_name="raw", index_option="basic", stored=True)
    for name in ("title", "words"):
        builder.add_text_field(name, tokenizer_name="words", index_option="basic")
    builder.add_text_field("title_stems", tokenizer_name="stems", index_option="position")
    builder.add_text_field("stems", tokenizer_name="stems", index_option="basic")
    for name in ("price", "created", "stocked"):
        builder.add_unsigned_field(name, fast=True)
    builder.add_boolean_field("in_stock", indexed=True)
    builder.add_float_field("worth", fast=True)
    builder.add_bytes_field("hit", stored=True)
    Index(builder.build(), path=str(path))


def everything(engine: TantivyEngine) -> set[str]:
    return set(titles(engine.search(Question(""))))


def test_the_old_index_serves_and_is_kept_up_to_date_until_the_new_one_is_whole(old: Generation) -> None:
    engine, reader = TantivyEngine(old.path.parent), TantivyEngine(old.path.parent)
    assert everything(engine) == everything(reader) == {"Loaf", "Bun"}
    assert engine.known() == set()

    engine.write([CAKE], [BUN.hit.id])
    assert everything(engine) == everything(reader) == {"Loaf", "Cake"}
    assert engine.known() == {CAKE.hit.id}

    engine.write([LOAF], [])
    engine.complete()
    old.write([BUN], [])  # Whoever still wrote to it would write for nobody.
    assert everything(engine) == everything(reader) == {"Loaf", "Cake"}


def test_everything_can_be_asked_of_the_old_index(old: Generation) -> None:
    engine = TantivyEngine(old.path.parent, most_counted=1)

    found = engine.search(Question("", sort=Sort.CHEAPEST, min_price=150))
    assert (titles(found), found.total, found.estimated) == (["Loaf"], 1, ())
    assert (found.lowest, found.highest) == (100, 300)
    assert found.coops == {("sunrise", "Sunrise Bakers"): 1}
    assert titles(engine.search(Question("laof"))) == ["Loaf"]
    assert list(engine.suggest("lo", limit=3).words) == ["loaf"]


def test_were_the_old_index_not_read_shoppers_would_find_nothing_meanwhile(old: Generation) -> None:
    """The negative control."""
    engine = TantivyEngine(old.path.parent, oldest_readable=VERSION)
    assert everything(engine) == set()


def test_the_old_folder_goes_once_nobody_reads_it(old: Generation) -> None:
    engine = TantivyEngine(old.path.parent)
    engine.write([LOAF], [])

    engine.complete()
    assert old.path.exists()
    engine.complete()
    assert not old.path.exists()
    assert everything(engine) == {"Loaf"}


@pytest.mark.parametrize("filled", [[], [LOAF], [LOAF, BUN]])
def test_a_kill_while_the_new_one_is_filled_leaves_the_old_one_in_use(old: Generation, filled: list[Entry]) -> None:
    TantivyEngine(old.path.parent).write(filled, [])
    assert everything(TantivyEngine(old.path.parent)) == {"Loaf", "Bun"}


def test_a_kill_while_the_old_one_is_taken_away_leaves_the_new_one_in_use(old: Generation) -> None:
    engine = TantivyEngine(old.path.parent)
    engine.write([LOAF], [])
    engine.complete()
    (old.path / "meta.json").unlink()

    again = TantivyEngine(old.path.parent)
    assert everything(again) == {"Loaf"}
    again.complete()
    assert not old.path.exists()


def test_a_folder_that_an_earlier_release_left_half_begun_is_passed_over(old: Generation) -> None:
    (old.path / "meta.json").unlink()
    assert everything(TantivyEngine(old.path.parent)) == set()


def test_of_two_old_ones_the_last_that_was_whole_is_in_use(old: Generation) -> None:
    before = old.path.with_name(f"v{OLDEST_READABLE - 1}")
    shutil.copytree(old.path, before)
    Generation(before).write([CAKE], [])

    engine = TantivyEngine(old.path.parent, oldest_readable=OLDEST_READABLE - 1)
    assert everything(engine) == {"Loaf", "Bun", "Cake"}
    (old.path / "whole").touch()
    assert everything(TantivyEngine(old.path.parent, oldest_readable=OLDEST_READABLE - 1)) == {"Loaf", "Bun"}


def test_a_shop_that_has_no_old_index_uses_the_new_one_at_once(tmp_path: Path) -> None:
    engine = TantivyEngine(tmp_path)
    engine.write([LOAF], [])
    assert everything(TantivyEngine(tmp_path)) == {"Loaf"}


def test_every_field_of_the_old_schema_is_still_there(old: Generation) -> None:
    """Who takes one away, or lets it mean something else, raises OLDEST_READABLE."""
    assert old.committed().fields <= FIELDS.keys()


async def test_the_worker_fills_the_new_index_and_then_puts_it_in_place(
    room: Room, settings: Settings, old: Generation
) -> None:
    made = await room.made(await room.coop(), "Sourdough")
    engine = TantivyEngine(old.path.parent)
    worker = create_worker(settings, room.database, MemoryBus(), engine=engine)

    await mended(worker)
    assert everything(engine) == {"Loaf", "Bun"}
    await do_tasks(worker)
    assert everything(engine) == {"Loaf", "Bun", "Sourdough"}
    await mended(worker)

    assert [str(product) for product in engine.known()] == [made["id"]]
    assert everything(engine) == {"Sourdough"}


async def mended(worker: Worker) -> None:
    await next(timer for timer in worker.timers if timer.name == "mend the search index").run()


def kept_of(tree: Categories, together: Mapping[Term, str]) -> str:
    """What an index holds of each category, its name and what stands above it; and of words that stand together."""
    kept = sorted((one.slug, one.name, tree.above(one.slug)) for _, one in tree.places), sorted(together.items())
    return sha256(repr(kept).encode()).hexdigest()[:12]


def test_indexes_hold_categories_and_compounds_as_they_are() -> None:
    """Who changes one of these raises both versions, so that every index is filled anew; and then this line."""
    assert (VERSION, OF_THE_SERVER, kept_of(load_categories(), compounds())) == (10, 6, "b8a6a5497f80")


def test_a_category_that_has_moved_makes_another_tree() -> None:
    """The negative control."""
    first, second, *others = load_categories().roots
    below, *siblings = first.children
    moved = [replace(first, children=tuple(siblings)), replace(second, children=(*second.children, below)), *others]
    assert kept_of(Categories(moved), compounds()) != kept_of(load_categories(), compounds())
    assert kept_of(load_categories(), {}) != kept_of(load_categories(), compounds())
