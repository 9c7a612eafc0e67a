"""Zoom's published rate limits, and how much of them we use. Pure numbers; `pacing.py` keeps to them.

Limits are per account and shared by all its apps and users, and no call says which plan an account has:
the plan is a setting.
"""

from dataclasses import dataclass
from enum import StrEnum

# A client that uses all of a second meets the limit on every jitter: with this share, calls may be late by
# a tenth of a second. What is taken of a day is gone, and the account's other apps need their part of it.
SHARE_OF_SECOND = 0.9
SHARE_OF_DAY = 0.8


class Label(StrEnum):
    """Zoom's label of a call, as its documentation prints it beside each endpoint."""

    LIGHT = "light"
    MEDIUM = "medium"
    HEAVY = "heavy"
    RESOURCE_INTENSIVE = "resource_intensive"


@dataclass(frozen=True, slots=True)
class Limit:
    per_second: float
    per_day: int | None = None

    @property
    def interval(self) -> float:
        """Seconds from one of our calls to the next, over all workers."""
        return 1 / (self.per_second * SHARE_OF_SECOND)

    @property
    def daily_budget(self) -> int | None:
        """Our calls in one UTC day, over all workers; None: Zoom sets no daily limit."""
        return None if self.per_day is None else int(self.per_day * SHARE_OF_DAY)


# developers.zoom.us/docs/api/rate-limits (February 2026). Business is also Education, Enterprise and Partner.
PLANS: dict[str, dict[Label, Limit]] = {
    "free": {
        Label.LIGHT: Limit(4, 6_000),
        Label.MEDIUM: Limit(2, 2_000),
        Label.HEAVY: Limit(1, 1_000),
        Label.RESOURCE_INTENSIVE: Limit(10 / 60, 30_000),
    },
    "pro": {
        Label.LIGHT: Limit(30),
        Label.MEDIUM: Limit(20),
        Label.HEAVY: Limit(10, 30_000),
        Label.RESOURCE_INTENSIVE: Limit(10 / 60),
    },
    "business": {
        Label.LIGHT: Limit(80),
        Label.MEDIUM: Limit(60),
        Label.HEAVY: Limit(40, 60_000),
        Label.RESOURCE_INTENSIVE: Limit(20 / 60),
    },
}


def charged(label: Label) -> tuple[Label, ...]:
    """The limits that a call uses up.

    Heavy and resource-intensive calls share one daily limit (Pro 30,000, Business and above 60,000),
    so a resource-intensive call takes a heavy slot as well.
    """
    return (label, Label.HEAVY) if label is Label.RESOURCE_INTENSIVE else (label,)
