"""Indexes that only PostgreSQL has: declared on the model like any other, and left out on SQLite."""

from typing import Any

from django.db import models
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


class WordsVector(models.Func):
    """The words of a text, as `core.text_search.HoldsWords` looks them up: the index serves no other form."""

    template = "to_tsvector('simple'::regconfig, %(expressions)s)"
    arity = 1
    output_field = models.TextField()  # never read
