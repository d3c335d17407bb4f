"""What is written to whoever wants to be told that something is back."""

from dataclasses import dataclass
from uuid import UUID

from chassis.money import named
from services.orders.letters import Letter

PAGE = "/tell-me/"


@dataclass(frozen=True, slots=True)
class WishedFor:
    """A variant as the price book knows it."""

    variant_id: UUID
    title: str
    variant_title: str
    slug: str
    coop: str
    price: int
    currency: str

    @property
    def called(self) -> str:
        other = self.variant_title and self.variant_title != self.title
        name = f"{self.title}, {self.variant_title}" if other else self.title
        return f"{name}, from {self.coop}"


def question(goods: WishedFor, url: str, token: str, days: int) -> Letter:
    """Nobody has shown yet that the address is theirs: no word of whoever typed it is in here."""
    return Letter(
        "Shall we tell you when it is back?", QUESTION.format(goods=goods.called, link=f"{url}{PAGE}{token}", days=days)
    )


def back_again(goods: WishedFor, url: str, token: str) -> Letter:
    return Letter(
        f"Back again: {goods.title}",
        BACK.format(
            goods=goods.called,
            price=named(goods.price, goods.currency),
            page=f"{url}/products/{goods.slug}?variant={goods.variant_id}",
            link=f"{url}{PAGE}{token}",
        ),
    )


QUESTION = """Hello,

somebody, probably you, would like to be told at this address when this can be bought again:

  {goods}

If that was you, open this link within {days} days, and press the button there:

{link}

If not, do nothing: no other mail comes, and the address is forgotten in {days} days. To have it forgotten at once:

{link}/stop
"""

BACK = """Hello,

you wanted to know: this can be bought again.

  {goods}: {price}

{page}

Nothing is put aside: others have asked too, and it may be gone again when you come.

This was the only mail about it. Unless you wait for something else, your address is forgotten now. If you do, and would
rather not be told any more:

{link}/stop
"""
