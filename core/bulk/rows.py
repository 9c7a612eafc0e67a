"""Rows as the databases take them: each key once, text that fits, values in the form that the driver knows.

Works by column, because most columns need nothing at all.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from operator import itemgetter
from typing import Any

from django.db import models

from core.bulk.statement import Table

type Row = tuple[Any, ...]


def clean(table: Table, fields: Sequence[str], rows: Iterable[Row], key: Sequence[str]) -> list[Row]:
    """The last row of each key, prepared for the database."""
    columns = [
        _prepared(table, name, values) for name, values in zip(fields, zip(*rows, strict=True), strict=False)
    ]
    key_of = itemgetter(*(fields.index(name) for name in key))
    return list({key_of(row): row for row in zip(*columns, strict=True)}.values())


def fitted(values: Sequence[str | None], max_length: int | None) -> Sequence[str | None]:
    """Text as both databases hold it: no longer than its column, without NUL and lone surrogates."""
    texts = [value for value in values if value is not None]
    together = "".join(texts)
    is_short = max_length is None or max(map(len, texts), default=0) <= max_length
    if is_short and "\0" not in together and (together.isascii() or _is_encodable(together)):
        return values
    return [None if value is None else _encodable(value)[:max_length] for value in values]


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


def _prepared(table: Table, name: str, values: tuple[Any, ...]) -> Sequence[Any]:
    field = table.field(name)
    if type(field) in _TEXT:
        return fitted(values, field.max_length)
    travels_as_json = table.connection.vendor == "postgresql"
    if type(field) in _AS_THEY_ARE or (travels_as_json and type(field) in _AS_JSON_HAS_THEM):
        return values
    prepare: Callable[[Any], Any] = (
        _sqlite_time
        if isinstance(field, models.DateTimeField)
        else lambda value: field.get_db_prep_save(value, table.connection)
    )
    return list(map(prepare, values))


def _is_encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _encodable(text: str) -> str:
    """Encoding writes "?" for each lone half of a surrogate pair."""
    return text.replace("\0", "").encode(errors="replace").decode()


def _sqlite_time(value: datetime | None) -> str | None:
    """As Django stores it: UTC, without the zone."""
    return None if value is None else value.astimezone(UTC).replace(tzinfo=None).isoformat(" ")
