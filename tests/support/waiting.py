"""Waiting for what other processes do."""

import time
from collections.abc import Callable


def eventually[T](look: Callable[[], T], seconds: float = 30, pause: float = 0.05) -> T:
    """Looks until there is something to see, and returns it; fails when the time is up."""
    deadline = time.monotonic() + seconds
    while not (seen := look()):
        assert time.monotonic() < deadline, f"Still not so after {seconds} seconds (saw {seen!r})."
        time.sleep(pause)
    return seen
