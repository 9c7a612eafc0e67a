"""Some pages at once: fetched one by one, written together.

A write costs much the same for 300 rows as for 1,500. Decides how many rows wait in memory; knows no listing.
"""

from collections.abc import Iterable, Iterator

from integrations.zoom.http.decoding import BadItem
from integrations.zoom.http.pages import Page

ROWS = 1_500


def chunks[T](pages: Iterable[Page[T]]) -> Iterator[Page[T] | None]:
    """After each page either None, or all that has come since the last chunk; what is left comes at the end.

    The None is a turn for others: listings that are read side by side go on by one page each.
    """
    items: list[T] = []
    bad: list[BadItem] = []
    is_short = False
    for page in pages:
        items += page.items
        bad += page.bad
        is_short = is_short or page.is_short
        if len(items) < ROWS:
            yield None
        else:
            yield Page(items, bad, is_short=is_short)
            items, bad = [], []
    if items or bad or is_short:
        yield Page(items, bad, is_short=is_short)
