"""Which line of a file named an address first, in memory that does not grow with the file."""

import sqlite3
from contextlib import closing
from types import TracebackType
from typing import Self


class SeenAddresses:
    """Kept by SQLite in a temporary file of its own, which is gone when this is closed."""

    def __enter__(self) -> Self:
        self._database = sqlite3.connect("", isolation_level=None)
        self._database.execute("CREATE TABLE seen (email TEXT PRIMARY KEY, line INTEGER) WITHOUT ROWID")
        self._database.execute("BEGIN")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._database.close()

    def first_line(self, email: str, line: int) -> int:
        """The line that named the address first; it is this one if none did before."""
        with closing(self._database.cursor()) as cursor:
            cursor.execute("INSERT OR IGNORE INTO seen VALUES (?, ?)", (email, line))
            if cursor.rowcount:
                return line
            (first,) = cursor.execute("SELECT line FROM seen WHERE email = ?", (email,)).fetchone()
            return int(first)
