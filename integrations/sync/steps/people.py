"""The step that writes people into the CRM, some thousand at a time, each batch in one transaction.

On PostgreSQL two batches are written at once. A batch that the database rejects is split until only the
person at fault is left out. At the end, people whom Zoom no longer reports leave. `write_people.py` writes a
batch.
"""

from collections import Counter

from django.db import DataError, IntegrityError, OperationalError
from django.db.models import Exists, OuterRef, QuerySet

from contacts.bulk import retract_timeline
from core.database import check_foreign_keys
from core.messages import Message
from core.retry import retrying
from integrations.audit import AuditCode, Finding
from integrations.models import SkippedPerson
from integrations.sync.context import Level, Progress, WebinarContext
from integrations.sync.steps.events import count_webinars
from integrations.sync.steps.load_people import People, Person, addresses_seen
from integrations.sync.steps.two_writers import write_in_turn, write_in_two
from integrations.sync.steps.webinar_snapshot import WebinarSnapshot
from integrations.sync.steps.write_events import write_events, write_finals
from integrations.sync.steps.write_people import Batch, PersonDecision
from marketing_events.bulk import recount_contacts, recount_events, retract_participations
from marketing_events.models import Participation

# Rows of participations in one transaction: people times sessions.
PARTS_AT_ONCE = 2_500
# Someone deletes a contact, or adds an address, while we write it: the next try sees what they did.
TRIES = 5
# What the database refused to take of a person (R56, R57).
CODES = {
    "timeline": AuditCode.TIMELINE_NOT_WRITTEN,
    "property": AuditCode.PROPERTIES_NOT_WRITTEN,
}


def sync_people(ctx: WebinarContext) -> None:
    dates = write_events(ctx)
    snapshot = WebinarSnapshot.of(ctx, dates)
    instances = [instance.pk for date in dates for instance in date.instances]
    people = People(ctx.webinar, instances, max(1, PARTS_AT_ONCE // max(1, len(dates))))
    are_first = not Participation.objects.filter(event__in=snapshot.events).exists()
    total = len(people)
    with ctx.progress("people", total=total) as progress:
        _write_all(ctx, snapshot, people, progress, are_many=total > people.batch_size)
        with ctx.writing():  # all people were judged: those who are not skipped any more
            SkippedPerson.objects.filter(webinar=ctx.webinar).exclude(seen_in_run=ctx.run.pk).delete()
        if not are_first:
            _forget_vanished(ctx, snapshot)
    with ctx.writing():
        recount_events(snapshot.events)
        write_finals(ctx, dates)
    _report_refused(ctx)


def _write_all(
    ctx: WebinarContext,
    snapshot: WebinarSnapshot,
    people: People,
    progress: Progress,
    *,
    are_many: bool,
) -> None:
    """`are_many`: more than one batch."""
    changes: list[Counter[str]] = []  # added up by one thread

    def write(persons: list[Person]) -> None:
        judged = [(person, snapshot.outcome_of(person)) for person in persons]
        _write(ctx, snapshot, judged, progress, changes)

    try:
        (write_in_two if are_many else write_in_turn)(people.batches(), write)
    finally:
        for written in changes:
            ctx.changes.update(written)


def _write(
    ctx: WebinarContext,
    snapshot: WebinarSnapshot,
    persons: list[PersonDecision],
    progress: Progress,
    changes: list[Counter[str]],
) -> None:
    """Where the database refuses a batch, halves of it, until only the person is left out whom it refuses."""
    try:
        changes.append(_write_together(ctx, snapshot, persons, progress).changes)
    except _RefusedError as refusal:
        if len(persons) == 1:
            ctx.log(Message("sync.person_unsaved", reason=str(refusal.__cause__)), Level.ERROR)
            changes.append(Counter({f"refused_{refusal.written}": 1}))
            return
        middle = len(persons) // 2
        for half in (persons[:middle], persons[middle:]):
            _write(ctx, snapshot, half, progress, changes)


def _write_together(
    ctx: WebinarContext, snapshot: WebinarSnapshot, persons: list[PersonDecision], progress: Progress
) -> Batch:
    """Raises `_RefusedError` if the database refuses the batch again and again."""

    def write() -> Batch:
        batch: Batch | None = None
        try:
            with ctx.writing_beside():
                batch = Batch(ctx, snapshot, persons)
                batch.write()
                check_foreign_keys()  # from here on the other writer would have to wait
                progress.advance(len(persons))
        except (IntegrityError, DataError) as error:
            if batch and batch.writing:
                raise _RefusedError(batch.writing) from error
            raise
        return batch

    return retrying(OperationalError, IntegrityError, DataError, _RefusedError, tries=TRIES)(write)


class _RefusedError(Exception):
    """The database does not take what would be written: a key of `CODES` (R56, R57)."""

    def __init__(self, written: str) -> None:
        super().__init__(written)
        self.written = written


def _report_refused(ctx: WebinarContext) -> None:
    """E6, R56 and R57: whose timeline or properties could not be written, though they may enter."""
    ctx.mark_checked(*CODES.values())
    for written, code in CODES.items():
        if count := ctx.changes.pop(f"refused_{written}", 0):
            ctx.findings.append(Finding(code, values={"count": count}))


def _forget_vanished(ctx: WebinarContext, snapshot: WebinarSnapshot) -> None:
    """Removes participations of contacts whom Zoom no longer reports: it has corrected itself."""
    rows = _untraced(ctx, snapshot).order_by("contact_id").values_list("contact_id", flat=True).distinct()
    while contacts := list(rows[:PARTS_AT_ONCE]):
        with ctx.writing():
            gone = retract_participations(snapshot.events, contacts, ())
            retract_timeline(contacts, snapshot.subjects, ())
            recount_contacts(contacts, count_webinars)
        ctx.count("participations_gone", gone)


def _untraced(ctx: WebinarContext, snapshot: WebinarSnapshot) -> QuerySet[Participation]:
    """Participations that no row of Zoom's leads to, by any of the contact's addresses."""
    traces = addresses_seen(ctx.webinar, snapshot.instances).filter(contact=OuterRef("contact"))
    return Participation.objects.filter(~Exists(traces), event__in=snapshot.events)
