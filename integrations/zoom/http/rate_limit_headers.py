"""When Zoom lets us call again, read from a 429's headers and words. Pure: the time is handed in.

Knows every form of Retry-After that was seen; does not know who waits, nor where.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from email.utils import parsedate_to_datetime

from integrations.zoom.errors import LimitKind

# A daily limit ends within 24 hours. A header that says more is a mistake, and must not stop us for years.
LONGEST = timedelta(hours=25)
# "Per second" without a Retry-After: the next second. Calls labelled resource-intensive count per minute.
SHORT = timedelta(seconds=1)
MINUTE = timedelta(seconds=60)

_GMT_TIME = re.compile(r"\bGMT (\d{2}):(\d{2}):(\d{2})")


@dataclass(frozen=True, slots=True)
class RateLimit:
    kind: LimitKind
    until: datetime


def parse_retry_after(value: str, now: datetime) -> datetime | None:
    """The moment that a Retry-After header names, as seconds, ISO 8601 or HTTP date; never before `now`.

    Zoom's daily limits send `Retry-After: 2020-05-31T00:00:00Z` (devforum 18928), the others seconds.
    """
    value = value.strip()
    moment = _after_seconds(value, now) or _iso(value) or _http_date(value)
    return min(max(moment, now), now + LONGEST) if moment else None


def read_rate_limit(
    headers: Mapping[str, str], message: str, now: datetime, *, per_minute: bool = False
) -> RateLimit:
    """Which limit a 429 is about, and until when it holds.

    Limits per user may carry neither type nor Retry-After (devforum 18928), so the message decides first:
    "... API requests for the registrant (...). You can resume these API requests at GMT 00:00:00."
    """
    kind = _kind(headers.get("X-RateLimit-Type", ""), message.lower())
    named = parse_retry_after(headers.get("Retry-After", ""), now) or _named_in(message, now)
    return RateLimit(kind, named or now + _usual_wait(kind, now, per_minute=per_minute))


def next_utc_midnight(now: datetime) -> datetime:
    return datetime.combine(now.astimezone(UTC).date() + timedelta(days=1), time(), tzinfo=UTC)


def _kind(header: str, text: str) -> LimitKind:
    if "registrant" in text and "daily" in text:
        return LimitKind.PER_REGISTRANT
    if "concurrent" in text:
        return LimitKind.CONCURRENT
    if header.lower() == "daily-limit" or "daily" in text:
        return LimitKind.DAILY
    return LimitKind.PER_SECOND


def _usual_wait(kind: LimitKind, now: datetime, *, per_minute: bool) -> timedelta:
    if kind in {LimitKind.DAILY, LimitKind.PER_REGISTRANT}:
        return next_utc_midnight(now) - now
    return MINUTE if per_minute else SHORT


def _after_seconds(value: str, now: datetime) -> datetime | None:
    if not re.fullmatch(r"-?\d+(\.\d+)?", value, re.ASCII):
        return None
    seconds = min(max(float(value), 0.0), LONGEST.total_seconds())
    return now + timedelta(seconds=seconds)


def _iso(value: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(value)
        return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _http_date(value: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(value)
        return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _named_in(message: str, now: datetime) -> datetime | None:
    """The next time of day that the words name: "at GMT 00:00:00"."""
    match = _GMT_TIME.search(message)
    if not match:
        return None
    try:
        hours, minutes, seconds = map(int, match.groups())
        clock = time(hours, minutes, seconds, tzinfo=UTC)
    except ValueError:
        return None
    today = datetime.combine(now.astimezone(UTC).date(), clock)
    return today if today > now else today + timedelta(days=1)
