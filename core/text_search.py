"""`filter(message__holds_words=text)`: rows whose text holds every word, quickly also among a million rows.

PostgreSQL looks words up in an index (of `core.indexes.WordsVector`), from the beginning of a word on; SQLite
reads the rows, and finds the words anywhere. Case does not matter. A text without a word in it finds nothing.
"""

from typing import TYPE_CHECKING, Any

from django.core.exceptions import EmptyResultSet
from django.db.models import Lookup, Model, QuerySet, TextField
from django.db.models.sql.compiler import SQLCompiler

from core import subquery_lookup  # noqa: F401 - a lookup

if TYPE_CHECKING:
    BooleanLookup = Lookup[bool]
else:
    BooleanLookup = Lookup  # not generic at run time


# Each word is a condition, and thousands of them keep a database busy for minutes.
MOST_WORDS = 12


def typed_words(text: str) -> list[str]:
    """What was typed into a search box, word by word: each once, and of very many the first.

    Without NUL bytes, which PostgreSQL refuses.
    """
    return list(dict.fromkeys(text.replace("\0", " ").split()))[:MOST_WORDS]


def words_of(text: str) -> list[str]:
    """The typed words that have a letter or a digit in them."""
    return [word for word in typed_words(text) if any(character.isalnum() for character in word)]


NEWEST = 2_000  # rows that are read without the index: some milliseconds


def some_holding[M: Model](matching: QuerySet[M], count: int) -> list[M]:
    """Up to `count` rows of a search by words: of common words the newest, of rare ones any.

    The index lists every row with a word before it gives the first. Common words stand in the newest rows,
    which are found first, so that PostgreSQL reads them instead of the index.
    """
    newest = matching.model._default_manager.order_by("-pk").values("pk")[:NEWEST]
    rows = list(matching.filter(pk__in_found=newest).order_by("-pk")[:count])
    return rows if len(rows) == count else list(matching[:count])


@TextField.register_lookup
class HoldsWords(BooleanLookup):
    lookup_name = "holds_words"
    prepare_rhs = False

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> tuple[str, tuple[Any, ...]]:
        column, of_column = self.process_lhs(compiler, connection)
        words = self._words()
        conditions = " AND ".join(rf"UPPER({column}) LIKE UPPER(%s) ESCAPE '\'" for _word in words)
        params = [param for word in words for param in (*of_column, f"%{_as_pattern(word)}%")]
        return f"({conditions})", tuple(params)

    def as_postgresql(self, compiler: SQLCompiler, connection: Any) -> tuple[str, tuple[Any, ...]]:
        column, params = self.process_lhs(compiler, connection)
        query = " & ".join(f"'{_quoted(word)}':*" for word in self._words())
        return f"{_vector(column)} @@ to_tsquery('simple'::regconfig, %s)", (*params, query)

    def _words(self) -> list[str]:
        words = words_of(self.rhs)
        if not words:
            raise EmptyResultSet
        return words


def _vector(column: str) -> str:
    """The index serves only who asks for exactly what it is of."""
    return f"to_tsvector('simple'::regconfig, {column})"


def _as_pattern(word: str) -> str:
    return word.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")


def _quoted(word: str) -> str:
    return word.replace("\\", r"\\").replace("'", "''")
