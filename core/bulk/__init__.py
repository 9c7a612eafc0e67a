"""Bulk upserts, the same on both databases: insert what is new, change only what differs.

Where a key comes twice, the last row wins. Signals and `save()` are not called.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import connections, models, router
from django.db.transaction import TransactionManagementError

from core.bulk import postgresql, sqlite
from core.bulk.rows import Row, clean, fitted
from core.bulk.statement import Merge, Overwriting, Table

__all__ = ["Row", "Written", "bulk_update", "bulk_upsert", "fitted"]


@dataclass(frozen=True, slots=True)
class Written:
    """How many rows are new, and how many old ones differed. Rows that were right already are neither."""

    inserted: int = 0
    changed: int = 0

    def __add__(self, other: "Written") -> "Written":
        return Written(self.inserted + other.inserted, self.changed + other.changed)

    @property
    def total(self) -> int:
        return self.inserted + self.changed


def bulk_upsert(
    model: type[models.Model],
    fields: Sequence[str],
    rows: Iterable[Row],
    *,
    key: Sequence[str],
    update: Sequence[str] | None = None,
    touch: Sequence[str] = (),
) -> Written:
    """Insert rows; where one with the same key is there, change those of its `update` fields that differ.

    `fields` names the columns of each row in order ("event_id" or "event" for a foreign key, whose values
    are keys). `key` is covered by a unique constraint. `update` is every other field unless told; empty: rows
    that are there stay as they are. `touch` are fields that are written with a change but make none
    ("updated_at"). A new row has the model's defaults in all other fields.

    Text that is too long is cut, and what PostgreSQL cannot hold is taken out. Must run inside a transaction.
    """
    connection = connections[router.db_for_write(model)]
    if not connection.in_atomic_block:
        raise TransactionManagementError("bulk_upsert must run inside a transaction.")
    table = Table(connection, model)
    unique = clean(table, fields, rows, key)
    if not unique:
        return Written()
    compared = [name for name in fields if name not in {*key, *touch}] if update is None else update
    merge = Merge(table.columns(key), table.columns(compared), table.columns(touch))
    if connection.vendor == "postgresql":
        return Written(*postgresql.upsert(table, fields, unique, merge))
    return Written(*sqlite.upsert(table, fields, unique, merge))


def bulk_update(
    model: type[models.Model],
    fields: Sequence[str],
    rows: Iterable[Row],
    *,
    touch: Sequence[str] = (),
    only_blank: bool = False,
) -> int:
    """Change rows that are there, found by the primary key that each row begins with; how many differed.

    `fields` names what follows the key; those of them in `touch` are written with a change but make none.
    With `only_blank` text is written only where there is none yet.
    """
    connection = connections[router.db_for_write(model)]
    table = Table(connection, model)
    names = [model._meta.pk.name, *fields]
    unique = clean(table, names, rows, names[:1])
    if not unique:
        return 0
    compared = table.columns(name for name in fields if name not in touch)
    overwriting = Overwriting(compared, table.columns(touch), only_blank)
    if connection.vendor == "postgresql":
        return postgresql.update(table, names, unique, overwriting)
    return sqlite.update(table, names, unique, overwriting)
