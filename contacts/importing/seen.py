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

    def earlier_line(self, email: str) -> int | None:
        """The line that named the address."""
        with closing(self._database.cursor()) as cursor:
            row = cursor.execute("SELECT line FROM seen WHERE email = ?", (email,)).fetchone()
            return row and int(row[0])

    def add(self, email: str, line: int) -> None:
        with closing(self._database.cursor()) as cursor:
            cursor.execute("INSERT INTO seen VALUES (?, ?)", (email, line))
