"""The numbers operators watch of orders."""

from prometheus_client import Counter

from chassis.telemetry import GaugeQuery

placed = Counter("toadlane_orders_placed", "Orders placed")
paid = Counter("toadlane_orders_paid", "Orders paid")
cancelled = Counter("toadlane_orders_cancelled", "Orders cancelled", ["reason"])
shipped = Counter("toadlane_orders_consignments_shipped", "Consignments on their way")

GAUGES = (
    GaugeQuery(
        "toadlane_orders_open",
        "Orders that are not yet shipped or cancelled",
        "SELECT state, count(*) FROM orders WHERE state NOT IN ('shipped', 'cancelled') GROUP BY state",
        ("state",),
    ),
    GaugeQuery(
        "toadlane_orders_oldest_undecided_seconds",
        "How long the oldest order has waited to hear whether its goods are there",
        "SELECT coalesce(extract(epoch FROM now() - min(placed_at)), 0)::float FROM orders WHERE state = 'placed'",
    ),
)
