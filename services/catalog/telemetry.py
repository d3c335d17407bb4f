"""The numbers operators watch of the catalogue."""

from prometheus_client import Histogram

from chassis.telemetry import GaugeQuery

FINDABLE = Histogram(
    "toadlane_catalog_findable_seconds",
    "Time from a change of a product to its being in the search index",
    buckets=(0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300),
)

GAUGES = (
    GaugeQuery(
        "toadlane_catalog_products",
        "Products by state",
        "SELECT state, count(*) FROM products GROUP BY state",
        ("state",),
    ),
    GaugeQuery(
        "toadlane_catalog_imports", "Imports by state", "SELECT state, count(*) FROM imports GROUP BY state", ("state",)
    ),
    GaugeQuery(
        "toadlane_catalog_feed_addresses",
        "Feed addresses by state",
        "SELECT state, count(*) FROM feed_addresses GROUP BY state",
        ("state",),
    ),
    GaugeQuery(
        "toadlane_catalog_picture_addresses",
        "Addresses of pictures by state",
        "SELECT state, count(*) FROM picture_sources GROUP BY state",
        ("state",),
    ),
    GaugeQuery(
        "toadlane_catalog_reservations",
        "Reservations by state",
        "SELECT state, count(*) FROM reservations GROUP BY state",
        ("state",),
    ),
)
