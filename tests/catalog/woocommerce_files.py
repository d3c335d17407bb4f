"""WooCommerce exports written for these tests, row by row."""

import csv
import io

HEADER = [
    "ID", "Type", "SKU", "GTIN, UPC, EAN, or ISBN", "Name", "Published", "Is featured?", "Visibility in catalog",
    "Short description", "Description", "Date sale price starts", "Date sale price ends", "In stock?", "Stock",
    "Weight (kg)", "Sale price", "Regular price", "Categories", "Tags", "Images", "Parent",
    "Attribute 1 name", "Attribute 1 value(s)", "Attribute 2 name", "Attribute 2 value(s)", "Meta: x",
]  # fmt: skip


def woo(*rows: dict[str, str], names: dict[str, str] | None = None) -> str:
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow([(names or {}).get(name, name) for name in HEADER])
    for row in rows:
        writer.writerow([row.get(name, "") for name in HEADER])
    return file.getvalue()


def simple(sku: str, price: str = "4.50", **more: str) -> dict[str, str]:
    row = {"Type": "simple", "SKU": sku, "Name": sku.capitalize(), "Published": "1", "Regular price": price}
    return row | {name.replace("_", " "): value for name, value in more.items()}


def parent(sku: str, **more: str) -> dict[str, str]:
    return simple(sku, "", **{"Type": "variable", "Attribute 1 name": "Size", "Attribute 1 value(s)": "S, M"}, **more)


def variation(of: str, size: str, price: str = "20", **more: str) -> dict[str, str]:
    told = {"Type": "variation", "Parent": of, "Attribute 1 name": "Size", "Attribute 1 value(s)": size}
    return simple(f"{of}-{size}", price, **told, **more)
