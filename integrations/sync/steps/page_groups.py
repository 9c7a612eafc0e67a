"""Groups pages: they are fetched one by one and written together.

Writing 300 rows takes nearly as long as writing 1,500.
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
