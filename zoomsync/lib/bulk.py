"""Many rows in one statement, the same on both databases: insert what is new, change only what differs.

Decides how rows travel (PostgreSQL: one JSON parameter read by `json_to_recordset`, which was measured to be
faster than COPY into a temporary table and takes a fifth of Python's time; SQLite: one prepared statement for
all rows), what happens to text that a column cannot hold, and which row wins where a key comes twice (the
last). Refuses to know which rows those are. Signals and `save()` are not called.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from itertools import starmap
from operator import itemgetter
from typing import Any

import msgspec
from django.db import connections, models, router
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.transaction import TransactionManagementError

type Row = tuple[Any, ...]


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
    unique = _clean(model, fields, rows, key, connection)
    if not unique:
        return Written()
    compared = [name for name in fields if name not in {*key, *touch}] if update is None else list(update)
    upsert = _upsert_postgresql if connection.vendor == "postgresql" else _upsert_sqlite
    return upsert(connection, model, fields, unique, _on_conflict(connection, model, key, compared, touch))


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
    names = [model._meta.pk.name, *fields]
    unique = _clean(model, names, rows, names[:1], connection)
    if not unique:
        return 0
    compared = _columns(connection, model, [name for name in fields if name not in touch])
    touched = _columns(connection, model, touch)
    update = _update_postgresql if connection.vendor == "postgresql" else _update_sqlite
    return update(connection, model, names, unique, _Assignment(compared, touched, only_blank))


@dataclass(frozen=True, slots=True)
class _Assignment:
    """What an UPDATE sets, and to which rows it does anything at all."""

    compared: list[str]
    touched: list[str]
    only_blank: bool

    def sets(self) -> str:
        kept = (
            "CASE WHEN target.{0} = '' THEN source.{0} ELSE target.{0} END"
            if self.only_blank
            else "source.{0}"
        )
        return ", ".join(
            [f"{column} = {kept.format(column)}" for column in self.compared]
            + [f"{column} = source.{column}" for column in self.touched]
        )

    def differs(self, operator: str) -> str:
        one = (
            "(target.{0} = '' AND source.{0} <> '')"
            if self.only_blank
            else f"target.{{0}} {operator} source.{{0}}"
        )
        return " OR ".join(one.format(column) for column in self.compared)


def _update_postgresql(
    connection: BaseDatabaseWrapper,
    model: type[models.Model],
    names: Sequence[str],
    rows: list[Row],
    assignment: _Assignment,
) -> int:
    pk, *_others = _columns(connection, model, names)
    sql = (
        f"UPDATE {_table(connection, model)} AS target SET {assignment.sets()} "  # noqa: S608
        f"FROM {_recordset(connection, model, names)} "
        f"WHERE target.{pk} = source.{pk} AND ({assignment.differs('IS DISTINCT FROM')})"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [_as_json(model, names, rows)])
        return int(cursor.rowcount)


def _update_sqlite(
    connection: BaseDatabaseWrapper,
    model: type[models.Model],
    names: Sequence[str],
    rows: list[Row],
    assignment: _Assignment,
) -> int:
    columns = _columns(connection, model, names)
    source = ", ".join(f"%s AS {column}" for column in columns)
    sql = (
        f"UPDATE {_table(connection, model)} AS target SET {assignment.sets()} "  # noqa: S608
        f"FROM (SELECT {source}) AS source "
        f"WHERE target.{columns[0]} = source.{columns[0]} AND ({assignment.differs('IS NOT')})"
    )
    with connection.cursor() as cursor:
        cursor.executemany(sql, rows)
        return int(cursor.rowcount)


def _upsert_postgresql(
    connection: BaseDatabaseWrapper,
    model: type[models.Model],
    fields: Sequence[str],
    rows: list[Row],
    on_conflict: str,
) -> Written:
    defaults = _defaults(connection, model, fields)
    columns = _columns(connection, model, fields)
    names = ", ".join([*columns, *_columns(connection, model, defaults)])
    values = ", ".join([*columns, *["%s"] * len(defaults)])
    # A row that was there before has the updating transaction in xmax; a new one has nothing there.
    sql = (
        f"WITH written AS (INSERT INTO {_table(connection, model)} AS target ({names}) "  # noqa: S608
        f"SELECT {values} FROM {_recordset(connection, model, fields)} "
        f"{on_conflict} RETURNING target.xmax = 0 AS is_new) "
        "SELECT count(*) FILTER (WHERE is_new), count(*) FILTER (WHERE NOT is_new) FROM written"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [*defaults.values(), _as_json(model, fields, rows)])
        return Written(*cursor.fetchone())


def _upsert_sqlite(
    connection: BaseDatabaseWrapper,
    model: type[models.Model],
    fields: Sequence[str],
    rows: list[Row],
    on_conflict: str,
) -> Written:
    defaults = _defaults(connection, model, fields)
    table, columns = _table(connection, model), _columns(connection, model, [*fields, *defaults])
    constants = tuple(defaults.values())
    (pk,) = _columns(connection, model, [model._meta.pk.name])
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT coalesce(max({pk}), 0) FROM {table}")  # noqa: S608
        (last,) = cursor.fetchone()
        cursor.executemany(
            f"INSERT INTO {table} AS target ({', '.join(columns)}) "  # noqa: S608
            f"VALUES ({', '.join(['%s'] * len(columns))}) {on_conflict}",
            [row + constants for row in rows] if constants else rows,
        )
        written = cursor.rowcount
        cursor.execute(f"SELECT count(*) FROM {table} WHERE {pk} > %s", [last])  # noqa: S608
        (inserted,) = cursor.fetchone()
    return Written(inserted, written - inserted)


def _on_conflict(
    connection: BaseDatabaseWrapper,
    model: type[models.Model],
    key: Sequence[str],
    update: Sequence[str],
    touch: Sequence[str],
) -> str:
    target = f"ON CONFLICT ({', '.join(_columns(connection, model, key))}) DO"
    if not update:
        return f"{target} NOTHING"
    differs = "IS DISTINCT FROM" if connection.vendor == "postgresql" else "IS NOT"
    compared = _columns(connection, model, update)
    sets = ", ".join(f"{c} = excluded.{c}" for c in [*compared, *_columns(connection, model, touch)])
    return f"{target} UPDATE SET {sets} WHERE " + " OR ".join(
        f"target.{c} {differs} excluded.{c}" for c in compared
    )


def _defaults(
    connection: BaseDatabaseWrapper, model: type[models.Model], given: Sequence[str]
) -> dict[str, Any]:
    """What a new row has in the columns that are not given, as the database takes it."""
    columns = {_column(model, name) for name in given}
    others = (field for field in model._meta.concrete_fields if field.column not in columns)
    return {
        field.name: field.get_db_prep_save(field.get_default(), connection)
        for field in others
        if not field.primary_key and not (field.null and field.get_default() is None)
    }


def _recordset(connection: BaseDatabaseWrapper, model: type[models.Model], names: Sequence[str]) -> str:
    """A table made of one parameter."""
    types = ", ".join(
        f"{column} {_field(model, name).db_type(connection)}"
        for column, name in zip(_columns(connection, model, names), names, strict=True)
    )
    return f"json_to_recordset(%s::json) AS source({types})"


def _table(connection: BaseDatabaseWrapper, model: type[models.Model]) -> str:
    return connection.ops.quote_name(model._meta.db_table)


def _columns(connection: BaseDatabaseWrapper, model: type[models.Model], names: Iterable[str]) -> list[str]:
    return [connection.ops.quote_name(_column(model, name)) for name in names]


def _field(model: type[models.Model], name: str) -> "models.Field[Any, Any]":
    field = model._meta.get_field(name)
    assert isinstance(field, models.Field)  # noqa: S101
    return field


def _column(model: type[models.Model], name: str) -> str:
    return str(_field(model, name).column)


@lru_cache(maxsize=64)
def _record_type(names: tuple[str, ...]) -> type[msgspec.Struct]:
    return msgspec.defstruct("Record", names, gc=False)


def _as_json(model: type[models.Model], fields: Sequence[str], rows: list[Row]) -> str:
    record = _record_type(tuple(_column(model, name) for name in fields))
    return msgspec.json.encode(list(starmap(record, rows))).decode()


def _clean(
    model: type[models.Model],
    fields: Sequence[str],
    rows: Iterable[Row],
    key: Sequence[str],
    connection: BaseDatabaseWrapper,
) -> list[Row]:
    """The rows as the database takes them, each key once. Works by column: most need nothing at all."""
    columns = [
        _prepared(_field(model, name), values, connection)
        for name, values in zip(fields, zip(*rows, strict=True), strict=False)
    ]
    key_of = itemgetter(*(fields.index(name) for name in key))
    return list({key_of(row): row for row in zip(*columns, strict=True)}.values())


def _prepared(
    field: "models.Field[Any, Any]", values: tuple[Any, ...], connection: BaseDatabaseWrapper
) -> Sequence[Any]:
    if type(field) in _TEXT:
        return fitted(values, field.max_length)
    if type(field) in _AS_THEY_ARE or (
        connection.vendor == "postgresql" and type(field) in _AS_JSON_HAS_THEM
    ):
        return values
    prepare: Callable[[Any], Any] = (
        _sqlite_time
        if isinstance(field, models.DateTimeField)
        else lambda value: field.get_db_prep_save(value, connection)
    )
    return list(map(prepare, values))


_TEXT = {models.CharField, models.TextField, models.URLField, models.SlugField, models.EmailField}
_AS_THEY_ARE = {
    models.BigAutoField,
    models.BigIntegerField,
    models.BooleanField,
    models.FloatField,
    models.ForeignKey,
    models.IntegerField,
    models.OneToOneField,
    models.PositiveIntegerField,
    models.PositiveSmallIntegerField,
}
_AS_JSON_HAS_THEM = {models.DateTimeField, models.JSONField}


def fitted(values: Sequence[str | None], max_length: int | None) -> Sequence[str | None]:
    """Text as both databases hold it: no longer than its column, without NUL and lone surrogates."""
    texts = [value for value in values if value is not None]
    together = "".join(texts)
    is_short = max_length is None or max(map(len, texts), default=0) <= max_length
    if is_short and "\0" not in together and (together.isascii() or _is_encodable(together)):
        return values
    return [None if value is None else _replaced(value)[:max_length] for value in values]


def _is_encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _replaced(text: str) -> str:
    """Encoding writes "?" for each lone half of a surrogate pair."""
    return text.replace("\0", "").encode(errors="replace").decode()


def _sqlite_time(value: datetime | None) -> str | None:
    """As Django stores it: UTC, without the zone."""
    return None if value is None else value.astimezone(UTC).replace(tzinfo=None).isoformat(" ")
