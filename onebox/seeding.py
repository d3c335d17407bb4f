"""Plays the demo data into the one box, over its front door, and tells its sign-ins."""

from sqlalchemy import URL

from onebox.box import Box
from onebox.demo.seed import seed, sign_ins
from onebox.operating import make_first_operator
from onebox.rooms import GATEWAY
from onebox.visitor import World

SHOWN_OF_EACH = 2


async def seed_box(box: Box, server: URL) -> None:
    """Idempotent: what is there already is left alone, so that it goes on after it was broken off."""
    database_url = server.set(database=GATEWAY).render_as_string(hide_password=False)
    print("  Filling the shelves; the marketplace can be looked at meanwhile.", flush=True)
    await seed(
        World(house=box.public_url, sandbox=box.sandbox_url),
        password=box.secrets.demo_password,
        make_operator=lambda email: make_first_operator(database_url, email),
        tell=lambda line: print(f"    {line}", flush=True),
    )
    box.model_copy(update={"seeded": True}).save()
    print(f"\n  The shelves are full. Toad Lane is open: {box.public_url}\n", flush=True)


def tell_sign_ins(box: Box) -> None:
    """Who can sign in, and with which password."""
    rows, counts = [], dict[str, int]()
    for one in sign_ins():
        counts[one.part] = counts.get(one.part, 0) + 1
        if counts[one.part] <= SHOWN_OF_EACH:
            rows.append(f"    {one.part:<9} {one.email:<28} {one.name}")
    told = [
        f"  Sign in at {box.public_url}/sign-in as one of",
        *rows,
        f"  with the password {box.secrets.demo_password}",
        f"  Operators and co-ops are asked for a code too: {box.sandbox_url}/authenticator",
    ]
    print("\n".join([*told, ""]), flush=True)


def tell_places(box: Box) -> None:
    """Where to look at what the stand-ins hold and at what the house does, and how to close it."""
    told = [
        f"  Mail that the house sends: {box.sandbox_url}/mail",
        f"  Domain names of the demo:  {box.sandbox_url}/names",
        f"  Numbers for Prometheus:    {', '.join(box.metrics_urls)}",
        f"  Log of the house:          {box.log}",
        "  Close it with Ctrl-C, or with: make stop",
    ]
    print("\n".join([*told, ""]), flush=True)
