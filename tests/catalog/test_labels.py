"""Food information, product safety and certifications: read from every format, shown as said, and never made up."""

import json
from typing import Any

import pytest

from services.catalog.assortment.draft import ProductDraft
from services.catalog.labels.allergens import emphasised, load_allergen_words
from services.catalog.labels.certifications import load_standards
from services.catalog.labels.label import ProductLabel
from tests.catalog.conftest import Room, form
from tests.catalog.reading import Catalogue, read_file

HEAD = "id,title,category,price"
SPANS = [{"type": "text", "value": "Wheat, "}, {"type": "text", "value": "kamutflour", "bold": True}]
RICH = json.dumps({"type": "root", "children": [{"type": "paragraph", "children": SPANS}]}).replace('"', '""')


def only(found: Catalogue) -> ProductDraft:
    [product] = found.products
    return product


def own(columns: str, cells: str) -> Catalogue:
    return read_file(f"{HEAD},{columns}\nrye,Rye,food,4.50,{cells}\n")


@pytest.mark.parametrize(
    ("ingredients", "shown"),
    [
        ("Wheat flour, water, salt", "<strong>Wheat flour</strong>, water, salt"),
        ("harina de TRIGO, leche de coco", "harina de <strong>TRIGO</strong>, leche de coco"),
        ("beurre, beurre de cacao, œufs", "<strong>beurre</strong>, beurre de cacao, <strong>œufs</strong>"),
        ("rice, milk", "rice, <strong>milk</strong>"),
        ("rice milk, buckwheat, nutmeg", "rice milk, buckwheat, nutmeg"),
        ("gluten-free oats", "gluten-free <strong>oats</strong>"),
        ("**Ziegenmilch**, _kefir_", "<strong>Ziegenmilch</strong>, <strong>kefir</strong>"),
        ("<script>milk</script>", "&lt;script&gt;<strong>milk</strong>&lt;/script&gt;"),
        ("**<b>** & salt", "<strong>&lt;b&gt;</strong> &amp; salt"),
    ],
)
def test_allergens_are_set_apart_and_nothing_else_is_a_tag(ingredients: str, shown: str) -> None:
    assert emphasised(ingredients) == shown


@pytest.mark.parametrize(
    ("written", "claimed"),
    [
        ("eu-organic ES-ECO-020-CV", ("eu-organic", "ES-ECO-020-CV")),
        ("EU organic: fr-bio-01", ("eu-organic", "FR-BIO-01")),
        ("Fairtrade (1234)", ("fairtrade", "1234")),
        ("European_Commission:EPREL:123456", ("eprel", "123456")),
        ("fsc", ("fsc", "")),
        ("organic", None),
        ("fair trade", None),
        ("not fairtrade", None),
    ],
)
def test_a_certification_is_known_by_its_own_name_and_never_by_a_tag(
    written: str, claimed: tuple[str, str] | None
) -> None:
    found = load_standards().read(written)
    assert (found and (found.code, found.number)) == claimed


@pytest.mark.parametrize("number", ["1" * 61, "a\x01b", " " * 10_000 + "x((", ": " * 5_000 + "("])
def test_what_can_be_no_number_makes_no_claim(number: str) -> None:
    """Nor does it take time by the square of its length: a whole cell of it would take an hour."""
    assert load_standards().read(f"Fairtrade {number}") is None
    assert load_standards().read("Fairtrade " + "1" * 60)


def test_the_table_of_certifications_fits_itself() -> None:
    standards = load_standards()
    for row in standards.rows.values():
        assert bool(row.number) == bool(row.form) == bool(row.example), row
        assert row.fits(row.example), row
        for word in (row.name, *row.words):
            found = standards.read(word)
            assert found, word
            assert found.code == row.code, word


def test_our_own_format_tells_all_of_it() -> None:
    columns = (
        "ingredients,contains,may_contain,origin,storage,date_marking,energy_kj,fat,salt,alcohol,maker_name,"
        "maker_address,maker_country,maker_contact,identification,warnings_en,warnings,withdrawal_exception"
    )
    cells = (
        '"Rye, water","gluten, en:milk",nuts,Leipzig,Cool and dry,best before,1046,"3,5 g",0.9,,Sunrise,'
        '"Lane 1, Leipzig",de,bread@sunrise.coop,LOT 7,Hot,es: Caliente,perishable'
    )
    found = own(columns, cells)

    assert found.problems == []
    label = only(found).label
    assert label
    assert label.kept() == {
        "ingredients": "Rye, water",
        "contains": ["gluten", "milk"],
        "may_contain": ["nuts"],
        "nutrition": {"energy_kj": "1046", "fat": "3.5", "salt": "0.9"},
        "origin": "Leipzig",
        "storage": "Cool and dry",
        "date_marking": "best_before",
        "maker": {
            "name": "Sunrise", "address": "Lane 1, Leipzig", "country": "DE", "contact": "bread@sunrise.coop",
        },
        "identification": "LOT 7",
        "warnings": [{"language": "en", "text": "Hot"}, {"language": "es", "text": "Caliente"}],
        "withdrawal_exception": "perishable",
    }  # fmt: skip


