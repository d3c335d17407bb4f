"""What other sites are told: only what is public, true at that moment, under our own address, and readable."""

import re
from datetime import UTC, datetime
from uuid import UUID, uuid4

import httpx
import pytest

from chassis.direct import fetch
from chassis.testing import deliver
from services.catalog.categories import load_categories
from services.catalog.formats.feed import GOOGLE
from services.catalog.syndication.merchant_feed import merchant_feed
from services.catalog.syndication.public_goods import AT_ONCE, PAGE
from services.catalog.syndication.sitemap import FRESH, Sitemap
from tests.catalog import heard
from tests.catalog.conftest import CoopHere, Room, form
from tests.catalog.hung import COVER, hang_one_on_each
from tests.catalog.reading import read_file
from tests.catalog.sheets import first, later, sheet, sized, tracked

OURS = "http://127.0.0.1:8000"
HOSTILE = "<script>alert(1)</script> & ]]> “Brot”"
FILE = sheet(
    sized("tee", "S", "20.00", **{"Variant SKU": "TEE-S", "Variant Barcode": "4006381333931"}, **tracked("3")),
    later("tee", "M", "22.00", **{"Variant Compare At Price": "25.00"}, **tracked("0")),
    first("mug", "3.50", Title=HOSTILE, Type="Mug"),
    first("secret", Status="draft"),
)


