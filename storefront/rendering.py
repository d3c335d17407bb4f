"""The one Jinja environment: compiled at the start, autoescaped, strict about names that do not exist."""

from pathlib import Path

from jinja2 import BytecodeCache, Environment, FileSystemLoader, StrictUndefined
from jinja2.bccache import Bucket
from markupsafe import Markup

from storefront import label_words, money, stock_words, words
from storefront.desk.sections import sections_for
from storefront.photos import photo_at
from storefront.pictures import picture_url
from storefront.qr_code import qr_code
from storefront.settings import Settings
from storefront.static_files import StaticFiles
from storefront.structured_data import StructuredData, described

FOLDER = Path(__file__).parent / "templates"


class Compiled(BytecodeCache):
    """Templates compiled in this process, or in the one it was forked from."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if (kept := self._kept.get(bucket.key)) is not None:
            bucket.bytecode_from_string(kept)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key] = bucket.bytecode_to_string()


_COMPILED = Compiled()


def compile_templates() -> None:
    """Most of what a process of the house does at its start; copies of a process that has done it need not."""
    _read_all(_without_globals())


def environment(settings: Settings, files: StaticFiles) -> Environment:
    made = _without_globals()
    made.globals.update(
        allergens=label_words.ALLERGENS,
        date_markings=label_words.DATE_MARKINGS,
        nutrients=label_words.NUTRIENTS,
        withdrawal_words=label_words.WITHDRAWAL,
        missing_words=label_words.MISSING,
        static=files.url,
        qr_code=qr_code,
        drawing=lambda name: Markup(files.text(name)),  # noqa: S704 - our own file, never a visitor's text
        settings=settings,
        countries=money.countries(),
        picture_url=picture_url,
        structured_data=StructuredData(settings.public_url),
        described=described,
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
        policies=tuple(stock_words.POLICIES.items()),
        stock_change=stock_words.change,
        stock_changes=stock_words.changes,
        kinds_of_change=tuple(stock_words.CHANGES.items()),
        webhook_events=words.WEBHOOK_EVENTS,
        cancelled_because=words.CANCELLED,
    )
    _read_all(made)
    return made


def _without_globals() -> Environment:
    made = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,
        cache_size=-1,
        bytecode_cache=_COMPILED,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(money=money.money, credit=money.credit, typed=money.typed)
    made.filters.update(day=money.day, moment=money.moment, country=money.country, distance=money.distance)
    made.filters.update(measure=label_words.measure, per=label_words.per)
    return made


def _read_all(made: Environment) -> None:
    for name in made.list_templates(extensions=["html"]):
        made.get_template(name)
