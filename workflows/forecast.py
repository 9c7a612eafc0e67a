"""What publishing a definition would come to: who would enter now, and what would stop which step (X9)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from contacts.models import Contact, Segment
from contacts.models.contact import ContactQuerySet
from contacts.segments.errors import DefinitionError
from contacts.segments.members import members_of, query
from core import array_lookup  # noqa: F401 - a lookup
from workflows.definition.tree import Again, Definition, EnrolmentRules
from workflows.engine.enrolling import occasion_key
from workflows.models import Enrolment, Workflow
from workflows.models.enrolments import EnrolmentQuerySet
from workflows.registry import Blocker, action_of, trigger_of

SAMPLE = 10
# A step is judged for so many of them; more would keep the page waiting.
MOST_JUDGED = 2_000


@dataclass(frozen=True)
class Forecast:
    """Those who meet a trigger already, and of them those whom the rules let in."""

    meeting: int
    entering: int
    sample: Sequence[Contact]

    @property
    def kept_out(self) -> int:
        return self.meeting - self.entering


def forecast(workflow: Workflow, definition: Definition) -> Forecast:
    """Contacts that meet a trigger now. Publishing enrols them only with `existing`."""
    meeting = meeting_contacts(definition)
    entering = entering_contacts(workflow, definition)
    return Forecast(meeting.count(), entering.count(), list(entering.order_by("-pk")[:SAMPLE]))


def meeting_contacts(definition: Definition) -> ContactQuerySet:
    now, condition = timezone.now(), Q(pk__in=[])
    for use in definition.triggers:
        contacts = trigger_of(use.trigger).existing_contacts(use.arguments, now)
        condition |= Q(pk__in=contacts.order_by().values("pk"))
    return Contact.objects.filter(condition)


def entering_contacts(workflow: Workflow, definition: Definition) -> ContactQuerySet:
    contacts = _admitted(workflow, definition.enrolment, meeting_contacts(definition))
    if definition.enrolment.again in (Again.ALWAYS, Again.ONCE_PER_EVENT) and workflow.current_id:
        return contacts.filter(pk__any_of=sorted(_with_new_occasion(workflow, definition)))
    return contacts


def _with_new_occasion(workflow: Workflow, definition: Definition) -> set[int]:
    """Who meets a trigger by something that has not enrolled them yet."""
    known = set(Enrolment.objects.filter(workflow=workflow).values_list("contact_id", "key"))
    again, now = definition.enrolment.again, timezone.now()
    return {
        occasion.contact_id
        for use in definition.triggers
        for occasion in trigger_of(use.trigger).existing(use.arguments, now)
        if (occasion.contact_id, occasion_key(again, occasion)) not in known
    }


def _admitted(workflow: Workflow, rules: EnrolmentRules, contacts: ContactQuerySet) -> ContactQuerySet:
    if rules.only:
        contacts = contacts.filter(pk__in=query(rules.only.node).values("pk"))
    for segment in Segment.objects.filter(pk__in=rules.suppress):
        try:
            contacts = contacts.exclude(pk__in=members_of(segment).values("pk"))
        except DefinitionError:
            continue
    return contacts.exclude(pk__in=_enrolled_before(workflow, rules).values("contact"))


def _enrolled_before(workflow: Workflow, rules: EnrolmentRules) -> EnrolmentQuerySet:
    rows = Enrolment.objects.filter(workflow=workflow.pk)
    match rules.again:
        case Again.NEVER:
            return rows
        case Again.AFTER_DAYS:
            return rows.filter(enrolled_at__gt=timezone.now() - timedelta(days=rules.days))
    return rows.none()


@dataclass(frozen=True)
class StepCheck:
    """A step with what would stop it now. Empty: nothing is known to be in its way."""

    step_id: str
    blockers: Sequence[Blocker] = field(default_factory=list)


def preflight(workflow: Workflow, definition: Definition) -> list[StepCheck]:
    """Each step that something would stop, for how many of the forecast. Asks Zoom about webinars."""
    keys = entering_contacts(workflow, definition).order_by("-pk").values_list("pk", flat=True)
    contacts = Contact.objects.filter(pk__in=list(keys[:MOST_JUDGED]))
    checks = [
        StepCheck(step.id, action_of(step.action).blockers(step.arguments, contacts))
        for step in definition.all_steps()
        if not step.is_branch
    ]
    return [check for check in checks if check.blockers]
