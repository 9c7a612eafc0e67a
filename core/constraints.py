"""Constraints that Django has no class for."""

from collections.abc import Sequence
from typing import Any

from django.db.models.constraints import BaseConstraint


class CompositeForeignKey(BaseConstraint):
    """Several columns that must occur together in one row of another table, checked at commit.

    For rows that refer to each other, and must agree. The other table is named as the database knows it, for
    it may be created later; it needs a unique constraint on just these columns.
    """

    def __init__(self, *, fields: Sequence[str], table: str, columns: Sequence[str], name: str) -> None:
        super().__init__(name=name)
        self.fields, self.table, self.columns = tuple(fields), table, tuple(columns)

    def constraint_sql(self, model: Any, schema_editor: Any) -> str:
        """SQLite takes it with the table, whether or not the other one is there; PostgreSQL afterwards."""
        if schema_editor.connection.vendor == "sqlite":
            return self._sql(model, schema_editor)
        schema_editor.deferred_sql.append(self.create_sql(model, schema_editor))
        return ""  # nothing in the table itself

    def create_sql(self, model: Any, schema_editor: Any) -> str:
        table = schema_editor.quote_name(model._meta.db_table)
        return f"ALTER TABLE {table} ADD {self._sql(model, schema_editor)}"

    def remove_sql(self, model: Any, schema_editor: Any) -> str:
        quote = schema_editor.quote_name
        return f"ALTER TABLE {quote(model._meta.db_table)} DROP CONSTRAINT {quote(self.name)}"

    def validate(self, *args: Any, **kwargs: Any) -> None:
        """Left to the database: rows that refer to each other are complete only at the commit."""

    def deconstruct(self) -> tuple[str, tuple[Any, ...], dict[str, Any]]:
        path, _args, kwargs = super().deconstruct()
        return path, (), {**kwargs, "fields": self.fields, "table": self.table, "columns": self.columns}

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, CompositeForeignKey):
            return NotImplemented
        return self.deconstruct() == other.deconstruct()

    def __hash__(self) -> int:
        return hash((self.name, self.fields, self.table, self.columns))

    def _sql(self, model: Any, schema_editor: Any) -> str:
        quote = schema_editor.quote_name
        own = ", ".join(quote(model._meta.get_field(name).column) for name in self.fields)
        theirs = ", ".join(map(quote, self.columns))
        return (
            f"CONSTRAINT {quote(self.name)} FOREIGN KEY ({own}) "
            f"REFERENCES {quote(self.table)} ({theirs}) DEFERRABLE INITIALLY DEFERRED"
        )
