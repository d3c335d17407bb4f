"""The pictures of one product: hand one in, say what each shows, put them in order, take one away."""

from typing import Final

from starlette.responses import Response

from storefront.api import Problem
from storefront.desk.overview import coop_of
from storefront.desk.products import coop_and_product
from storefront.desk.sections import PRODUCTS_MAY_CHANGE
from storefront.forms import Form, whole_number
from storefront.visit import Visit
from storefront.wire.coops import Coop
from storefront.wire.desk import HungPictures, KeptPicture
from storefront.wire.goods import Product
from storefront.words import said

MOST: Final = 20  # as many as the API takes
REFUSED: Final = {400, 409, 412, 413, 415, 422, 429, 503}
PASSED_ON: Final = ("content-type", "content-length")


async def show(visit: Visit) -> Response:
    coop, product = await coop_and_product(visit)
    return await drawn(visit, coop, product)


async def hand_in(visit: Visit) -> Response:
    """The file is passed on as it comes; then it is the last of the product's pictures."""
    coop = await coop_of(visit, needs=PRODUCTS_MAY_CHANGE)
    headers = {name: told for name in PASSED_ON if (told := visit.request.headers.get(name)) is not None}
    content, params = visit.request.stream(), {"coop_id": coop.id}
    try:
        kept = await visit.api.upload(KeptPicture, "pictures", content=content, params=params, headers=headers)
        product, hung = await visit.api.get(Product, "products", visit.part("id")), await hung_of(visit)
        before = [named(one.digest, one.url, one.alt) for one in hung.items]
        await put(visit, product.etag, [*before, {"digest": kept.digest}])
    except Problem as problem:
        if problem.status not in REFUSED:
            raise
        return await drawn(visit, *await coop_and_product(visit), message=said(problem), status=problem.status)
    return visit.redirect(f"/desk/{coop.slug}/products/{product.id}/pictures", added="1")


async def arrange(visit: Visit) -> Response:
    coop, product = await coop_and_product(visit)
    form = await visit.form()
    try:
        await put(visit, form["etag"], pictures_in(form))
    except Problem as problem:
        if problem.status not in REFUSED:
            raise
        return await drawn(visit, coop, product, message=said(problem), status=problem.status)
    return visit.redirect(f"/desk/{coop.slug}/products/{product.id}/pictures", saved="1")


def pictures_in(form: Form) -> list[dict[str, object]]:
    """In the order of the numbers beside them, those that are to go left out."""
    rows = [number for number in range(MOST) if form[f"digest-{number}"] or form[f"url-{number}"]]
    kept = [number for number in rows if not form[f"remove-{number}"]]
    kept.sort(key=lambda number: whole_number(form[f"place-{number}"]) or MOST)
    return [
        named(form[f"digest-{number}"], form[f"url-{number}"], form[f"alt-{number}"]) | _variants_in(form, number)
        for number in kept
    ]


def named(digest: str | None, url: str | None, alt: str) -> dict[str, object]:
    """By its address where it has one, so that it goes on following what lies there."""
    return {"digest": None if url else digest, "url": url or None, "alt": alt}


def _variants_in(form: Form, number: int) -> dict[str, object]:
    """Where the form asked which ones it shows; else what was said of it stays."""
    if not form["asks-variants"]:
        return {}
    ticked = f"variant-{number}-"
    return {"variants": [name.removeprefix(ticked) for name in form.values if name.startswith(ticked)]}


async def put(visit: Visit, etag: str, pictures: list[dict[str, object]]) -> None:
    path = ("products", visit.part("id"), "pictures")
    await visit.api.call("PUT", *path, body={"pictures": pictures}, headers={"if_match": etag})


async def hung_of(visit: Visit) -> HungPictures:
    return await visit.api.get(HungPictures, "products", visit.part("id"), "pictures")


async def drawn(visit: Visit, coop: Coop, product: Product, *, message: str = "", status: int = 200) -> Response:
    hung = await hung_of(visit)
    done = "" if message else next((word for word in ("added", "saved") if visit.query(word)), "")
    return visit.render(
        "desk/pictures.html", status=status, coop=coop, product=product, pictures=hung.items, message=message,
        done=done, most=MOST,
    )  # fmt: skip
