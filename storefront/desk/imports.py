"""Uploading a catalogue, seeing what it would change, and deciding."""

from typing import Final

from starlette.responses import Response

from storefront.api import Problem
from storefront.desk.feed import feed_of
from storefront.desk.overview import coop_of
from storefront.forms import Form
from storefront.visit import Visit
from storefront.wire import Page
from storefront.wire.coops import Coop
from storefront.wire.desk import Import
from storefront.words import POLICIES, said

# Where a file came from that nobody uploaded here.
ORIGINS: Final = {"api": "by the API", "feed": "from its address"}
STEPS: Final = {"commit", "publish", "cancel"}
# How a dialect is called on the page.
READ_AS: Final = {
    "shopify-old": "a Shopify export with the older header",
    "shopify-new": "a Shopify export with the newer header",
    "woocommerce": "a WooCommerce export",
    "webtoffee": "a WooCommerce export by WebToffee’s plugin",
    "google-merchant": "Google Merchant product data",
    "toadlane": "a file in our own format",
}
# What a file may be said to be in, as whoever saved it would call it.
ENCODINGS: Final = {
    "utf-8": "UTF-8",
    "windows-1252": "Western Europe (Windows-1252)",
    "windows-1250": "Central Europe: Polish, Czech, Hungarian, Romanian … (Windows-1250)",
    "iso-8859-2": "Central Europe (ISO 8859-2)",
    "windows-1251": "Cyrillic (Windows-1251)",
    "koi8-r": "Cyrillic (KOI8-R)",
    "windows-1253": "Greek (Windows-1253)",
    "windows-1254": "Turkish (Windows-1254)",
    "windows-1257": "Baltic (Windows-1257)",
    "windows-1255": "Hebrew (Windows-1255)",
    "windows-1256": "Arabic (Windows-1256)",
    "windows-1258": "Vietnamese (Windows-1258)",
    "cp932": "Japanese (Shift JIS)",
    "gb18030": "Chinese (GBK, GB 18030)",
    "big5": "Chinese (Big5)",
    "cp949": "Korean (EUC-KR)",
    "macintosh": "Excel on a Mac, “CSV (Macintosh)”",
    "ibm850": "MS-DOS, Western Europe",
}


async def show(visit: Visit) -> Response:
    return await drawn(visit, await coop_of(visit))


async def upload(visit: Visit) -> Response:
    """The body is passed on as it comes, so that a large file is never held here. Nothing changes by it yet."""
    coop = await coop_of(visit)
    headers = {
        name: value
        for name in ("content-type", "content-length")
        if (value := visit.request.headers.get(name)) is not None
    }
    params = {"coop_id": coop.id, "dry_run": "true"}
    try:
        begun = await visit.api.upload(
            Import, "imports", content=visit.request.stream(), params=params, headers=headers
        )
    except Problem as problem:
        if problem.status not in {400, 409, 413, 415, 422}:
            raise
        return await drawn(visit, coop, message=said(problem), status=problem.status)
    return visit.redirect(f"/desk/{coop.slug}/imports/{begun.id}")


async def drawn(visit: Visit, coop: Coop, *, message: str = "", status: int = 200) -> Response:
    page = await visit.api.get(Page[Import], "imports", coop_id=coop.id, cursor=visit.query("cursor"))
    feed = await feed_of(visit, coop)
    return visit.render(
        "desk/imports.html",
        status=status,
        coop=coop,
        page=page,
        message=message,
        feed=feed,
        origins=ORIGINS,
        encodings=ENCODINGS,
    )


async def report(visit: Visit) -> Response:
    return await reported(visit, await coop_of(visit), Form({"policy": "skip"}))


async def decide(visit: Visit) -> Response:
    """Begins it, publishes what it held back, or stops it."""
    coop, form = await coop_of(visit), await visit.form()
    step = form["step"] if form["step"] in STEPS else "commit"
    decision = {
        "policy": form["policy"] if form["policy"] in POLICIES else "skip",
        "remove_missing": bool(form["remove_missing"]),
        "confirm_removal": bool(form["confirm_removal"]),
    }
    try:
        await visit.api.call("POST", "imports", visit.part("id"), step, body=decision if step == "commit" else None)
    except Problem as problem:
        if problem.status != 409:
            raise
        form.take(problem)
        return await reported(visit, coop, form, status=409)
    return visit.redirect(f"/desk/{coop.slug}/imports/{visit.part('id')}")


async def reported(visit: Visit, coop: Coop, form: Form, *, status: int = 200) -> Response:
    found = await visit.api.get(Import, "imports", visit.part("id"))
    return visit.render(
        "desk/import.html",
        status=status,
        coop=coop,
        found=found,
        form=form,
        policies=POLICIES,
        read_as=READ_AS,
        encodings=ENCODINGS,
    )
