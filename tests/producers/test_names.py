"""Which names may enrol: every vector of the domain facts, and names made at random."""

import idna
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.producers.names import LONGEST_TYPED, NameRefused, canonical


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


@given(st.text(max_size=80) | st.from_regex(r"[a-zA-Z0-9.\-_@:/\u0430-\u044f]{0,30}\.?coop\.?", fullmatch=True))
def test_nothing_but_one_label_below_coop_ever_enrols(typed: str) -> None:
    try:
        name = canonical(typed)
    except NameRefused:
        return

    label, dot, registry = name.ascii.partition(".")
    assert (dot, registry) == (".", "coop")
    assert idna.encode(label, std3_rules=True).decode() == label
    assert canonical(name.ascii).ascii == name.ascii
