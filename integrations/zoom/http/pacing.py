"""Keeps to Zoom's limits across all workers (D15): each call takes the next free slot of a shared row.

One UPDATE takes a slot, on SQLite and PostgreSQL alike. Reserving neither waits nor calls: it says when the
call may start, or raises where that is too long to wait for.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from core.messages import Message
from integrations.models import RateLimitBucket, ZoomConnection
from integrations.zoom.errors import LimitKind, RateLimited
from integrations.zoom.http.limits import PLANS, Label, Limit, charged
from integrations.zoom.http.rate_limit_headers import next_utc_midnight

# A slot further away than this is not waited for in place: the work is put off and the worker is free.
LONGEST_WAIT = 20.0


class Pacer(Protocol):
    def reserve(self, label: Label) -> float:
        """Takes a slot and returns its start in Unix time. Raises RateLimited when that is too far away."""

    def block(self, label: Label, until: datetime) -> None:
        """Zoom said that no call with this label will do before `until`."""


class Unpaced:
    """For a single call outside of any connection, and for benchmarks."""

    def reserve(self, label: Label) -> float:
        return 0.0

    def block(self, label: Label, until: datetime) -> None:
        pass


@dataclass(frozen=True, slots=True)
class AccountPacer:
    """The limits of one Zoom account. Times are the workers' clocks, which are expected to agree (NTP)."""

    connection_id: int
    plan: str
    longest_wait: float = LONGEST_WAIT
    clock: Callable[[], float] = time.time
    share_of_day: float = 1.0

    @classmethod
    def of(cls, zoom: ZoomConnection, share_of_day: float = 1.0) -> "AccountPacer":
        """`share_of_day`: once this part of a daily limit is used up, by whomever, the rest is for others."""
        plan = zoom.plan or settings.ZOOM_PLAN
        if plan not in PLANS:
            raise ImproperlyConfigured(f"ZOOM_PLAN must be one of {', '.join(PLANS)}, not {plan!r}.")
        return cls(zoom.pk, plan, share_of_day=share_of_day)

    def reserve(self, label: Label) -> float:
        """One query, unless the account's first call ever or a limit is in the way.

        Must not be called inside a transaction: the row would stay locked, and all workers would wait.
        """
        return max(self._take(each, PLANS[self.plan][each]) for each in charged(label))

    def block(self, label: Label, until: datetime) -> None:
        """For all workers. A later end that is already known stays."""
        self._ensure_rows()
        blocked = RateLimitBucket.objects.filter(connection_id=self.connection_id, label=label)
        blocked.filter(blocked_until__lt=until.timestamp()).update(blocked_until=until.timestamp())

    def _take(self, label: Label, limit: Limit) -> float:
        for _attempt in range(2):
            now = self.clock()
            slot = self._take_slot(label, limit, now)
            if slot is not None:
                return slot
            self._ensure_rows()
            self._raise_if_limited(label, limit, now)
        raise self._limited(LimitKind.PER_SECOND, now + limit.interval)

    def _take_slot(self, label: Label, limit: Limit, now: float) -> float | None:
        budget = self._budget(limit)
        latest = now + self.longest_wait
        return _take_slot(self.connection_id, label, limit.interval, budget, now, latest)

    def _budget(self, limit: Limit) -> int | None:
        return None if limit.daily_budget is None else int(limit.daily_budget * self.share_of_day)

    def _ensure_rows(self) -> None:
        rows = [RateLimitBucket(connection_id=self.connection_id, label=label) for label in Label]
        RateLimitBucket.objects.bulk_create(rows, ignore_conflicts=True)

    def _raise_if_limited(self, label: Label, limit: Limit, now: float) -> None:
        row = RateLimitBucket.objects.get(connection_id=self.connection_id, label=label)
        today = datetime.fromtimestamp(now, UTC)
        budget = self._budget(limit)
        if budget is not None and row.day == today.date() and row.day_count >= budget:
            raise self._limited(LimitKind.DAILY, next_utc_midnight(today).timestamp())
        free_at = max(row.next_slot, row.blocked_until)
        if free_at > now + self.longest_wait:
            raise self._limited(LimitKind.PER_SECOND, free_at)

    def _limited(self, kind: LimitKind, until: float) -> RateLimited:
        reasons = {
            LimitKind.DAILY: Message("zoom.daily_limit_used"),
            LimitKind.PER_SECOND: Message("zoom.limit_used"),
        }
        return RateLimited(reasons[kind], kind=kind, not_before=datetime.fromtimestamp(until, UTC))


def _take_slot(
    connection_id: int, label: Label, interval: float, budget: int | None, now: float, latest: float
) -> float | None:
    """Reserves the next free slot in one statement and returns its start; None if none is in reach.

    `next_slot` is all that the generic cell rate algorithm remembers: when the next call may start.
    """
    today = datetime.fromtimestamp(now, UTC).date()
    values = {
        "connection": connection_id, "label": label.value, "interval": interval, "now": now,
        "latest": latest, "today": today.isoformat(), "budget": 2**31 if budget is None else budget,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_SQL[connection.vendor], values)
        rows = cursor.fetchall()
    return float(rows[0][0]) - interval if rows else None


def _statement(greatest: str, today: str) -> str:
    start = f"{greatest}(next_slot, blocked_until, %(now)s)"
    return f"""
        UPDATE {RateLimitBucket._meta.db_table}
        SET next_slot = {start} + %(interval)s,
            day_count = CASE WHEN day = {today} THEN day_count + 1 ELSE 1 END,
            day = {today}
        WHERE connection_id = %(connection)s AND label = %(label)s AND {start} <= %(latest)s
          AND (day IS NULL OR day <> {today} OR day_count < %(budget)s)
        RETURNING next_slot
    """  # noqa: S608 - the parts are constants of this file


_SQL = {
    "sqlite": _statement("MAX", "%(today)s"),
    "postgresql": _statement("GREATEST", "CAST(%(today)s AS date)"),
}
