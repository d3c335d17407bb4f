"""What the law wants said of a product: shown beside the offer, and asked for at the desk."""

from html.parser import HTMLParser
from typing import Any

import httpx
import pytest

from tests.storefront.conftest import words
from tests.storefront.fake_gateway import FakeGateway, money, product, refused

LABEL: dict[str, Any] = {
    "ingredients": "Rye, milk",
    "ingredients_html": "Rye, <strong>milk</strong>",
    "contains": ["gluten", "milk"],
    "may_contain": ["nuts"],
    "nutrition": {"per": "100 g", "energy_kj": "1046", "fat": "3.5", "saturates": "0.40"},
    "alcohol": None,
    "origin": "Leipzig",
    "storage": "",
    "date_marking": "best_before",
    "maker": {"name": "Sunrise <Bakers>", "address": "Lane 1\nLeipzig", "country": "DE", "contact": "a@sunrise.coop"},
    "warnings": [{"language": "es", "text": "Caliente"}],
    "withdrawal_exception": "perishable",
}
CLAIM = {"code": "eu-organic", "name": "EU organic", "by": "EU", "number": "DE-ÖKO-006", "number_is": "control body"}


@pytest.fixture
def gateway() -> FakeGateway:
    return FakeGateway(signed_in=True)


def labelled(**more: Any) -> dict[str, Any]:
    rye = product("rye-sourdough") | {"label": LABEL, "certifications": [CLAIM], **more}
    unit_price = {"price": money(711), "per": "1 kg"}
    rye["variants"][0] |= {"net_quantity": "900 g", "price_per": "", "unit_price": unit_price}
    return rye


async def test_it_stands_beside_the_offer(visitor: httpx.AsyncClient, gateway: FakeGateway) -> None:
    gateway.refusals["GET", "/products/rye-sourdough"] = (200, labelled())

    page = await visitor.get("/products/rye-sourdough")

    told = words(page)
    assert "900 g · €7.11 per kg" in told
    assert "Cannot be sent back because you changed your mind: it spoils quickly." in told
    assert "EU organic DE-ÖKO-006 , control body" in told
    assert "Contains gluten, milk" in told
    assert "May contain nuts" in told
    assert "Energy 1046 kJ" in told
    assert "of which saturates 0.40 g" in told
    assert "Sunrise <Bakers> Lane 1 Leipzig Germany a@sunrise.coop" in told
    assert "Rye, <strong>milk</strong>" in page.text
    assert 'lang="es">Caliente' in page.text


async def test_what_is_in_it_is_not_said_of_a_thing_that_only_comes_from_somewhere(
    visitor: httpx.AsyncClient, gateway: FakeGateway
) -> None:
    gateway.refusals["GET", "/products/rye-sourdough"] = (200, labelled(label={"origin": "Småland"}))

    told = words(await visitor.get("/products/rye-sourdough"))

    assert "Good to know Comes from Småland" in told
    assert "What is in it" not in told


async def test_a_reduction_stands_beside_the_lowest_price_before(
    visitor: httpx.AsyncClient, gateway: FakeGateway
) -> None:
    rye = labelled()
    rye["variants"][0] |= {"compare_at": money(900), "prior_price": money(700)}
    gateway.refusals["GET", "/products/rye-sourdough"] = (200, rye)
    assert "Lowest price of the 30 days before: €7.00" in words(await visitor.get("/products/rye-sourdough"))


async def test_none_of_the_fourteen_is_said_and_silence_is_not(
    visitor: httpx.AsyncClient, gateway: FakeGateway
) -> None:
    for contains, said in ([], True), (None, False):
        gateway.refusals["GET", "/products/rye-sourdough"] = (200, labelled(label=LABEL | {"contains": contains}))
        assert ("none of the fourteen" in words(await visitor.get("/products/rye-sourdough"))) is said


async def test_pieces_and_squares_are_written_as_people_do(visitor: httpx.AsyncClient, gateway: FakeGateway) -> None:
    for kept, per, shown in (
        ("6 piece", "1 piece", "6 pieces · €7.11 per piece"),
        ("2 m2", "1 m2", "2 m² · €7.11 per m²"),
    ):
        rye = labelled()
        rye["variants"][0] |= {"net_quantity": kept, "unit_price": {"price": money(711), "per": per}}
        gateway.refusals["GET", "/products/rye-sourdough"] = (200, rye)
        assert shown in words(await visitor.get("/products/rye-sourdough"))


