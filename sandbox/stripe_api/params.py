"""Stripe's form encoding (`metadata[order]=7`, `expand[0]=…`) and the checks that come before anything runs."""

import re
from collections.abc import Mapping
from typing import TypeAlias
from urllib.parse import parse_qsl

from sandbox.stripe_api.errors import InvalidParameter

Section: TypeAlias = "dict[str, Value]"
Value: TypeAlias = "str | Section"

_NAME = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)\Z")
_DEPTH = 6
_CURRENCIES = re.compile(r"[a-z]{3}\Z")


def parse(encoded: str) -> Section:
    """Nest what Stripe's clients flatten; lists become sections numbered from 0."""
    try:
        pairs = parse_qsl(encoded, keep_blank_values=True, strict_parsing=bool(encoded), errors="strict")
    except ValueError as error:
        raise InvalidParameter("Invalid request: the parameters are not form-encoded UTF-8.") from error
    root: Section = {}
    for name, value in pairs:
        _put(root, name, value)
    return root


def _put(root: Section, name: str, value: str) -> None:
    match = _NAME.match(name)
    path = [match[1], *re.findall(r"\[([^\[\]]*)\]", match[2])] if match else []
    if not path or len(path) > _DEPTH:
        raise InvalidParameter(f"Invalid parameter name: {name[:80]}")
    section = root
    for part in path[:-1]:
        inner = section.setdefault(part or str(len(section)), {})
        if isinstance(inner, str):
            raise InvalidParameter(f"Invalid object: {part}", param=path[0])
        section = inner
    section[path[-1] or str(len(section))] = value


class Params:
    """The parameters of one call, read by type; a wrong one raises before anything is written."""

    def __init__(self, values: Mapping[str, Value], *, allowed: frozenset[str]) -> None:
        self._values = values
        for name in values:
            if name not in allowed and name != "expand":
                raise InvalidParameter(f"Received unknown parameter: {name}", code="parameter_unknown", param=name)

    def text(self, name: str, *, longest: int = 5000) -> str | None:
        """None when absent or blank; Stripe too takes a blank for nothing."""
        value = self._values.get(name)
        if value is None or value == "":
            return None
        if not isinstance(value, str):
            raise InvalidParameter(f"Invalid string: {name}", param=name)
        if len(value) > longest:
            raise InvalidParameter(f"Invalid string: {name} must be at most {longest} characters", param=name)
        return value

    def required(self, name: str) -> str:
        value = self.text(name)
        if value is None:
            raise InvalidParameter(f"Missing required param: {name}.", code="parameter_missing", param=name)
        return value

    def integer(self, name: str, *, least: int = 1, most: int = 99_999_999) -> int | None:
        """Minor units or a count: digits only, for a fraction of a cent is a bug of the caller."""
        value = self.text(name)
        if value is None:
            return None
        if not re.fullmatch(r"-?[0-9]{1,18}", value):
            raise InvalidParameter(f"Invalid integer: {value[:40]}", code="parameter_invalid_integer", param=name)
        number = int(value)
        if number < least:
            problem = f"This value must be greater than or equal to {least}."
            raise InvalidParameter(problem, code="parameter_invalid_integer", param=name)
        if number > most:
            raise InvalidParameter(f"{name} must be no more than {most}", code="amount_too_large", param=name)
        return number

    def amount(self) -> int:
        self.required("amount")
        return self.integer("amount") or 0

    def currency(self) -> str:
        value = self.required("currency").lower()
        if not _CURRENCIES.match(value):
            raise InvalidParameter(f"Invalid currency: {value[:10]}.", param="currency")
        return value

    def flag(self, name: str) -> bool:
        value = self.text(name)
        if value not in {None, "true", "false"}:
            raise InvalidParameter(f"Invalid boolean: {value}", param=name)
        return value == "true"

    def choice(self, name: str, choices: tuple[str, ...]) -> str | None:
        value = self.text(name)
        if value is not None and value not in choices:
            raise InvalidParameter(f"Invalid {name}: must be one of {', '.join(choices)}", param=name)
        return value

    def section(self, name: str) -> Section:
        value = self._values.get(name) or {}
        if isinstance(value, str):
            raise InvalidParameter(f"Invalid object: {name}", param=name)
        return value

    def peek(self, name: str) -> "Value | None":
        """The parameter as it came, for the few that may be a text or a section."""
        return self._values.get(name)

    def listing(self, name: str) -> list[str]:
        return [value for value in self.section(name).values() if isinstance(value, str)]

    def metadata(self) -> dict[str, str]:
        kept = {key: value for key, value in self.section("metadata").items() if isinstance(value, str) and value}
        if len(kept) > 50 or any(len(key) > 40 or len(value) > 500 for key, value in kept.items()):
            problem = "Metadata can have up to 50 keys, of up to 40 characters, with values of up to 500 characters."
            raise InvalidParameter(problem, param="metadata")
        return kept
