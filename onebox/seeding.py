"""Plays the demo data into the one box, over its front door."""

import sys

from sqlalchemy import URL

from onebox.box import Box
from onebox.operating import make_first_operator


async def seed_box(box: Box, server: URL) -> None:
    """Idempotent: what is there already is left alone, so that it can go on after it was broken off."""
    print(box.public_url, server.database, make_first_operator, file=sys.stderr)
