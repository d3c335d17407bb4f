"""Addresses that pictures come from: how one is written, and the tasks that fetch from it."""

from typing import ClassVar
from uuid import UUID

from chassis.strangers import Guard
from chassis.tasks import Task

# Old exports name plain addresses; a picture is public, and is told by its pixels and not by who sent it.
GUARD = Guard()


class CallUpPictures(Task):
    """This co-op's addresses are to be fetched from: the first few of its hosts get their tasks."""

    kind: ClassVar[str] = "catalog.call_up_pictures"

    coop_id: UUID


class FetchPictures(Task):
    """One after the other, whatever waits to be fetched from this host, for as long as its turn lasts."""

    kind: ClassVar[str] = "catalog.fetch_pictures"

    host: str


class ShowPicture(Task):
    """Another picture has come from it: the products that name this address show it."""

    kind: ClassVar[str] = "catalog.show_picture"

    url: str


def as_address(written: str) -> str:
    """The one way to write it; raises AddressRefused with what to write instead."""
    return GUARD.target(written.strip().replace(" ", "%20")).text
