"""A file as bytes from anybody, and its text as UTF-8, piece by piece."""

import codecs
from collections.abc import Iterator
from typing import BinaryIO

from chassis.errors import Refused

PIECE = 1024 * 1024
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


def as_utf8(file: BinaryIO, encoding: str) -> Iterator[bytes]:
    """The text in pieces of at most `PIECE` bytes, without a byte order mark; raises Refused for binary data."""
    decoder = codecs.getincrementaldecoder(encoding)()
    pending, line, says_something = b"", 1, False
    file.seek(0)
    for piece in pieces(file):
        try:
            text = decoder.decode(piece, final=not piece)
        except UnicodeDecodeError as error:
            line += bytes(error.object).count(b"\n", 0, error.start)
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


def pieces(file: BinaryIO) -> Iterator[bytes]:
    """To the end, and then a last blank one."""
    while piece := file.read(PIECE):
        yield piece
    yield b""
