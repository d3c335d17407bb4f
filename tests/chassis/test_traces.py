"""A fact belongs to the trace of what it is about, also where many are handled in one transaction."""

from typing import ClassVar
from uuid import UUID

from chassis.events import Event, seal, unseal
from chassis.ids import new_id
from chassis.telemetry import current_traceparent, new_traceparent, traced, traced_together


class Moved(Event):
    topic: ClassVar[str] = "rooms.things"
    subject_field: ClassVar[str] = "thing_id"

    thing_id: UUID


def test_facts_of_one_transaction_keep_the_traces_they_came_with() -> None:
    ada, grace, nobody = new_id(), new_id(), new_id()
    clicks = {str(ada): new_traceparent(), str(grace): new_traceparent()}

    with traced(None), traced_together(clicks):
        told = {one: unseal(seal(Moved(thing_id=one, version=1)).value).traceparent for one in (ada, grace, nobody)}
        assert told == {ada: clicks[str(ada)], grace: clicks[str(grace)], nobody: current_traceparent()}
