"""One page of a listing, and which page comes next. No I/O.

A listing is complete only when its last page was read. A repeated page token raises, because carrying on
would go in circles or lose people.
"""

from dataclasses import dataclass, field
from datetime import datetime

import msgspec

from core.messages import Message
from integrations.zoom.endpoints import Call
from integrations.zoom.errors import BadAnswer, ErrorDetails, PageTokenExpired
from integrations.zoom.http.decoding import (
    BadItem,
    Decoded,
    decode_fast,
    decode_lenient,
    decode_one,
)
from integrations.zoom.http.responses import Reply, bad_answer, raise_for_error, read_object

# How often an expired page token may send us back to the first page before the listing is given up for now.
MAX_RESTARTS = 2


@dataclass(frozen=True, slots=True)
class Page[T]:
    """`total` is Zoom's count of the whole listing, for showing progress; Zoom does not always tell it.

    `restarts` counts how often the listing had to begin again: after the first, items may come a second time.
    `is_last` ends a listing. It is complete only if that page is not `is_short`: then Zoom delivered fewer
    rows than its own total (D19).
    """

    items: list[T]
    bad: list[BadItem] = field(default_factory=list)
    next_page_token: str = ""
    total: int | None = None
    restarts: int = 0
    is_short: bool = False

    @property
    def is_last(self) -> bool:
        return not self.next_page_token


def read_page[T](call: Call[T], reply: Reply, now: datetime) -> Page[T]:
    """The answer as a page, or the error that it is."""
    raise_for_error(reply, now)
    decoded = decode_fast(reply.body, call.record, call.items) or _read_patiently(call, reply, now)
    return Page(decoded.items, decoded.bad, decoded.next_page_token, decoded.total)


def read_record[T](call: Call[T], reply: Reply, now: datetime) -> T:
    """The answer as one record, or the error that it is."""
    raise_for_error(reply, now)
    data = read_object(reply, now)
    try:
        return decode_one(data, call.record)
    except msgspec.ValidationError as error:
        raise bad_answer(reply, str(error)) from None


def read_nothing(reply: Reply, now: datetime) -> None:
    """For calls that answer 204 without a body; raises the error that it is."""
    raise_for_error(reply, now)
    if reply.body.strip():
        read_object(reply, now)


def _read_patiently[T](call: Call[T], reply: Reply, now: datetime) -> Decoded[T]:
    decoded = decode_lenient(read_object(reply, now), call.record, call.items)
    if decoded is None:
        raise bad_answer(reply, f"no list “{call.items}”")
    return decoded


class PageWalk[T]:
    """The state of reading one listing from its first page to its last."""

    def __init__(self, listing: Call[T]) -> None:
        self.listing = listing
        self.restarts = 0
        self._delivered = 0
        self._tokens: set[str] = set()

    def first(self) -> Call[T]:
        return self.listing

    def after(self, page: Page[T]) -> Call[T] | None:
        """The call for the page after this one; None at the end."""
        self._delivered += len(page.items) + len(page.bad)
        token = page.next_page_token
        if not token:
            return None
        if token in self._tokens:
            raise BadAnswer(Message("zoom.list_repeats"), details=ErrorDetails(self.listing.name))
        self._tokens.add(token)
        return self.listing.page(token)

    def is_short(self, page: Page[T]) -> bool:
        """Whether the listing ended with this page before it had delivered what it promised."""
        return page.is_last and page.total is not None and self._delivered < page.total

    def again(self, expired: PageTokenExpired) -> Call[T]:
        """The first page again, because a token expired; raises that error when it happens too often."""
        if self.restarts >= MAX_RESTARTS:
            raise expired
        self.restarts += 1
        self._delivered = 0
        self._tokens.clear()
        return self.listing
