"""Add contact to Zoom webinar (R76-R82): a registration job, whose end the step waits for."""

from abc import abstractmethod
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from contacts.models import Contact
from contacts.models.contact import ContactQuerySet
from marketing_events.models import MarketingEvent
from workflows.definition.fields import Names, Words
from workflows.definition.occurrence_field import NEXT, OccurrenceField
from workflows.definition.reference_fields import WebinarField
from workflows.definition.values import WebinarRef
from workflows.models import RegistrationJob, RegistrationStatus
from workflows.models.enrolments import Priority
from workflows.registrations.jobs import NotPossibleNowError, Options, Source, enqueue, retry
from workflows.registrations.preflight import Preflight, preflight
from workflows.registry import (
    Action,
    Blocker,
    Done,
    Group,
    Repeat,
    StepContext,
    StepResult,
    Wait,
    register_action,
)
from workflows.steps.webinars import webinar_number

NO_WEBINAR = "no_webinar"


class RegistrationAction(Action):
    """A registration job, found again by the step's key."""

    group = Group.ZOOM
    job_action: ClassVar[RegistrationJob.Action]
    repeat = Repeat.FOUND_BY_KEY
    problems = frozenset(
        {RegistrationStatus.REFUSED, RegistrationStatus.FAILED, RegistrationStatus.CANCELLED, NO_WEBINAR}
    )

    def options(self, number: int, arguments: Mapping[str, Any], step: StepContext) -> Options:
        is_bulk = step.enrolment is not None and step.enrolment.priority == Priority.BULK
        occurrence, is_next = arguments["occurrence_id"], arguments["occurrence_id"] == NEXT
        return Options(
            occurrence_id="" if is_next else occurrence,
            starts_after=next_starts_after(number, step) if is_next else None,
            key=step.key,
            action=self.job_action,
            may_register_again=bool(arguments.get("may_register_again")),
            requested_by=step.enrolment.requested_by if step.enrolment else None,
            priority=RegistrationJob.Priority.BULK if is_bulk else RegistrationJob.Priority.SINGLE,
            extra={"workflow_id": step.enrolment.workflow_id if step.enrolment else None},
        )

    def perform(self, arguments: Mapping[str, Any], step: StepContext) -> StepResult:
        number = webinar_number(arguments["webinar"], step.contact, step.data)
        if number is None:
            return Done(NO_WEBINAR)
        job = enqueue(step.contact, number, Source.WORKFLOW, self.options(number, arguments, step))
        if step.is_retry and job.can_retry:
            job = _again(job)
        values = {"job": job.pk, "webinar_id": str(number)}
        if _is_active(job):
            return Wait("registering", waits_for=f"registration:{job.pk}", values=values)
        reason = {"reason": job.reason_code, **job.reason_values} if job.reason_code else {}
        return Done(str(job.status), values | reason)

    def blockers(self, arguments: Mapping[str, Any], contacts: ContactQuerySet) -> list[Blocker]:
        ref: WebinarRef = arguments["webinar"]
        if ref.zoom_webinar_id is None:
            return _blockers_of_property(ref, contacts)
        outlook = self.preflight(ref.zoom_webinar_id, arguments, contacts, timezone.now())
        if outlook.zoom_error:
            return [Blocker("zoom_unavailable", outlook.zoom_error, is_certain=False)]
        if outlook.problem:
            return [Blocker("webinar", outlook.problem, outlook.remedy)]
        if not outlook.cannot:
            return []
        first = outlook.hindrances[0]
        return [Blocker("contacts", first.detail, first.remedy, outlook.cannot)]

    @abstractmethod
    def preflight(
        self, number: int, arguments: Mapping[str, Any], contacts: QuerySet[Contact], after: datetime
    ) -> Preflight:
        """What it would come to for these contacts now. The next date of a series begins `after` then."""

    def try_out(self, arguments: Mapping[str, Any], step: StepContext) -> StepResult:
        number = webinar_number(arguments["webinar"], step.contact, step.data)
        if number is None:
            return Done(NO_WEBINAR)
        contacts = Contact.objects.filter(pk=step.contact.pk)
        outlook = self.preflight(number, arguments, contacts, next_starts_after(number, step))
        values = {"webinar_id": str(number), "topic": outlook.topic}
        if outlook.registered:
            return Done(RegistrationStatus.ALREADY_REGISTERED.value, values)
        if outlook.problem or outlook.cannot:
            detail = outlook.problem or outlook.hindrances[0].detail
            return Done(RegistrationStatus.REFUSED.value, values | {"detail": detail})
        return Done(next(iter(self.outcomes)), values)


