"""A co-op, country or certification that was asked for is told with its name, were there nothing of it."""

from collections.abc import Sequence
from dataclasses import replace

from chassis.database import Database
from services.catalog.coop import names_of
from services.catalog.labels.certifications import load_standards
from services.catalog.places.country_names import is_country
from services.catalog.search.port import Findings, Question


async def with_the_chosen(database: Database, question: Question, found: Findings) -> Findings:
    """Names that stand for nothing that we know are left out."""
    counted = {slug for slug, _ in found.coops}
    names = await _called(database, [slug for slug in question.coops if slug not in counted])
    claimable = [code for code in question.certifications if code in load_standards().rows]
    return replace(
        found,
        coops=dict.fromkeys(names.items(), 0) | dict(found.coops),
        countries=dict.fromkeys(filter(is_country, question.countries), 0) | dict(found.countries),
        certifications=dict.fromkeys(claimable, 0) | dict(found.certifications),
    )


async def _called(database: Database, slugs: Sequence[str]) -> dict[str, str]:
    return await names_of(database, slugs) if slugs else {}
