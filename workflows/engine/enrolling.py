"""Who is enrolled: the rules of a version applied to what its triggers found, and the rows.

The contacts are locked, in order: of two workers with the same contact the second one sees what the first one
wrote. The keys in the database hold in any case.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Count, Max
from django.utils import timezone

from contacts.models import Contact, Segment, TimelineEntry
from contacts.segments.errors import DefinitionError
from contacts.segments.members import members_of, query
from core import array_lookup  # noqa: F401 - a lookup
from core.jobs import wake
from core.jobs.bulk import inherited_priority
from workflows.definition.tree import Again, EnrolmentRules
from workflows.engine.happenings import Happening
from workflows.models import Enrolment, EnrolmentSource, EnrolmentState, WorkflowVersion
from workflows.models.enrolments import Priority

TIMELINE_KIND = "workflow_enrolled"
# Enrolled together they go behind those that come one by one.
FEW = 50
# A contact in the same workflow about the same thing: more is a circle.
MOST_AN_HOUR = 20


@dataclass
class Enrolled:
    """The new enrolments, and why others were not made, by the happening's contact."""

    enrolments: list[Enrolment] = field(default_factory=list)
    refused: dict[int, str] = field(default_factory=dict)

    @property
    def refused_by_code(self) -> dict[str, int]:
        return dict(Counter(self.refused.values()))


def enrol(
    version: WorkflowVersion,
    rules: EnrolmentRules,
    happenings: Collection[Happening],
    *,
    source: EnrolmentSource = EnrolmentSource.TRIGGER,
    trigger: str = "",
    priority: Priority | None = None,
    user_id: int | None = None,
) -> Enrolled:
    """Must run inside a transaction. The same happenings again enrol no one."""
    now = timezone.now()
    contacts = sorted({happening.contact_id for happening in happenings})
    enrolled = Enrolled(refused=_refused(version, rules, contacts, now))
    allowed = [happening for happening in happenings if happening.contact_id not in enrolled.refused]
    allowed = _not_inside(version, allowed, enrolled)
    if priority is None:
        priority = priority_of(len(happenings))
    circling = _circling(version, allowed, now)
    rows = [
        Enrolment(
            workflow_id=version.workflow_id,
            version=version,
            contact_id=happening.contact_id,
            key=occasion_key(rules.again, happening),
            subject=happening.subject,
            source=source,
            trigger=trigger,
            data=dict(happening.data),
            requested_by_id=user_id,
            enrolled_at=now,
            priority=priority,
            **_stopped((happening.contact_id, happening.subject) in circling, now),
        )
        for happening in allowed
    ]
    Enrolment.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)
    enrolled.enrolments = _written(version, rows, now)
    _write_timelines(version, enrolled.enrolments, now)
    _note_known(enrolled, allowed)
    wake()
    return enrolled


def priority_of(together: int) -> Priority:
    """Of so many who are enrolled together, in what may itself be part of a bulk."""
    return Priority(inherited_priority()) if together <= FEW else Priority.BULK


def occasion_key(again: Again, happening: Happening) -> str:
    """The same one enrols a contact once."""
    if again == Again.NEVER:
        return "once"
    if again == Again.ONCE_PER_EVENT and happening.event_id:
        return f"event:{happening.event_id}"
    return happening.key


def _refused(
    version: WorkflowVersion, rules: EnrolmentRules, contacts: Sequence[int], now: datetime
) -> dict[int, str]:
    """By code: gone, suppressed, conditions, enrolled_before, too_soon. The first that applies."""
    locked = Contact.objects.select_for_update(no_key=True).filter(pk__any_of=contacts).order_by("pk")
    there = set(locked.values_list("pk", flat=True))
    refused = {contact: "gone" for contact in contacts if contact not in there}
    if rules.suppress:
        refused |= dict.fromkeys(_suppressed(rules.suppress, there), "suppressed")
    if rules.only:
        among = Contact.objects.filter(pk__any_of=sorted(there))
        meeting = set(query(rules.only.node, among=among, now=now).values_list("pk", flat=True))
        refused = dict.fromkeys(there - meeting, "conditions") | refused
    before = _enrolled_before(version, rules, there, now)
    return before | refused