FILES = {
    "shopify-old": "Handle,Title,Variant Price,Ingredients (product.metafields.custom.ingredients),"
    "Zutaten (product.metafields.shop.zutaten),Allergen information (product.metafields.shopify.allergen-information),"
    "Certification (product.metafields.custom.certification)\n"
    f'rye,Rye,4.50,"{RICH}",,"[""Gluten"",""Milk""]",fairtrade\n',
    "woocommerce": "ID,Type,SKU,Name,Published,Regular price,Meta: _ingredients,Meta: ingredients,Meta: allergens,"
    'Meta: certification\n1,simple,RYE,Rye,1,4.50,,"<p>Wheat, <b>kamutflour</b></p>",gluten; milk,fairtrade\n',
    "google-merchant": '<rss xmlns:g="http://base.google.com/ns/1.0"><channel><item><g:id>rye</g:id>'
    "<title>Rye</title><g:price>4.50 EUR</g:price><g:ingredients>Wheat, **kamutflour**</g:ingredients>"
    "<g:allergens>gluten,milk</g:allergens><g:certification>\n<g:certification_authority>FLO"
    "</g:certification_authority>\n<g:certification_name>Fairtrade</g:certification_name>\n</g:certification>"
    "</item></channel></rss>",
    "toadlane": '{"id": "rye", "title": "Rye", "price": 4.5, "ingredients_text": "Wheat, **kamutflour**", '
    '"allergens": ["en:gluten", "en:milk"], "certifications": "fairtrade"}\n',
}  # fmt: skip


@pytest.mark.parametrize("dialect", FILES)
def test_every_format_tells_it_in_its_own_columns(dialect: str) -> None:
    found = read_file(FILES[dialect])

    assert (found.dialect, found.problems) == (dialect, [])
    product = only(found)
    assert product.label
    assert product.label.kept() == {"ingredients": "Wheat, **kamutflour**", "contains": ["gluten", "milk"]}
    assert [one.code for one in product.certifications or ()] == ["fairtrade"]


def test_a_feed_may_say_many_certifications() -> None:
    nested = "<g:certification><g:a>EC</g:a><g:b>{}</g:b><g:c>{}</g:c></g:certification>"
    told = nested.format("EPREL", "123") + nested.format("FSC", "FSC-C123456")
    found = read_file(FILES["google-merchant"].replace("</item>", told + "</item>"))
    assert [(one.code, one.number) for one in only(found).certifications or ()] == [
        ("fairtrade", ""),
        ("eprel", "123"),
        ("fsc", "FSC-C123456"),
    ]


@pytest.mark.parametrize(
    ("column", "cell", "value"),
    [
        ("contains", "gluten; gravel", "gluten; gravel"),
        ("certifications", "organic", "organic"),
        ("certifications", "eu-organic 12", "eu-organic 12"),
        ("fat", "101", "101"),
        ("fat", '"1,046"', "1,046"),
        ("alcohol", "strong", "strong"),
        ("date_marking", "someday", "someday"),
        ("withdrawal_exception", "because", "because"),
        ("maker_address", "Lane 1", "Lane 1"),
        ("maker_country,maker_name", "Germany,Sunrise", "Germany"),
    ],
)
def test_what_cannot_be_read_is_left_out_and_told(column: str, cell: str, value: str) -> None:
    found = own(column, cell)

    assert found.counts == (1, 1, 0, 1)
    [problem] = found.problems
    assert (problem.line, problem.column, problem.value) == (2, column.partition(",")[0], value)
    assert problem.advice


def test_a_file_that_says_nothing_of_it_says_what_it_said() -> None:
    bare = only(read_file(f"{HEAD}\nrye,Rye,food,4.50\n"))
    blank = only(own("ingredients,certifications,energy_kj", ",,"))

    assert (blank.label, blank.certifications) == (None, None)
    assert blank.digest() == bare.digest() != only(own("ingredients", "Rye")).digest()


def test_an_allergen_is_a_name_and_not_a_word_in_a_sentence() -> None:
    words = load_allergen_words()
    assert words.named("Tree nuts") == "nuts"
    assert [words.named(told) for told in ("gluten-free", "no milk", "", "milk, eggs")] == [None] * 4


