"""Rows into SQLite: one prepared statement, executed for each row."""

from collections.abc import Sequence

from core.bulk.rows import Row
from core.bulk.statement import Merge, Overwriting, Table

DIFFERS = "IS NOT"


def upsert(table: Table, fields: Sequence[str], rows: list[Row], merge: Merge) -> tuple[int, int]:
    """How many rows were inserted, and how many changed."""
    defaults = table.defaults(fields)
    columns, constants = table.columns([*fields, *defaults]), tuple(defaults.values())
    with table.connection.cursor() as cursor:
        cursor.execute(f"SELECT coalesce(max({table.key}), 0) FROM {table.name}")  # noqa: S608
        (last,) = cursor.fetchone()
        cursor.executemany(
            f"INSERT INTO {table.name} AS target ({', '.join(columns)}) "  # noqa: S608
            f"VALUES ({', '.join(['%s'] * len(columns))}) {merge.clause(DIFFERS)}",
            [row + constants for row in rows] if constants else rows,
        )
        written = cursor.rowcount
        cursor.execute(f"SELECT count(*) FROM {table.name} WHERE {table.key} > %s", [last])  # noqa: S608
        (inserted,) = cursor.fetchone()
    return inserted, written - inserted


def update(table: Table, names: Sequence[str], rows: list[Row], overwriting: Overwriting) -> int:
    """How many rows changed."""
    source = ", ".join(f"%s AS {column}" for column in table.columns(names))
    sql = (
        f"UPDATE {table.name} AS target SET {overwriting.sets()} FROM (SELECT {source}) AS source "  # noqa: S608
        f"WHERE target.{table.key} = source.{table.key} AND ({overwriting.condition(DIFFERS)})"
    )
    with table.connection.cursor() as cursor:
        cursor.executemany(sql, rows)
        return int(cursor.rowcount)
