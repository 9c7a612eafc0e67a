"""Dates of a series that were deleted: only who looked earlier knows of them, and who was registered.

What was held stays what it was. Of the others the registrations made for that date alone are cancelled, for
they are in no listing any more; those made once for the whole series stay as they were last seen.
"""

from zoom_simulator.account.rows import Instance, Occurrence, Webinar
from zoom_simulator.policy import Policy


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


def known_dates(webinar: Webinar, instance: Instance, policy: Policy) -> list[Occurrence]:
    """Of which an instance can be: those that stand, and those that stood when it had been held."""
    stands = standing(webinar)
    found = []
    for occurrence in webinar.occurrences:
        number = last_seen(webinar, occurrence.id, policy)
        before = policy.snapshots[number].webinars[webinar.id].held if number is not None else []
        if occurrence.id in stands or instance.uuid in {other.uuid for other in before}:
            found.append(occurrence)
    return found


def statuses_by_date(
    webinar: Webinar, policy: Policy, registrant_id: str, told: dict[str, str]
) -> dict[str, str]:
    """How somebody stands for each date, as far as anybody could ever read it."""
    stands = standing(webinar)
    held = {one.occurrence_id for one in webinar.held if not one.practice}
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
