"""A co-op's products: the list, and one form for a new or a changed one."""

import asyncio
import re
from dataclasses import dataclass
from html import escape, unescape
from typing import Final

from starlette.responses import Response

from storefront.api import Problem
from storefront.desk.delivery import rates_of
from storefront.desk.labels import (
    MOST_CLAIMS,
    MOST_WARNINGS,
    claims,
    claims_in,
    filled_label,
    label_fields,
    label_in,
    rows_for,
    warnings_in,
)
from storefront.desk.overview import coop_of
from storefront.desk.sections import PRODUCTS_MAY_CHANGE
from storefront.forms import Form, whole_number
from storefront.money import minor_units, typed
from storefront.stock_words import POLICIES
from storefront.visit import Visit
from storefront.wire import Page
from storefront.wire.coops import Coop
from storefront.wire.goods import Categories, Category, Product, Standards

SPARE_ROWS: Final = 3
# What the API calls a variant's fields, and what the form does.
ROW: Final = (
    ("title", "title"),
    ("sku", "sku"),
    ("price", "price"),
    ("compare_at", "before"),
    ("stock", "stock"),
    ("net_quantity", "net"),
    ("price_per", "per"),
    ("available_from", "from"),
    ("lead_days", "days"),
)
LONGEST_LEAD: Final = 365  # days, as the API takes
MOST_ROWS: Final = 100  # as many variants as the API takes, so that saving drops none
TAGS: Final = re.compile(r"<[a-zA-Z/][^<>]*>")
PARAGRAPHS: Final = re.compile(r"<p>(.*?)</p>", re.DOTALL)


@dataclass(frozen=True)
class Choice:
    slug: str
    name: str


async def show(visit: Visit) -> Response:
    coop = await coop_of(visit)
    page, delivery = await asyncio.gather(
        visit.api.get(Page[Product], "products", coop_id=coop.id, cursor=visit.query("cursor")), rates_of(visit, coop)
    )
    return visit.render(
        "desk/products.html", coop=coop, page=page, saved=visit.query("saved"), delivers=bool(delivery.rates)
    )


async def new(visit: Visit) -> Response:
    return await drawn(visit, await coop_of(visit, needs=PRODUCTS_MAY_CHANGE), Form({"tracked-0": "1"}))


async def edit(visit: Visit) -> Response:
    coop, product = await coop_and_product(visit)
    return await drawn(visit, coop, filled(product), product=product)


async def coop_and_product(visit: Visit) -> tuple[Coop, Product]:
    return await asyncio.gather(
        coop_of(visit, needs=PRODUCTS_MAY_CHANGE), visit.api.get(Product, "products", visit.part("id"))
    )


async def create(visit: Visit) -> Response:
    coop, form = await coop_of(visit, needs=PRODUCTS_MAY_CHANGE), await visit.form()
    body = product_in(form, coop, visit.settings.currency)
    if not form.errors:
        try:
            await visit.api.call("POST", "products", body=body)
            return visit.redirect(f"/desk/{coop.slug}/products", saved=form["title"])
        except Problem as problem:
            refuse(form, problem)
    return await drawn(visit, coop, form, status=422)


async def save(visit: Visit) -> Response:
    coop, product = await coop_and_product(visit)
    form = await visit.form()
    body = product_in(form, coop, visit.settings.currency)
    if not form.errors:
        try:
            await visit.api.call("PUT", "products", product.id, body=body, headers={"if_match": form["etag"]})
            return visit.redirect(f"/desk/{coop.slug}/products", saved=form["title"])
        except Problem as problem:
            refuse(form, problem)
    return await drawn(visit, coop, form, product=product, status=422)


async def withdraw(visit: Visit) -> Response:
    await visit.api.call("DELETE", "products", visit.part("id"))
    return visit.redirect(f"/desk/{visit.part('coop')}/products")


def refuse(form: Form, problem: Problem) -> None:
    if problem.outcome_is_unknown or problem.status in {401, 404}:
        raise problem
    rows = enumerate(rows_in(form))
    fields = {f"variants.{nth}.{api}": f"{ours}-{row}" for nth, row in rows for api, ours in ROW}
    form.take(problem, fields=fields | dict(label_fields(form)))


async def drawn(visit: Visit, coop: Coop, form: Form, *, product: Product | None = None, status: int = 200) -> Response:
    categories, standards = await asyncio.gather(
        visit.api.get(Categories, "categories"), visit.api.get(Standards, "certifications")
    )
    return visit.render(
        "desk/product_form.html",
        status=status,
        coop=coop,
        form=form,
        product=product,
        categories=list(choices(categories.root)),
        rows=range(row_count(form)),
        standards=standards.root,
        claim_rows=rows_for(claims(form), MOST_CLAIMS),
        warning_rows=rows_for(warnings_in(form), MOST_WARNINGS),
    )


def choices(categories: tuple[Category, ...], above: str = "") -> list[Choice]:
    found: list[Choice] = []
    for category in categories:
        name = f"{above}{category.name}"
        found.append(Choice(category.slug, name))
        found.extend(choices(category.children, f"{name} › "))
    return found


