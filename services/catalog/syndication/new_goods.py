"""What is new on the lane, of one co-op or of one category, as RSS for people's feed readers."""

from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from uuid import UUID

import orjson

from chassis.money import named
from services.catalog.coop import closed_shops, hidden
from services.catalog.product_view import ProductView, read_products, shown
from services.catalog.sanitise import plain_text
from services.catalog.search.port import Question, Sort
from services.catalog.shopfront import Shopfront
from services.catalog.stock.policy import Availability
from services.catalog.syndication.xml import PROLOGUE, elements

NEWEST = 50
EXCERPT = 500


async def new_goods(shop: Shopfront, *, coop: str | None, category: str | None) -> str:
    """The newest first. Found by the index, told from the database: price and stock are those of now."""
    closed = await closed_shops(shop.database)
    question = Question(
        categories=shop.categories.branch(category) if category else None,
        coops=[coop] if coop else (),
        sort=Sort.NEWEST,
        limit=NEWEST,
        hidden_coops=hidden(closed, looking_at=[coop] if coop else ()),
    )
    found = await shop.ask(shop.engine.search, question)
    ids = [UUID(orjson.loads(hit)["id"]) for hit in found.hits]
    async with shop.database.reading() as session:
        rows = await read_products(session, ids)
    goods = sorted((shown(row, shop.categories) for row in rows), key=lambda one: one.id, reverse=True)
    return _channel(goods, shop.public_url.rstrip("/"), coop, category)


def _channel(goods: Sequence[ProductView], base: str, coop: str | None, category: str | None) -> str:
    head = elements(
        {
            "title": _title(goods, coop, category),
            "link": f"{base}/coops/{coop}" if coop else f"{base}/search?sort=newest",
            "description": "Goods that came lately, with the price of today",
            "language": "en",
        }
    )
    items = "".join(_item(one, base) for one in goods)
    return f'{PROLOGUE}<rss version="2.0"><channel>{head}\n{items}</channel></rss>\n'


def _title(goods: Sequence[ProductView], coop: str | None, category: str | None) -> str:
    parts = ["New on Toad Lane"]
    if goods and category:
        parts.append(goods[0].category.name)
    if goods and coop:
        parts.append(goods[0].coop.name)
    return " · ".join(parts)


def _item(product: ProductView, base: str) -> str:
    cheapest = min(product.variants, key=lambda one: one.price.amount).price
    gone = all(one.availability == Availability.SOLD_OUT for one in product.variants) or product.coop.paused
    said = f"{product.coop.name}, {named(cheapest.amount, cheapest.currency)}{', sold out for now' if gone else ''}. "
    told = {
        "title": product.title,
        "link": f"{base}/products/{product.slug}",
        "description": said + plain_text(product.description_html)[:EXCERPT],
        "category": product.category.name,
        "pubDate": format_datetime(_came(product.id), usegmt=True),
    }
    return f'<item>{elements(told)}<guid isPermaLink="false">{product.id}</guid></item>\n'


def _came(id: UUID) -> datetime:
    """A UUIDv7 begins with the milliseconds of its making."""
    return datetime.fromtimestamp((id.int >> 80) / 1000, UTC)
