"""JSON Lines: an object a line, numbers kept as they are written, so that no price goes through a float."""

import json
from typing import Literal

from pydantic import BaseModel, ConfigDict

from services.catalog.formats.record import Cut, Fault, Record

WORDS = {True: "true", False: "false", None: ""}


class JsonLines(BaseModel):
    model_config = ConfigDict(frozen=True)

    kind: Literal["jsonl"] = "jsonl"

    def cut(self, part: bytes, *, line: int, last: bool) -> Cut:
        """Every whole line; one that is no object is a record with a fault, and harms no other."""
        cut = Cut()
        end = len(part) if last else part.rfind(b"\n") + 1
        for raw in part[:end].splitlines(keepends=True):
            if raw.strip():
                cut.records.append(_record(raw.decode().strip(), line + cut.lines))
            cut.consumed += len(raw)
            cut.lines += 1
        return cut


class _Unreadable(ValueError):
    """This line cannot be taken, for this reason."""


def _record(text: str, line: int) -> Record:
    try:
        told = json.loads(
            text, parse_int=str, parse_float=str, parse_constant=_no_number, object_pairs_hook=_without_twins
        )
        if not isinstance(told, dict):
            return Record(line, {"": text}, Fault(text, "A line is one JSON object such as {“id”: “rye”, …}."))
        return Record(line, {name: _cell(name, value) for name, value in told.items()})
    except json.JSONDecodeError as error:
        return Record(line, {"": text}, Fault(text, f"The line is not well-formed JSON ({error.msg})."))
    except _Unreadable as error:
        return Record(line, {"": text}, Fault(text, str(error)))
    except RecursionError:
        return Record(line, {"": text}, Fault(text, "The line has too many objects inside each other."))


def _cell(name: str, value: object) -> str:
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        value = ", ".join(value)
    elif value is None or isinstance(value, bool):
        value = WORDS[value]
    if not isinstance(value, str):
        raise _Unreadable(f"“{name}” must be text, a number, true, false, null or a list of texts.")
    if "\0" in name + value or any("\ud800" <= letter <= "\udfff" for letter in name + value):
        raise _Unreadable(f"“{name}” holds a character that no text can hold.")
    return value


def _no_number(told: str) -> str:
    raise _Unreadable(f"{told} is no number.")


def _without_twins(pairs: list[tuple[str, object]]) -> dict[str, object]:
    told = dict(pairs)
    if len(told) < len(pairs):
        raise _Unreadable("A name stands in the object twice.")
    return told
