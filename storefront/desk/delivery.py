"""What a co-op asks for sending a parcel, per country."""

from typing import Final

from starlette.responses import Response

from storefront.api import Problem
from storefront.desk.overview import coop_of
from storefront.forms import Form
from storefront.money import minor_units, typed
from storefront.visit import Visit
from storefront.wire.coops import Coop
from storefront.wire.desk import Delivery

MOST_ROWS: Final = 60
SPARE_ROWS: Final = 3


async def show(visit: Visit) -> Response:
    coop = await coop_of(visit)
    rates = (await rates_of(visit, coop)).rates
    values: dict[str, str] = {}
    for number, rate in enumerate(rates):
        values |= {f"country-{number}": rate.country, f"price-{number}": typed(rate.price)}
    return drawn(visit, coop, Form(values))


async def rates_of(visit: Visit, coop: Coop) -> Delivery:
    try:
        return await visit.api.get(Delivery, "deliveries", coop.id)
    except Problem as problem:
        if problem.status == 404:
            return Delivery()
        raise


async def save(visit: Visit) -> Response:
    coop, form = await coop_of(visit), await visit.form()
    rates = [rate_in(form, number, visit.settings.currency) for number in range(MOST_ROWS) if form[f"country-{number}"]]
    if not form.errors:
        try:
            await visit.api.call("PUT", "deliveries", coop.id, body={"rates": rates})
            return visit.redirect(f"/desk/{coop.slug}/delivery", saved="1")
        except Problem as problem:
            if problem.status not in {409, 422}:
                raise
            form.take(problem)
    return drawn(visit, coop, form, status=422)


def rate_in(form: Form, number: int, currency: str) -> dict[str, object]:
    price = minor_units(form[f"price-{number}"], currency)
    if price is None:
        form.errors[f"price-{number}"] = "Give a price such as 4.90, or 0 where it is free."
    return {"country": form[f"country-{number}"], "price": {"amount": price or 0, "currency": currency}}


def drawn(visit: Visit, coop: Coop, form: Form, *, status: int = 200) -> Response:
    used = [number for number in range(MOST_ROWS) if form[f"country-{number}"]]
    rows = range(min(MOST_ROWS, (max(used) + 1 if used else 0) + SPARE_ROWS))
    return visit.render(
        "desk/delivery.html",
        status=status,
        coop=coop,
        form=form,
        rows=rows,
        saved=visit.query("saved") and form.is_fine,
    )
