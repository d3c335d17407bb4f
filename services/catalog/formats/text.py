"""A file as bytes from anybody: what text it is, and that text as UTF-8, piece by piece."""

import codecs
import re
from collections.abc import Iterator
from typing import BinaryIO

from chassis.errors import Refused

PIECE = 1024 * 1024
UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
# What Windows-1252 leaves undefined, and pairs that only UTF-8 makes of letters.
UNDEFINED = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")
PAIR = re.compile(rb"[\xc3-\xf4][\x80-\xbf]")
PACKED = {
    b"PK\x03\x04": "a spreadsheet (XLSX, ODS) or an archive",
    b"\xd0\xcf\x11\xe0": "a spreadsheet (XLS)",
    b"\x1f\x8b": "a packed file",
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
    """UTF-8, UTF-16 with its mark, or Windows-1252; raises Refused for what is neither, or two of them in one file."""
    head = file.read(4)
    file.seek(0)
    for magic, what in PACKED.items():
        if head.startswith(magic):
            raise NotACsv(f"This is {what}. Please save or unpack it as CSV (“CSV UTF-8”) and upload that.")
    if head.startswith(UTF16):
        return "utf-16"
    return _utf8_or_windows(file)


def _utf8_or_windows(file: BinaryIO) -> str:
    decoder = codecs.getincrementaldecoder("utf-8")()
    line, letters = 1, False
    for piece in _pieces(file):
        try:
            decoder.decode(piece, final=not piece)
        except UnicodeDecodeError as error:
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
            raise NotText(f"The UTF-16 text breaks off near line {line}. Please save it again.", line=line) from error
        if "\0" in text:
            raise NotACsv("The file holds binary data. Please upload the file your shop exported, as text.")
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
