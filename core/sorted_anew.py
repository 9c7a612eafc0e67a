"""An order that no index has, for a list of few rows among many.

With a limit PostgreSQL walks along the index of an order until the page is full. For the participants of one
event among those of all, or the members of one segment among all contacts, it passes most of the table, where
it could read those few and sort them.
"""

from collections.abc import Sequence
from typing import Any

from django.db.models import F
from django.db.models.expressions import OrderBy
from django.db.models.functions import Coalesce

FEW = 10_000
"""Rows that are read and sorted in some 30 ms. Of more, a page is found as soon along an index."""
FEW_SEARCHED = 30_000
"""The same of rows that are searched: along an index a rare word is looked for among all."""


def sorted_anew(order: Sequence[str | OrderBy]) -> tuple[str | OrderBy, ...]:
    """The same order, as no index has it."""
    first, *others = order
    if isinstance(first, OrderBy):
        expression = first.copy()
        expression.expression = _as_itself(first.expression)
        return (expression, *others)
    name = first.removeprefix("-")
    return (OrderBy(_as_itself(F(name)), descending=first.startswith("-")), *others)


def _as_itself(value: Any) -> Coalesce:
    return Coalesce(value, value)
