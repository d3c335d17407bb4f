"""Which names may enrol: every vector of the domain facts, and names made at random."""

import re
from importlib.metadata import version

import idna
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.producers.names import LONGEST_TYPED, NameRefused, canonical, suffixes


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("sunrise.coop", "sunrise.coop"),
        ("Example.COOP", "example.coop"),
        ("example.coop.", "example.coop"),
        ("example。coop", "example.coop"),
        ("foo．coop", "foo.coop"),
        ("ｅｘａｍｐｌｅ.ｃｏｏｐ", "example.coop"),
        ("foo\u00ad.coop", "foo.coop"),
        ("foo.coop\u200b", "foo.coop"),
        ("straße.coop", "xn--strae-oqa.coop"),
        ("XN--STRAE-OQA.coop", "xn--strae-oqa.coop"),
        ("123.coop", "123.coop"),
    ],
)
def test_every_way_to_write_a_name_has_one_canonical_form(typed: str, name: str) -> None:
    assert canonical(typed).ascii == name


@pytest.mark.parametrize(
    "typed",
    [
        "",
        ".",
        "example.coop..",
        ".coop",
        "example.соор",
        "foo\u2024coop",
        "ex_ample.coop",
        "*.foo.coop",
        "foo.coop:8080",
        "foo.coop/..",
        "foo.coop@evil.com",
        "http://foo.coop",
        "foo.coop\0",
        "foo.coop\n",
        " foo.coop",
        "ab--cd.coop",
        "-a.coop",
        "xn--a.coop",
        f"{'a' * 64}.coop",
        "foo.coop.example.com",
        "evilcoop",
        "coop",
        "coop.",
        "127.0.0.1",
        "solis.coop.br",
        "unimed.coop.br",
        "coop.br",
        "bakers.coop.py",
        "cooperativa.bo",
        "foo.coop/",
        "foo.coop?x",
        "foo.coop#x",
        "[foo].coop",
        "foo bar.coop",
        "foo.coop, bar.coop",
        "a.b.bigcoop.coop",
        "www.sunrise.coop",
        "_toadlane-challenge.sunrise.coop",
        "foo.xn--coop",
        "foo.c\u043eop",
        "\u202efoo.coop",
        "☕.coop",
        "xn--.coop",
        "foo..coop",
        "-.coop",
        "a-.coop",
        "2130706433",
        "[::1]",
        "example.creditunion",
        "shop.bigcoop.coop",
        f"{'a' * LONGEST_TYPED}.coop",
    ],
)
def test_whatever_is_not_a_registrable_coop_name_is_refused_at_its_field(typed: str) -> None:
    with pytest.raises(NameRefused) as refused:
        canonical(typed)

    assert refused.value.field == "domain"


def test_a_subdomain_is_told_which_name_to_apply_with() -> None:
    with pytest.raises(NameRefused, match=r"apply with bigcoop\.coop itself"):
        canonical("shop.bigcoop.coop")


def test_the_list_of_suffixes_is_dated_and_names_the_registry() -> None:
    """Where .coop got suffixes of its own, this house would have to think about whom it admits."""
    assert suffixes().publicsuffix("sunrise.coop") == "coop"
    assert [len(version("publicsuffixlist").split(".")), version("publicsuffixlist").split(".")[-1][:2]] == [4, "20"]


@pytest.mark.parametrize(
    ("label", "held"),
    [
        ("exаmple", True),  # a Cyrillic letter among Latin ones
        ("раура", True),  # Cyrillic altogether, and yet it reads as Latin
        ("ѕсоре", True),
        ("γala", True),
        ("молоко", False),
        ("хлебозавод", False),
        ("αγορά", False),
        ("קואופ", False),
        ("تعاونية", False),
        ("パン屋の窯ー", False),
        ("toko豆腐", False),
        ("한살림", False),
        ("豆한", False),
        ("のㄅ", True),
        ("straße", False),
        ("café", False),
        ("l0cal-1", False),
    ],
)
def test_what_may_pass_for_other_letters_is_held_for_a_person(label: str, held: bool) -> None:
    assert canonical(f"{label}.coop").mixed_script is held


def test_a_name_of_mixed_scripts_is_marked_for_the_operator_and_shown_as_dns_knows_it() -> None:
    lookalike = canonical("exаmple.coop")

    assert lookalike.ascii == "xn--exmple-4nf.coop"
    assert lookalike.mixed_script
    assert lookalike.shown == "xn--exmple-4nf.coop"


@pytest.mark.parametrize("typed", ["straße.coop", "молоко.coop", "パン屋の窯.coop", "sunrise.coop"])
def test_a_name_in_the_letters_of_one_language_is_shown_as_it_is_written(typed: str) -> None:
    name = canonical(typed)

    assert name.shown == typed
    assert not name.mixed_script


LABELS = st.text(st.sampled_from("abcXYZ019-_.ａ．。аеос\u00ad\u200d\u2024ßéの☕\u0660\0\n /:@%[]"), max_size=12)
ENDINGS = st.sampled_from(
    [
        "coop",
        "COOP",
        "coop.",
        "coop..",
        "ｃｏｏｐ",
        "соор",
        "coop.br",
        "coop.evil.com",
        "xn--coop",
        "creditunion",
        "co\u00adop",
        "",
    ]
)
DOTS = st.sampled_from([".", "。", "．", "｡", "..", "", "\u2024"])
ASSEMBLED = st.builds("{}{}{}{}{}".format, LABELS, DOTS, LABELS, DOTS, ENDINGS)
A_LABELS = st.builds("xn--{}.coop".format, st.from_regex(r"[a-z0-9-]{1,20}", fullmatch=True))


@settings(max_examples=1500, deadline=None)
@given(st.text(max_size=80) | ASSEMBLED | A_LABELS)
def test_nothing_but_a_registrable_coop_name_ever_enrols(typed: str) -> None:
    try:
        name = canonical(typed)
    except NameRefused:
        return

    label, dot, registry = name.ascii.partition(".")
    assert (dot, registry) == (".", "coop")
    assert re.fullmatch(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", label)
    assert idna.encode(label, std3_rules=True).decode() == label
    assert suffixes().privatesuffix(name.ascii) == name.ascii
    assert canonical(name.ascii) == canonical(f"{name.ascii.upper()}.") == name
    assert canonical(name.shown) == name
