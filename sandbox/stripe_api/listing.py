"""Lists, newest first, with Stripe's cursors; and the expansion of ids into objects."""

from collections.abc import Callable, Mapping

from sandbox.stripe_api.balance import current
from sandbox.stripe_api.call import Call
from sandbox.stripe_api.errors import InvalidParameter
from sandbox.stripe_api.platform import Platform, Wire, read

PAGING = frozenset({"limit", "starting_after", "ending_before", "created"})
_COMPARISONS = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}
_OLDER = "seq < (SELECT seq FROM objects WHERE id = ?)"
_NEWER = "seq > (SELECT seq FROM objects WHERE id = ?)"
_CREATED = "CAST(json_extract(body, '$.created') AS INTEGER)"


def listed(kind: str, filters: Mapping[str, str]) -> Callable[[Call], Wire]:
    """An endpoint that lists one kind; `filters` maps a parameter to the member of the object that it must equal."""

    def endpoint(call: Call) -> Wire:
        wheres, values = ["kind = ?"], [kind]
        for param, member in filters.items():
            wanted = call.ids.get(param) or call.params.text(param)
            if wanted is not None:
                wheres.append(f"json_extract(body, '$.{member}') = ?")
                values.append(wanted)
        if kind == "event" and (types := call.params.listing("types")):
            wheres.append(f"json_extract(body, '$.type') IN ({', '.join('?' * len(types))})")
            values.extend(types)
        return _page(call, kind, [*wheres, *_created(call)], values)

    return endpoint


def _created(call: Call) -> list[str]:
    """The digits were checked, so the numbers can stand in the statement."""
    if isinstance(exact := call.params.peek("created"), str):
        return [f"{_CREATED} = {_digits(exact)}"]
    bounds = call.params.section("created")
    return [
        f"{_CREATED} {_COMPARISONS[name]} {_digits(value)}" for name, value in bounds.items() if name in _COMPARISONS
    ]  # fmt: skip


def _digits(value: object) -> int:
    if not isinstance(value, str) or not value.isascii() or not value.isdigit() or len(value) > 15:
        raise InvalidParameter("Invalid timestamp", param="created")
    return int(value)


def _page(call: Call, kind: str, wheres: list[str], values: list[str]) -> Wire:
    limit = call.params.integer("limit", most=100) or 10
    after, before = call.params.text("starting_after"), call.params.text("ending_before")
    cursor = after or before
    if cursor is not None:
        call.platform.find(kind, cursor, param="starting_after" if after else "ending_before")
        wheres = [*wheres, _OLDER if after else _NEWER]
        values = [*values, cursor]
    backwards = before is not None and after is None
    order = "ASC" if backwards else "DESC"
    sql = f"SELECT body FROM objects WHERE {' AND '.join(wheres)} ORDER BY seq {order} LIMIT {limit + 1}"  # noqa: S608 – fixed names and checked digits only
    found = [read(body) for (body,) in call.platform.store.rows(sql, *values)]
    data = found[:limit][::-1] if backwards else found[:limit]
    if kind == "balance_transaction":
        data = [current(call.platform, item) for item in data]
    return {"object": "list", "data": data, "has_more": len(found) > limit, "url": call.path}


def expand(platform: Platform, body: Wire, paths: list[str]) -> Wire:
    """Replace ids by the objects they name, along each dotted path, in a copy."""
    for path in paths:
        body = _expanded(platform, body, path.split("."), path)
    return body


def _expanded(platform: Platform, body: Wire, names: list[str], path: str) -> Wire:
    head, *rest = names
    if head not in body:
        problem = f"This property cannot be expanded ({path})."
        raise InvalidParameter(problem, code="property_not_expandable", param="expand")
    value = body[head]
    if isinstance(value, str):
        value = platform.any_object(value) or value
    if rest and isinstance(value, dict):
        value = _expanded(platform, value, rest, path)
    if rest and isinstance(value, list):
        value = [_expanded(platform, item, rest, path) for item in value]
    return body | {head: value}