def _suppressed(segments: Collection[int], contacts: Collection[int]) -> set[int]:
    """A segment that can't be computed any more suppresses no one: its page says so."""
    suppressed: set[int] = set()
    for segment in Segment.objects.filter(pk__in=segments):
        try:
            members = members_of(segment).filter(pk__any_of=sorted(contacts))
        except DefinitionError:
            continue
        suppressed |= set(members.values_list("pk", flat=True))
    return suppressed


def _enrolled_before(
    version: WorkflowVersion, rules: EnrolmentRules, contacts: Collection[int], now: datetime
) -> dict[int, str]:
    if rules.again not in (Again.NEVER, Again.AFTER_DAYS):
        return {}
    rows = Enrolment.objects.filter(workflow=version.workflow_id, contact__any_of=sorted(contacts))
    if rules.again == Again.NEVER:
        return dict.fromkeys(rows.values_list("contact_id", flat=True), "enrolled_before")
    last = rows.values_list("contact_id").annotate(last=Max("enrolled_at"))
    since = now - timedelta(days=rules.days)
    return {contact: "too_soon" for contact, moment in last if moment > since}


def _not_inside(
    version: WorkflowVersion, happenings: Iterable[Happening], enrolled: Enrolled
) -> list[Happening]:
    """Without those who are inside about the same thing, and each contact once for each thing."""
    outside = list(happenings)
    rows = Enrolment.objects.inside().filter(
        workflow=version.workflow_id, contact__any_of=sorted({happening.contact_id for happening in outside})
    )
    inside = set(rows.values_list("contact_id", "subject"))
    kept: dict[tuple[int, str], Happening] = {}
    for happening in outside:
        if (happening.contact_id, happening.subject) in inside:
            enrolled.refused[happening.contact_id] = "inside"
        else:
            kept.setdefault((happening.contact_id, happening.subject), happening)
    return list(kept.values())


def _circling(
    version: WorkflowVersion, happenings: Collection[Happening], now: datetime
) -> set[tuple[int, str]]:
    rows = Enrolment.objects.filter(
        workflow=version.workflow_id,
        contact__any_of=sorted({happening.contact_id for happening in happenings}),
        enrolled_at__gt=now - timedelta(hours=1),
    )
    counted = rows.values_list("contact_id", "subject").annotate(number=Count("pk"))
    return {(contact, subject) for contact, subject, number in counted if number >= MOST_AN_HOUR}


def _stopped(is_circling: bool, now: datetime) -> Mapping[str, object]:
    """The enrolment is there to be seen, and does nothing."""
    if not is_circling:
        return {}
    return {"state": EnrolmentState.FAILED, "reason_code": "too_often", "finished_at": now}


def _written(version: WorkflowVersion, rows: Sequence[Enrolment], now: datetime) -> list[Enrolment]:
    """Those of the rows that were not there before."""
    contacts = sorted({row.contact_id for row in rows})
    enrolments = Enrolment.objects.filter(
        workflow=version.workflow_id, contact__any_of=contacts, enrolled_at=now
    )
    keys = {(row.contact_id, row.key) for row in rows}
    return [row for row in enrolments.order_by("pk") if (row.contact_id, row.key) in keys]


def _note_known(enrolled: Enrolled, happenings: Iterable[Happening]) -> None:
    new = {row.contact_id for row in enrolled.enrolments}
    for happening in happenings:
        if happening.contact_id not in new:
            enrolled.refused.setdefault(happening.contact_id, "enrolled_before")


def _write_timelines(version: WorkflowVersion, enrolments: Iterable[Enrolment], now: datetime) -> None:
    TimelineEntry.objects.bulk_create(
        [
            TimelineEntry(
                contact_id=row.contact_id,
                kind=TIMELINE_KIND,
                subject_key=f"workflow:{row.workflow_id}:{row.pk}",
                occurred_at=now,
                title=version.workflow.name,
                details={"workflow": row.workflow_id, "enrolment": row.pk},
            )
            for row in enrolments
        ],
        ignore_conflicts=True,
        batch_size=500,
    )
