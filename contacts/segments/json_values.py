"""Values of properties in a contact's JSON, as both databases compare them."""

import json
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.models import BooleanField, Case, DateTimeField, F, FloatField, Func, Value, When
from django.db.models.functions import Cast
from django.db.models.lookups import Regex
from django.db.models.sql.compiler import SQLCompiler


def stored_number(stored: Any) -> Any:
    """Null for what is stored but is no number, or too large or small a one, which the cast would refuse."""
    return Case(When(Regex(stored, Value(_NUMBER)), then=Cast(stored, FloatField())))


_NUMBER = r"^-?[0-9]{1,200}(\.[0-9]{1,200})?([eE][-+]?[0-9]{1,2})?$"


class StoredTime(Func):
    """A stored date ("2026-03-02", its midnight in UTC) or date and time ("2026-03-02T10:00:00Z").

    Null for a text that is neither.
    """

    arity = 1
    output_field = DateTimeField()

    def as_sqlite(self, compiler: SQLCompiler, connection: Any, **context: Any) -> tuple[str, Any]:
        """As Django stores times there."""
        return self.as_sql(compiler, connection, template="datetime(%(expressions)s)", **context)

    def as_postgresql(self, compiler: SQLCompiler, connection: Any, **context: Any) -> tuple[str, Any]:
        template = (
            "CASE WHEN pg_input_is_valid(%(expressions)s, 'timestamptz') "
            "THEN (%(expressions)s)::timestamptz END"
        )
        sql, params = self.as_sql(compiler, connection, template=template, **context)
        return sql, (*params, *params)


class HoldsValue(Func):
    """Whether a property is, or of several choices has, one of these values. Never null.

    On PostgreSQL by containment, which an index on the whole of the JSON serves.
    """

    output_field = BooleanField()

    def __init__(self, column: str, name: str, values: list[Any], *, is_list: bool) -> None:
        super().__init__(F(column))
        self.name, self.values, self.is_list = name, values, is_list

    def as_sqlite(self, compiler: SQLCompiler, connection: Any, **_context: Any) -> tuple[str, Any]:
        column, params = self._column(compiler)
        marks = ", ".join(["%s"] * len(self.values))
        each = f"json_each({column}, %s) AS held"
        sql = f"EXISTS (SELECT 1 FROM {each} WHERE held.value IN ({marks}))"  # noqa: S608 - marks only
        return sql, (*params, f'$."{self.name}"', *self.values)

    def as_postgresql(self, compiler: SQLCompiler, connection: Any, **_context: Any) -> tuple[str, Any]:
        column, params = self._column(compiler)
        sql = " OR ".join([f"{column} @> %s::jsonb"] * len(self.values))
        candidates = [json.dumps({self.name: [value] if self.is_list else value}) for value in self.values]
        return f"({sql})", tuple(param for text in candidates for param in (*params, text))

    def _column(self, compiler: SQLCompiler) -> tuple[str, Any]:
        if not self.values:
            raise EmptyResultSet
        return compiler.compile(self.source_expressions[0])
