"""What is on the shelves: categories, search and products."""

from typing import Any, Final

import httpx

from tests.storefront.fake_gateway.answers import ONE, Answer, Json, Route, constant, money, page, refused
from tests.storefront.fake_gateway.coops import coop
from tests.storefront.fake_gateway.memory import Memory
from tests.storefront.fake_gateway.pictures import pictures_of

GOODS: Final = [
    ("rye-sourdough", "Rye sourdough, 900 g", "bread", "sunrise", 640),
    ("oat-cakes", "Oat cakes with sea salt", "bread", "sunrise", 385),
    ("merino-blanket", "Merino blanket “Calder”", "textiles", "hebden-wool", 11900),
    ("dk-yarn", "DK yarn, undyed, 100 g", "textiles", "hebden-wool", 1250),
    ("olive-oil", "Olive oil, early harvest", "oil-vinegar", "la-vega", 1490),
    ("thyme-honey", "Thyme honey", "honey-preserves", "la-vega", 890),
    ("city-bicycle", "City bicycle “Pleiße”", "bicycles", "radwerk", 98000),
    ("repair-kit", "Repair kit in a tin", "tools", "radwerk", 2450),
    ("letterpress-cards", "Letterpress cards, set of six", "stationery", "typoteque", 1800),
    ("notebook", "Notebook, thread-sewn", "books", "typoteque", 1400),
    ("serving-bowl", "Serving bowl, ash glaze", "ceramics", "terra-viva", 4600),
    ("coffee-cup", "Coffee cup with a saucer", "cups", "terra-viva", 2200),
]


CATEGORIES: Final = [
    ("bread", "Bread and cakes"),
    ("cheese", "Cheese and dairy"),
    ("honey-preserves", "Honey and preserves"),
    ("oil-vinegar", "Oil and vinegar"),
    ("coffee-tea", "Coffee and tea"),
    ("textiles", "Wool and textiles"),
    ("clothing", "Clothing"),
    ("ceramics", "Pots and bowls"),
    ("stationery", "Print and paper"),
    ("bicycles", "Bicycles"),
    ("garden", "Garden"),
    ("toys", "Toys"),
]


CERTIFICATIONS: Final = [
    {"code": "eu-organic", "name": "EU organic", "number": "code of the control body", "example": "ES-ECO-020-CV"},
    {"code": "fairtrade", "name": "Fairtrade", "number": "FLO ID", "example": "1234"},
]


def hit(row: tuple[str, str, str, str, int]) -> Json:
    slug, title, category, maker, price = row
    return {
        "id": f"id-{slug}",
        "slug": slug,
        "title": title,
        "price": money(price),
        "price_max": money(price + (400 if slug == "dk-yarn" else 0)),
        "compare_at": money(13900) if slug == "merino-blanket" else None,
        "coop": {"slug": maker, "name": coop(maker)["name"]},
        "category": category,
        "picture": next((one["url"] for one in pictures_of(slug)), f"{category}/{slug}"),
        "in_stock": slug != "serving-bowl",
        "unit_price": {"price": money(711), "per": "1 kg"} if slug == "rye-sourdough" else None,
    }


def search(memory: Memory, request: httpx.Request) -> Answer:
    asked = request.url.params
    if asked.get("near") == "Valencia":
        return refused(422, "place_ambiguous", "Which “Valencia” do you mean?", candidates=VALENCIAS)
    if asked.get("near") == "Nowhereville":
        return refused(422, "place_unknown", "“Nowhereville” is in no list of towns that we have.", candidates=[])
    rows = [
        row
        for row in GOODS
        if asked.get("category") in (None, row[2])
        and (not asked.get_list("coop") or row[3] in asked.get_list("coop"))
        and (not asked.get_list("country") or coop(row[3])["country"] in asked.get_list("country"))
        and asked.get("q", "").lower() in row[1].lower()
        and int(asked.get("min_price", 0)) <= row[4] <= int(asked.get("max_price", 10**9))
    ]
    limit = int(asked.get("limit", 24))
    names = dict(CATEGORIES)
    found = dict.fromkeys(row[3] for row in rows)
    chosen = [slug for slug in asked.get_list("coop") if slug in {row[3] for row in GOODS}]
    return 200, {
        "query": asked.get("q"),
        "total": len(rows) * (30 if not asked.get("q") else 1),
        "page": int(asked.get("page", 1)),
        "limit": limit,
        "hits": [hit(row) | ({"distance_km": 12.4} if asked.get("near") else {}) for row in rows[:limit]],
        "facets": {
            "category": [
                {"value": slug, "name": names.get(slug, slug.title()), "count": 3} for slug in {r[2]: 1 for r in rows}
            ],
            "coop": [
                {"value": slug, "name": coop(slug)["name"], "count": 2 if slug in found else 0}
                for slug in {**found, **dict.fromkeys(chosen)}
            ],
            "country": COUNTRIES,
            "certification": [{"value": "eu-organic", "name": "EU organic", "count": 3}],
            "in_stock": [{"value": "true", "name": "In stock", "count": 11}],
        },
        "price": {"min": money(385), "max": money(98000)},
        "meant": "yarn" if asked.get("q") == "yran" else None,
        "near": near(asked["near"], asked["radius_km"]) if asked.get("near") else None,
        "on_holiday": [
            {"slug": slug, "name": coop(slug)["name"], "until": memory.pause["until"]}
            for slug in asked.get_list("coop")
            if memory.pause
        ],
    }


