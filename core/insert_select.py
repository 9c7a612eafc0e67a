"""Rows made from what a query selects, in one statement: memory does not grow with their number."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet


def insert_selected(into: str, values: str, params: Sequence[Any], rows: QuerySet[Any, Any]) -> int:
    """`into` is a table with its columns; `rows` selects one column, which is called `found` in `values`.

    A row that is there already stays as it is. How many were made.
    """
    try:
        select, of_select = rows.order_by().query.sql_with_params()
    except EmptyResultSet:  # nothing is found, and Django asks no database for that
        return 0
    statement = (  # it begins with INSERT, or SQLite would not say how many rows were made
        f"INSERT INTO {into} WITH selected(found) AS ({select})"  # noqa: S608 - of our own words
        f" SELECT {values} FROM selected WHERE true ON CONFLICT DO NOTHING"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [*of_select, *params])
        return int(cursor.rowcount)
