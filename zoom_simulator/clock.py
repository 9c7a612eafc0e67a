"""The simulator's own time: runs with real time from wherever it was set, or stands still."""

from datetime import UTC, datetime, timedelta
from typing import Any

ISO = "%Y-%m-%dT%H:%M:%SZ"


def iso(moment: datetime | None) -> str:
    """Zoom's way to write a time; the empty string for none."""
    return moment.astimezone(UTC).strftime(ISO) if moment else ""


def parse_iso(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def moments(name: str, value: Any) -> Any:
    """An argument of a happening, as JSON had it: times are ISO 8601 there.

    Raises `ValueError` for what is no time, and `TypeError` for what is no text.
    """
    if name in ("at", "start"):
        return parse_iso(value)
    if name == "occurrence_starts":
        return [parse_iso(start) for start in value]
    if name == "pieces":
        return [(parse_iso(start), parse_iso(end)) for start, end in value]
    return value


class Clock:
    def __init__(self, now: datetime | None = None) -> None:
        self._offset = (now - datetime.now(UTC)) if now else timedelta()
        self._frozen: datetime | None = None

    def now(self) -> datetime:
        return self._frozen or datetime.now(UTC) + self._offset

    def set(self, now: datetime) -> None:
        if self._frozen:
            self._frozen = now
        else:
            self._offset = now - datetime.now(UTC)

    def advance(self, **delta: float) -> datetime:
        """Takes the words of `timedelta`: `clock.advance(minutes=30)`."""
        self.set(self.now() + timedelta(**delta))
        return self.now()

    def freeze(self, now: datetime | None = None) -> None:
        self._frozen = now or self.now()
