"""What the web servers of the demo names hand out: for each name the one file that proves it."""

from sandbox.store import Store

PATH = "/.well-known/toadlane-challenge.txt"
LONGEST = 2000


class Files:
    def __init__(self, store: Store) -> None:
        self._store = store

    def put(self, domain: str, text: str) -> None:
        """In place of what was there; no text takes the file away."""
        with self._store.transaction():
            self._store.write("DELETE FROM files WHERE domain = ?", domain)
            if text:
                self._store.write("INSERT INTO files (domain, body) VALUES (?, ?)", domain, text)

    def of(self, domain: str) -> str | None:
        row = self._store.row("SELECT body FROM files WHERE domain = ?", domain)
        return None if row is None else str(row[0])

    def all(self) -> dict[str, str]:
        return dict(self._store.rows("SELECT domain, body FROM files ORDER BY domain"))
