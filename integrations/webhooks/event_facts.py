"""What only a message tells: who has cancelled, when a session ended, and that it was a practice session.

Written so that a message which comes late, twice or out of order makes nothing worse: what was seen to happen
later stays, and the next sync puts right what Zoom's listings know better.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from contacts.suppression import suppressed_among
from core.emails import normalise
from integrations.models import Registrant, Webinar, WebinarSession
from integrations.rules import sessions as rules
from integrations.sync.steps.registrants import registers_per_occurrence
from integrations.sync.steps.sessions import planned_dates
from integrations.zoom.events import EventObject, EventRegistrant

Status = Registrant.Status


def note_registered(webinar: Webinar, told: EventObject, at: datetime) -> int:
    """Remember somebody whom no listing has shown yet: from now on their absence means something.

    Rows that are there already know better. Returns how many are new.
    """
    person = told.registrant
    if person is None or person.status not in {Status.APPROVED, Status.PENDING}:
        return 0
    rows = [
        _row(webinar, occurrence, person, person.status, at) for occurrence in _occurrences(webinar, told)
    ]
    known = set(_rows_of(webinar, told).values_list("occurrence_id", flat=True))
    Registrant.objects.bulk_create(rows, ignore_conflicts=True)
    return len([row for row in rows if row.occurrence_id not in known])


def note_cancelled(webinar: Webinar, told: EventObject, at: datetime) -> int:
    """Who cancels by themselves vanishes from every listing; only this message says so at once.

    Returns how many rows it changed. Somebody who registered again since stays registered.
    """
    person = told.registrant
    if person is None:
        return 0
    rows = _rows_of(webinar, told)
    if not rows.exists():
        gone = [
            _row(webinar, occurrence, person, Status.GONE, at) for occurrence in _occurrences(webinar, told)
        ]
        return len(Registrant.objects.bulk_create(gone, ignore_conflicts=True))
    still_in = rows.filter(status__in=[Status.APPROVED, Status.PENDING])
    before = Q(registered_at__isnull=True) | Q(registered_at__lte=at)
    return still_in.filter(before).update(status=Status.GONE, cancelled_at=at)


def note_ended(webinar: Webinar, told: EventObject) -> WebinarSession | None:
    """When a session ended, and whether it was one that counts. None where the message names no session."""
    if not told.uuid:
        return None
    with transaction.atomic():
        Webinar.objects.select_for_update().get(pk=webinar.pk)
        session = webinar.sessions.filter(uuid=told.uuid).first() or _new_session(webinar, told)
        session.told_ended_at = told.end_time or session.told_ended_at
        session.is_practice = told.practice_session
        session.save(update_fields=["told_ended_at", "is_practice"])  # a sync may be writing the others
    return session


def _occurrences(webinar: Webinar, told: EventObject) -> list[str]:
    if not registers_per_occurrence(webinar):
        return [""]
    return [occurrence.occurrence_id for occurrence in told.occurrences] or [""]


def _rows_of(webinar: Webinar, told: EventObject) -> QuerySet[Registrant]:
    assert told.registrant is not None  # noqa: S101 - asked by the callers
    return Registrant.objects.filter(
        webinar=webinar, zoom_id=told.registrant.id, occurrence_id__in=_occurrences(webinar, told)
    )


def _row(
    webinar: Webinar, occurrence_id: str, person: EventRegistrant, status: str, at: datetime
) -> Registrant:
    email = normalise(person.email)
    stand_in = suppressed_among([email]).get(email)
    return Registrant(
        webinar=webinar,
        occurrence_id=occurrence_id,
        zoom_id=person.id,
        email=stand_in or email,
        first_name="" if stand_in else person.first_name[:200],
        last_name="" if stand_in else person.last_name[:200],
        status=status,
        registered_at=at,
        cancelled_at=at if status == Status.GONE else None,
    )


def _new_session(webinar: Webinar, told: EventObject) -> WebinarSession:
    """The planned session that this instance takes over, or one of its own. Practice takes nothing over."""
    free = None if told.practice_session else _planned_for(webinar, told)
    row = webinar.sessions.filter(key=free.key, uuid="").first() if free else None
    row = row or WebinarSession(webinar=webinar, key=f"uuid:{told.uuid}")
    row.uuid = told.uuid
    row.started_at = told.start_time
    row.occurrence_id = free.occurrence_id if free else ""
    row.save(update_fields=["uuid", "started_at", "occurrence_id"] if row.pk else None)
    return row


def _planned_for(webinar: Webinar, told: EventObject) -> rules.Session | None:
    held = webinar.sessions.filter(is_practice=False).exclude(uuid="")
    instances = [rules.Instance(*row) for row in held.values_list("uuid", "started_at", "occurrence_id")]
    instances.append(rules.Instance(told.uuid, told.start_time))
    found = rules.sessions_of(webinar.kind, webinar.starts_at, planned_dates(webinar), instances)
    return next((session for session in found if session.uuid == told.uuid), None)
