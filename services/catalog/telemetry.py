"""The numbers operators watch of the catalogue."""

from chassis.telemetry import GaugeQuery

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
        "toadlane_catalog_reservations",
        "Reservations by state",
        "SELECT state, count(*) FROM reservations GROUP BY state",
        ("state",),
    ),
)
