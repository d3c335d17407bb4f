"""The producers' API process: wiring only."""

from fastapi import FastAPI

from chassis.app import service_app
from chassis.clock import Clock, system_clock
from chassis.database import Database
from services.producers import api, audit_api, document_api, standing_api, vetting_api
from services.producers.proving import DomainCheck
from services.producers.resolver import DnsTxtResolver, TxtResolver
from services.producers.settings import Settings


def create_app(
    settings: Settings, database: Database, *, clock: Clock = system_clock, resolver: TxtResolver | None = None
) -> FastAPI:
    asked = resolver or DnsTxtResolver(settings.nameservers, timeout=settings.dns_timeout_seconds)
    check = DomainCheck(database, asked, settings.checks_per_hour)
    return service_app(
        "producers",
        settings,
        database,
        routers=[api.router, audit_api.router, document_api.router, standing_api.router, vetting_api.router],
        clock=clock,
        state={"domain_check": check, "requirements": settings.requirements},
    )
