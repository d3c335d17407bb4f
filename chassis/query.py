"""A query string read into a model by pydantic, all at once: FastAPI goes over the fields, at twenty times the cost."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar, get_origin

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError

M = TypeVar("M", bound=BaseModel)


def read_as(model: type[M]) -> Callable[[Request], Awaitable[M]]:
    """The dependency for `Annotated[model, Query()]`; the route is told `openapi_extra=documented(model)` beside it."""
    repeated = frozenset(name for name, field in model.model_fields.items() if get_origin(field.annotation) is list)

    async def read(request: Request) -> M:
        given = request.query_params
        values = {name: given.getlist(name) if name in repeated else value for name, value in given.items()}
        try:
            return model.model_validate(values)
        except ValidationError as error:
            found = [one | {"loc": ("query", *one["loc"])} for one in error.errors(include_url=False)]
            raise RequestValidationError(found) from error

    return read


def documented(model: type[BaseModel]) -> dict[str, Any]:
    """The model's fields as parameters of the operation, as FastAPI would list them."""
    schema = model.model_json_schema()
    required = schema.get("required", ())
    return {
        "parameters": [
            {"name": name, "in": "query", "required": name in required, "schema": _whole(field, schema)}
            for name, field in schema["properties"].items()
        ]
    }


def _whole(field: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """A named part is written out: nothing else in the document need know it by that name."""
    name = field.get("$ref", "").removeprefix("#/$defs/")
    return {**schema["$defs"][name], **{key: value for key, value in field.items() if key != "$ref"}} if name else field
