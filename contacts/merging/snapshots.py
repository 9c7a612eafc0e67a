"""Rows as JSON, and back: what a merge keeps in order to be undone. Exact to the microsecond."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db.models import Field, ForeignKey, Model

type SavedRow = dict[str, Any]


def saved(row: Model) -> SavedRow:
    return {field.attname: _plain(field.value_from_object(row)) for field in _stored_fields(type(row))}


def restored[M: Model](model: type[M], row: SavedRow) -> M:
    """The row, not yet in the database. What was added to the model since has its default."""
    fields = [field for field in _stored_fields(model) if field.attname in row]
    return model(**{field.attname: field.to_python(row[field.attname]) for field in fields})


def insert_again[M: Model](model: type[M], rows: Iterable[SavedRow]) -> list[M]:
    """Those whose key is free and whose rows that they refer to still exist; they have their former keys."""
    wanted = [restored(model, row) for row in rows]
    taken = set(model._default_manager.filter(pk__in=[row.pk for row in wanted]).values_list("pk", flat=True))
    possible = [row for row in wanted if row.pk not in taken]
    for field in _stored_fields(model):
        if isinstance(field, ForeignKey):
            possible = _with_target(possible, field)
    return model._default_manager.bulk_create(possible)


def revert(row: Model, before: SavedRow, after: SavedRow) -> bool:
    """Give the fields that a merge changed their values back, but for what was changed again since.

    Whether all of them could be reverted.
    """
    now, names, is_whole = saved(row), [], True
    for name, value in before.items():
        if value == after[name]:
            continue
        if now[name] == after[name]:
            names.append(name)
        else:
            is_whole = False
    old = restored(type(row), before)
    for name in names:
        setattr(row, name, getattr(old, name))
    if names:
        row.save(update_fields=names)
    return is_whole


def _with_target[M: Model](rows: list[M], field: "ForeignKey[Any, Any]") -> list[M]:
    keys = {getattr(row, field.attname) for row in rows} - {None}
    there = set(field.related_model._default_manager.filter(pk__in=keys).values_list("pk", flat=True))
    return [row for row in rows if getattr(row, field.attname) in there | {None}]


def _stored_fields(model: type[Model]) -> "list[Field[Any, Any]]":
    return [field for field in model._meta.concrete_fields if not field.generated]


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime) else value
