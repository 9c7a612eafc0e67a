"""Indexes that only PostgreSQL has: declared on the model like any other, and left out on SQLite."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from django.db import ProgrammingError, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor as SchemaEditor
from django.db.backends.ddl_references import Statement

_NO_STATEMENT = "SELECT 1"  # a schema editor runs whatever an index answers


class GinIndex(models.Index):
    """For rows that hold many keys each: words of a text, parts of a word, members of a JSON object.

    Queries work without it, and read every row.
    """

    suffix = "gin"

    def create_sql(
        self, model: type[models.Model], schema_editor: SchemaEditor, using: str = "", **kwargs: Any
    ) -> Statement:
        if not self._is_possible(schema_editor):
            return Statement(_NO_STATEMENT)
        return super().create_sql(model, schema_editor, using=using or " USING gin", **kwargs)

    def remove_sql(self, model: type[models.Model], schema_editor: SchemaEditor, **kwargs: Any) -> str:
        if schema_editor.connection.vendor != "postgresql":
            return _NO_STATEMENT
        return super().remove_sql(model, schema_editor, **kwargs)  # only if it exists

    def _is_possible(self, schema_editor: SchemaEditor) -> bool:
        return schema_editor.connection.vendor == "postgresql"


class TrigramIndex(GinIndex):
    """For `LIKE '%part%'` on a column. Needs PostgreSQL's extension pg_trgm.

    Left out where the server lacks it: queries find the same, and read every row (docs/operations.md).
    """

    def __init__(self, column: str, *, name: str) -> None:
        super().__init__(fields=[column], opclasses=["gin_trgm_ops"], name=name)

    def deconstruct(self) -> tuple[str, Sequence[Any], dict[str, Any]]:
        path, _args, _kwargs = super().deconstruct()
        return path, self.fields, {"name": self.name}

    def _is_possible(self, schema_editor: SchemaEditor) -> bool:
        return super()._is_possible(schema_editor) and has_trigrams(schema_editor.connection)


def has_trigrams(connection: BaseDatabaseWrapper) -> bool:
    """Whether the database has pg_trgm, which it gets here if the server offers it and we may."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_available_extensions WHERE name = 'pg_trgm'")
        if not cursor.fetchone():
            return False
        with suppress(ProgrammingError), transaction.atomic(using=connection.alias):
            cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")  # any owner of the database may
        cursor.execute("SELECT 1 FROM pg_extension WHERE extname = 'pg_trgm'")
        return bool(cursor.fetchone())


class WordsVector(models.Func):
    """The words of a text, as `core.text_search.HoldsWords` looks them up: the index serves no other form."""

    template = "to_tsvector('simple'::regconfig, %(expressions)s)"
    arity = 1
    output_field = models.TextField()  # never read
