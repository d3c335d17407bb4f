"""WooCommerce's product CSV: simple products, and variable ones whose variations name their parent by SKU or id."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import product
from math import prod
from typing import ClassVar

from services.catalog.draft import ProductState
from services.catalog.formats import values
from services.catalog.formats.layout import Dialect, Reading, Row
from services.catalog.formats.named_picture import NamedPicture, addresses_in
from services.catalog.formats.product_reader import Group, Prices, ProductReader, Stock, Told, listed
from services.catalog.formats.values import BadValue

# A shop exports in its own language: English, then what German, French and Spanish shops write.
COLUMNS: dict[str, tuple[str, ...]] = {
    "id": ("ID",),
    "type": ("Type", "Typ", "Tipo"),
    "sku": ("SKU", "Artikelnummer", "UGS"),
    "gtin": ("GTIN, UPC, EAN, or ISBN", "GTIN, UPC, EAN oder ISBN", "GTIN, UPC, EAN ou ISBN", "GTIN, UPC, EAN o ISBN"),
    "title": ("Name", "Nom", "Nombre"),
    "published": ("Published", "Veröffentlicht", "Publié", "Publicado"),
    "visibility": ("Visibility in catalog", "Sichtbarkeit im Katalog", "Visibilité dans le catalogue",
                   "Visibilidad en el catálogo"),
    "short_description": ("Short description", "Kurzbeschreibung", "Description courte", "Descripción corta"),
    "description": ("Description", "Beschreibung", "Descripción"),
    "sale_starts": ("Date sale price starts", "Datum, an dem Angebotspreis beginnt", "Date de début de promo",
                    "Día en que empieza el precio rebajado"),
    "sale_ends": ("Date sale price ends", "Datum, an dem Angebotspreis endet", "Date de fin de promo",
                  "Día en que termina el precio rebajado"),
    "in_stock": ("In stock?", "Vorrätig?", "En stock ?", "¿En inventario?", "¿Existencias?"),
    "quantity": ("Stock", "Lager", "Lagerbestand", "Inventario"),
    "sale_price": ("Sale price", "Angebotspreis", "Tarif promo", "Precio rebajado"),
    "price": ("Regular price", "Regulärer Preis", "Tarif régulier", "Precio normal"),
    "categories": ("Categories", "Kategorien", "Catégories", "Categorías"),
    "tags": ("Tags", "Schlagwörter", "Étiquettes", "Etiquetas"),
    "pictures": ("Images", "Bilder", "Imágenes"),
    "parent": ("Parent", "Übergeordnetes Produkt", "Superior"),
}  # fmt: skip
FIELDS = {name.casefold(): field for field, names in COLUMNS.items() for name in names}
ATTRIBUTE = re.compile(
    r"(?:attribute|attribut) (?P<a>\d+) (?P<an>name|value\(s\)|wert\(e\))"
    r"|(?P<bn>nom de l[’']attribut|valeur\(s\) de l[’']attribut) (?P<b>\d+)"
    r"|(?P<cn>nombre del atributo|valor\(es\) del atributo) (?P<c>\d+)"
)
WEIGHT = re.compile(r"(?:weight|gewicht|poids|peso) \((?P<unit>kg|g|lbs|oz)\)")
STATES = {"": ProductState.LISTED, "1": ProductState.LISTED, "0": ProductState.DRAFT, "-1": ProductState.DRAFT}
NOT_GOODS = {
    "grouped": "A grouped product is a list of others: it is nothing to sell by itself.",
    "external": "An external product is sold on another site: it cannot be sold here.",
}
MOST_OPTIONS = 3
MOST_SPELLED_OUT = 200


def _field_of(name: str) -> str | None:
    told = name.strip().casefold()
    if found := ATTRIBUTE.fullmatch(told):
        is_name = (found["an"] or found["bn"] or found["cn"]).startswith(("name", "nom"))
        return f"attribute{found['a'] or found['b'] or found['c']}_{'name' if is_name else 'value'}"
    if found := WEIGHT.fullmatch(told):
        return f"weight_{found['unit']}"
    return FIELDS.get(told)


def _recognises(header: frozenset[str]) -> bool:
    return {"type", "title", "price"} <= {_field_of(name) for name in header}


def _kinds(row: Row) -> set[str]:
    """A type may be a list, as “simple, downloadable, virtual”."""
    return {kind.casefold() for kind in listed(row["type"])}


def _is_variation(row: Row) -> bool:
    return "variation" in _kinds(row)


def _attribute_names(row: Row) -> dict[str, str]:
    """By the beginning of the field (`attribute1`)."""
    fields = sorted(field for field in row.cells if field.startswith("attribute") and field.endswith("_name"))
    return {field.removesuffix("_name"): row[field] for field in fields if row[field]}


def _attributes(row: Row) -> dict[str, str]:
    return {name: row[f"{field}_value"] for field, name in _attribute_names(row).items()}


def _key(row: Row) -> str:
    for kind in _kinds(row):
        if kind in NOT_GOODS:
            raise BadValue("type", row["type"], NOT_GOODS[kind], "Leave the row out.")
    if _is_variation(row):
        field, key = "parent", row["parent"]
    else:
        field, key = "sku", row["sku"] or (row["id"] and f"id:{row['id']}")
    if not key:
        reason = "The variation names no parent." if field == "parent" else "The row has neither a SKU nor an ID."
        raise BadValue(field, "", reason, "Write it, so that the product is found again the next time.")
    return values.short(field, key)


WOOCOMMERCE = Dialect(
    "woocommerce",
    "a WooCommerce export",
    _recognises,
    _field_of,
    {"sku": "The file has no SKU column. Please export it again with SKU (and ID)."},
    _key,
)


class WooCommerceReader(ProductReader):
    key_field: ClassVar[str] = "sku"
    option_field: ClassVar[str] = "attribute1_value"

    def __init__(self, group: Group, reading: Reading, currency: str) -> None:
        super().__init__(group, reading, currency)
        self._variations = [row for row in group.rows if _is_variation(row)]
        self._others = [row for row in group.rows if not _is_variation(row)]

    def head(self) -> Row:
        return (self._others or self._variations)[0]

    def variant_rows(self) -> Sequence[Row]:
        if not self._variations:
            return self._others
        rows = sorted([*self._others[1:], *filter(self._is_for_sale, self._variations)], key=lambda row: row.nth)
        exact = {tuple(_attributes(row).items()) for row in rows}
        return [one for row in rows for one in self._spelled_out(row, exact)]

    def _spelled_out(self, row: Row, exact: set[tuple[tuple[str, str], ...]]) -> Sequence[Row]:
        """A variation for any value of an attribute is one for each value its product has, less those told apart.

        Not where it has a count, which would be one for all of them.
        """
        blank = [field for field, name in _attribute_names(row).items() if not row[f"{field}_value"]]
        values_of = {name: listed(told) for name, told in _attributes(self.head()).items()}
        choices = [values_of.get(row[f"{field}_name"], []) for field in blank]
        if not blank or row["quantity"] or not 0 < prod(map(len, choices)) <= MOST_SPELLED_OUT:
            return [row]
        fields = [f"{field}_value" for field in blank]
        spelled = [dict(zip(fields, chosen, strict=True)) for chosen in product(*choices)]
        made = [replace(row, cells={**row.cells, **told}) for told in spelled]
        return [one for one in made if tuple(_attributes(one).items()) not in exact]

    def told(self) -> Told:
        head = self.head()
        if not self._others:
            raise BadValue("parent", head["parent"], "No row of the file is the product of this variation.")
        title, state = self.title_and_state(head, self._state)
        description = (head["description"] or head["short_description"]).replace("\\n", "\n")
        return Told(title, description, listed(head["categories"]), listed(head["tags"]), state)

    def _state(self) -> ProductState:
        head = self.head()
        state = STATES.get(head["published"])
        if state is None:
            raise BadValue("published", head["published"], "This must be 1, 0 or -1.", "Write 1 for what is for sale.")
        if state is ProductState.LISTED and head["visibility"].casefold() == "hidden":
            self.warn(head, "visibility", "What is hidden there is kept as a draft here.")
            return ProductState.DRAFT
        return state

    def options(self, row: Row) -> Mapping[str, str]:
        if self._variations and not _is_variation(row):
            raise BadValue("sku", row["sku"], f"Line {self.head().line} is already the product with this SKU.")
        if not self._variations:
            return {}
        told = _attributes(row)
        if len(told) > MOST_OPTIONS:
            raise BadValue(self.option_field, row[self.option_field], "A variant has up to three attributes here.")
        for name, value in told.items():
            if not value:
                reason = f"The variation stands for any “{name}”, and each needs a variation of its own here."
                raise BadValue(self.option_field, "", reason, f"Write one row for each “{name}”.")
            values.short(self.option_field, value)
        return told

    def prices(self, row: Row) -> Prices:
        regular, dated = self._price(row, "price"), bool(row["sale_starts"] or row["sale_ends"])
        return self.on_sale(row, regular, lambda: self._price(row, "sale_price"), dated=dated)

    def _price(self, row: Row, field: str) -> int:
        return values.price(values.with_point(row[field], self.currency), self.currency, field=field)

    def stock(self, row: Row) -> Stock:
        told = row["quantity"]
        if told.casefold() == "parent":
            self.warn(row, "quantity", "One count for all variations is not kept here: none for a new product.")
            return Stock(tracked=True)
        if told:
            return Stock(tracked=True, quantity=values.quantity(told))
        has_any = values.boolean("in_stock", row["in_stock"], default=True)
        return Stock(tracked=False) if has_any else Stock(tracked=True, quantity=0)

    def sku(self, row: Row) -> str:
        return row["sku"]

    def gtin(self, row: Row) -> str:
        return values.gtin(row["gtin"])

    def weight(self, row: Row) -> int | None:
        """In the unit its header names; a variation without one weighs what its product does."""
        for told in (row, self.head()):
            for unit in ("kg", "g", "lbs", "oz"):
                if text := told[f"weight_{unit}"]:
                    return self.left_out(told, f"weight_{unit}", lambda: values.weight(text, unit))  # noqa: B023
        return None

    def named_pictures(self) -> Iterable[NamedPicture]:
        """The product's own, then those of its variations."""
        for row in [*self._others, *self._variations]:
            alt = " / ".join(_attributes(row).values()) if _is_variation(row) else ""
            for url in addresses_in(row["pictures"]):
                yield NamedPicture(row, self.column("pictures"), url, alt)

    def _is_for_sale(self, row: Row) -> bool:
        if STATES.get(row["published"]) is ProductState.DRAFT:
            self.warn(row, "published", "The variation is not published: it is left out.")
            return False
        return True
