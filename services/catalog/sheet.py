"""CSV as bytes from anybody: decoded, cut into records that know their line, or refused in words that help."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

from chassis.errors import Refused

UTF16 = (b"\xff\xfe", b"\xfe\xff")


class NotUtf8(Refused):
    code = "not_utf8"
    title = "The file is not UTF-8 text"


class NotACsv(Refused):
    code = "not_a_csv"
    title = "The file is not a CSV file"


class EmptyFile(Refused):
    code = "empty_file"
    title = "The file is empty"


@dataclass(frozen=True, slots=True)
class Record:
    """One CSV record; `line` is where it begins in the file, counted from one."""

    line: int
    cells: list[str]


def decode(content: bytes) -> str:
    """The file's text, a byte order mark removed."""
    if content.startswith(UTF16):
        raise NotUtf8("The file is UTF-16 text. Please save it again as “CSV UTF-8”.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise NotUtf8(
            f"Line {line} holds bytes that are not UTF-8. Please save the file again as “CSV UTF-8”.", line=line
        ) from error
    if "\0" in text:
        raise NotACsv("The file holds binary data. Please upload the CSV file your shop exported.")
    if not text.strip():
        raise EmptyFile("There is nothing in the file.")
    return text


def records(text: str, delimiter: str) -> Iterator[Record]:
    """Every record that holds anything, the header among them; raises NotACsv where the quoting breaks."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield Record(line, cells)
            line = reader.line_num + 1
    except csv.Error as error:
        raise NotACsv(
            f"The record that begins in line {line} is not well-formed CSV ({error}). Nothing was imported.", line=line
        ) from error
