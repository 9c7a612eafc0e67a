"""Writes what many contacts had to do with events: participations, intervals, counters, counts.

States, times and percentages come from the rules. Everything replaces what was there, so that writing it
again changes nothing (D12). Everything must run inside a transaction.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import NamedTuple

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from contacts.models import Contact
from contacts.outbox import Changes, ParticipationChange, record, record_contacts
from core import array_lookup  # noqa: F401 - a lookup
from core.bulk import Written, bulk_update, bulk_upsert
from marketing_events.models import AttendanceInterval, MarketingEvent, Participation


class ParticipationRow(NamedTuple):
    """A participation as it should be."""

    event_id: int
    contact_id: int
    state: str
    registered_at: datetime | None = None
    cancelled_at: datetime | None = None
    first_joined_at: datetime | None = None
    last_left_at: datetime | None = None
    duration_seconds: int = 0
    attendance_percent: float | None = None
    role: str = Participation.Role.ATTENDEE
    cancellation_noticed_at: datetime | None = None


type Stay = tuple[datetime, datetime]
type Stays = Mapping[tuple[int, int], Collection[Stay]]  # by event and contact


def write_participations(parts: Collection[ParticipationRow], run: int | None = None) -> Written:
    """The change set names those that are new or differ. `run` is the number of the sync that writes them."""
    now = timezone.now()
    before = _stored(parts)
    written = bulk_upsert(
        Participation,
        (*ParticipationRow._fields, "updated_at", "changed_in_run"),
        ((*part, now, run) for part in parts),
        key=("event_id", "contact_id"),
        touch=("updated_at", "changed_in_run"),
    )
    changed = ((before.get((part.event_id, part.contact_id)), part) for part in parts)
    record(
        Changes(
            participations=[
                ParticipationChange(part.event_id, part.contact_id, old.state if old else "", part.state)
                for old, part in changed
                if old != part
            ]
        )
    )
    return written


def _stored(parts: Collection[ParticipationRow]) -> dict[tuple[int, int], ParticipationRow]:
    """The rows that are there under the same keys, and others of the same people at the same events."""
    events = {part.event_id for part in parts}
    contacts = [part.contact_id for part in parts]
    rows = Participation.objects.filter(event__in=events, contact__any_of=contacts)
    stored = (ParticipationRow(*row) for row in rows.values_list(*ParticipationRow._fields))
    return {(row.event_id, row.contact_id): row for row in stored}


def retract_participations(
    events: Collection[int], contacts: Collection[int], kept: Collection[tuple[int, int]]
) -> int:
    """Remove what these contacts had to do with these events, but for the (event, contact) kept."""
    rows = Participation.objects.filter(event__in=events, contact__any_of=contacts)
    retracted = rows.values_list("pk", "event_id", "contact_id", "state")
    stale = [row for row in retracted if (row[1], row[2]) not in kept]
    if stale:
        Participation.objects.filter(pk__in=[pk for pk, *_key in stale]).delete()
        gone = [ParticipationChange(event, contact, state, "") for _pk, event, contact, state in stale]
        record(Changes(participations=gone))
    return len(stale)


def write_intervals(stays: Stays, present: Collection[int] = ()) -> None:
    """Give each (event, contact) its intervals. `present` are contacts who may have had others before."""
    events = {event for event, _contact in stays}
    contacts = {contact for _event, contact in stays}
    rows = Participation.objects.filter(event__in=events, contact__any_of=contacts)
    parts = {(event, contact): pk for pk, event, contact in rows.values_list("pk", "event_id", "contact_id")}
    ends = {(parts[key], joined): left for key, intervals in stays.items() for joined, left in intervals}
    if present:
        _drop_intervals(rows.filter(contact__any_of=present), ends)
    bulk_upsert(
        AttendanceInterval,
        ("participation_id", "joined_at", "left_at"),
        ((participation, joined, left) for (participation, joined), left in ends.items()),
        key=("participation_id", "joined_at"),
    )


def _drop_intervals(participations: QuerySet[Participation], kept: Collection[tuple[int, datetime]]) -> None:
    rows = AttendanceInterval.objects.filter(participation__in=participations)
    present = rows.values_list("pk", "participation_id", "joined_at")
    stale = [pk for pk, participation, joined in present if (participation, joined) not in kept]
    if stale:
        AttendanceInterval.objects.filter(pk__in=stale).delete()


# One participation, as far as its contact's counters go: webinar, when registered, percent if attended.
type Counted = tuple[int, datetime | None, float | None]
# Webinars registered for, webinars attended, mean percent.
type Counters = tuple[int, int, float | None]


def recount_contacts(contacts: Collection[int], count: Callable[[list[Counted]], Counters]) -> int:
    """Recompute R59, R62 and R63 of these contacts from all their participations; how many changed.

    `count` is the rule. The contacts are locked first, in order: of two workers that count the same contact
    the second one counts what the first one wrote.
    """
    if not contacts:
        return 0
    locked = Contact.objects.select_for_update(no_key=True).filter(pk__any_of=contacts).order_by("pk")
    counters = {key: tuple(row) for key, *row in locked.values_list("pk", *_COUNTERS)}
    keys = list(counters)
    rows = Participation.objects.filter(contact__any_of=keys).values_list(
        "contact_id", "event__zoom_webinar_id", "registered_at", "state", "attendance_percent"
    )
    by_contact: dict[int, list[Counted]] = defaultdict(list)
    for contact, webinar, registered_at, state, percent in rows:
        attended = percent if state == Participation.State.ATTENDED else None
        by_contact[contact].append((webinar, registered_at, attended))
    counts = [(key, *count(by_contact.get(key, []))) for key in keys]
    record_contacts(changed=[key for key, *row in counts if tuple(row) != counters[key]])
    return bulk_update(Contact, _COUNTERS, counts)


_COUNTERS = (
    "zoom_webinar_registration_count",
    "zoom_webinar_attendance_count",
    "zoom_webinar_attendance_average_duration",
)


def recount_events(events: Collection[int]) -> None:
    """How many registered, attended, cancelled and did not come, on each event. Two queries and one write.

    The events are locked first, in order: whoever adds to a count meanwhile is counted, or adds afterwards.
    Hosts and panelists who attended are counted apart; whether they came or cancelled is no one's no-show
    or cancellation (D26).
    """
    locked = MarketingEvent.objects.select_for_update(no_key=True, of=("self",)).filter(pk__in=events)
    list(locked.order_by("pk").values_list("pk"))
    states = Participation.State
    attended = Q(participations__state=states.ATTENDED)
    is_audience = Q(participations__role=Participation.Role.ATTENDEE)
    counts = (
        MarketingEvent.objects.filter(pk__in=events)
        .annotate(
            registered=Count("participations", filter=Q(participations__registered_at__isnull=False)),
            attended=Count("participations", filter=attended & is_audience),
            staff=Count("participations", filter=attended & ~is_audience),
            cancelled=Count("participations", filter=Q(participations__state=states.CANCELLED) & is_audience),
            no_show=Count("participations", filter=Q(participations__state=states.NO_SHOW) & is_audience),
        )
        .values_list("pk", "registered", "attended", "staff", "cancelled", "no_show")
    )
    now = timezone.now()
    bulk_update(
        MarketingEvent,
        (
            "registered_count",
            "attended_count",
            "staff_count",
            "cancelled_count",
            "no_show_count",
            "updated_at",
        ),
        [(*row, now) for row in counts],
        touch=("updated_at",),
    )
