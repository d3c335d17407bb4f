"""The unit price of a variant, as it is told beside its price wherever that is shown (Directive 98/6/EC, article 3)."""

from pydantic import BaseModel, ConfigDict

from chassis.money import Money
from services.catalog.labels.measure import told_per, unit_price


class UnitPriceView(BaseModel):
    """What `per` of it costs (`100 g`, `1 l`), so that packs of any size can be compared."""

    model_config = ConfigDict(frozen=True)

    price: Money
    per: str


def compared(price: int, currency: str, net: str, per: str) -> UnitPriceView | None:
    """None where nobody said how much is in it, or where it would say the price again.

    Not validated again: it comes from our own tables.
    """
    amount = unit_price(price, net, per) if net else None
    if amount is None:
        return None
    return UnitPriceView.model_construct(
        price=Money.model_construct(amount=amount, currency=currency), per=told_per(net, per)
    )