async def test_the_form_takes_it_and_the_public_sees_it(room: Room) -> None:
    coop = await room.coop()
    label = {"ingredients": "Rye, milk", "contains": ["gluten", "milk"], "nutrition": {"fat": "3.50"}}
    claims = [{"code": "eu-organic", "number": "DE-ÖKO-006"}]
    product = await room.made(coop, label=label, certifications=claims)

    shown = await room.get(room.nobody, f"/api/v1/products/{product['slug']}")
    assert shown["label"]["ingredients_html"] == "<strong>Rye</strong>, <strong>milk</strong>"
    assert shown["certifications"] == [
        {
            "code": "eu-organic",
            "name": "EU organic",
            "by": "European Union, Regulation (EU) 2018/848",
            "number": "DE-ÖKO-006",
            "number_is": "code of the control body",
        }
    ]
    assert shown["missing"] == []
    assert product["missing"] == ["net_quantity", "picture"]

    await room.settled()
    found = await room.search(certification="eu-organic")
    assert [hit["slug"] for hit in found["hits"]] == [product["slug"]]
    assert found["facets"]["certification"] == [{"value": "eu-organic", "name": "EU organic", "count": 1}]


async def test_what_is_left_out_stays_and_what_is_emptied_goes(room: Room) -> None:
    coop = await room.coop()
    product = await room.made(coop, label={"storage": "Cool"}, certifications=[{"code": "fairtrade"}])
    url, any_version = f"/api/v1/products/{product['id']}", {"if-match": "*"}

    kept = (await coop.staff.put(url, json=form(coop, "Rye"), headers=any_version)).json()
    assert (kept["label"]["storage"], kept["certifications"][0]["code"]) == ("Cool", "fairtrade")

    emptied = form(coop, "Rye", label={}, certifications=[])
    gone = (await coop.staff.put(url, json=emptied, headers=any_version)).json()
    assert (gone["label"], gone["certifications"]) == (None, [])


@pytest.mark.parametrize(
    ("told", "code", "field"),
    [
        ({"certifications": [{"code": "organic"}]}, "not_a_certification", "certifications.0.code"),
        ({"certifications": [{"code": "fsc", "number": "1"}]}, "not_a_certification", "certifications.0.number"),
        ({"certifications": [{"code": "fsc"}, {"code": "fsc"}]}, "not_a_certification", "certifications.1.code"),
        ({"label": {"contains": ["gravel"]}}, "invalid", "label.contains.0"),
        ({"label": {"nutrition": {"fat": 100.1}}}, "invalid", "label.nutrition.fat"),
        ({"label": {"origin": "\0"}}, "invalid", "label.origin"),
    ],
)
async def test_what_cannot_be_claimed_is_refused_by_its_field(
    room: Room, told: dict[str, Any], code: str, field: str
) -> None:
    coop = await room.coop()
    answer = await coop.staff.post("/api/v1/products", json=form(coop, "Rye", **told))
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert answer.json()["errors"][0]["field"] == field


async def test_an_import_keeps_a_label_and_one_that_says_none_leaves_it(room: Room) -> None:
    coop = await room.coop()
    await room.imported(coop, FILES["toadlane"], "shop.jsonl")
    await room.imported(coop, FILES["toadlane"].replace("4.5", "5"), "shop.jsonl")
    again = await room.imported(coop, FILES["toadlane"].replace("4.5", "5"), "shop.jsonl")
    assert again["planned_unchanged"] == 1

    await room.imported(coop, '{"id": "rye", "title": "Rye", "price": 6}\n', "shop.jsonl")
    [hit] = (await room.search("rye"))["hits"]
    shown = await room.get(room.nobody, f"/api/v1/products/{hit['slug']}")
    assert shown["variants"][0]["price"]["amount"] == 600
    assert shown["label"]["contains"] == ["gluten", "milk"]
    assert shown["certifications"][0]["code"] == "fairtrade"


async def test_the_co_op_reads_what_the_law_wants_said(room: Room) -> None:
    coop = await room.coop()
    bread = await room.made(coop)
    assert bread["missing"] == ["ingredients", "allergens", "net_quantity", "nutrition", "organic", "picture"]

    maker = {"name": "Mugs Inc.", "address": "1 Main St", "country": "US", "contact": "https://mugs.example"}
    mug = await room.made(coop, category="kitchen-and-table", label={"maker": maker})
    assert mug["missing"] == ["responsible", "identification", "picture"]
    own = await room.made(await room.coop("far", country="US"), category="kitchen-and-table")
    assert own["missing"] == ["responsible", "identification", "picture"]

    hidden = {"ingredients": "Milk, salt", "contains": [], "nutrition": {"salt": "1"}}
    cheese = await room.made(coop, category="cheese-and-dairy", tags=[], label=hidden)
    assert cheese["missing"] == ["allergens_named", "net_quantity", "picture"]


async def test_the_list_of_certifications_is_public(room: Room) -> None:
    listed = (await room.nobody.get("/api/v1/certifications")).json()
    [organic] = [one for one in listed if one["code"] == "eu-organic"]
    assert organic["example"] == "ES-ECO-020-CV"


def test_a_label_that_says_nothing_is_none() -> None:
    assert ProductLabel().kept() == {}
