"""Contacts enrolled together, a page at a time, by a queue of their own.

`spec` by kind: existing {}, entered {"segment", "at"}, chosen {"contacts": [IDs]} or {"segment"} with
{"event_id", "data"} of what it is about, watch {"property"}. The pages are idempotent: the cursor only saves
work.
"""

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime, timedelta
from itertools import batched, groupby
from operator import itemgetter

from django.db.models import Q
from django.utils import timezone

from contacts.models import Segment, SegmentTransition
from contacts.segments.errors import DefinitionError
from contacts.segments.members import members_of
from core import array_lookup  # noqa: F401 - a lookup
from core.jobs import JobFailedError, JobQueue, Lease, register, wake
from core.jobs.bulk import BULK, in_bulk
from core.messages import Message
from workflows.engine.definitions import Definitions
from workflows.engine.enrolling import Enrolled, enrol, priority_of
from workflows.engine.happenings import Happening, of_contacts
from workflows.engine.subjects import NO_SUBJECT, Subject
from workflows.engine.watching import seed_values
from workflows.models import (
    Enrolment,
    EnrolmentBatch,
    EnrolmentSource,
    WatchedValue,
    Workflow,
    WorkflowVersion,
)
from workflows.models.enrolments import Priority
from workflows.registry import trigger_of

PAGE = 500
Kind = EnrolmentBatch.Kind
SOURCES = {
    Kind.EXISTING: EnrolmentSource.EXISTING,
    Kind.ENTERED: EnrolmentSource.TRIGGER,
    Kind.CHOSEN: EnrolmentSource.BULK,
}


def enrol_existing(workflow: Workflow, version: WorkflowVersion, user_id: int | None) -> EnrolmentBatch:
    """Those who meet the triggers already. Call it inside the transaction that publishes."""
    return _queue(workflow, version, Kind.EXISTING, {}, Priority.BULK, user_id)


def enrol_chosen(
    version: WorkflowVersion,
    *,
    contacts: Collection[int] = (),
    segment: int = 0,
    subject: Subject = NO_SUBJECT,
    user_id: int | None = None,
) -> EnrolmentBatch:
    """Contacts whom a person chose, or the members of a segment as they are when it is done."""
    spec: dict[str, object] = {"segment": segment} if segment else {"contacts": list(contacts)}
    spec |= {"event_id": subject.event_id, "data": dict(subject.data)}
    return _queue(version.workflow, version, Kind.CHOSEN, spec, Priority.BULK, user_id)


def enrol_entered(version: WorkflowVersion, segment: int, at: datetime, number: int) -> EnrolmentBatch:
    spec = {"segment": segment, "at": at.isoformat()}
    return _queue(version.workflow, version, Kind.ENTERED, spec, priority_of(number), None)


def begin_watching(workflow: Workflow, version: WorkflowVersion, name: str) -> EnrolmentBatch:
    """Note the values that a property has now, so that a change is seen. What was noted long ago goes."""
    WatchedValue.objects.filter(property=name).delete()
    return _queue(workflow, version, Kind.WATCH, {"property": name}, Priority.SINGLE, None)


def _queue(
    workflow: Workflow,
    version: WorkflowVersion,
    kind: Kind,
    spec: dict[str, object],
    priority: Priority,
    user_id: int | None,
) -> EnrolmentBatch:
    batch = EnrolmentBatch.objects.create(
        workflow=workflow, version=version, kind=kind, spec=spec, priority=priority, requested_by_id=user_id
    )
    wake()
    return batch


class EnrolmentBatchQueue(JobQueue[EnrolmentBatch]):
    """A few who came in by a segment: they have threads of their own, so that no bulk is in their way."""

    name = "enrolment-batches"
    model = EnrolmentBatch
    at_once = 2
    longest = timedelta(hours=6)
    priority = Priority.SINGLE

    def share(self) -> Q:
        return Q(priority=self.priority)

    def perform(self, job: EnrolmentBatch, lease: Lease) -> None:
        if job.kind == Kind.WATCH:
            seed_values(job.spec["property"], lease)
        elif job.workflow.is_published:
            _enrol_pages(job, lease)


