"""Signs that a file read as Windows-1252 was written in another encoding of one byte a letter.

All of these encodings read any file without a word, and turn its letters into others: what Windows-1252 would make of
it is looked at for what no language in it writes.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

AROUND = 24  # Bytes on each side of a letter that are looked at with it.
LOOKED_AT = 5_000  # Places with letters above ASCII; by then a file has told what it is.
LONG = 3  # So many different ones in a row are rare in Latin script, and a word like any other in all else.
HIGH = re.compile(rb"[\x80-\xff]+")
# Letters, without what stands between words: blanks, quotation marks, dashes, signs for degrees and trademarks.
IN_A_ROW = re.compile(rb"[\x8a\x8c\x8e\x9a\x9c\x9e\x9f\xa1-\xa6\xa8\xaa\xac\xaf\xb1-\xb6\xb8-\xba\xbc-\xff]+")
LETTER, SMALL = rb"A-Za-z\xc0-\xd6\xd8-\xf6\xf8-\xff", rb"a-z\xdf-\xf6\xf8-\xff"
SIGNS = re.compile(
    b"|".join(
        (
            # Polish, Slovak, Romanian, Cyrillic: what is no letter within a word, as in bia³y or Maºini.
            rb"(?<=[%b])[\xa2-\xa6\xa8\xaf\xb1-\xb3\xb5\xb6\xb8\xb9\xbc-\xbf](?=[%b])" % (LETTER, SMALL),
            rb"(?<=[%b])\xba(?=[%b])" % (SMALL, SMALL),
            # Polish: £ód and ¯urek, where a pound would stand before a number.
            rb"(?<![\x80-\xff\w])[\xa3\xaf](?=[%b]{2})" % SMALL,
            # Turkish, Baltic, Romanian: a thorn before most consonants and at the end, an eth at the beginning.
            rb"(?<=[%b])\xfe(?=[bcdfghklmnpqstxz\s.,;:!?\"])" % SMALL,
            rb"(?<=[\s\",;|>(])\xf0(?=[%b]{2})" % SMALL,
            # Czech: mìsto. Italian has this letter at the end only.
            rb"(?<=[BDMNPTVbdmnptv])\xec(?=[bcdfghjklmnprstvz])",
            # Apple's, KOI8: a capital between small letters; an apostrophe of a Mac's would be one.
            rb"(?<=[a-z])[\xc0-\xd6\xd8-\xde](?=[a-z])",
            # Apple's and DOS: a capital, or what stands between words, within one; Japanese: a florin.
            rb"(?<=[A-Za-z])[\x8a\x8c\x8e\x9f](?=[a-z])|(?<=[a-z]{2})[\x82\x8a\x8c\x8e\x9f](?=[\s,;\"])",
            rb"(?<=[A-Za-z])[\x82\x84\x86-\x89\x8b\x94\x98\x9b](?=[a-z]{2})",
            rb"\x83(?=[^\s\d])",
        )
    )
)


@dataclass(frozen=True, slots=True)
class Place:
    """What stands around a letter, and in which line."""

    line: int
    text: str


def sign_of_another(pieces: Iterable[bytes], *, line: int) -> Place | None:
    """Where the text, which begins in this line, is not written in Windows-1252."""
    looked_at = letters = in_long = 0
    first: Place | None = None
    for piece in pieces:
        told = 0
        for found in HIGH.finditer(piece):
            start, end = found.span()
            line, told = line + piece.count(b"\n", told, start), start
            if SIGNS.search(piece[max(0, start - AROUND) : end + AROUND]):
                return Place(line, around(piece, start))
            words = IN_A_ROW.findall(found[0])
            letters += sum(map(len, words))
            if long := [word for word in words if len(set(word)) >= LONG]:
                in_long += sum(map(len, long))
                first = first or Place(line, around(piece, start))
            looked_at += 1
            if looked_at == LOOKED_AT:
                return first if 2 * in_long > letters else None
        line += piece.count(b"\n", told)
    return first if 2 * in_long > letters else None


def around(content: bytes, at: int) -> str:
    """A few words of its line, as Windows-1252 has them."""
    start = max(content.rfind(b"\n", 0, at) + 1, at - AROUND)
    line = content[start : at + AROUND].partition(b"\n")[0]
    return line.decode("cp1252", errors="replace").strip()
