"""Shopify files written for these tests, in both headers."""

import csv
import io

OLD = [
    "Handle",
    "Title",
    "Body (HTML)",
    "Vendor",
    "Product Category",
    "Type",
    "Tags",
    "Published",
    "Option1 Name",
    "Option1 Value",
    "Option2 Name",
    "Option2 Value",
    "Option3 Name",
    "Option3 Value",
    "Variant SKU",
    "Variant Grams",
    "Variant Inventory Tracker",
    "Variant Inventory Qty",
    "Variant Inventory Policy",
    "Variant Fulfillment Service",
    "Variant Price",
    "Variant Compare At Price",
    "Variant Requires Shipping",
    "Variant Taxable",
    "Variant Barcode",
    "Image Src",
    "Image Position",
    "Image Alt Text",
    "Gift Card",
    "SEO Title",
    "SEO Description",
    "Variant Image",
    "Variant Weight Unit",
    "Variant Tax Code",
    "Cost per item",
    "Status",
]
NEW = [
    "Title",
    "URL handle",
    "Description",
    "Vendor",
    "Product category",
    "Type",
    "Tags",
    "Published on online store",
    "Status",
    "SKU",
    "Barcode",
    "Option1 name",
    "Option1 value",
    "Option1 Linked To",
    "Option2 name",
    "Option2 value",
    "Option2 Linked To",
    "Option3 name",
    "Option3 value",
    "Option3 Linked To",
    "Price",
    "Compare-at price",
    "Cost per item",
    "Charge tax",
    "Tax code",
    "Unit price total measure",
    "Inventory tracker",
    "Inventory quantity",
    "Continue selling when out of stock",
    "Weight value (grams)",
    "Weight unit for display",
    "Requires shipping",
    "Fulfillment service",
    "Product image URL",
    "Image position",
    "Image alt text",
    "Variant image URL",
    "Gift card",
    "SEO title",
    "SEO description",
]
# What a row is called in the words of the old header, and in those of the new one.
RENAMED = {
    "Handle": "URL handle",
    "Body (HTML)": "Description",
    "Product Category": "Product category",
    "Published": "Published on online store",
    "Option1 Name": "Option1 name",
    "Option1 Value": "Option1 value",
    "Option2 Name": "Option2 name",
    "Option2 Value": "Option2 value",
    "Variant SKU": "SKU",
    "Variant Price": "Price",
    "Variant Compare At Price": "Compare-at price",
    "Variant Inventory Tracker": "Inventory tracker",
    "Variant Inventory Qty": "Inventory quantity",
    "Image Src": "Product image URL",
    "Image Position": "Image position",
    "Image Alt Text": "Image alt text",
    "Variant Image": "Variant image URL",
    "Variant Barcode": "Barcode",
}


def sheet(*rows: dict[str, str], header: list[str] = OLD, newline: str = "\r\n") -> str:
    """The rows, told in the old header's words, under either header."""
    file = io.StringIO()
    writer = csv.DictWriter(file, header, lineterminator=newline)
    writer.writeheader()
    for row in rows:
        writer.writerow(row if header is OLD else {RENAMED.get(name, name): value for name, value in row.items()})
    return file.getvalue()


def first(handle: str, price: str = "4.50", **more: str) -> dict[str, str]:
    """The first row of a product with one variant."""
    row = {
        "Handle": handle,
        "Title": handle.replace("-", " ").capitalize(),
        "Body (HTML)": "<p>Good.</p> ",
        "Published": "true",
        "Option1 Name": "Title",
        "Option1 Value": "Default Title",
        "Variant Price": price,
        "Status": "active",
    }
    return row | {name.replace("_", " "): value for name, value in more.items()}


def sized(handle: str, size: str, price: str = "20.00", **more: str) -> dict[str, str]:
    """The first row of a product in sizes."""
    return first(handle, price, **{"Option1 Name": "Size", "Option1 Value": size}, **more)


def later(handle: str, size: str, price: str = "20.00", **more: str) -> dict[str, str]:
    """A later variant: no product fields, no option name."""
    row = {"Handle": handle, "Option1 Value": size, "Variant Price": price}
    return row | {name.replace("_", " "): value for name, value in more.items()}


def picture(handle: str, position: int) -> dict[str, str]:
    return {
        "Handle": handle,
        "Image Src": f"https://pictures.example/{handle}-{position}.jpg",
        "Image Position": str(position),
    }


def tracked(quantity: str) -> dict[str, str]:
    return {"Variant Inventory Tracker": "shopify", "Variant Inventory Qty": quantity}
