"""Zoom's rate limits: per label and second, per day, and per registrant. One account, whoever calls.

The windows are the clock's whole seconds, minutes and UTC days.
"""

import threading
from collections import Counter
from datetime import datetime, timedelta

from msgspec import Struct

from zoom_simulator.clock import Clock, iso
from zoom_simulator.errors import ZoomError


class Limit(Struct, frozen=True):
    calls: int
    seconds: int = 1
    per_day: int = 0


PLANS: dict[str, dict[str, Limit]] = {
    "free": {
        "LIGHT": Limit(4, per_day=6_000),
        "MEDIUM": Limit(2, per_day=2_000),
        "HEAVY": Limit(1, per_day=1_000),
        "RESOURCE-INTENSIVE": Limit(10, seconds=60, per_day=30_000),
    },
    "pro": {
        "LIGHT": Limit(30),
        "MEDIUM": Limit(20),
        "HEAVY": Limit(10, per_day=30_000),
        "RESOURCE-INTENSIVE": Limit(10, seconds=60, per_day=30_000),
    },
    "business": {
        "LIGHT": Limit(80),
        "MEDIUM": Limit(60),
        "HEAVY": Limit(40, per_day=60_000),
        "RESOURCE-INTENSIVE": Limit(20, seconds=60, per_day=60_000),
    },
}
SHARED = ("HEAVY", "RESOURCE-INTENSIVE")
"""On Pro and Business these two labels share one daily limit."""
ADDITIONS_PER_DAY = 3
STATUS_CHANGES_PER_DAY = 10
RESUME = "You can resume these API requests at GMT 00:00:00."
PER_SECOND = "You have reached the maximum per-second rate limit for this API. Try again later."
DAILY = (
    "You have reached the maximum daily rate limit for this API. Refer to the response header for details on "
    "when you can make another request."
)


class Limits:
    def __init__(self, clock: Clock, plan: str = "off") -> None:
        self.clock = clock
        self.plan = plan
        self.per_registrant = plan != "off"
        """Whether the daily 3 additions and 10 status changes for a person are counted."""
        self.per_address = False
        """Those counts are of an address in all webinars together, as some users report."""
        self.refused = 0
        self._lock = threading.Lock()
        self._counts: Counter[tuple[object, ...]] = Counter()

    def switch(self, plan: str) -> None:
        """free, pro, business or off; raises ValueError for anything else."""
        if plan not in ("off", *PLANS):
            raise ValueError(f"no such plan: {plan}")
        with self._lock:
            self.plan, self.per_registrant = plan, plan != "off"
            self._counts.clear()

    def use_up_day(self, label: str) -> None:
        """As if the day's calls with this label had all been made."""
        with self._lock:
            self._counts[self._day_key(label)] = PLANS[self.plan][label].per_day

    def count(self, label: str) -> dict[str, str]:
        """Counts a call and gives the headers of its answer; raises the 429 if it is one too many."""
        if self.plan == "off" or label not in PLANS[self.plan]:
            return {}
        limit, now = PLANS[self.plan][label], self.clock.now()
        window = (label, int(now.timestamp()) // limit.seconds)
        with self._lock:
            if limit.per_day and self._counts[self._day_key(label)] >= limit.per_day:
                raise self._daily(label, limit, now)
            if self._counts[window] >= limit.calls:
                self.refused += 1
                raise ZoomError(429, 429, PER_SECOND, headers=_headers(label, "QPS", limit.calls, 0))
            self._counts[window] += 1
            self._counts[self._day_key(label)] += 1
            return _headers(label, "QPS", limit.calls, limit.calls - self._counts[window])

    def count_addition(self, webinar_id: int, email: str) -> None:
        what = f"({ADDITIONS_PER_DAY}) for Add a webinar registrant API requests"
        self._count_person(("add", webinar_id, email.lower()), ADDITIONS_PER_DAY, what, email)

    def count_status_change(self, webinar_id: int, person: str) -> None:
        what = f"({STATUS_CHANGES_PER_DAY}) for webinar Update registrant's status API requests"
        self._count_person(("status", webinar_id, person.lower()), STATUS_CHANGES_PER_DAY, what, person)

    def _count_person(self, key: tuple[object, ...], most: int, what: str, person: str) -> None:
        if not self.per_registrant:
            return
        key = (*(key[:1] + key[2:] if self.per_address else key), self.clock.now().date())
        message = f"You have exceeded the daily rate limit of {what} for the registrant ({person}). {RESUME}"
        with self._lock:
            if self._counts[key] >= most:
                self.refused += 1
                headers = {"X-RateLimit-Limit": str(most), "X-RateLimit-Remaining": "0"}
                raise ZoomError(429, 429, message, headers=headers)
            self._counts[key] += 1

    def _day_key(self, label: str) -> tuple[object, ...]:
        shared = self.plan != "free" and label in SHARED
        return ("day", "SHARED" if shared else label, self.clock.now().date())

    def _daily(self, label: str, limit: Limit, now: datetime) -> ZoomError:
        """Zoom's Retry-After is a date here, not a number of seconds."""
        self.refused += 1
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
        headers = _headers(label, "Daily-limit", limit.per_day, 0) | {"Retry-After": iso(midnight)}
        return ZoomError(429, 429, DAILY, headers=headers)


def _headers(label: str, kind: str, limit: int, remaining: int) -> dict[str, str]:
    return {
        "X-RateLimit-Category": label.capitalize(),
        "X-RateLimit-Type": kind,
        "X-RateLimit-Limit": str(limit),
        "X-RateLimit-Remaining": str(remaining),
    }
