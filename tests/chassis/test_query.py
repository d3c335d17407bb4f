"""A query is read and documented as FastAPI would, which is the other half of each comparison."""

from enum import StrEnum
from typing import Annotated, Any

import httpx
import pytest
from fastapi import Depends, FastAPI, Query
from pydantic import BaseModel, Field

from chassis.errors import answer_problems
from chassis.query import documented, read_as


class Order(StrEnum):
    """Which jars come first."""

    OLDEST = "oldest"
    FULLEST = "fullest"


class Jars(BaseModel):
    """What somebody looks for on a shelf."""

    label: Annotated[str, Field(max_length=8)]
    lids: Annotated[list[Annotated[str, Field(max_length=3)]], Field(max_length=2)] = []
    least: Annotated[int, Field(ge=0)] | None = None
    full: bool = False
    order: Order = Order.OLDEST


app = FastAPI()
answer_problems(app)


@app.get("/ours", openapi_extra=documented(Jars))
async def ours(jars: Annotated[Jars, Depends(read_as(Jars))]) -> Jars:
    return jars


@app.get("/theirs")
async def theirs(jars: Annotated[Jars, Query()]) -> Jars:
    return jars


async def answer(path: str) -> tuple[int, Any]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://shelf.test") as client:
        answered = await client.get(path)
    return answered.status_code, answered.json()


@pytest.mark.parametrize(
    "query",
    [
        "label=salt",
        "label=salt&label=honey&lids=red&lids=tin&least=3&full=true&order=fullest&other=thing",
        "label=&lids=",
        "lids=red",
        "label=marmalade&lids=a&lids=b&lids=c&least=-1&full=maybe&order=newest",
        "label=salt&lids=a&lids=wooden&least=",
    ],
)
async def test_a_query_is_read_as_fastapi_reads_it_or_refused_in_the_same_words(query: str) -> None:
    assert await answer(f"/ours?{query}") == await answer(f"/theirs?{query}")


def test_its_fields_are_documented_as_fastapi_documents_them() -> None:
    document = app.openapi()
    listed = [document["paths"][path]["get"]["parameters"] for path in ("/ours", "/theirs")]
    named = document["components"]["schemas"]["Order"]

    assert listed[0] == [one | {"schema": _written_out(one["schema"], named)} for one in listed[1]]


def _written_out(schema: dict[str, Any], named: dict[str, Any]) -> dict[str, Any]:
    without = {key: value for key, value in schema.items() if key != "$ref"}
    return named | without if "$ref" in schema else schema
