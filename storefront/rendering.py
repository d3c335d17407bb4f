"""The one Jinja environment: compiled at the start, autoescaped, strict about names that do not exist."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from storefront import money, words
from storefront.desk.sections import sections_for
from storefront.photos import photo_at
from storefront.pictures import picture_url
from storefront.qr_code import qr_code
from storefront.settings import Settings
from storefront.static_files import StaticFiles

FOLDER = Path(__file__).parent / "templates"


def environment(settings: Settings, files: StaticFiles) -> Environment:
    made = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,
        cache_size=-1,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(money=money.money, credit=money.credit, typed=money.typed)
    made.filters.update(day=money.day, moment=money.moment, country=money.country)
    made.globals.update(
        static=files.url,
        qr_code=qr_code,
        drawing=lambda name: Markup(files.text(name)),  # noqa: S704 - our own file, never a visitor's text
        settings=settings,
        countries=money.countries(),
        picture_url=picture_url,
        photo_at=photo_at,
        state_of=words.state,
        line_problem=words.line_problem,
        decision_of=words.decision,
        reason_of=words.reason,
        paper_of=words.paper,
        paper_kinds=tuple(words.PAPERS.items()),
        scopes=words.SCOPES,
        roles=words.ROLES,
        sections_for=sections_for,
        webhook_events=words.WEBHOOK_EVENTS,
        cancelled_because=words.CANCELLED,
    )
    for name in made.list_templates(extensions=["html"]):
        made.get_template(name)
    return made
