"""How the sandbox's pages are drawn, and how their forms are read."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from sandbox.mail.links import linked

HERE = Path(__file__).parent
LARGEST_FORM = 100_000
_EXPONENTS = {"jpy": 0, "krw": 0, "vnd": 0, "clp": 0, "isk": 0, "bhd": 3, "kwd": 3, "omr": 3, "jod": 3, "tnd": 3}
_SYMBOLS = {"eur": "€", "gbp": "£", "usd": "$"}


def money(amount: int, currency: str) -> str:
    exponent = _EXPONENTS.get(currency, 2)
    whole, fraction = divmod(amount, 10**exponent)
    digits = f"{whole:,}" + (f".{fraction:0{exponent}d}" if exponent else "")
    symbol = _SYMBOLS.get(currency)
    return f"{symbol}{digits}" if symbol else f"{digits} {currency.upper()}"


def card_number(number: str) -> str:
    """Grouped as it is embossed."""
    return " ".join(number[start : start + 4] for start in range(0, len(number), 4))


def moment(when: datetime) -> Markup:
    text = when.astimezone(UTC).strftime("%d %b %Y, %H:%M:%S UTC")
    return Markup('<time datetime="{}">{}</time>').format(when.isoformat(), escape(text))


class Pages:
    def __init__(self, house: str) -> None:
        self._environment = Environment(
            loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
            lstrip_blocks=True,
        )  # fmt: skip
        self._environment.filters |= {"moment": moment, "linked": linked, "card_number": card_number}
        self._environment.globals |= {"money": money, "house": house}

    def draw(self, template: str, /, *, status: int = 200, **context: object) -> Response:
        return HTMLResponse(self._environment.get_template(template).render(context), status)


def see_other(url: str) -> Response:
    return RedirectResponse(url, 303)


async def form(request: Request) -> Mapping[str, str]:
    """The fields of a small form; files are nobody's business here."""
    if int(request.headers.get("content-length") or LARGEST_FORM + 1) > LARGEST_FORM:
        raise HTTPException(413, "This form is too large.")
    async with request.form(max_files=0, max_fields=50) as fields:
        return {name: value for name, value in fields.items() if isinstance(value, str)}
