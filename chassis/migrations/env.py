"""Alembic's environment, the same for every room: the connection and the models are handed in."""

from alembic import context


def _owned(_object: object, name: str | None, kind: str, reflected: bool, compare_to: object | None) -> bool:
    # The plumbing's tables and the version tables stand beside the room's own and are not its business.
    return not (kind == "table" and reflected and compare_to is None)


attributes = context.config.attributes
context.configure(
    connection=attributes["connection"],
    target_metadata=attributes["metadata"],
    version_table=attributes["version_table"],
    include_object=_owned,
    compare_server_default=False,
)
with context.begin_transaction():
    context.run_migrations()
