"""What the API of orders takes, and the bounds of it."""

from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, EmailStr, Field, StrictInt, StringConstraints

from chassis.money import Money
from services.orders.basket import MOST_OF_ONE
from services.orders.checkout import Recipient
from services.orders.countries import Country
from services.orders.delivery import DeliveryPrice
from services.orders.price_book import DEAREST
from services.orders.shipping import Parcel

PRINTABLE = r"^[^\x00-\x1f\x7f]*$"  # PostgreSQL stores no NUL, and a line break has no place in an address label


def _text(longest: int, *, shortest: int = 1) -> StringConstraints:
    return StringConstraints(strip_whitespace=True, min_length=shortest, max_length=longest, pattern=PRINTABLE)


class Given(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class LineToAdd(Given):
    variant_id: UUID
    quantity: Annotated[StrictInt, Field(ge=1, le=MOST_OF_ONE)]


class QuantityToSet(Given):
    quantity: Annotated[StrictInt, Field(ge=0, le=MOST_OF_ONE, description="0 takes the line out")]


class BasketToChange(Given):
    country: Country


class Address(Given):
    line1: Annotated[str, _text(200)]
    line2: Annotated[str, _text(200, shortest=0)] = ""
    city: Annotated[str, _text(100)]
    postcode: Annotated[str, _text(20, shortest=0)] = ""  # not every country has them
    country: Country


class OrderToPlace(Given):
    email: Annotated[EmailStr, Field(max_length=254)]
    name: Annotated[str, _text(200)]
    address: Address
    total: Money = Field(description="the total that was shown; another one is refused with the new")

    def recipient(self) -> Recipient:
        return Recipient(email=self.email, name=self.name, **self.address.model_dump())


class ParcelGiven(Given):
    carrier: Annotated[str, _text(100)]
    tracking_number: Annotated[str, _text(100)]

    def parcel(self) -> Parcel:
        return Parcel(self.carrier, self.tracking_number)


class DeliveryRate(Given):
    country: Country | Annotated[str, Field(pattern=r"^\*$", description="everywhere else")]
    price: Money

    @classmethod
    def of(cls, rate: DeliveryPrice) -> "DeliveryRate":
        return cls(country=rate.country, price=Money(amount=rate.price, currency=rate.currency))


def _one_each(rates: list[DeliveryRate]) -> list[DeliveryRate]:
    if len({rate.country for rate in rates}) != len(rates):
        raise ValueError("name each country once")
    if any(not 0 <= rate.price.amount <= DEAREST for rate in rates):
        raise ValueError("a delivery price cannot be negative, or more than a card can pay")
    return rates


class DeliveryRates(Given):
    rates: Annotated[list[DeliveryRate], Field(max_length=300), AfterValidator(_one_each)]
