"""A file as bytes from anybody: what text it is, and that text as UTF-8, piece by piece."""

import codecs
import re
from collections.abc import Iterator
from typing import BinaryIO

from chassis.errors import Refused

PIECE = 1024 * 1024
UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
# UTF-16 without its mark: of two letters of any header every other byte is none.
HALF_EMPTY = re.compile(rb"(?P<low>[^\0]\0[^\0]\0)|\0[^\0]\0[^\0]", re.DOTALL)
# What Windows-1252 leaves undefined, and pairs that only UTF-8 makes of letters.
UNDEFINED = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")
PAIR = re.compile(rb"[\xc3-\xf4][\x80-\xbf]")
# What an XML file says of itself in its first line. Latin-1 is said of Windows-1252 as well, and told apart as that.
DECLARED = re.compile(rb"""\s*<\?xml[^>]*?encoding=["']([\w.-]{1,40})["']""")
OF_ONE_BYTE = ("iso8859", "cp125", "koi8")
PACKED = {
    b"PK\x03\x04": "a spreadsheet (XLSX, ODS) or an archive",
    b"\xd0\xcf\x11\xe0": "a spreadsheet (XLS)",
    b"\x1f\x8b": "a packed file (gzip)",
    b"7z\xbc\xaf": "a packed file (7z)",
    b"Rar!": "a packed file (RAR)",
    b"BZh": "a packed file (bzip2)",
    b"(\xb5/\xfd": "a packed file (zstd)",
    b"%PDF": "a PDF",
}


class NotText(Refused):
    code = "not_utf8"
    title = "The file is not text that can be read"


class NotACsv(Refused):
    code = "not_a_csv"
    title = "The file is not a CSV file"


class EmptyFile(Refused):
    code = "empty_file"
    title = "The file is empty"


def encoding_of(file: BinaryIO) -> str:
    """UTF-8, UTF-16, what an XML file declares, or Windows-1252; raises Refused for none or two of them in one file."""
    head = file.read(200)
    file.seek(0)
    for magic, what in PACKED.items():
        if head.startswith(magic):
            raise NotACsv(f"This is {what}. Please save or unpack it as CSV (“CSV UTF-8”) and upload that.")
    if head.startswith(UTF16):
        return "utf-16"
    if without_mark := HALF_EMPTY.match(head):
        return "utf-16-le" if without_mark["low"] else "utf-16-be"
    return _utf8_or_another(file, declared=DECLARED.match(head))


def _utf8_or_another(file: BinaryIO, *, declared: re.Match[bytes] | None) -> str:
    decoder = codecs.getincrementaldecoder("utf-8")()
    line, letters = 1, False
    for piece in _pieces(file):
        try:
            decoder.decode(piece, final=not piece)
        except UnicodeDecodeError as error:
            if declared and (encoding := _of_one_byte(declared[1].decode())):
                return encoding
            told = bytes(error.object)
            line += told.count(b"\n", 0, error.start)
            if letters or not told[: error.start].isascii() or not _windows(told[error.start :], file):
                raise NotText(
                    f"Line {line} holds bytes that are neither UTF-8 nor Windows-1252 like the rest of the file. "
                    "Please save the file again as “CSV UTF-8”.",
                    line=line,
                ) from error
            return "cp1252"
        line += piece.count(b"\n")
        letters = letters or not piece.isascii()
    return "utf-8-sig"


def _of_one_byte(declared: str) -> str | None:
    """None for those that we tell by ourselves."""
    try:
        name = codecs.lookup(declared).name
    except LookupError as error:
        raise NotText(
            f"The file says that it is in “{declared}”, which is not known. Please save it as UTF-8."
        ) from error
    return name if name.startswith(OF_ONE_BYTE) and name not in ("iso8859-1", "cp1252") else None


def _windows(rest: bytes, file: BinaryIO) -> bool:
    return not any(UNDEFINED.search(piece) or PAIR.search(piece) for piece in (rest, *_pieces(file)))


def as_utf8(file: BinaryIO, encoding: str) -> Iterator[bytes]:
    """The text in pieces of at most `PIECE` bytes, without a byte order mark; raises Refused for binary data."""
    decoder = codecs.getincrementaldecoder(encoding)()
    pending, line, says_something = b"", 1, False
    file.seek(0)
    for piece in _pieces(file):
        try:
            text = decoder.decode(piece, final=not piece)
        except UnicodeDecodeError as error:
            broken = f"Near line {line} the file is not {encoding.upper()}. Please save it again as “CSV UTF-8”."
            raise NotText(broken, line=line) from error
        if "\0" in text:
            line += text.count("\n", 0, text.index("\0"))
            binary = f"Line {line} holds binary data. Please upload the file your shop exported, as text."
            raise NotACsv(binary, line=line)
        line += text.count("\n")
        says_something = says_something or bool(text.strip())
        pending += text.encode()
        while len(pending) >= PIECE:
            yield pending[:PIECE]
            pending = pending[PIECE:]
    if not says_something:
        raise EmptyFile("There is nothing in the file.")
    if pending:
        yield pending


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    """To the end, and then a last blank one."""
    while piece := file.read(PIECE):
        yield piece
    yield b""
