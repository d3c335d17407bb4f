"""The basket, priced for a country."""

from typing import Final

import httpx

from tests.storefront.fake_gateway.answers import ONE, Answer, Json, Route, money, sent
from tests.storefront.fake_gateway.coops import coop
from tests.storefront.fake_gateway.memory import Memory
from tests.storefront.fake_gateway.shop import GOODS


def basket(memory: Memory) -> Json:
    makers: dict[str, list[Json]] = {}
    for slug, quantity in memory.lines.items():
        row = next(row for row in GOODS if row[0] == slug)
        makers.setdefault(row[3], []).append(
            {
                "variant_id": slug,
                "product_id": f"id-{slug}",
                "slug": slug,
                "title": row[1],
                "variant_title": "Default Title",
                "coop_id": f"id-{row[3]}",
                "quantity": quantity,
                "unit_price": money(row[4]),
                "line_total": money(row[4] * quantity),
                "picture": f"{row[2]}/{slug}",
                "problem": "withdrawn" if slug == "oat-cakes" else None,
                "compared": {"price": money(711), "per": "1 kg"} if slug == "rye-sourdough" else None,
                "withdrawal_exception": "perishable" if slug == "rye-sourdough" else None,
            }
        )
    groups: list[Json] = [
        {
            "coop": {"id": f"id-{slug}", "slug": slug, "name": coop(slug)["name"]},
            "lines": [line["variant_id"] for line in lines],
            "goods": money(sum(line["line_total"]["amount"] for line in lines)),
            "delivery": money(490) if memory.country and not (slug == "radwerk" and memory.country == "IE") else None,
            "delivers": not (slug == "radwerk" and memory.country == "IE"),
        }
        for slug, lines in makers.items()
    ]
    goods = sum(group["goods"]["amount"] for group in groups)
    delivery = sum(group["delivery"]["amount"] for group in groups if group["delivery"])
    return {
        "id": "basket-1",
        "country": memory.country,
        "lines": [line for lines in makers.values() for line in lines],
        "consignments": groups,
        "goods": money(goods),
        "delivery": money(delivery),
        "total": money(goods + delivery),
        "can_checkout": bool(groups) and bool(memory.country) and all(group["delivers"] for group in groups),
    }


def get_basket(memory: Memory, _: httpx.Request) -> Answer:
    return 200, basket(memory)


def put_basket(memory: Memory, request: httpx.Request) -> Answer:
    memory.country = sent(request)["country"]
    return 200, basket(memory)


def add_line(memory: Memory, request: httpx.Request) -> Answer:
    asked = sent(request)
    slug = "rye-sourdough" if asked["variant_id"].startswith("var-") else asked["variant_id"]
    memory.lines[slug] = memory.lines.get(slug, 0) + asked["quantity"]
    return 201, basket(memory)


def put_line(memory: Memory, request: httpx.Request, variant_id: str) -> Answer:
    quantity = sent(request)["quantity"]
    memory.lines[variant_id] = quantity
    if not quantity:
        del memory.lines[variant_id]
    return 200, basket(memory)


ROUTES: Final[list[Route]] = [
    ("GET", "/basket", get_basket),
    ("PUT", "/basket", put_basket),
    ("POST", "/basket/lines", add_line),
    ("PUT", f"/basket/lines/{ONE}", put_line),
]
