"""Contacts enrolled together, a page at a time, by a queue of their own.

`spec` by kind: existing {}, entered {"segment", "at"}, chosen {"contacts": [IDs]} or {"segment"} with
{"event_id", "data"} of what it is about, watch {"property"}. The pages are idempotent: the cursor only saves
work.
"""

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime, timedelta
from itertools import batched

from django.utils import timezone

from contacts.models import Segment, SegmentTransition
from contacts.segments.errors import DefinitionError
from contacts.segments.members import members_of
from core.jobs import JobFailedError, JobQueue, Lease, register, wake
from core.messages import Message
from workflows.engine.definitions import Definitions
from workflows.engine.enrolling import FEW, Enrolled, enrol
from workflows.engine.happenings import Happening, of_contacts
from workflows.engine.subjects import NO_SUBJECT, Subject
from workflows.engine.watching import seed_values
from workflows.models import EnrolmentBatch, EnrolmentSource, WatchedValue, Workflow, WorkflowVersion
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
    priority = Priority.SINGLE if number <= FEW else Priority.BULK
    return _queue(version.workflow, version, Kind.ENTERED, spec, priority, None)


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
    name = "enrolment-batches"
    model = EnrolmentBatch
    # A few that came in by a segment do not wait for the hundred thousand of another.
    at_once = 2
    longest = timedelta(hours=6)

    def perform(self, job: EnrolmentBatch, lease: Lease) -> None:
        if job.kind == Kind.WATCH:
            seed_values(job.spec["property"], lease)
        elif job.workflow.is_published:
            _enrol_pages(job, lease)


register(EnrolmentBatchQueue())


def _enrol_pages(job: EnrolmentBatch, lease: Lease) -> None:
    definitions = Definitions()
    try:
        rules = definitions.of(job.version).definition.enrolment
    except DefinitionError as error:
        raise JobFailedError(Message("workflow.definition_unusable", reason=str(error))) from error
    for page in batched(_happenings(job, definitions), PAGE):
        with lease.writing():
            trigger = page[0][0]
            enrolled = enrol(
                job.version,
                rules,
                [happening for _trigger, happening in page],
                source=SOURCES[Kind(job.kind)],
                trigger=trigger,
                priority=Priority(job.priority),
                user_id=job.requested_by_id,
            )
            _count(job, enrolled, lease)


def _count(job: EnrolmentBatch, enrolled: Enrolled, lease: Lease) -> None:
    job.enrolled += len(enrolled.enrolments)
    for code, number in enrolled.refused_by_code.items():
        job.refused[code] = job.refused.get(code, 0) + number
    lease.update(enrolled=job.enrolled, refused=job.refused)


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
        return of_contacts(members_of(segment)) if segment else []
    except DefinitionError:
        return []
