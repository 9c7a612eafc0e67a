"""The contact properties that count webinars (D9, R59, R62-R64), from the rows they are recomputed from.

This is the definition. The database computes the same for many contacts at once, and is tested against it.
Nothing is ever added to a stored count, so that a second sync changes nothing.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from math import fsum
from typing import NamedTuple


class Session(NamedTuple):
    """One contact's participation in one session of a webinar."""

    webinar: int
    registered_at: datetime | None  # set for the person who was ever registered, also if cancelled since
    attended_percent: float | None  # None: did not attend


class Counters(NamedTuple):
    registrations: int  # R62: webinars ever registered for
    attended: int  # R63: webinars attended, a series once (R64)
    average_percent: float | None  # R59: 0-100, two decimals; None without any attended webinar


def counters_of(sessions: Iterable[Session]) -> Counters:
    """All participations of one contact, summed up."""
    registered: set[int] = set()
    percents: dict[int, list[float]] = defaultdict(list)
    for session in sessions:
        if session.registered_at is not None:
            registered.add(session.webinar)
        if session.attended_percent is not None:
            percents[session.webinar].append(session.attended_percent)
    return Counters(len(registered), len(percents), _mean_of_means(percents.values()))


def _mean_of_means(groups: Iterable[list[float]]) -> float | None:
    """A series weighs as much as a single webinar, however many of its sessions were attended."""
    means = [fsum(group) / len(group) for group in groups]
    return round(fsum(means) / len(means), 2) if means else None
