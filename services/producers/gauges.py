"""What operators watch of the registry: applications, co-ops, re-checks that are late, webhooks."""

from chassis.telemetry import GaugeQuery

APPLICATIONS = GaugeQuery(
    name="toadlane_producers_applications",
    help="Applications by their state",
    sql="SELECT state, count(*) FROM applications GROUP BY state",
    labels=("state",),
)
COOPS = GaugeQuery(
    name="toadlane_producers_coops",
    help="Co-ops by their state",
    sql="SELECT state, count(*) FROM coops GROUP BY state",
    labels=("state",),
)

OVERDUE = GaugeQuery(
    name="toadlane_producers_rechecks_overdue",
    help="Co-ops whose check should have been made an hour ago",
    sql="SELECT count(*) FROM rechecks WHERE next_due < now() - interval '1 hour'",
)
UNANSWERED = GaugeQuery(
    name="toadlane_producers_rechecks_unanswered",
    help="Co-ops whose last check did not get through to the registry or the name servers",
    sql="SELECT count(*) FROM rechecks WHERE NOT got_through",
)
WEBHOOKS = GaugeQuery(
    name="toadlane_producers_webhooks",
    help="Endpoints of co-ops by their state",
    sql="SELECT state, count(*) FROM webhook_endpoints GROUP BY state",
    labels=("state",),
)
WEBHOOKS_WAITING = GaugeQuery(
    name="toadlane_producers_webhook_deliveries_waiting",
    help="Messages on their way to the endpoints of co-ops",
    sql="SELECT count(*) FROM webhook_deliveries WHERE state = 'waiting'",
)

GAUGES = (APPLICATIONS, COOPS, OVERDUE, UNANSWERED, WEBHOOKS, WEBHOOKS_WAITING)