async def fetched(room: Room, path: str, **headers: str) -> httpx.Response:
    answer = await room.nobody.get(path, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer


async def fed(room: Room, **headers: str) -> httpx.Response:
    """The feed, once all goods have a picture."""
    await hang_one_on_each(room.database)
    return await fetched(room, "/feeds/merchant.xml", **headers)


def links(text: str, name: str = "loc") -> list[str]:
    return re.findall(rf"<{name}>([^<]*)</{name}>", text)


async def whole(sitemap: Sitemap) -> str:
    """The index, put together."""
    return "".join([text async for text in sitemap.index()])


async def test_the_map_names_what_is_public_and_nothing_else(room: Room) -> None:
    coop, closed = await room.coop(), await room.coop("closed", name="Closed")
    await room.imported(coop, FILE)
    await room.made(closed, "Hidden loaf")
    await deliver(room.worker, heard.CoopSuspended(coop_id=closed.id, version=2, slug="closed"))

    index = await fetched(room, "/sitemap.xml", host="evil.example")
    parts = [(await fetched(room, one.removeprefix(OURS))).text for one in links(index.text)]

    told = [one.removeprefix(OURS) for part in parts for one in links(part)]
    pages, goods = (
        ["/", "/search", "/coops", "/coops/sunrise"],
        ["/products/tee", "/products/script-alert-1-script-brot"],
    )
    assert sorted(told) == sorted([*pages, *goods])
    assert links(index.text, "lastmod") == [max(links(parts[1], "lastmod"))]
    assert index.headers["content-type"].startswith("application/xml")


async def test_parts_of_the_map_hold_everything_between_them(room: Room) -> None:
    coop = await room.coop()
    slugs = {(await room.made(coop, f"Loaf {nth}"))["slug"] for nth in range(5)}
    sitemap = Sitemap(room.database, OURS, part=2)

    firsts = [one for one in links(await whole(sitemap)) if "pages" not in one]
    parts = ["".join([text async for text in sitemap.goods(UUID(one[-40:-4]))]) for one in firsts]

    assert len(firsts) == 3
    assert {one.rpartition("/")[2] for part in parts for one in links(part)} == slugs
    assert links(parts[2]) == links(parts[0])[4:]


async def test_the_index_of_the_map_is_made_anew_after_ten_minutes(room: Room) -> None:
    now = 0.0
    sitemap = Sitemap(room.database, OURS, clock=lambda: now)
    empty = await whole(sitemap)
    await room.made(await room.coop())

    assert await whole(sitemap) == empty
    now = FRESH
    assert len(links(await whole(sitemap))) == 2


async def test_our_own_reader_takes_the_feed_for_the_very_goods_it_was_made_of(room: Room) -> None:
    coop = await room.coop()
    await room.imported(coop, FILE)
    answer = await fed(room, host="evil.example")

    found = read_file(answer.content)

    assert answer.headers["content-type"].startswith("application/rss+xml")
    assert "evil.example" not in answer.text
    assert (found.dialect, found.counts) == ("google-merchant", (2, 3, 0, 3))
    tee, mug = sorted(found.products, key=lambda one: -len(one.variants))
    assert (tee.title, mug.title) == ("Tee", HOSTILE)
    assert [(dict(one.options), one.price, one.compare_at, one.gtin) for one in tee.variants] == [
        ({"Size": "S"}, 2000, None, "04006381333931"),
        ({"Size": "M"}, 2200, 2500, ""),
    ]
    assert [(one.tracked, one.quantity) for one in (*tee.variants, *mug.variants)] == [
        (False, None),
        (True, 0),
        (False, None),
    ]
    tree = load_categories()
    placed = await room.get(room.nobody, "/api/v1/products/tee")
    assert tree.place(tee.categories, tee.tags, "") == placed["category"]["slug"]


async def test_unit_prices_are_told_in_googles_words(room: Room) -> None:
    coop = await room.coop()
    for title, net, per in ("Oil", "0.75 l", "100 ml"), ("Soap", "6 piece", ""), ("Odd", "3 dl", ""), ("Bare", "", ""):
        variant = {"price": {"amount": 450, "currency": "EUR"}, "net_quantity": net, "price_per": per}
        await room.made(coop, title, variants=[variant])
    answer = await fed(room)

    found = read_file(answer.content)

    assert "<g:unit_pricing_measure>6 ct</g:unit_pricing_measure>" in answer.text
    assert {one.title: (one.variants[0].net_quantity, one.variants[0].price_per) for one in found.products} == {
        "Oil": ("0.75 l", "100 ml"),
        "Soap": ("6 piece", "1 piece"),
        "Odd": (None, None),
        "Bare": (None, None),
    }


async def test_options_google_has_no_word_for_tell_variants_apart_all_the_same(room: Room) -> None:
    coop = await room.coop()
    flavours = [("Plain", "Small"), ("Honey", "Small"), ("Plain", "Large")]
    variants = [
        {"options": {"Flavour": one, "Size": size}, "price": {"amount": 500, "currency": "EUR"}}
        for one, size in flavours
    ]
    await coop.staff.post("/api/v1/products", json=form(coop, "Oat cake", variants=variants))

    [found] = read_file((await fed(room)).content).products

    assert [dict(one.options) for one in found.variants] == [
        {"Size": size, "Pattern": flavour} for flavour, size in flavours
    ]


async def test_what_is_on_holiday_stays_in_the_feed_as_out_of_stock(room: Room) -> None:
    coop = await room.coop()
    await room.made(coop)
    await deliver(room.worker, heard.CoopPaused(coop_id=coop.id, version=2))

    assert links((await fed(room)).text, "g:availability") == ["out_of_stock"]


async def test_the_feed_is_as_long_as_the_shelf_whatever_the_page(room: Room) -> None:
    coop = await room.coop()
    many = AT_ONCE + 1
    await room.imported(coop, sheet(*(first(f"mug-{nth}") for nth in range(many))))

    await hang_one_on_each(room.database)
    told = [text async for text in merchant_feed(room.database, load_categories(), OURS)]

    ids = links("".join(told), "g:id")
    assert (len(ids), len(set(ids))) == (many, many)
    assert max(map(len, told)) < 10_000, "one product at a time"


async def test_goods_without_a_picture_of_their_own_are_left_out_and_their_co_op_is_told(room: Room) -> None:
    coop = await room.coop()
    await room.made(coop, "Rye loaf")
    await hang_one_on_each(room.database)
    bun = await room.made(coop, "Bun")

    feed = await fetched(room, "/feeds/merchant.xml")

    assert links(feed.text, "g:title") == ["Rye loaf"]
    assert links(feed.text, "g:image_link") == [OURS + COVER]
    page = await room.get(coop.staff, "/api/v1/products", coop_id=str(coop.id))
    without = {one["title"]: "picture" in one["missing"] for one in page["items"]}
    assert without == {"Rye loaf": False, bun["title"]: True}


MAYBE = PAGE.replace("p.product_id < $1", "($1::uuid IS NULL OR p.product_id < $1)")


@pytest.mark.parametrize(("page", "begins_there"), [(PAGE, True), (MAYBE, False)])
async def test_a_page_of_goods_begins_at_its_key_in_the_index(room: Room, page: str, begins_there: bool) -> None:
    """In the plan that is kept for every page. The second is the negative control: it reads all pages before."""
    async with room.database.transaction() as session:
        for name in ("enable_seqscan", "enable_bitmapscan", "enable_sort"):  # As it would be with many goods.
            await fetch(session, f"SET LOCAL {name} = off")
        await fetch(session, "SET LOCAL plan_cache_mode = force_generic_plan")
        await fetch(session, f"PREPARE next_goods (uuid, int) AS {page}")
        plan = await fetch(session, f"EXPLAIN (COSTS OFF) EXECUTE next_goods ('{uuid4()}', {AT_ONCE})")

    lines = [row[0].strip(" ->") for row in plan]
    assert "Index Scan Backward using pk_products on products p" in lines
    assert ("Index Cond: (product_id < $1)" in lines) is begins_there


async def test_control_characters_make_no_feed_unreadable(room: Room) -> None:
    coop = await room.coop()
    await coop.staff.post("/api/v1/products", json=form(coop, "Loaf", description="<p>a\x0bb\ufffec</p>"))

    assert read_file((await fed(room)).content).counts == (1, 1, 0, 1)


@pytest.fixture
async def two_coops(room: Room) -> tuple[CoopHere, CoopHere]:
    bakers, weavers = await room.coop(), await room.coop("weavers", name="Weavers")
    await room.made(bakers, "Rye loaf")
    answer = await weavers.staff.post("/api/v1/products", json=form(weavers, "Blanket", category="bed-bath-and-linen"))
    assert answer.status_code == 201
    await room.settled()
    return bakers, weavers


@pytest.mark.usefixtures("two_coops")
async def test_new_goods_are_news_of_everybody_of_a_co_op_or_of_a_category(room: Room) -> None:
    everybody = await fetched(room, "/feeds/new.xml")
    bakers = await fetched(room, "/feeds/new.xml?coop=sunrise")
    linen = await fetched(room, "/feeds/new.xml?category=home")

    titles = [links(one.text, "title")[1:] for one in (everybody, bakers, linen)]
    assert titles == [["Blanket", "Rye loaf"], ["Rye loaf"], ["Blanket"]]
    assert "4.50 EUR" in bakers.text
    [came] = links(bakers.text, "pubDate")
    assert abs(datetime.strptime(came, "%a, %d %b %Y %H:%M:%S GMT").replace(tzinfo=UTC) - datetime.now(UTC)).days == 0


@pytest.mark.usefixtures("two_coops")
async def test_news_that_did_not_change_are_not_sent_again(room: Room) -> None:
    known = (await fetched(room, "/feeds/new.xml")).headers["etag"]
    again = await room.nobody.get("/feeds/new.xml", headers={"if-none-match": known})
    assert (again.status_code, again.content) == (304, b"")

    other = await room.nobody.get("/feeds/new.xml?coop=sunrise", headers={"if-none-match": known})
    assert other.status_code == 200


@pytest.mark.parametrize("path", ["/sitemaps/mine.xml", "/feeds/new.xml?coop=<x>"])
async def test_an_address_that_cannot_be_is_refused(room: Room, path: str) -> None:
    assert (await room.nobody.get(path)).status_code == 422


async def test_a_part_of_the_map_that_begins_nowhere_is_empty(room: Room) -> None:
    assert links((await fetched(room, f"/sitemaps/{uuid4()}.xml")).text) == []
    assert GOOGLE in (await fed(room)).text
