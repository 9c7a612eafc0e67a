"""Keyset pagination: pages begin at a place, not at a number, so that the last is as fast as the first.

For rows that are shown newest first, by a time and the primary key. Rows that arrive while a person turns the
pages move nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from django.utils.dateparse import parse_datetime

OLDER, NEWER = "before", "after"  # parameters of the address
PAGING = (OLDER, NEWER)


@dataclass(frozen=True, slots=True)
class KeysetPage[M: Model]:
    """`older` and `newer` are the values of `?before=` and `?after=` for the pages beside it; "": none."""

    rows: Sequence[M]
    older: str = ""
    newer: str = ""

    @property
    def has_others(self) -> bool:
        return bool(self.older or self.newer)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row is in the list."""

    at: datetime
    pk: int

    def __str__(self) -> str:
        return f"{self.at.isoformat()}~{self.pk}"


def keyset_page[M: Model](
    request: HttpRequest, rows: QuerySet[M], field: str, per_page: int = 50
) -> KeysetPage[M]:
    """The page that the address asks for, of rows newest first by `field`; the first for what is no place."""
    older_than, newer_than = (_read(request.GET.get(name, "")) for name in PAGING)
    if newer_than and not older_than:
        fetched = list(_newer(rows, field, newer_than)[: per_page + 1])
        if len(fetched) > per_page:
            return _page(fetched[:per_page][::-1], field, has_newer=True, has_older=True)
        older_than = None  # fewer than a page are newer: it is the first page, and shown in full
    listed = _older(rows, field, older_than) if older_than else rows.order_by(f"-{field}", "-pk")
    fetched = list(listed[: per_page + 1])
    return _page(
        fetched[:per_page], field, has_newer=older_than is not None, has_older=len(fetched) > per_page
    )


def _page[M: Model](rows: list[M], field: str, *, has_newer: bool, has_older: bool) -> KeysetPage[M]:
    if not rows:
        return KeysetPage(rows)
    return KeysetPage(
        rows,
        older=str(_place_of(rows[-1], field)) if has_older else "",
        newer=str(_place_of(rows[0], field)) if has_newer else "",
    )


def _older[M: Model](rows: QuerySet[M], field: str, place: Place) -> QuerySet[M]:
    """The first condition says nothing new, but is what an index of the time can begin at."""
    behind = Q(**{f"{field}__lt": place.at}) | Q(pk__lt=place.pk)
    return rows.filter(**{f"{field}__lte": place.at}).filter(behind).order_by(f"-{field}", "-pk")


def _newer[M: Model](rows: QuerySet[M], field: str, place: Place) -> QuerySet[M]:
    """The nearest first."""
    ahead = Q(**{f"{field}__gt": place.at}) | Q(pk__gt=place.pk)
    return rows.filter(**{f"{field}__gte": place.at}).filter(ahead).order_by(field, "pk")


def _place_of(row: Model, field: str) -> Place:
    return Place(getattr(row, field), row.pk)


def _read(text: str) -> Place | None:
    time, _tilde, key = text.partition("~")
    try:
        at = parse_datetime(time)
    except ValueError:  # well formed, but no such day
        return None
    if at is None or at.tzinfo is None or not (key.isascii() and key.isdecimal() and len(key) < 19):
        return None
    return Place(at, int(key))
