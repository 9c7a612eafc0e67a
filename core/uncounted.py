"""Pages of rows that take long to count: the page is there at once, and asks for their number afterwards.

Of the rows one more than the page holds is read, which tells whether there are others.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.core.paginator import Page, Paginator
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from core.blanks_last import BlanksLast
from core.row_keys import row_key
from core.web import COUNTED_ROWS, paginate

if TYPE_CHECKING:
    RowPaginator = Paginator[Any]
else:
    RowPaginator = Paginator  # not generic at run time


class KnownPaginator(RowPaginator):
    """Of so many rows; with `is_counted_later`, of at least so many."""

    is_capped = False

    def __init__(self, count: int, per_page: int, *, is_counted_later: bool) -> None:
        super().__init__((), per_page)
        self.count = count
        self.is_counted_later = is_counted_later


def paginate_uncounted[M: Model](
    request: HttpRequest, rows: QuerySet[M] | BlanksLast[M], per_page: int = 50
) -> Page[M]:
    """The page that `?page=` asks for; the nearest one when there is no such page. `rows` must be ordered."""
    number = row_key(request.GET.get("page", "1"))
    first = (number - 1) * per_page
    if not 0 <= first < COUNTED_ROWS:
        return paginate(request, rows, per_page)
    listed: Sequence[M] = list(rows[first : first + per_page + 1])
    if not listed and first:
        return paginate(request, rows, per_page)
    has_more = len(listed) > per_page
    count = min(first + len(listed), COUNTED_ROWS)
    return Page(listed[:per_page], number, KnownPaginator(count, per_page, is_counted_later=has_more))
