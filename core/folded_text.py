"""`Folded(text)`: a text without regard to case, the same on both databases.

SQLite's own LOWER leaves a letter such as Ä as it is, so there the function is ours. PostgreSQL's follows the
locale of the database.
"""

import sqlite3
from typing import Any

from django.db.backends.signals import connection_created
from django.db.models import Func, TextField
from django.db.models.sql.compiler import SQLCompiler
from django.dispatch import receiver


class Folded(Func):
    function = "LOWER"
    arity = 1
    output_field = TextField()

    def as_sqlite(self, compiler: SQLCompiler, connection: Any, **context: Any) -> tuple[str, Any]:
        return self.as_sql(compiler, connection, function="FOLDED", **context)


def fold(text: str | None) -> str | None:
    """Letter by letter, as PostgreSQL does it: so a Σ is the same at the end of a word and within."""
    if text is None or text.isascii():
        return text and text.lower()
    return "".join(map(str.lower, text))


@receiver(connection_created, dispatch_uid="core.folded_text")
def add_function(connection: Any, **_: Any) -> None:
    if connection.vendor == "sqlite":
        raw: sqlite3.Connection = connection.connection
        raw.create_function("FOLDED", 1, fold, deterministic=True)
