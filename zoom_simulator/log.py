"""Every call that was made, so that a test can count them."""

import re
import threading
from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from msgspec import Struct


class LoggedCall(Struct, frozen=True):
    method: str
    path: str
    """Decoded nowhere: as it came over the wire, without the query."""
    query: str
    label: str
    """The rate limit label; empty for OAuth, downloads and pages."""
    status: int
    at: datetime
    milliseconds: float
    authorization: str
    """The scheme of the Authorization header (Bearer, Basic) or nothing; never the secret."""
    fault: str = ""


class CallLog:
    def __init__(self) -> None:
        self._calls: list[LoggedCall] = []
        self._lock = threading.Lock()

    def add(self, call: LoggedCall) -> None:
        with self._lock:
            self._calls.append(call)

    def clear(self) -> None:
        with self._lock:
            self._calls.clear()

    def __len__(self) -> int:
        return len(self._calls)

    def __iter__(self) -> Iterator[LoggedCall]:
        with self._lock:
            return iter(list(self._calls))

    def where(
        self, path: str = "", *, method: str = "", label: str = "", status: int = 0
    ) -> list[LoggedCall]:
        """Those whose path and query match the regular expression (and the rest, if given)."""
        return [
            row
            for row in self
            if re.search(path, f"{row.path}?{row.query}")
            and method in ("", row.method)
            and label in ("", row.label)
            and status in (0, row.status)
        ]

    def count(self, path: str = "", *, method: str = "", label: str = "", status: int = 0) -> int:
        return len(self.where(path, method=method, label=label, status=status))

    def most_in_a_second(self, label: str) -> int:
        """The busiest second's number of calls with a label."""
        seconds = Counter(int(row.at.timestamp()) for row in self if row.label == label)
        return max(seconds.values(), default=0)
