"""What the law wants said of a product beside its offer, as its co-op says it.

Food: Regulation (EU) 1169/2011, article 14. Other goods: Regulation (EU) 2023/988, article 19. What may not be sent
back: Directive 2011/83/EU, article 16.
"""

from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from services.catalog.labels.allergens import Allergen, emphasised

# PostgreSQL keeps no NUL in text; new lines may stand in addresses, ingredients and warnings.
SHORT, LONG = 500, 5_000
Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=SHORT, pattern=r"^[^\x00]*$")]
Text = Annotated[str, StringConstraints(strip_whitespace=True, max_length=LONG, pattern=r"^[^\x00]*$")]
Country = Annotated[str, StringConstraints(pattern=r"^([A-Z]{2})?$")]
Language = Annotated[str, StringConstraints(pattern=r"^([a-z]{2})?$")]
Grams = Annotated[Decimal, Field(ge=0, le=100, decimal_places=3)]
Energy = Annotated[Decimal, Field(ge=0, le=5_000, decimal_places=1)]
Alcohol = Annotated[Decimal, Field(ge=0, le=100, decimal_places=2)]
MOST_WARNINGS = 30


class DateMarking(StrEnum):
    """Which date stands on the pack; the date itself comes with it."""

    USE_BY = "use_by"
    BEST_BEFORE = "best_before"


class WithdrawalException(StrEnum):
    """Why a buyer may not withdraw from the contract within fourteen days."""

    PERISHABLE = "perishable"
    MADE_TO_MEASURE = "made_to_measure"
    HYGIENE = "hygiene"
    MIXED = "mixed"
    SEALED_MEDIA = "sealed_media"
    PERIODICAL = "periodical"


class _Said(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Nutrition(_Said):
    """In a hundred grams or millilitres: energy in kJ and kcal, the others in grams."""

    per: Literal["100 g", "100 ml"] = "100 g"
    energy_kj: Energy | None = None
    energy_kcal: Energy | None = None
    fat: Grams | None = None
    saturates: Grams | None = None
    carbohydrate: Grams | None = None
    sugars: Grams | None = None
    fibre: Grams | None = None
    protein: Grams | None = None
    salt: Grams | None = None


class Party(_Said):
    """Somebody who answers for the product: `contact` is an e-mail address or the address of a web page."""

    name: Line
    address: Line = ""
    country: Country = ""
    contact: Line = ""


class SafetyWarning(_Said):
    """In the language it is written in; blank where nobody said which."""

    language: Language = ""
    text: Text


class ProductLabel(_Said):
    """`contains` is None where nobody said, and empty where it contains none of the fourteen."""

    ingredients: Text = ""
    contains: list[Allergen] | None = None
    may_contain: list[Allergen] = []
    nutrition: Nutrition | None = None
    alcohol: Alcohol | None = None
    origin: Line = ""
    storage: Line = ""
    date_marking: DateMarking | None = None
    maker: Party | None = None
    responsible: Party | None = None
    identification: Line = ""
    warnings: Annotated[list[SafetyWarning], Field(max_length=MOST_WARNINGS)] = []
    withdrawal_exception: WithdrawalException | None = None

    def kept(self) -> dict[str, Any]:
        """What is said, as it is kept: two labels that say the same are kept as the same."""
        return self.model_dump(mode="json", exclude_defaults=True)


class LabelView(ProductLabel):
    """`ingredients_html` sets allergens apart, and holds no other tag."""

    ingredients_html: str


def kept_label(raw: Any) -> ProductLabel | None:
    """As it was kept, None where nothing was."""
    return ProductLabel.model_validate(raw) if raw else None


def label_view(raw: Any) -> LabelView | None:
    """What the public sees of what was kept."""
    return (
        LabelView.model_validate({**raw, "ingredients_html": emphasised(raw.get("ingredients", ""))}) if raw else None
    )
