"""Rows in the order of a column, those without a value last: for lists with pages.

`NULLS LAST` takes one index for each direction, or a sort of all rows for each page. Here the rows with a
value are one query and those without another, so that one index of the values, read forwards or backwards,
serves both directions.
"""

from django.db.models import Model, QuerySet


class BlanksLast[M: Model]:
    """`column` may be an annotation. Ties go by the primary key, in the same direction."""

    def __init__(self, rows: QuerySet[M], column: str, *, descending: bool) -> None:
        self.rows = rows
        sign = "-" if descending else ""
        blank, known = {f"{column}__isnull": True}, {f"{column}__isnull": False}
        self.known = rows.filter(**known).order_by(f"{sign}{column}", f"{sign}pk")
        self.blank = rows.filter(**blank).order_by(f"{sign}pk")

    def __getitem__(self, part: slice) -> list[M]:
        """`part` has a beginning and an end, or an end alone, as those of pages have."""
        first, last = part.start or 0, part.stop
        found = list(self.known[first:last])
        if len(found) == last - first:
            return found
        known = first + len(found) if found or not first else self.known[:first].count()
        return found + list(self.blank[max(first - known, 0) : last - known])