COUNTRIES: Final = [
    {"value": code, "name": name, "count": 3}
    for code, name in (
        *(("DE", "Germany"), ("GB", "United Kingdom"), ("ES", "Spain"), ("FR", "France"), ("IT", "Italy")),
        *(("NL", "Netherlands"), ("PT", "Portugal"), ("AT", "Austria"), ("IE", "Ireland")),
    )
]


def town(name: str, country: str, country_name: str) -> Json:
    return {"value": f"{name}, {country}", "name": name, "country_name": country_name}


def near(place: str, radius: str) -> Json:
    return {
        "radius_km": float(radius),
        "town": None if "." in place else town("Paris", "FR", "France"),
        "others": [] if "." in place else [town("Paris, Texas", "US", "United States")],
        "without_place": 3,
    }


VALENCIAS: Final = [town("Valencia", "VE", "Venezuela"), town("Valencia", "ES", "Spain")]


RANKING: Final = {
    "places": [{"name": "head", "weight": 10.0}, {"name": "description", "weight": 1.0}],
    "fits": [{"name": "exact", "weight": 1.0}, {"name": "misspelt", "weight": 0.4}],
    "elsewhere": 0.2,
    "together": 4.0,
    "in_stock": 1.17,
}


def suggest(_: Memory, request: httpx.Request) -> Answer:
    begun = request.url.params.get("q", "").lower()
    rows = [row for row in GOODS if begun in row[1].lower()]
    return 200, {"words": [f"{begun} first"], "hits": [hit(row) for row in rows[:5]]}


def variant(name: str, price: int, available: int | None = 9, **extra: Any) -> Json:
    return {
        "id": f"var-{name}",
        "title": name,
        "options": {"Size": name},
        "sku": f"SKU-{name}",
        "price": money(price),
        "compare_at": None,
        "tracked": available is not None,
        "available": available,
        "in_stock": available is None or available > 0,
        "availability": "sold_out" if available == 0 else "in_stock",
        **extra,
    }


def product(slug: str) -> Json:
    row = next(row for row in GOODS if row[0] == slug.removeprefix("id-"))
    pictures = pictures_of(row[0])
    variants = {
        "dk-yarn": [
            variant("Oatmeal", 1250, 40),
            variant("Heather", 1250, 3),
            variant("Slate", 1650, 0),
            variant("To order", 1650, None),
        ],
        "merino-blanket": [variant("150 × 200 cm", 11900, 7, compare_at=money(13900))],
    }.get(row[0], [variant("Default Title", row[4], 12)])
    return {
        "id": f"id-{row[0]}",
        "slug": row[0],
        "title": row[1],
        "description_html": "<p>Slow dough, dark crust. Our ovens burn wood from the hills behind the bakery, "
        "and nobody starts before four.</p><ul><li>Rye flour, water, salt</li><li>Keeps for a week</li></ul>",
        "category": {"slug": row[2], "name": dict(CATEGORIES).get(row[2], row[2].title())},
        "coop": coop(row[3]),
        "picture": next((one["url"] for one in pictures), f"{row[2]}/{row[0]}"),
        "pictures": pictures,
        "state": "listed",
        "version": 3,
        "variants": variants,
        "updated_at": "2026-11-01T10:00:00Z",
    }


def get_product(memory: Memory, __: httpx.Request, slug: str) -> Answer:
    if slug.removeprefix("id-") not in {row[0] for row in GOODS}:
        return refused(404, "not_found")
    found = product(slug)
    if memory.pause:
        found["coop"] |= {"paused": True, "paused_until": memory.pause["until"]}
    return 200, found


ROUTES: Final[list[Route]] = [
    ("GET", "/categories", constant(200, [{"slug": slug, "name": name, "children": []} for slug, name in CATEGORIES])),
    ("GET", "/certifications", constant(200, CERTIFICATIONS)),
    ("GET", "/search", search),
    ("GET", "/search/ranking", constant(200, RANKING)),
    ("GET", "/suggest", suggest),
    ("GET", "/places", lambda *_: page(VALENCIAS)),
    ("GET", "/products", lambda *_: page([product("rye-sourdough"), product("oat-cakes"), product("dk-yarn")], "more")),
    ("POST", "/products", lambda *_: (201, product("rye-sourdough"))),
    ("GET", f"/products/{ONE}", get_product),
    ("PUT", f"/products/{ONE}", get_product),
    ("DELETE", f"/products/{ONE}", constant(204, None)),
]
