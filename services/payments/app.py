"""The API process of payments: wiring only."""

from fastapi import FastAPI

from chassis.app import service_app
from chassis.clock import Clock, system_clock
from chassis.database import Database
from services.payments import api, personal
from services.payments.processor import Processor
from services.payments.settings import Settings
from services.payments.stripe_adapter import StripeProcessor


def create_app(
    settings: Settings, database: Database, *, clock: Clock = system_clock, processor: Processor | None = None
) -> FastAPI:
    """`processor` is handed in by tests; otherwise it is Stripe, or who stands in for it at `stripe_api_base`."""
    asked = processor or StripeProcessor.of(settings)
    return service_app(
        "payments",
        settings,
        database,
        routers=[api.router, personal.router],
        clock=clock,
        state={"processor": asked},
        closing=[asked.close],
    )
