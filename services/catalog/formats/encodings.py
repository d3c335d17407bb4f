"""In which encoding a file is: what it tells of itself, what its co-op says, or Windows-1252 if nothing is against."""

import codecs
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import BinaryIO

from chassis.errors import Refused
from services.catalog.formats.text import PACKED, NotACsv, NotText, pieces
from services.catalog.formats.western import Place, around, sign_of_another


class UnknownEncoding(Refused):
    code = "unknown_encoding"
    title = "The encoding is not known"


class Encoding(StrEnum):
    """What a co-op may say that its file is in, by names that Python knows too."""

    UTF_8 = "utf-8"
    WESTERN = "windows-1252"
    CENTRAL = "windows-1250"
    CYRILLIC = "windows-1251"
    GREEK = "windows-1253"
    TURKISH = "windows-1254"
    HEBREW = "windows-1255"
    ARABIC = "windows-1256"
    BALTIC = "windows-1257"
    VIETNAMESE = "windows-1258"
    LATIN_2 = "iso-8859-2"
    MACINTOSH = "macintosh"
    DOS = "ibm850"
    KOI8 = "koi8-r"
    JAPANESE = "cp932"
    CHINESE = "gb18030"
    TAIWANESE = "big5"
    KOREAN = "cp949"


WESTERN = "cp1252"
UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
# UTF-16 without its mark: of two letters of any header every other byte is none.
HALF_EMPTY = re.compile(rb"(?P<low>[^\0]\0[^\0]\0)|\0[^\0]\0[^\0]", re.DOTALL)
# What Windows-1252 leaves undefined, and what UTF-8 makes of letters and quotation marks: no word has such pairs.
UNDEFINED = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")
PAIR = re.compile(rb"[\xc2-\xc5\xd0\xd1\xe2](?:(?<=[^\xe2])[\x80-\xbf]|(?<=\xe2)\x80[\x80-\xbf])")
# What an XML file says of itself in its first line. Latin-1 is said of Windows-1252 as well.
DECLARED = re.compile(rb"""\s*<\?xml[^>]*?encoding=["']([\w.-]{1,40})["']""")
OF_LETTERS = ("iso8859", "cp", "koi8", "mac", "shift_jis", "euc", "gb", "big5")
CALLED_WESTERN = ("iso8859-1", WESTERN)
CALLED = {"utf-8-sig": "utf-8", "utf-16-le": "utf-16", "utf-16-be": "utf-16"}
HOW = "Please save it as “CSV UTF-8”, or say in which encoding it is."


@dataclass(frozen=True, slots=True)
class Found:
    """How to read a file. Where nobody said so, `assumed` is the first place that would look otherwise."""

    codec: str
    assumed: Place | None = None

    @property
    def name(self) -> str:
        return CALLED.get(self.codec) or self.codec.replace("cp125", "windows-125")


def named_encoding(name: str) -> Encoding | None:
    """None for a blank; raises UnknownEncoding."""
    try:
        return Encoding(name) if name else None
    except ValueError as error:
        raise UnknownEncoding(f"“{name[:40]}” is none of {', '.join(Encoding)}.", field="encoding") from error


def encoding_of(file: BinaryIO, said: Encoding | None = None) -> Found:
    """What a file tells of itself holds, whatever is said of it. Raises Refused where it is none, two, or unclear."""
    head = file.read(200)
    file.seek(0)
    for magic, what in PACKED.items():
        if head.startswith(magic):
            raise NotACsv(f"This is {what}. Please save or unpack it as CSV (“CSV UTF-8”) and upload that.")
    if head.startswith(UTF16):
        return Found("utf-16")
    if without_mark := HALF_EMPTY.match(head):
        return Found("utf-16-le" if without_mark["low"] else "utf-16-be")
    declared = DECLARED.match(head)
    return _utf8_or_another(file, said, declared[1].decode() if declared else None)


def _utf8_or_another(file: BinaryIO, said: Encoding | None, declared: str | None) -> Found:
    decoder = codecs.getincrementaldecoder("utf-8")()
    line, letters = 1, False
    for piece in pieces(file):
        try:
            decoder.decode(piece, final=not piece)
        except UnicodeDecodeError as error:
            codec = _codec(said or declared)
            if codec and codec not in CALLED_WESTERN:
                return Found(codec)
            told = bytes(error.object)
            place = Place(line + told.count(b"\n", 0, error.start), around(told, error.start))
            if said is Encoding.UTF_8:
                raise NotText(f"Line {place.line} is not UTF-8: “{place.text}”. {HOW}", line=place.line) from error
            if letters or not told[: error.start].isascii() or not _windows(told[error.start :], file):
                raise NotText(
                    f"Line {place.line} holds bytes that are neither UTF-8 nor Windows-1252 like the rest of the file. "
                    + HOW,
                    line=place.line,
                ) from error
            return Found(WESTERN) if codec else _western(file, place)
        line += piece.count(b"\n")
        letters = letters or not piece.isascii()
    return Found("utf-8-sig")


def _western(file: BinaryIO, first: Place) -> Found:
    """Unless it is written as nothing in Windows-1252 is."""
    file.seek(0)
    if sign := sign_of_another(pieces(file), line=1):
        raise NotText(
            f"The file is not UTF-8, and read as Windows-1252 line {sign.line} would say “{sign.text}”, which looks "
            f"wrong. {HOW}",
            line=sign.line,
        )
    return Found(WESTERN, assumed=first)


def _codec(said: str | None) -> str | None:
    """None for UTF-8 too: that it is not."""
    if said is None:
        return None
    try:
        name = codecs.lookup(said).name
    except LookupError as error:
        raise NotText(f"The file says that it is in “{said}”, which is not known. Please save it as UTF-8.") from error
    return name if name.startswith(OF_LETTERS) else None


def _windows(rest: bytes, file: BinaryIO) -> bool:
    return not any(UNDEFINED.search(piece) or PAIR.search(piece) for piece in (rest, *pieces(file)))
