"""Who plays in the demo: co-ops, people and what they order, as read from the data beside this file."""

from enum import IntEnum
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, TypeAdapter

DATA = Path(__file__).parent / "data"


class CoopStage(IntEnum):
    """How far an application goes in the demo."""

    APPLIED = 1
    PROVED = 2
    REFUSED = 3
    ADMITTED = 4


class OrderStage(IntEnum):
    """How far an order goes in the demo."""

    CANCELLED = 1
    PAID = 2
    PART_SHIPPED = 3
    SHIPPED = 4


def _named(stages: type[IntEnum]) -> BeforeValidator:
    return BeforeValidator(lambda name: stages[name.upper()])


class Choice(BaseModel):
    """One variant of an offer, in the words of the API; a bundle's `parts` are named by title, variant and number.

    `reduced_from` is what was asked at first; `back_in_days` counts from the day on which the demo is played.
    """

    title: str = ""
    price: int
    reduced_from: int | None = None
    stock: int | None = None
    net_quantity: str = ""
    policy: str = "deny"
    lead_days: int | None = None
    back_in_days: int | None = None
    parts: list[tuple[str, str, int]] = []


class Drawing(BaseModel):
    """A picture handed in; its file lies in `data/pictures`."""

    file: str
    shows: str


class Offer(BaseModel):
    """A product which its co-op adds by the form; label and certifications are in the words of the API."""

    title: str
    category: str
    description: str
    tags: list[str] = []
    certifications: list[dict[str, str]] = []
    label: dict[str, Any] = {}
    choices: list[Choice]
    pictures: list[Drawing] = []

    @property
    def is_reduced(self) -> bool:
        return any(choice.reduced_from for choice in self.choices)


class DemoCoop(BaseModel):
    shop: str | None
    until: Annotated[CoopStage, _named(CoopStage)] = CoopStage.ADMITTED
    domain: str
    trading_name: str
    legal_name: str
    legal_form: str
    country: str
    city: str
    address: str
    postcode: str
    contact_name: str
    contact_phone: str
    makes: str
    refusal: str = ""
    delivery: dict[str, int] = {}
    certified: dict[str, str] = {}
    by_form: list[Offer] = []

    @property
    def email(self) -> str:
        """Of its contact, who also is its staff in the demo."""
        return f"staff@{self.domain}"

    @property
    def slug(self) -> str:
        """What the registry makes of a domain in plain letters."""
        return self.domain.removesuffix(".coop")

    def application(self) -> dict[str, str]:
        told = {"shop", "until", "refusal", "delivery", "certified", "by_form"}
        return {**self.model_dump(exclude=told), "contact_email": self.email}


class Person(BaseModel):
    name: str
    email: str


class DemoShopper(Person):
    address: dict[str, str]


class People(BaseModel):
    operator: Person
    shoppers: list[DemoShopper]


class Wanted(BaseModel):
    shop: str
    title: str
    variant: str
    quantity: int


def _wanted(line: Any) -> Any:
    return dict(zip(Wanted.model_fields, line, strict=True)) if isinstance(line, list) else line


class DemoOrder(BaseModel):
    shopper: str
    until: Annotated[OrderStage, _named(OrderStage)]
    lines: list[Annotated[Wanted, BeforeValidator(_wanted)]]


def coops() -> list[DemoCoop]:
    return TypeAdapter(list[DemoCoop]).validate_json((DATA / "coops.json").read_bytes())


def people() -> People:
    return People.model_validate_json((DATA / "people.json").read_bytes())


def orders() -> list[DemoOrder]:
    return TypeAdapter(list[DemoOrder]).validate_json((DATA / "orders.json").read_bytes())
