"""What a product's label says, and who certified what, as pages show it."""

from storefront.wire.reading import Money, Wire


class UnitPrice(Wire):
    price: Money
    per: str


class Certification(Wire):
    code: str
    name: str
    by: str = ""
    number: str = ""
    number_is: str = ""


class Standard(Wire):
    """A certification that can be claimed, and the number it asks for."""

    code: str
    name: str
    number: str = ""
    example: str = ""


class Nutrition(Wire):
    per: str = "100 g"
    energy_kj: str | None = None
    energy_kcal: str | None = None
    fat: str | None = None
    saturates: str | None = None
    carbohydrate: str | None = None
    sugars: str | None = None
    fibre: str | None = None
    protein: str | None = None
    salt: str | None = None


class Party(Wire):
    name: str
    address: str = ""
    country: str = ""
    contact: str = ""


class SafetyWarning(Wire):
    language: str = ""
    text: str


class Label(Wire):
    """`contains` is None where nobody said; `ingredients_html` holds <strong> and no other tag."""

    ingredients: str = ""
    ingredients_html: str = ""
    contains: tuple[str, ...] | None = None
    may_contain: tuple[str, ...] = ()
    nutrition: Nutrition | None = None
    alcohol: str | None = None
    origin: str = ""
    storage: str = ""
    date_marking: str | None = None
    maker: Party | None = None
    responsible: Party | None = None
    identification: str = ""
    warnings: tuple[SafetyWarning, ...] = ()
    withdrawal_exception: str | None = None
