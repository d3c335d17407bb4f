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


class Offer(BaseModel):
    """A product which its co-op adds by the form."""

    title: str
    price: int
    stock: int
    category: str
    description: str


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
    by_form: Offer | None = None

    @property
    def email(self) -> str:
        """Of its contact, who also is its staff in the demo."""
        return f"staff@{self.domain}"

    @property
    def slug(self) -> str:
        """What the registry makes of a domain in plain letters."""
        return self.domain.removesuffix(".coop")

    def application(self) -> dict[str, str]:
        told = {"shop", "until", "refusal", "delivery", "by_form"}
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
