"""The certifications that co-ops may claim, over HTTP: for forms, and for whoever writes a file."""

from fastapi import APIRouter
from pydantic import BaseModel

from services.catalog.labels.certifications import load_standards

router = APIRouter(tags=["products"])


class StandardView(BaseModel):
    """`number` is what has to be told beside it, blank where nothing has; `example` is how that is written."""

    code: str
    name: str
    by: str
    number: str
    example: str


@router.get("/api/v1/certifications")
async def certifications() -> list[StandardView]:
    return [
        StandardView(code=row.code, name=row.name, by=row.by, number=row.number, example=row.example)
        for row in load_standards().rows.values()
    ]
