"""The API of orders, wired."""

from fastapi import FastAPI

from chassis.app import service_app
from chassis.clock import Clock, system_clock
from chassis.database import Database
from services.orders.api import basket, consignments, deliveries, orders, personal, wishes
from services.orders.settings import Settings


def create_app(settings: Settings, database: Database, *, clock: Clock = system_clock) -> FastAPI:
    return service_app(
        "orders",
        settings,
        database,
        routers=[basket.router, orders.router, consignments.router, deliveries.router, wishes.router, personal.router],
        clock=clock,
    )
