"""A clock that tests move."""

from datetime import UTC, datetime, timedelta

import pytest


class Clock:
    """What `timezone.now()` says: the real time, moved."""

    def __init__(self) -> None:
        self.moved = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.moved

    def move(self, **by: float) -> None:
        self.moved += timedelta(**by)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr("django.utils.timezone.now", clock.now)
    return clock
