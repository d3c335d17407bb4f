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
        "toadlane_catalog_unfindable_seconds",
        "How long ago the oldest change was committed that search does not show yet",
        "SELECT coalesce(extract(epoch FROM now() - min(run_at)), 0) FROM tasks"
        " WHERE kind = 'catalog.index_product' AND parked_at IS NULL",
    ),
    GaugeQuery(
        "toadlane_catalog_reservations",
        "Reservations by state",
        "SELECT state, count(*) FROM reservations GROUP BY state",
        ("state",),
    ),
)
