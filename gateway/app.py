"""Puts the front door together: wiring only."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager

from fastapi import FastAPI
from starlette.routing import Router
from starlette.types import ASGIApp

from chassis.app import service_app
from chassis.clock import Clock, system_clock
from chassis.database import Database
from gateway import api, api_keys, factor_api, own_account_api, public_pages, sessions_api
from gateway.api_key import KeyRing
from gateway.body_limit import BodyLimit
from gateway.carrier import Carrier, InProcess
from gateway.cookie import CookieJar
from gateway.cross_site import CrossSiteGuard
from gateway.dispatch import Dispatch
from gateway.factor_secret import FactorSecret
from gateway.gathering import Gathering
from gateway.hosts import HostGuard, own_hosts, own_origins
from gateway.internal_token import TokenIssuer
from gateway.loopback import Loopback
from gateway.openapi import ApiDocument
from gateway.passkey import RelyingParty
from gateway.password import Passwords
from gateway.password_again import PasswordAgain
from gateway.principals import Principals
from gateway.public_pages import templates
from gateway.rate_limit import Guesses, RateLimit
from gateway.reception import Reception
from gateway.refusal import Refusals
from gateway.route_table import OWN_ROOM, PAGES
from gateway.second_factor import Guard
from gateway.security_headers import SecurityHeaders
from gateway.session import SessionRules
from gateway.settings import Settings
from gateway.token_bucket import Buckets


def create_app(
    settings: Settings,
    database: Database,
    rooms: Mapping[str, Carrier],
    storefront: Carrier | None,
    *,
    clock: Clock = system_clock,
    loopback: Loopback | None = None,
) -> Reception:
    """`rooms` are the services by name. A storefront in this process asks back in through the `loopback`."""
    cookies = CookieJar(
        settings.cookie_secret.get_secret_value().encode(), settings.https, settings.guest_life, settings.session_life
    )
    keys = KeyRing(settings.key_secret.get_secret_value().encode())
    sessions = SessionRules(settings.session_idle, settings.session_life, settings.session_renewal)

    tokens = TokenIssuer(settings.internal_private_key)
    carriers = dict(rooms)
    own = _own_room(settings, database, clock, carriers, tokens=tokens, cookies=cookies, keys=keys, sessions=sessions)
    carriers[OWN_ROOM] = InProcess(own)
    if storefront is not None:
        carriers[PAGES] = storefront

    stages: ASGIApp = Dispatch(carriers, tokens)
    stages = _limited(stages, settings, clock)
    stages = CrossSiteGuard(stages, origins=own_origins(settings.public_url, settings.allowed_hosts))
    stages = Principals(stages, database=database, cookies=cookies, keys=keys, sessions=sessions, clock=clock)
    stages = BodyLimit(stages, body_bytes=settings.body_bytes, upload_bytes=settings.upload_bytes)
    stages = HostGuard(stages, hosts=own_hosts(settings.public_url, settings.allowed_hosts))
    reception = Reception(
        stages,
        security=SecurityHeaders(https=settings.https),
        refusals=Refusals(templates()),
        lifespan=_lifespan(carriers),
    )
    if loopback is not None:
        loopback.connect(reception)
    return reception


def _own_room(
    settings: Settings,
    database: Database,
    clock: Clock,
    rooms: Mapping[str, Carrier],
    *,
    tokens: TokenIssuer,
    cookies: CookieJar,
    keys: KeyRing,
    sessions: SessionRules,
) -> FastAPI:
    passwords = Passwords(
        memory_kib=settings.argon2_memory_kib, passes=settings.argon2_passes, at_once=settings.argon2_at_once
    )
    guard = Guard(
        FactorSecret(settings.factor_secret.get_secret_value().encode()),
        RelyingParty.at(settings.public_url),
        settings.proof_life,
    )
    # What is gathered is gathered on demand, when `rooms` has come to hold this room too.
    state = {
        "cookies": cookies,
        "keys": keys,
        "sessions": sessions,
        "passwords": passwords,
        "sign_ins": Guesses(
            Buckets(settings.limit_sign_in_per_email, clock), Buckets(settings.limit_sign_in_from_everywhere, clock)
        ),
        "password_again": PasswordAgain(database, passwords, Buckets(settings.limit_sign_in_per_email, clock)),
        "verifications_per_account": Buckets(settings.limit_verification_per_account, clock),
        "exports_per_account": Buckets(settings.limit_export_per_account, clock),
        "gathering": Gathering(rooms, tokens),
        "resets_per_email": Buckets(settings.limit_reset_per_email, clock),
        "guard": guard,
        "guesses": Guesses(Buckets(settings.limit_factor, clock), Buckets(settings.limit_factor_per_account, clock)),
        "api_document": ApiDocument(rooms, cookie_name=cookies.name),
        "templates": templates(),
    }
    routers = [
        api.router,
        sessions_api.router,
        factor_api.router,
        own_account_api.router,
        api_keys.router,
        public_pages.router,
    ]
    return service_app(OWN_ROOM, settings, database, routers=routers, clock=clock, state=state)


def _limited(app: ASGIApp, settings: Settings, clock: Clock) -> RateLimit:
    return RateLimit(
        app,
        general=Buckets(settings.limit_requests, clock),
        strict={
            "sign_in": Buckets(settings.limit_sign_in, clock),
            "reset": Buckets(settings.limit_reset, clock),
            "feed": Buckets(settings.limit_feed, clock),
            "wish": Buckets(settings.limit_wish, clock),
        },
        spare_loopback=not settings.limit_loopback,
    )


def _lifespan(carriers: Mapping[str, Carrier]) -> ASGIApp:
    """The rooms in this process start and stop with the front door."""

    @asynccontextmanager
    async def all_of_them(_: object) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            for carrier in carriers.values():
                await stack.enter_async_context(carrier.lifespan())
            yield

    return Router(lifespan=all_of_them).lifespan
