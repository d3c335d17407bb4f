"""What staff type as a description is plain text unless it holds tags, and is read once to find that out."""

from storefront.desk.products import TAGS, described


def test_half_a_million_beginnings_of_tags_are_plain_text() -> None:
    assert described("<a" * 500_000).startswith("<p>&lt;a&lt;a")


def test_a_tag_is_left_to_the_sanitiser() -> None:
    assert described("<b class='x'>Rye</b>") == "<b class='x'>Rye</b>"
    assert TAGS.match("<a <b>") is None, "read beyond the next beginning it would take time by the square"
