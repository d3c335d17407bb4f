"""The gateway's own addresses beside /api/v1: its health, the merged API document, and that document for people."""

from typing import Annotated

import orjson
from fastapi import APIRouter, Response
from jinja2 import Environment, PackageLoader, StrictUndefined
from sqlalchemy import text

from chassis.http import Reading, app_state
from gateway.openapi import ApiDocument, operations

router = APIRouter(include_in_schema=False)

Api = Annotated[ApiDocument, app_state("api_document")]
Templates = Annotated[Environment, app_state("templates")]


def templates() -> Environment:
    return Environment(loader=PackageLoader("gateway"), autoescape=True, undefined=StrictUndefined, trim_blocks=True)


@router.get("/health/live")
async def live() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@router.get("/health/ready")
async def ready(session: Reading) -> dict[str, str]:
    """The process can do its work: its database answers."""
    await session.execute(text("SELECT 1"))
    return {"status": "ok"}


@router.get("/api/openapi.json")
async def openapi(api: Api) -> Response:
    return Response(orjson.dumps(await api.merged()), media_type="application/json")


@router.get("/api/docs")
async def docs(api: Api, pages: Templates) -> Response:
    document = await api.merged()
    page = pages.get_template("docs.html").render(
        info=document["info"],
        rooms=[tag["name"] for tag in document["tags"]],
        operations=list(operations(document)),
        schemas=document["components"]["schemas"],
    )
    return Response(page, media_type="text/html; charset=utf-8")


@router.get("/api/docs.css")
async def stylesheet(pages: Templates) -> Response:
    sheet = pages.get_template("docs.css").render()
    return Response(sheet, media_type="text/css; charset=utf-8", headers={"Cache-Control": "public, max-age=3600"})
