"""The producers' API process: wiring only."""

from fastapi import FastAPI

from chassis.app import service_app
from chassis.clock import Clock, system_clock
from chassis.database import Database
from chassis.safe_client import SafeClient
from services.producers import (
    api,
    asking,
    audit_api,
    document_api,
    pause_api,
    personal_api,
    staff_api,
    standing_api,
    vetting_api,
)
from services.producers.proving import DomainCheck
from services.producers.rdap_client import Registry
from services.producers.registering import RegistryCheck
from services.producers.resolver import TxtResolver
from services.producers.settings import Settings
from services.producers.webhooks import api as webhooks_api
from services.producers.webhooks.signing import secrets_vault


def create_app(
    settings: Settings,
    database: Database,
    *,
    clock: Clock = system_clock,
    resolver: TxtResolver | None = None,
    client: SafeClient | None = None,
    registry: Registry | None = None,
) -> FastAPI:
    askers = asking.askers(settings, resolver=resolver, client=client)
    return service_app(
        "producers",
        settings,
        database,
        routers=[
            api.router,
            audit_api.router,
            document_api.router,
            pause_api.router,
            personal_api.router,
            staff_api.router,
            standing_api.router,
            vetting_api.router,
            webhooks_api.router,
        ],
        clock=clock,
        state={
            "domain_check": DomainCheck(database, askers, settings.checks_per_hour),
            "registry_check": RegistryCheck(database, registry or asking.registry(settings, clock)),
            "requirements": settings.requirements,
            "vault": secrets_vault(settings.webhook_key.get_secret_value()),
        },
    )
