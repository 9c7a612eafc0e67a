"""Queries that are compiled once and run many times, for what open pages ask every few seconds.

Django compiles a query anew each time, which costs more than the database needs to answer a small one.
"""

from collections.abc import Callable
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db import connection
from django.db.models import QuerySet

type Rows = list[tuple[Any, ...]]


class PreparedQuery:
    """`build` makes the query from values by name, of which `examples` has one each.

    An example must be a value that occurs nowhere else in the query. Rows come as the database keeps them,
    without Django's conversions: good for comparing, not for reading.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Any]], **examples: Any) -> None:
        self._build, self._examples = build, examples

    def rows(self, **values: Any) -> Rows:
        sql, params = self._compiled
        given = {_stored(self._examples[name]): _stored(value) for name, value in values.items()}
        with connection.cursor() as cursor:
            cursor.execute(sql, [given.get(param, param) for param in params])
            rows: Rows = cursor.fetchall()
        return rows

    @cached_property
    def _compiled(self) -> tuple[str, tuple[Any, ...]]:
        compiler = self._build(**self._examples).query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        return sql, tuple(params)


def _stored(value: Any) -> Any:
    return connection.ops.adapt_datetimefield_value(value) if isinstance(value, datetime) else value
