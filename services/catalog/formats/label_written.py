"""A label and certifications as cells of our own format, which read back say the same."""

from collections.abc import Sequence

from services.catalog.formats.label_columns import NONE_OF_THEM
from services.catalog.labels.certifications import Certification
from services.catalog.labels.label import Nutrition, Party, ProductLabel


def label_cells(label: ProductLabel | None, certifications: Sequence[Certification]) -> dict[str, str]:
    """By column; what is not said is blank."""
    claims = ", ".join(f"{one.code} {one.number}".strip() for one in certifications)
    if label is None:
        return {"certifications": claims}
    return {
        "certifications": claims,
        "ingredients": label.ingredients,
        "contains": "" if label.contains is None else ", ".join(label.contains) or NONE_OF_THEM,
        "may_contain": ", ".join(label.may_contain),
        "origin": label.origin,
        "storage": label.storage,
        "date_marking": label.date_marking or "",
        "alcohol": "" if label.alcohol is None else f"{label.alcohol:f}",
        "identification": label.identification,
        "withdrawal_exception": label.withdrawal_exception or "",
        "warnings": "\n".join(f"{one.language}: {one.text}" if one.language else one.text for one in label.warnings),
        **(_nutrition(label.nutrition) if label.nutrition else {}),
        **(_party("maker", label.maker) if label.maker else {}),
        **(_party("responsible", label.responsible) if label.responsible else {}),
    }


def _nutrition(nutrition: Nutrition) -> dict[str, str]:
    amounts = nutrition.model_dump(exclude_none=True, exclude={"per"})
    return {"nutrition_per": nutrition.per, **{name: f"{amount:f}" for name, amount in amounts.items()}}


def _party(who: str, party: Party) -> dict[str, str]:
    return {f"{who}_{part}": text for part, text in party.model_dump().items()}
