"""A search as it is asked for over HTTP, and the question to the engine that it comes to."""

from collections.abc import Sequence
from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

from chassis.money import LARGEST
from services.catalog.categories import Categories
from services.catalog.coop import ClosedShop, hidden
from services.catalog.places.gazetteer import Gazetteer, Town
from services.catalog.places.nearness import HALF_ROUND_THE_WORLD, USUAL_RADIUS, NearMissing, Whereabouts, whereabouts
from services.catalog.search.port import Question, Sort

Amount = Annotated[int, Field(ge=0, le=LARGEST)]
Choices = Annotated[list[Annotated[str, StringConstraints(max_length=100)]], Field(max_length=50)]


class SearchAsked(BaseModel):
    """Prices in minor units. Of several co-ops, countries or certifications any one will do.

    `near` is a town (`Kassel`, `Springfield, Illinois, US`) or a point (`51.3,9.5`), `radius_km` how far from there.
    """

    q: Annotated[str, Field(max_length=200)] = ""
    category: Annotated[str, Field(max_length=100)] = ""
    coop: Choices = []
    country: Choices = []
    certification: Choices = []
    near: Annotated[str, Field(max_length=100)] = ""
    radius_km: Annotated[float, Field(gt=0, le=HALF_ROUND_THE_WORLD)] = USUAL_RADIUS
    min_price: Amount | None = None
    max_price: Amount | None = None
    in_stock: bool = False
    sort: Sort = Sort.RELEVANCE
    page: Annotated[int, Field(ge=1, le=10_000)] = 1
    limit: Annotated[int, Field(ge=1, le=100)] = 24

    @property
    def is_placed(self) -> bool:
        """Whether a place plays a part."""
        return bool(self.near.strip()) or self.sort is Sort.NEAREST

    def around(self, gazetteer: Gazetteer, with_code: Sequence[Town]) -> Whereabouts:
        """The place near which to look. Raises where there is none such, or none was told."""
        if not self.near.strip():
            raise NearMissing(
                "To sort by distance, say from where: give a town or a postal code as `near`.", field="near"
            )
        return whereabouts(self.near, self.radius_km, gazetteer, with_code)

    def question(self, categories: Categories, around: Whereabouts | None, closed: list[ClosedShop]) -> Question:
        coops = [slug for slug in self.coop if slug]
        return Question(
            text=self.q,
            categories=categories.branch(self.category) if self.category else None,
            coops=coops,
            countries=[code.upper() for code in self.country if code],
            certifications=[code for code in self.certification if code],
            near=around.near if around else None,
            min_price=self.min_price,
            max_price=self.max_price,
            in_stock=self.in_stock,
            sort=self.sort,
            page=self.page,
            limit=self.limit,
            hidden_coops=hidden(closed, looking_at=coops),
        )
