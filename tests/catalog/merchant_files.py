"""Google Merchant files written for these tests: the same items as a table and as a feed."""

import csv
import io
from collections.abc import Callable
from xml.sax.saxutils import escape

Row = dict[str, str]
Dressed = Callable[..., str]
NS = 'xmlns:g="http://base.google.com/ns/1.0"'
BOMB = '<!DOCTYPE rss [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'


def item(key: str, price: str = "15.00 EUR", **more: str) -> Row:
    told = {"id": key, "title": key.capitalize(), "description": "Good.", "link": f"https://x.coop/{key}"}
    return {**told, "availability": "in_stock", "price": price} | more


def table(*rows: Row, delimiter: str = "\t") -> str:
    header = list(dict.fromkeys(name for row in rows for name in row))
    file = io.StringIO()
    writer = csv.DictWriter(file, header, delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue()


def rss(*rows: Row) -> str:
    items = "\n".join(f"<item>{_fields(row)}</item>" for row in rows)
    return f'<?xml version="1.0"?>\n<rss {NS} version="2.0"><channel><title>Shop</title>\n{items}\n</channel></rss>'


def atom(*rows: Row) -> str:
    entries = "\n".join(f"<entry>{_fields(row)}</entry>" for row in rows)
    return f'<feed xmlns="http://www.w3.org/2005/Atom" {NS}><title>Shop</title>\n{entries}\n</feed>'


def _fields(row: Row) -> str:
    return "".join(f"<g:{name}>{escape(value)}</g:{name}>" for name, value in row.items() if value)
