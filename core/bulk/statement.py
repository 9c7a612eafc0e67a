"""The parts of a statement that both databases share: names of tables and columns, and when a row differs."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper


@dataclass(frozen=True, slots=True)
class Table:
    connection: BaseDatabaseWrapper
    model: type[models.Model]

    @property
    def name(self) -> str:
        return self.connection.ops.quote_name(self.model._meta.db_table)

    @property
    def key(self) -> str:
        return self.columns([self.model._meta.pk.name])[0]

    def field(self, name: str) -> "models.Field[Any, Any]":
        field = self.model._meta.get_field(name)
        assert isinstance(field, models.Field)  # noqa: S101
        return field

    def columns(self, names: Iterable[str]) -> list[str]:
        return [self.connection.ops.quote_name(str(self.field(name).column)) for name in names]

    def defaults(self, given: Sequence[str]) -> dict[str, Any]:
        """What a new row has in the columns that are not given, as the database takes it."""
        columns = {self.field(name).column for name in given}
        others = (field for field in self.model._meta.concrete_fields if field.column not in columns)
        return {
            field.name: field.get_db_prep_save(field.get_default(), self.connection)
            for field in others
            if not (field.primary_key or field.generated or (field.null and field.get_default() is None))
        }


@dataclass(frozen=True, slots=True)
class Merge:
    """What an INSERT does about a row whose key is there. Holds columns."""

    key: list[str]
    compared: list[str]
    touched: list[str]

    def clause(self, differs: str) -> str:
        """`differs` is how this database compares two values of which either may be null."""
        target = f"ON CONFLICT ({', '.join(self.key)}) DO"
        if not self.compared:
            return f"{target} NOTHING"
        sets = ", ".join(f"{column} = excluded.{column}" for column in [*self.compared, *self.touched])
        return f"{target} UPDATE SET {sets} WHERE " + " OR ".join(
            f"target.{column} {differs} excluded.{column}" for column in self.compared
        )


@dataclass(frozen=True, slots=True)
class Overwriting:
    """What an UPDATE sets, and to which rows it does anything at all. Holds columns."""

    compared: list[str]
    touched: list[str]
    only_blank: bool

    def sets(self) -> str:
        kept = "CASE WHEN target.{0} = '' THEN source.{0} ELSE target.{0} END"
        value = kept if self.only_blank else "source.{0}"
        return ", ".join(
            [f"{column} = {value.format(column)}" for column in self.compared]
            + [f"{column} = source.{column}" for column in self.touched]
        )

    def condition(self, differs: str) -> str:
        blank = "(target.{0} = '' AND source.{0} <> '')"
        condition = blank if self.only_blank else f"target.{{0}} {differs} source.{{0}}"
        return " OR ".join(condition.format(column) for column in self.compared)
