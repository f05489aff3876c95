"""What is still to be read of one source, in a SQLite file of its own beside the store.

The crawl has the file for itself, so whatever is marked as taken when it is opened was taken by a crawl that died.
Steps are written down with each request that is taken: what a page led to and that it is done stand there together or
not at all. Nothing here is evidence, or audited, and the file is emptied when the source was read to its end.
"""

import sqlite3
from pathlib import Path
from typing import Self

from lurewatch.errors import ConfigurationError

_TABLE = """
CREATE TABLE IF NOT EXISTS request (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, fingerprint BLOB UNIQUE, priority INTEGER NOT NULL,
    state TEXT NOT NULL, was_taken INTEGER NOT NULL DEFAULT 0, is_counted INTEGER NOT NULL DEFAULT 0, held BLOB
);
CREATE INDEX IF NOT EXISTS waiting ON request (priority DESC, number) WHERE state = 'waiting';
CREATE INDEX IF NOT EXISTS taken ON request (number) WHERE state = 'taken';
"""
_LEFT = ("waiting", "taken")
_NEXT = "SELECT number FROM request WHERE state = 'waiting' ORDER BY priority DESC, number LIMIT 1"
_TAKE = f"UPDATE request SET state = 'taken' WHERE number = ({_NEXT}) RETURNING id, held, was_taken"  # noqa: S608
_RETURN = "UPDATE request SET state = 'waiting', was_taken = 1 WHERE state = 'taken'"


class FrontierFile:
    """Requests in their order: higher priority first, then first come, first served."""

    lease_s: float | None = None

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._pages = self._one("SELECT count(*) FROM request WHERE is_counted")
        connection.execute("BEGIN")

    @classmethod
    def open(cls, path: Path) -> Self | None:
        """The frontier at `path`; None while another process has it. ConfigurationError when it cannot be read."""
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(path, timeout=0, isolation_level=None)
        try:
            # Held until the process ends, however it ends.
            connection.execute("PRAGMA locking_mode = EXCLUSIVE")
            connection.execute("PRAGMA journal_mode = WAL")
            # A power cut may take the last steps back, as if they had not begun.
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.executescript(_TABLE)
            connection.execute(_RETURN)
            return cls(connection)
        except sqlite3.OperationalError as error:
            connection.close()
            if error.sqlite_errorcode == sqlite3.SQLITE_BUSY:
                return None
            raise _unreadable(path, error) from error
        except sqlite3.DatabaseError as error:
            connection.close()
            raise _unreadable(path, error) from error

    def add(self, number: str, held: bytes, *, priority: int, fingerprint: bytes | None) -> bool:
        """Keep a request under its id; False when one of the same fingerprint was ever kept."""
        added = self._connection.execute(
            "INSERT INTO request (id, held, priority, fingerprint, state) VALUES (?, ?, ?, ?, 'waiting')"
            " ON CONFLICT (fingerprint) DO NOTHING",
            (number, held, priority, fingerprint),
        )
        return added.rowcount == 1

    def take(self) -> tuple[str, bytes, bool] | None:
        """The next request's id and content, and whether it was taken before; None when none waits."""
        rows = self._connection.execute(_TAKE).fetchall()
        self._connection.execute("COMMIT")
        self._connection.execute("BEGIN")
        return (rows[0][0], rows[0][1], bool(rows[0][2])) if rows else None

    def done(self, number: str) -> None:
        """Forget a request; its fingerprint stays."""
        self._connection.execute("UPDATE request SET state = 'done', held = NULL WHERE id = ?", (number,))

    def count_page(self, number: str) -> int:
        """How many requests have cost a page, this one among them; each counts once."""
        counted = self._connection.execute(
            "UPDATE request SET is_counted = 1 WHERE id = ? AND NOT is_counted", (number,)
        )
        self._pages += counted.rowcount
        return self._pages

    def renew(self) -> None:
        """Nothing: what was taken is this process's as long as it lives."""

    def is_empty(self) -> bool:
        """Whether nothing waits and nothing is taken."""
        return not any(self._one(f"SELECT EXISTS (SELECT 1 FROM request WHERE state = '{state}')") for state in _LEFT)  # noqa: S608

    def close(self, *, is_over: bool) -> None:
        """Leave it for the next crawl, or empty it when the source was read to its end."""
        if is_over:
            self._connection.execute("DELETE FROM request")
        self._connection.execute("COMMIT")
        if is_over:
            self._connection.execute("VACUUM")
        self._connection.close()

    def _one(self, query: str) -> int:
        return int(self._connection.execute(query).fetchone()[0])


def _unreadable(path: Path, error: sqlite3.Error) -> ConfigurationError:
    return ConfigurationError(
        f"The crawl frontier {path} cannot be used: {error}.",
        hint="Check rights and free space, or remove the file: the source is then read from its beginning.",
    )
