"""Facts that only webhook events have: who cancelled, when a session ended, whether it was a practice.

Written so that a message which comes late, twice or out of order makes nothing worse: what was seen to happen
later stays, and the next sync puts right what Zoom's listings know better.
"""

from datetime import datetime

from django.db.models import Q, QuerySet

from contacts.suppression import suppressed_among
from core.emails import normalise
from integrations.models import Registrant, SessionNotice, Webinar, ZoomConnection
from integrations.sync.steps.registrants import registers_per_occurrence
from integrations.zoom.events import EventObject, EventRegistrant

Status = Registrant.Status


def note_registered(webinar: Webinar, facts: EventObject, at: datetime) -> int:
    """Remember someone whom no listing has shown yet: from now on their absence means something.

    Rows that are there already know better. Returns how many are new.
    """
    person = facts.registrant
    if person is None or person.status not in {Status.APPROVED, Status.PENDING}:
        return 0
    rows = [
        _row(webinar, occurrence, person, person.status, at) for occurrence in _occurrences(webinar, facts)
    ]
    known = set(_rows_of(webinar, facts).values_list("occurrence_id", flat=True))
    Registrant.objects.bulk_create(rows, ignore_conflicts=True)
    return len([row for row in rows if row.occurrence_id not in known])


def note_cancelled(webinar: Webinar, facts: EventObject, at: datetime) -> int:
    """Someone who cancels themselves vanishes from every listing; only this event says so at once.

    Returns how many rows it changed. Someone who registered again since stays registered.
    """
    person = facts.registrant
    if person is None:
        return 0
    rows = _rows_of(webinar, facts)
    if not rows.exists():
        gone = [
            _row(webinar, occurrence, person, Status.GONE, at) for occurrence in _occurrences(webinar, facts)
        ]
        return len(Registrant.objects.bulk_create(gone, ignore_conflicts=True))
    still_in = rows.filter(status__in=[Status.APPROVED, Status.PENDING])
    before = Q(registered_at__isnull=True) | Q(registered_at__lte=at)
    changed = still_in.filter(before).update(status=Status.GONE, cancelled_at=at)
    # A listing was quicker than the event, which knows the time.
    noticed = rows.filter(before, cancelled_at=None, cancellation_noticed_at__gte=at)
    return changed + noticed.update(cancelled_at=at, cancellation_noticed_at=None)


def note_started(connection: ZoomConnection, facts: EventObject, at: datetime) -> None:
    """An instance that goes on, until an event or a listing says that it ended."""
    if facts.uuid:
        SessionNotice.objects.get_or_create(
            connection=connection,
            zoom_webinar_id=facts.id,
            uuid=facts.uuid,
            defaults={"started_at": facts.start_time or at, "is_over": False},
        )


def note_ended(connection: ZoomConnection, facts: EventObject) -> SessionNotice | None:
    """When an instance ended, and whether it was one that counts. None where the event names no instance.

    Noted whether or not the webinar is known, and also while its sync is off: no listing says it later.
    """
    if not facts.uuid:
        return None
    notice, _is_new = SessionNotice.objects.get_or_create(
        connection=connection, zoom_webinar_id=facts.id, uuid=facts.uuid
    )
    notice.started_at = facts.start_time or notice.started_at
    notice.ended_at = facts.end_time or notice.ended_at
    notice.is_practice = notice.is_practice if facts.practice_session is None else facts.practice_session
    notice.is_over = True
    notice.save(update_fields=["started_at", "ended_at", "is_practice", "is_over"])
    return notice


def _occurrences(webinar: Webinar, facts: EventObject) -> list[str]:
    if not registers_per_occurrence(webinar):
        return [""]
    return [occurrence.occurrence_id for occurrence in facts.occurrences] or [""]


def _rows_of(webinar: Webinar, facts: EventObject) -> QuerySet[Registrant]:
    assert facts.registrant is not None  # noqa: S101 - asked by the callers
    return Registrant.objects.filter(
        webinar=webinar, zoom_id=facts.registrant.id, occurrence_id__in=_occurrences(webinar, facts)
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
