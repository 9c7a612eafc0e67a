"""How long Zoom keeps what we read, and so how far back a catch-up reaches (D14, X6, X7).

Dates only, from Zoom's own documentation. Whether Zoom really still answers is found out by asking.
"""

from calendar import monthrange
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

# "Zoom deletes webinars 90 days after the scheduled end or the last modification": its registrants with it.
REGISTRANT_DAYS = 90
# Reports say "the last 6 months" and refuse what lies more than a year back (error 12702).
PARTICIPANT_MONTHS_PROMISED = 6
PARTICIPANT_MONTHS_AT_MOST = 12


class Availability(StrEnum):
    YES = "yes"
    PERHAPS = "perhaps"  # later than Zoom promises, earlier than Zoom refuses
    NO = "no"


class Expiry(NamedTuple):
    """The last moments at which the data of a session can be read."""

    registrants: datetime
    participants: datetime  # as promised
    participants_at_most: datetime


def expiry_of(ended_at: datetime, modified_at: datetime | None = None) -> Expiry:
    """When Zoom's data of a session expires that ended then; `modified_at` is the webinar's last change."""
    return Expiry(
        registrants=max(ended_at, modified_at or ended_at) + timedelta(days=REGISTRANT_DAYS),
        participants=add_months(ended_at, PARTICIPANT_MONTHS_PROMISED),
        participants_at_most=add_months(ended_at, PARTICIPANT_MONTHS_AT_MOST),
    )


def registrants_available(expiry: Expiry, now: datetime) -> Availability:
    return Availability.YES if now <= expiry.registrants else Availability.NO


def participants_available(expiry: Expiry, now: datetime) -> Availability:
    if now <= expiry.participants:
        return Availability.YES
    return Availability.PERHAPS if now <= expiry.participants_at_most else Availability.NO


class Loss(NamedTuple):
    """What Zoom may not, or does not, give out any more of a session that is still to be read."""

    ended_at: datetime
    registrants: Availability
    participants: Availability

    def __bool__(self) -> bool:
        return {self.registrants, self.participants} != {Availability.YES}


def loss_of(ended_at: datetime, now: datetime) -> Loss:
    """What can no longer be read of a session that ended then. Falsy if everything can be."""
    expiry = expiry_of(ended_at)
    return Loss(ended_at, registrants_available(expiry, now), participants_available(expiry, now))


class Reach(NamedTuple):
    """The ends of the oldest sessions whose data can be read now (D14)."""

    registrants: datetime
    participants: datetime  # as promised
    participants_at_most: datetime


def reach_of_catch_up(now: datetime) -> Reach:
    return Reach(
        now - timedelta(days=REGISTRANT_DAYS),
        add_months(now, -PARTICIPANT_MONTHS_PROMISED),
        add_months(now, -PARTICIPANT_MONTHS_AT_MOST),
    )


def add_months(moment: datetime, months: int) -> datetime:
    """The same day and time so many months later (or earlier), or that month's last day."""
    years, month = divmod(moment.month - 1 + months, 12)
    year, month = moment.year + years, month + 1
    return moment.replace(year=year, month=month, day=min(moment.day, monthrange(year, month)[1]))
