"""What a variant is made of: parts found among the co-op's own goods, each with how many of it."""

from dataclasses import dataclass
from typing import Final

from starlette.responses import Response

from storefront.api import Problem, Refusal
from storefront.desk.products import coop_and_product
from storefront.forms import Form
from storefront.visit import Visit
from storefront.wire import Page
from storefront.wire.coops import Coop
from storefront.wire.goods import Product, Variant
from storefront.wire.stock import Level

MOST_OF_ONE: Final = 1_000  # as the API takes
MOST_FOUND: Final = 20
LONGEST_SEARCH: Final = 200
QUANTITY, NAME = "quantity-", "name-"


@dataclass(frozen=True)
class Row:
    """A part, or something that could be one: by its id, with what it is called and how many there are."""

    id: str
    name: str
    there: str = ""


async def show(visit: Visit) -> Response:
    coop, product, variant = await asked_for(visit)
    return await drawn(visit, coop, product, variant, filled(variant))


async def change(visit: Visit) -> Response:
    """Looks for parts and keeps what was typed, or saves; without a script, and nothing is lost between."""
    coop, product, variant = await asked_for(visit)
    form = await visit.form()
    form.values["q"] = form["q"][:LONGEST_SEARCH]
    if form["do"] != "save":
        return await drawn(visit, coop, product, variant, form)
    parts = parts_in(form)
    if not form.errors:
        try:
            body, headers = {"parts": parts}, {"if_match": form["etag"]}
            await visit.api.call("PUT", "stock", variant.id, "parts", body=body, headers=headers)
            return visit.redirect(f"/desk/{coop.slug}/products/{product.id}/parts/{variant.id}", saved="1")
        except Problem as problem:
            refuse(form, problem, [str(part["variant_id"]) for part in parts])
    return await drawn(visit, coop, product, variant, form, status=422)


async def asked_for(visit: Visit) -> tuple[Coop, Product, Variant]:
    coop, product = await coop_and_product(visit)
    variant = next((one for one in product.variants if one.id == visit.part("variant")), None)
    if variant is None:
        raise Problem(404, Refusal(code="not_found"))
    return coop, product, variant


def filled(variant: Variant) -> Form:
    values = {f"{QUANTITY}{part.variant_id}": str(part.quantity) for part in variant.parts}
    return Form(values | {f"{NAME}{part.variant_id}": part.title or "No longer made" for part in variant.parts})


def chosen(form: Form) -> list[Row]:
    """Those with a number beside them, whatever it is."""
    ids = [name.removeprefix(QUANTITY) for name in form.values if name.startswith(QUANTITY) and form[name]]
    return [Row(one, form[f"{NAME}{one}"] or one) for one in ids]


def parts_in(form: Form) -> list[dict[str, object]]:
    """None is none of it: so a part is taken out."""
    numbers = {row.id: form.whole(f"{QUANTITY}{row.id}", at_most=MOST_OF_ONE) for row in chosen(form)}
    return [{"variant_id": one, "quantity": number} for one, number in numbers.items() if number]


def refuse(form: Form, problem: Problem, ids: list[str]) -> None:
    """Beside the part that it speaks of."""
    if problem.outcome_is_unknown or problem.status in {401, 404}:
        raise problem
    places = {f"parts.{nth}": f"{QUANTITY}{one}" for nth, one in enumerate(ids)}
    form.take(problem, fields=places | {f"{place}.variant_id": name for place, name in places.items()})


async def drawn(
    visit: Visit, coop: Coop, product: Product, variant: Variant, form: Form, *, status: int = 200
) -> Response:
    rows = chosen(form)
    return visit.render(
        "desk/bundle.html",
        status=status,
        coop=coop,
        product=product,
        variant=variant,
        form=form,
        etag=form["etag"] or product.etag,
        rows=rows,
        found=await found(visit, coop, form["q"], {variant.id, *(row.id for row in rows)}),
        saved=visit.query("saved"),
    )


async def found(visit: Visit, coop: Coop, q: str, taken: set[str]) -> list[Row] | None:
    """Own goods with all of these words; None where nothing was looked for. What is a bundle is no part of one."""
    if not q:
        return None
    page = await visit.api.get(Page[Level], "stock", coop_id=coop.id, q=q, limit=MOST_FOUND)
    fits = (one for one in page.items if one.policy != "bundle" and one.variant_id not in taken)
    return [Row(one.variant_id, one.name, "" if one.available is None else str(one.available)) for one in fits]
