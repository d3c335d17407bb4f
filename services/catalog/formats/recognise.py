"""Which format a file is, told by what it says and never by its name: one table of those that are known."""

from collections.abc import Sequence

from chassis.errors import Refused
from services.catalog.formats.csv_file import DELIMITERS, CsvFile
from services.catalog.formats.feed import recognise_feed
from services.catalog.formats.json_lines import JsonLines
from services.catalog.formats.layout import Dialect, Layout, Reading
from services.catalog.formats.merchant import MERCHANT, MerchantReader
from services.catalog.formats.own import OWN, OwnReader
from services.catalog.formats.product_reader import Group, ProductReader
from services.catalog.formats.record import LONGEST_RECORD
from services.catalog.formats.shopify import NEW, OLD, ShopifyReader
from services.catalog.formats.text import NotACsv
from services.catalog.formats.webtoffee import WEBTOFFEE, WebToffeeReader
from services.catalog.formats.woocommerce import WOOCOMMERCE, WooCommerceReader

# The first that recognises a header reads the file.
FORMATS: tuple[tuple[Dialect, type[ProductReader]], ...] = (
    (NEW, ShopifyReader),
    (OLD, ShopifyReader),
    (WOOCOMMERCE, WooCommerceReader),
    (WEBTOFFEE, WebToffeeReader),
    (MERCHANT, MerchantReader),
    (OWN, OwnReader),
)
DIALECTS = {dialect.name: dialect for dialect, _ in FORMATS}
READERS = {dialect.name: reader for dialect, reader in FORMATS}
MOST_COLUMNS = 2_000
BEGINNING = LONGEST_RECORD  # Bytes that are enough to know any file by.


class UnknownFormat(Refused):
    code = "unknown_format"
    title = "The columns of the file are not known"


def recognise(head: bytes, *, last: bool) -> Layout:
    """The layout of the file that begins so, or a refusal that says what is wrong; `last` where this is all of it."""
    begun = head.lstrip()
    if begun.startswith(b"<"):
        feed = recognise_feed(head)
        before = feed.before.encode()
        return Layout(dialect=MERCHANT.name, container=feed, start=len(before), line=1 + before.count(b"\n"))
    if begun.startswith((b"{", b"[")):
        return _recognise_json(head, last=last)
    return _recognise_csv(head, last=last)


def reading(layout: Layout) -> Reading:
    """Raises DuplicateColumn or MissingColumn."""
    return Reading(layout, DIALECTS[layout.dialect])


def reader(group: Group, known: Reading, currency: str) -> ProductReader:
    """What reads the rows of one product in this file."""
    return READERS[known.dialect.name](group, known, currency)


def _recognise_json(head: bytes, *, last: bool) -> Layout:
    records = JsonLines().cut(head, line=1, last=last).records
    if not records or records[0].fault:
        why = records[0].fault.reason if records and records[0].fault else "Its first line is too long."
        raise UnknownFormat(f"The file looks like JSON and is not JSON Lines, one object a line. {why}")
    dialect = _dialect([name for record in records[:50] for name in record.cells])
    if dialect not in (OWN, MERCHANT):
        raise UnknownFormat("The objects have none of the names that are known: id, title, price … Take our template.")
    return Layout(dialect=dialect.name, container=JsonLines())


def _recognise_csv(head: bytes, *, last: bool) -> Layout:
    refusals: dict[str, NotACsv] = {}
    for delimiter in DELIMITERS:
        container = CsvFile(delimiter=delimiter)
        try:
            if layout := _under_header(container, head, last=last):
                return layout
        except NotACsv as error:
            refusals[delimiter] = error
    likeliest = max(DELIMITERS, key=lambda each: head.partition(b"\n")[0].count(each.encode()))
    if refusal := refusals.get(likeliest):
        raise refusal
    raise UnknownFormat(
        "The first line is not the header of a Shopify export (Handle, Title, Variant Price …), a WooCommerce export "
        "(Type, SKU, Name, Regular price …, or post_title, sku, regular_price …), Google Merchant data "
        "(id, title, price, availability …) or our own format (id, title, price …). Please upload the file as your "
        "shop exported it, its first line included."
    )


def _under_header(container: CsvFile, head: bytes, *, last: bool) -> Layout | None:
    """What begins below the first record that names the columns of a dialect."""
    for found in container.headers(head, last=last):
        if len(found.names) > MOST_COLUMNS:
            raise NotACsv(f"The first line has more than {MOST_COLUMNS:,} columns. That is no product file.")
        if dialect := _dialect(found.names):
            start, line = found.start, 1 + found.lines
            layout = Layout(dialect=dialect.name, container=container, header=found.names, start=start, line=line)
            reading(layout)
            return layout
    return None


def _dialect(names: Sequence[str]) -> Dialect | None:
    header = frozenset(name.strip().casefold() for name in names)
    return next((dialect for dialect, _ in FORMATS if dialect.recognises(header)), None)