class BulkQueue(EnrolmentBatchQueue):
    name = "enrolment-bulks"
    at_once = 1
    priority = Priority.BULK


register(EnrolmentBatchQueue())
register(BulkQueue())


def _enrol_pages(job: EnrolmentBatch, lease: Lease) -> None:
    definitions = Definitions()
    try:
        rules = definitions.of(job.version).definition.enrolment
    except DefinitionError as error:
        raise JobFailedError(Message("workflow.definition_unusable", reason=str(error))) from error
    job.refused = {}  # those of an attempt that was cut short come again
    for trigger, page in _pages(_happenings(job, definitions)):
        with lease.writing(), in_bulk(job.priority >= BULK):
            enrolled = enrol(
                job.version,
                rules,
                page,
                source=SOURCES[Kind(job.kind)],
                trigger=trigger,
                priority=Priority(job.priority),
                user_id=job.requested_by_id,
            )
            if job.attempts > 1:
                _leave_out_own(job, enrolled)
            _count(job, enrolled, lease)


def _leave_out_own(job: EnrolmentBatch, enrolled: Enrolled) -> None:
    """Whom an attempt that was cut short has enrolled was not refused."""
    own = Enrolment.objects.filter(
        workflow=job.workflow_id,
        contact__any_of=sorted(enrolled.refused),
        source=SOURCES[Kind(job.kind)],
        enrolled_at__gte=job.created_at,
    )
    for contact in own.values_list("contact_id", flat=True):
        enrolled.refused.pop(contact, None)


def _count(job: EnrolmentBatch, enrolled: Enrolled, lease: Lease) -> None:
    job.enrolled += len(enrolled.enrolments)
    for code, number in enrolled.refused_by_code.items():
        job.refused[code] = job.refused.get(code, 0) + number
    lease.update(enrolled=job.enrolled, refused=job.refused)


def _pages(happenings: Iterator[tuple[str, Happening]]) -> Iterator[tuple[str, list[Happening]]]:
    for trigger, of_trigger in groupby(happenings, key=itemgetter(0)):
        for page in batched(of_trigger, PAGE):
            yield trigger, [happening for _trigger, happening in page]


def _happenings(job: EnrolmentBatch, definitions: Definitions) -> Iterator[tuple[str, Happening]]:
    """With the trigger's key, which is blank for chosen contacts."""
    match job.kind:
        case Kind.EXISTING:
            for use in definitions.of(job.version).definition.triggers:
                existing = trigger_of(use.trigger).existing(use.arguments, timezone.now())
                yield from ((use.trigger, happening) for happening in existing)
        case Kind.ENTERED:
            yield from (("segment_entered", happening) for happening in _entered(job))
        case _:
            event_id, data = job.spec.get("event_id"), job.spec.get("data", {})
            chosen = _chosen(job)
            yield from (("", Happening(contact, f"manual:{job.pk}", event_id, data)) for contact in chosen)


def _entered(job: EnrolmentBatch) -> Iterator[Happening]:
    segment, at = job.spec["segment"], datetime.fromisoformat(job.spec["at"])
    rows = SegmentTransition.objects.filter(
        segment=segment, occurred_at=at, kind=SegmentTransition.Kind.ENTERED
    )
    for key, contact in rows.order_by("pk").values_list("pk", "contact_id").iterator():
        yield Happening(contact, f"segment:{segment}:{key}", data={"segment_id": segment})


def _chosen(job: EnrolmentBatch) -> Iterable[int]:
    if "segment" not in job.spec:
        return list(job.spec["contacts"])
    segment = Segment.objects.filter(pk=job.spec["segment"]).first()
    try:
        return of_contacts(members_of(segment, reads_all=True)) if segment else []
    except DefinitionError:
        return []
