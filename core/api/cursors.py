"""Walks through a long list by primary key.

A key never changes and new rows get higher ones, so a row that is there for the whole walk comes exactly
once, whatever is written meanwhile; and the last page is as quick as the first.
"""

import base64
import binascii
from collections.abc import Callable
from typing import Annotated, Any

from django.db.models import Model, QuerySet
from ninja import Field, Query
from pydantic import BaseModel

from core.api.problems import invalid

MOST = 200
HIGHEST_KEY = 2**63 - 1


class Walk(BaseModel):
    """The two parameters of every list."""

    limit: int = Field(50, ge=1, le=MOST, description="How many rows at most.")
    cursor: str = Field(
        "", max_length=100, description="`next` of the page before; leave it out for the first page."
    )


WalkQuery = Annotated[Walk, Query(...)]


class Page[T](BaseModel):
    """`next` is the cursor of the page after this one; null on the last."""

    results: list[T]
    next: str | None = None


def page_of[M: Model, R](rows: QuerySet[M], walk: Walk, draw: Callable[[list[M]], list[R]]) -> dict[str, Any]:
    """The page that the walk asks for; `draw` makes what is answered of its rows, all at once."""
    after = _key_in(walk.cursor)
    fetched = list(rows.filter(pk__gt=after).order_by("pk")[: walk.limit + 1])
    shown = fetched[: walk.limit]
    return {
        "results": draw(shown),
        "next": _cursor_after(shown[-1].pk) if len(fetched) > len(shown) else None,
    }


def _cursor_after(key: int) -> str:
    return base64.urlsafe_b64encode(f"after:{key}".encode()).decode().rstrip("=")


def _key_in(cursor: str) -> int:
    if not cursor:
        return 0
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        kind, _colon, key = base64.b64decode(padded, altchars=b"-_", validate=True).decode().partition(":")
    except (UnicodeError, binascii.Error):
        kind = key = ""
    if kind != "after" or not (key.isascii() and key.isdecimal()) or len(key) > 19 or int(key) > HIGHEST_KEY:
        raise invalid("cursor", "This is not a cursor of this list. Use “next” of the page before as it is.")
    return int(key)