async def test_the_form_gives_back_what_it_was_shown(visitor: httpx.AsyncClient, gateway: FakeGateway) -> None:
    gateway.refusals["GET", "/products/id-rye-sourdough"] = (200, labelled(missing=["alcohol"]))
    page = await visitor.get("/desk/sunrise/products/id-rye-sourdough")
    assert "how much alcohol is in it" in words(page)

    await visitor.post("/desk/sunrise/products/id-rye-sourdough", data=typed_in(page))

    body = gateway.bodies["PUT", "/products/id-rye-sourdough"]
    assert body["certifications"] == [{"code": "eu-organic", "number": "DE-ÖKO-006"}]
    assert body["variants"][0]["net_quantity"] == "900 g"
    label = body["label"]
    assert label["ingredients"] == "Rye, milk"
    assert (label["contains"], label["may_contain"]) == (["gluten", "milk"], ["nuts"])
    assert label["nutrition"] == {"per": "100 g", "energy_kj": "1046", "fat": "3.5", "saturates": "0.40"}
    assert label["maker"] == LABEL["maker"]
    assert label["warnings"] == LABEL["warnings"]
    assert (label["date_marking"], label["withdrawal_exception"]) == ("best_before", "perishable")


async def test_a_form_that_says_nothing_sends_an_empty_label(visitor: httpx.AsyncClient, gateway: FakeGateway) -> None:
    await visitor.post("/desk/sunrise/products/new", data={"title": "Loaf", "category": "bread", "price-0": "6"})

    body = gateway.bodies["POST", "/products"]
    assert body["certifications"] == []
    assert body["label"] == {"may_contain": [], "warnings": []}


async def test_what_is_wrong_is_said_beside_its_field(visitor: httpx.AsyncClient, gateway: FakeGateway) -> None:
    form = {
        "title": "Loaf", "category": "bread", "price-0": "6", "allergen-milk": "contains", "allergens-none": "1",
        "maker_address": "Lane 1",
    }  # fmt: skip
    page = await visitor.post("/desk/sunrise/products/new", data=form)
    assert 'id="allergens-none-error"' in page.text
    assert 'id="maker_name-error"' in page.text
    assert '<details class="panel" open>' in page.text

    errors = [
        {"field": "certifications.0.number", "detail": "The FLO ID of Fairtrade is written like 1234."},
        {"field": "label.nutrition.fat", "detail": "Input should be less than or equal to 100"},
        {"field": "variants.0.net_quantity", "detail": "This is no amount with a unit that is known here."},
    ]
    gateway.refusals["POST", "/products"] = refused(422, "invalid", "Look.", errors=errors)
    form = {
        "title": "Loaf", "category": "bread", "price-0": "6", "claim-1": "fairtrade", "claim-number-1": "x",
        "fat": "101", "net-0": "much",
    }  # fmt: skip
    page = await visitor.post("/desk/sunrise/products/new", data=form)
    for name in ("claim-number-1", "fat", "net-0"):
        assert f'id="{name}-error"' in page.text


class Typed(HTMLParser):
    """The fields of a page as a browser would send them."""

    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, str] = {}
        self._open = ""
        self._in_text = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "input" and (given.get("type") != "checkbox" or "checked" in given):
            self.values[given["name"]] = given.get("value", "")
        elif tag in {"select", "textarea"}:
            self._open = given["name"]
            self.values[self._open] = ""
        elif tag == "option" and "selected" in given:
            self.values[self._open] = given["value"]
        self._in_text = tag == "textarea"

    def handle_data(self, data: str) -> None:
        if self._in_text:
            self.values[self._open] += data

    def handle_endtag(self, tag: str) -> None:
        self._in_text = False


def typed_in(page: httpx.Response) -> dict[str, str]:
    parser = Typed()
    parser.feed(page.text)
    return parser.values


async def test_wherever_a_price_is_shown_a_kilogram_has_one(visitor: httpx.AsyncClient, gateway: FakeGateway) -> None:
    gateway.lines["rye-sourdough"] = 2

    for address in ("/", "/search?q=rye", "/coops/sunrise", "/basket"):
        assert "€7.11 per kg" in words(await visitor.get(address)), address


async def test_what_cannot_be_sent_back_is_said_beside_its_line_before_paying(
    visitor: httpx.AsyncClient, gateway: FakeGateway
) -> None:
    gateway.lines.update({"rye-sourdough": 2, "notebook": 1})

    for address in ("/basket", "/checkout"):
        told = words(await visitor.get(address))
        assert told.count("Cannot be sent back because you changed your mind: it spoils quickly.") == 1, address
