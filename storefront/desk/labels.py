"""The part of the product form that says what a label says: both ways between the API's words and the form's fields."""

from collections.abc import Iterator, Mapping
from typing import Final

from storefront.forms import Form
from storefront.label_words import ALLERGENS, NUTRIENTS
from storefront.wire.goods import Product
from storefront.wire.labels import Label, Party

MOST_CLAIMS: Final = 20
MOST_WARNINGS: Final = 30
PLAIN: Final = ("ingredients", "origin", "storage", "identification")
CHOSEN: Final = ("date_marking", "withdrawal_exception")
PARTIES: Final = ("maker", "responsible")
OF_A_PARTY: Final = ("name", "address", "country", "contact")
NUMBERS: Final = ("energy_kj", "energy_kcal", *(name for name, _, _ in NUTRIENTS))
CONTAINS, MAY_CONTAIN = "contains", "may"


def filled_label(product: Product) -> dict[str, str]:
    """The fields of the form, as the product says them."""
    label = product.label or Label()
    values = {name: getattr(label, name) or "" for name in (*PLAIN, *CHOSEN, "alcohol")}
    values |= {f"allergen-{code}": CONTAINS for code in label.contains or ()}
    values |= {f"allergen-{code}": MAY_CONTAIN for code in label.may_contain}
    values["allergens-none"] = "1" if label.contains == () else ""
    if label.nutrition:
        values |= {name: getattr(label.nutrition, name) or "" for name in ("per", *NUMBERS)}
    for who in PARTIES:
        party: Party | None = getattr(label, who)
        values |= {f"{who}_{part}": getattr(party, part) for part in OF_A_PARTY} if party else {}
    for number, warning in enumerate(label.warnings):
        values |= {f"warning-{number}": warning.text, f"warning-language-{number}": warning.language}
    for number, claim in enumerate(product.certifications):
        values |= {f"claim-{number}": claim.code, f"claim-number-{number}": claim.number}
    return values


def label_in(form: Form) -> dict[str, object]:
    """The label as the form says it, what was left blank left out."""
    said: dict[str, object] = {name: form[name] for name in (*PLAIN, *CHOSEN) if form[name]}
    if form["alcohol"]:
        said["alcohol"] = pointed(form["alcohol"])
    contains, may_contain = (allergens_in(form, how) for how in (CONTAINS, MAY_CONTAIN))
    if contains or form["allergens-none"]:
        said["contains"] = contains
    if contains and form["allergens-none"]:
        form.errors["allergens-none"] = "You have chosen some that it contains. Untick this, or choose none of them."
    said["may_contain"] = may_contain
    if numbers := {name: pointed(form[name]) for name in NUMBERS if form[name]}:
        said["nutrition"] = {"per": form["per"] or "100 g", **numbers}
    for who in PARTIES:
        if party := party_in(form, who):
            said[who] = party
    said["warnings"] = [
        {"language": form[f"warning-language-{number}"], "text": form[f"warning-{number}"]}
        for number in warnings_in(form)
    ]
    return said


def allergens_in(form: Form, how: str) -> list[str]:
    return [code for code in ALLERGENS if form[f"allergen-{code}"] == how]


def party_in(form: Form, who: str) -> Mapping[str, str]:
    told = {part: text for part in OF_A_PARTY if (text := form[f"{who}_{part}"])}
    if told and "name" not in told:
        form.errors[f"{who}_name"] = "Give the name that belongs to this address."
    return told


def claims_in(form: Form) -> list[dict[str, str]]:
    return [{"code": form[f"claim-{number}"], "number": form[f"claim-number-{number}"]} for number in claims(form)]


def pointed(number: str) -> str:
    """A decimal comma is as good as a point."""
    return number.replace(",", ".", 1)


def claims(form: Form) -> list[int]:
    return [number for number in range(MOST_CLAIMS) if form[f"claim-{number}"]]


def warnings_in(form: Form) -> list[int]:
    return [number for number in range(MOST_WARNINGS) if form[f"warning-{number}"]]


def label_fields(form: Form) -> Iterator[tuple[str, str]]:
    """What the API calls a field, and what the form does."""
    for who in PARTIES:
        yield from ((f"label.{who}.{part}", f"{who}_{part}") for part in OF_A_PARTY)
    for nth, number in enumerate(warnings_in(form)):
        yield f"label.warnings.{nth}.text", f"warning-{number}"
        yield f"label.warnings.{nth}.language", f"warning-language-{number}"
    for nth, number in enumerate(claims(form)):
        yield f"certifications.{nth}.code", f"claim-{number}"
        yield f"certifications.{nth}.number", f"claim-number-{number}"


def rows_for(used: list[int], most: int) -> range:
    """As many rows as are filled in, and one to spare."""
    return range(min(most, (max(used) + 1 if used else 0) + 1))
