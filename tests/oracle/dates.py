"""Dates of a series that were deleted: only who looked earlier knows of them, and who was registered.

What was held stays what it was. Of the others the registrations made for that date alone are cancelled, for
they are in no listing any more; those made once for the whole series stay as they were last seen.
"""

from datetime import datetime, timedelta

from zoom_simulator.account import SimulatedAccount
from zoom_simulator.account.rows import Instance, Occurrence, Webinar
from zoom_simulator.policy import Policy

HOUR = timedelta(hours=1)


def is_per_date(webinar: Webinar) -> bool:
    """Whether people register for single dates."""
    return bool(webinar.occurrences) and webinar.registration_type != 1


def standing(webinar: Webinar) -> set[str]:
    return {occurrence.id for occurrence in webinar.occurrences if occurrence.status == "available"}


def last_seen(webinar: Webinar, date: str, policy: Policy) -> int | None:
    """The last of the snapshots in which the date stood."""
    for number, snapshot in reversed(list(enumerate(policy.snapshots))):
        before = snapshot.webinars.get(webinar.id)
        if before and date in standing(before):
            return number
    return None


def planned_dates(webinar: Webinar) -> list[Occurrence]:
    """Deleted ones too. A single webinar has one date; one without fixed times has none."""
    if webinar.occurrences:
        return list(webinar.occurrences)
    return [Occurrence(id="", start=webinar.start, duration=webinar.duration)] if webinar.start else []


def date_of(
    account: SimulatedAccount, webinar: Webinar, instance: Instance, policy: Policy
) -> Occurrence | None:
    """The date in whose window the instance began: from an hour before it until 12 hours after its end, or
    until the next one's window. Deleted ones count for what they were known to have, or Zoom says it."""
    dates = planned_dates(webinar)
    stands = standing(webinar) if webinar.occurrences else {""}
    for date in dates:
        if date.id not in stands and _was_seen_held(webinar, date, instance, policy):
            return date
    open_dates = sorted((date for date in dates if date.id in stands), key=lambda row: row.start)
    for date, following in zip(open_dates, [*open_dates[1:], None], strict=True):
        closes = _end(date) + timedelta(hours=12)
        if following:
            closes = min(closes, following.start - HOUR)
        if date.start - HOUR <= instance.start < closes:
            return date
    if account.instances_have_occurrence_id:
        for date in dates:
            near = date.start - HOUR <= instance.start < _end(date) + timedelta(hours=12)
            if date.id not in stands and date.id == instance.occurrence_id and near:
                return date
    return None


def _was_seen_held(webinar: Webinar, date: Occurrence, instance: Instance, policy: Policy) -> bool:
    number = last_seen(webinar, date.id, policy)
    before = policy.snapshots[number].webinars[webinar.id].held if number is not None else []
    in_window = date.start - HOUR <= instance.start < _end(date) + timedelta(hours=12)
    return in_window and instance.uuid in {other.uuid for other in before}


def _end(date: Occurrence) -> datetime:
    return date.start + timedelta(minutes=date.duration)


def is_practice(webinar: Webinar, instance: Instance) -> bool:
    """Also where people alone show it: without a fixed time, in the hour before the start, or the day."""
    if instance.practice:
        return True
    staff = {email.lower() for _name, email in webinar.panelists}
    others = [row for row in instance.rows if row.role != "host" and row.user_email.lower() not in staff]
    if others or not instance.rows or instance.end is None:
        return False
    dates = [planned_date for planned_date in planned_dates(webinar) if planned_date.status == "available"]
    if not dates:
        return True
    within = [
        date for date in dates if date.start - HOUR <= instance.start < _end(date) + timedelta(hours=12)
    ]
    if within:
        return any(instance.end <= row.start for row in within)
    return any(instance.end <= date.start <= instance.end + timedelta(hours=24) for date in dates)


def statuses_by_date(
    webinar: Webinar, policy: Policy, registrant_id: str, told: dict[str, str]
) -> dict[str, str]:
    """How someone stands for each date, as far as anybody could ever read it."""
    stands = standing(webinar)
    held = {row.occurrence_id for row in webinar.held if not row.practice}
    found = {date: status for date, status in told.items() if date in stands}
    for date in set(told) - stands:
        before = _status_before(webinar, date, policy, registrant_id)
        if date in held and before:
            found[date] = before
        elif before not in ("", "pending"):
            found[date] = "denied"
    return found


def _status_before(webinar: Webinar, date: str, policy: Policy, registrant_id: str) -> str:
    number = last_seen(webinar, date, policy)
    if number is None:
        return ""
    registrant = policy.snapshots[number].webinars[webinar.id].registrants.get(registrant_id)
    return registrant.status_for(date) if registrant else ""
