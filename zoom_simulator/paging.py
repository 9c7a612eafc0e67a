"""Listings page by page, with Zoom's `next_page_token`.

A token is opaque, lives 15 minutes and only works with the query that it came from. A listing is fixed when
its first page is asked for, so that a change in between neither repeats nor loses a row.
"""

import secrets
import threading
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any

from msgspec import Struct
from werkzeug.wrappers import Request

from zoom_simulator import errors
from zoom_simulator.clock import Clock

LIFETIME = timedelta(minutes=15)
type Write = Callable[[Any], Any]


class Listing(Struct):
    query: tuple[str, ...]
    rows: Sequence[Any]
    offset: int
    expires: datetime


class Pages:
    def __init__(self, clock: Clock, *, seed: int = 1) -> None:
        self.clock = clock
        self.unstable_order = False
        """Each listing starts in another order (Zoom promises none)."""
        self.left_out: dict[str, int] = {}
        """How many rows fewer than their total listings have, by the name of what they list."""
        self._random = Random(seed)  # noqa: S311 - only shuffles
        self._lock = threading.Lock()
        self._listings: dict[str, Listing] = {}

    def page(
        self,
        request: Request,
        path: str,
        name: str,
        rows: Callable[[], Sequence[Any]],
        write: Write,
        *,
        most: int = 300,
        repeats_rows: bool = False,
        numbered: bool = True,
    ) -> dict[str, Any]:
        """One page's body: the rows below `name`, each as `write` makes it, and the paging fields."""
        size = _page_size(request, most)
        listing = self._listing(request, path, rows)
        end = listing.offset + size
        start = listing.offset - 1 if repeats_rows and listing.offset else listing.offset
        body: dict[str, Any] = {
            "next_page_token": self._token(listing, end),
            "page_size": size,
            "page_count": -(-len(listing.rows) // size),
            "total_records": len(listing.rows) + self.left_out.get(name, 0),
            name: [write(row) for row in listing.rows[start:end]],
        }
        return body | ({"page_number": listing.offset // size + 1} if numbered else {})

    def _listing(self, request: Request, path: str, rows: Callable[[], Sequence[Any]]) -> Listing:
        query = _signature(request, path)
        token = request.args.get("next_page_token", "")
        now = self.clock.now()
        if not token:
            fixed = list(rows())
            if self.unstable_order:
                self._random.shuffle(fixed)
            return Listing(query=query, rows=fixed, offset=0, expires=now + LIFETIME)
        with self._lock:
            listing = self._listings.get(token)
        if listing is None or listing.expires < now or listing.query != query:
            raise errors.bad_page_token()
        return listing

    def _token(self, listing: Listing, offset: int) -> str:
        if offset >= len(listing.rows):
            return ""
        token, now = secrets.token_urlsafe(24), self.clock.now()
        following = Listing(query=listing.query, rows=listing.rows, offset=offset, expires=now + LIFETIME)
        with self._lock:
            if len(self._listings) > 1000:
                self._listings = {key: one for key, one in self._listings.items() if one.expires >= now}
            self._listings[token] = following
        return token


def _signature(request: Request, path: str) -> tuple[str, ...]:
    """What must be the same on every page: the path and all parameters but the token."""
    pairs = sorted(f"{key}={value}" for key, value in request.args.items() if key != "next_page_token")
    return (path, *pairs)


def _page_size(request: Request, most: int) -> int:
    try:
        size = int(request.args.get("page_size", "30"))
    except ValueError:
        raise errors.bad_parameter("page_size") from None
    if size < 1 or size > most:
        raise errors.bad_parameter("page_size")
    return size