def _is_active(job: RegistrationJob) -> bool:
    """As seen under its lock: it can't end unseen before our wait for its end is written."""
    locked = RegistrationJob.objects.select_for_update(of=("self",)).get(pk=job.pk)
    job.state, job.outcome = locked.state, locked.outcome
    job.reason_code, job.reason_values = locked.reason_code, locked.reason_values
    return job.is_active


def _again(job: RegistrationJob) -> RegistrationJob:
    try:
        return retry(job)
    except NotPossibleNowError:
        return job


class AddToWebinar(RegistrationAction):
    key = "add_to_webinar"
    label = lazy("Add contact to Zoom webinar")
    icon = "video"
    help = lazy("Registers first name, last name and email for a webinar of the primary brand.")
    job_action = RegistrationJob.Action.REGISTER
    fields = (
        WebinarField(name="webinar"),
        OccurrenceField(
            takes_next=True,
            of_blank=lazy("The current or next date, or all where one registration counts for all"),
        ),
    )
    outcomes: ClassVar[Mapping[str, Words]] = {
        RegistrationStatus.REGISTERED: lazy("Registered"),
        RegistrationStatus.ALREADY_REGISTERED: lazy("Was registered already"),
        RegistrationStatus.PENDING_APPROVAL: lazy("Waits for approval in Zoom"),
        RegistrationStatus.REFUSED: lazy("Not registered"),
        RegistrationStatus.FAILED: lazy("The registration failed"),
        RegistrationStatus.CANCELLED: lazy("The registration was cancelled here"),
        NO_WEBINAR: lazy("No webinar ID was found"),
    }

    def sentence(self, arguments: Mapping[str, Any], names: Names) -> str:
        values = {name: self.words(name, arguments, names) for name in ("webinar", "occurrence_id")}
        if arguments.get("occurrence_id") == NEXT:
            return _("Add contact to the next date of %(webinar)s") % values
        if arguments.get("occurrence_id"):
            return _("Add contact to %(webinar)s on %(occurrence_id)s") % values
        return _("Add contact to %(webinar)s") % values

    def effects(self, arguments: Mapping[str, Any]) -> Iterable[str]:
        return [f"registration:{arguments['webinar'].zoom_webinar_id or '*'}"]

    def preflight(
        self, number: int, arguments: Mapping[str, Any], contacts: QuerySet[Contact], after: datetime
    ) -> Preflight:
        if arguments["occurrence_id"] == NEXT:
            return preflight(contacts, number, starts_after=after)
        return preflight(contacts, number, arguments["occurrence_id"])


def next_starts_after(number: int, step: StepContext) -> datetime:
    """The later of when the person came to the step, and the start of the date that the trigger is about."""
    event_id = step.data.get("event_id")
    event = MarketingEvent.objects.filter(pk=event_id, zoom_webinar_id=number).first() if event_id else None
    return max(event.starts_at, step.started_at) if event and event.starts_at else step.started_at


def _blockers_of_property(ref: WebinarRef, contacts: ContactQuerySet) -> list[Blocker]:
    """Contacts without a webinar ID in the property, among the first thousands."""
    if not ref.from_property:
        return []
    missing = sum(
        webinar_number(ref, contact, {}) is None for contact in contacts.order_by("pk")[:10_000].iterator()
    )
    sentence = _("The property holds no webinar ID.")
    return [Blocker(NO_WEBINAR, sentence, affected=missing)] if missing else []


register_action(AddToWebinar())
