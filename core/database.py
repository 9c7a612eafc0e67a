"""Hints for PostgreSQL that make large writes fast. SQLite needs none of them."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from django.db import DatabaseError, connection, models

# New rows after which the database does not know a table any more.
MANY = 500


def refresh_statistics(*tables: type[models.Model]) -> None:
    """Tell PostgreSQL about many new rows: until autovacuum runs, it plans as if the tables were empty."""
    if connection.vendor == "postgresql":
        names = ", ".join(connection.ops.quote_name(table._meta.db_table) for table in tables)
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {names}")


@dataclass
class TableGrowth:
    """New rows of a long write by table, whose statistics are refreshed each time that they have doubled."""

    _rows: Counter[type[models.Model]] = field(default_factory=Counter)
    _due: dict[type[models.Model], int] = field(default_factory=dict)

    def note(self, table: type[models.Model], new_rows: int) -> None:
        """Call it outside of the transaction that wrote them: others may refresh the same table."""
        self._rows[table] += new_rows
        if self._rows[table] >= self._due.get(table, MANY):
            self._due[table] = 2 * self._rows[table]
            refresh_statistics(table)


@contextmanager
def flushed_later() -> Iterator[None]:
    """Commits don't wait for the disk in here. For data that a sync reads again after a power cut.

    The log is written in order, so nothing gets torn, and a later commit that waits makes these safe as well.
    """
    _set_synchronous_commit("off")
    try:
        yield
    finally:
        with suppress(DatabaseError):  # of a connection that broke nothing has to be taken back
            _set_synchronous_commit("DEFAULT")


def flush_this_commit() -> None:
    """Within a transaction: its commit waits for the disk, also in `flushed_later`.

    For what cannot be read anew, such as a refresh token of which Zoom knows only the last.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL synchronous_commit TO on")


def check_foreign_keys() -> None:
    """Within a transaction: check now what PostgreSQL would check when it commits.

    Call it before a row is locked that others wait for: the check may take longer than all that follows.
    """
    if connection.vendor == "postgresql":
        connection.check_constraints()


def _set_synchronous_commit(value: str) -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SET synchronous_commit TO {value}")
