"""Addresses that pictures come from: how one is written, and the tasks that fetch from it."""

from typing import ClassVar

from chassis.strangers import Guard
from chassis.tasks import Task

# Old exports name plain addresses; a picture is public, and is told by its pixels and not by who sent it.
GUARD = Guard()


class FetchPictures(Task):
    """One after the other, whatever waits to be fetched from this host."""

    kind: ClassVar[str] = "catalog.fetch_pictures"

    host: str


class ShowPicture(Task):
    """It is there now: the products that named its address show it."""

    kind: ClassVar[str] = "catalog.show_picture"

    url: str


def as_address(written: str) -> str:
    """The one way to write it; raises AddressRefused with what to write instead."""
    return GUARD.target(written.strip().replace(" ", "%20")).text
