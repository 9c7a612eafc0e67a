"""How long to wait before the next attempt."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.utils import timezone

# For what answers later: a service that is down or wants us to wait.
PAUSES = tuple(timedelta(seconds=seconds) for seconds in (15, 60, 180, 600, 1800, 3600))
# For a database connection that broke: the next one is mostly fine.
SHORT_PAUSES = tuple(timedelta(seconds=seconds) for seconds in (2, 5, 15, 60, 180, 600))


def retry_pause(attempts: int, pauses: Sequence[timedelta] = PAUSES) -> timedelta:
    """The pause after that many attempts: growing up to the last of `pauses`."""
    return pauses[min(max(attempts, 1), len(pauses)) - 1]


def retry_at(
    attempts: int, not_before: datetime | None = None, pauses: Sequence[timedelta] = PAUSES
) -> datetime:
    """When to try again: after the growing pause, and not before what the other side asked for."""
    ours = timezone.now() + retry_pause(attempts, pauses)
    return max(ours, not_before) if not_before else ours
