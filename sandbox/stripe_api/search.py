"""Stripe's search, for exact values of metadata and of a few fields; here it knows at once what there is."""

import re
from collections.abc import Callable

from sandbox.stripe_api.call import Call
from sandbox.stripe_api.errors import InvalidParameter
from sandbox.stripe_api.platform import Wire, read

FIELDS = frozenset({"status", "currency"})
_QUOTED = r"""(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")"""
_CLAUSE = re.compile(rf"\s*(?:metadata\[{_QUOTED}\]|([a-z_]+)):{_QUOTED}\s*(AND\b|\Z)")


def searched(kind: str) -> Callable[[Call], Wire]:
    def endpoint(call: Call) -> Wire:
        clauses = _clauses(call.params.required("query"))
        limit = call.params.integer("limit", most=100) or 10
        rows = call.platform.store.rows("SELECT body FROM objects WHERE kind = ? ORDER BY seq DESC", kind)
        found = [body for (raw,) in rows if _fits(body := read(raw), clauses)]
        page = {"data": found[:limit], "has_more": len(found) > limit, "next_page": None, "url": call.path}
        return {"object": "search_result"} | page

    return endpoint


def _clauses(query: str) -> list[tuple[str | None, str, str]]:
    """For each: the metadata key or None, the field, and the value."""
    clauses, end, joined = [], 0, True
    while joined:
        match = _CLAUSE.match(query, end)
        if match is None or not (match[3] is None or match[3] in FIELDS):
            raise InvalidParameter("We were unable to parse your search query.", param="query")
        key, value = (match[1] or match[2]), (match[4] or match[5] or "")
        clauses.append((key and _plain(key), match[3] or "metadata", _plain(value)))
        end, joined = match.end(), match[6] == "AND"
    return clauses


def _plain(quoted: str) -> str:
    return re.sub(r"\\(.)", r"\1", quoted)


def _fits(body: Wire, clauses: list[tuple[str | None, str, str]]) -> bool:
    return all((body[field] if key is None else body[field].get(key)) == value for key, field, value in clauses)