def row_count(form: Form) -> int:
    used = rows_in(form)
    return min(MOST_ROWS, (max(used) + 1 if used else 1) + (SPARE_ROWS if used else 2))


def rows_in(form: Form) -> list[int]:
    return [number for number in range(MOST_ROWS) if form[f"price-{number}"] or form[f"title-{number}"]]


def filled(product: Product) -> Form:
    values = {
        "title": product.title,
        "description": plain(product.description_html),
        "category": product.category.slug if product.category else "",
        "tags": ", ".join(product.tags),
        "state": product.state,
        "etag": product.etag,
        **filled_label(product),
    }
    for number, variant in enumerate(product.variants):
        values |= {
            f"id-{number}": variant.id,
            f"title-{number}": variant.title,
            f"sku-{number}": variant.sku or "",
            f"price-{number}": typed(variant.price),
            f"before-{number}": typed(variant.compare_at) if variant.compare_at else "",
            f"net-{number}": variant.net_quantity,
            f"per-{number}": variant.price_per,
            f"tracked-{number}": "1" if variant.tracked else "",
            f"stock-{number}": "" if variant.available is None else str(variant.available),
            f"seen-{number}": "" if variant.available is None else str(variant.available),
            f"policy-{number}": variant.policy,
            f"from-{number}": variant.available_from.isoformat() if variant.available_from else "",
            f"days-{number}": str(variant.lead_days or ""),
        }
    return Form(values)


def product_in(form: Form, coop: Coop, currency: str) -> dict[str, object]:
    form.need({"title": "Give the product a title.", "category": "Choose a category."})
    rows = rows_in(form)
    if not rows:
        form.errors["price-0"] = "Give at least one price."
    return {
        "coop_id": coop.id,
        "title": form["title"],
        "description": described(form["description"]),
        "category": form["category"],
        "tags": [tag.strip() for tag in form["tags"].split(",") if tag.strip()],
        "state": "draft" if form["state"] == "draft" else "listed",
        "certifications": claims_in(form),
        "label": label_in(form),
        "variants": [variant_in(form, number, currency) for number in rows],
    }


def variant_in(form: Form, number: int, currency: str) -> dict[str, object]:
    """`stock_seen` is what the form showed: where the count still is that, sales in between are not undone."""
    title = form[f"title-{number}"]
    before = amount_in(form, f"before-{number}", currency) if form[f"before-{number}"] else None
    variant: dict[str, object] = {
        "title": title,
        "options": {"Choice": title} if title else {},
        "sku": form[f"sku-{number}"] or None,
        "price": amount_in(form, f"price-{number}", currency),
        "compare_at": before,
        "net_quantity": form[f"net-{number}"],
        "price_per": form[f"per-{number}"],
        "stock": stock_in(form, number) if form[f"tracked-{number}"] and not uncounted(form, number) else None,
    }
    if form[f"id-{number}"]:
        variant["id"] = form[f"id-{number}"]
    if (seen := whole_number(form[f"seen-{number}"])) is not None:
        variant["stock_seen"] = seen
    return variant | supply_in(form, number)


def supply_in(form: Form, number: int) -> dict[str, object]:
    """What happens when none is left. A bundle stays one: it is made by the API."""
    policy = form[f"policy-{number}"]
    if policy not in POLICIES:
        return {}
    lead = form.whole(f"days-{number}", at_least=1, at_most=LONGEST_LEAD) if policy == "made_to_order" else None
    day = form[f"from-{number}"] if policy == "back_order" else ""
    return {"policy": policy, "available_from": day or None, "lead_days": lead}


def uncounted(form: Form, number: int) -> bool:
    return form[f"policy-{number}"] in {"made_to_order", "bundle"}


def stock_in(form: Form, number: int) -> int | None:
    stock = form.whole(f"stock-{number}")
    if not form[f"stock-{number}"]:
        form.errors[f"stock-{number}"] = "Say how many there are, or untick “Count”."
    return stock


def amount_in(form: Form, name: str, currency: str) -> dict[str, object]:
    amount = minor_units(form[name], currency)
    if amount is None:
        form.errors[name] = "Give a price such as 12.50."
    return {"amount": amount or 0, "currency": currency}


def described(text: str) -> str:
    """Plain text becomes paragraphs; what already holds tags is left to the catalogue's sanitiser."""
    if TAGS.search(text) or not text:
        return text
    paragraphs = (part.strip() for part in re.split(r"\r?\n\s*\r?\n", text))
    return "".join(f"<p>{escape(part)}</p>" for part in paragraphs if part)


def plain(described: str) -> str:
    """The way back: bare paragraphs become plain text, anything richer is edited as it is."""
    parts = PARAGRAPHS.findall(described)
    bare = "".join(f"<p>{part}</p>" for part in parts) == described.strip()
    return "\n\n".join(unescape(part) for part in parts) if bare and not TAGS.search("".join(parts)) else described
