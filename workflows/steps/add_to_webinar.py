"""Add contact to Zoom webinar (R76-R82): a registration job, whose end the step waits for."""

from abc import abstractmethod
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from contacts.models import Contact
from contacts.models.contact import ContactQuerySet
from workflows.definition.fields import Names, TextField, Words
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

    def options(self, arguments: Mapping[str, Any], step: StepContext) -> Options:
        is_bulk = step.enrolment is not None and step.enrolment.priority == Priority.BULK
        return Options(
            occurrence_id=arguments["occurrence_id"],
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
        job = enqueue(step.contact, number, Source.WORKFLOW, self.options(arguments, step))
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
        outlook = self.preflight(ref.zoom_webinar_id, arguments, contacts)
        if outlook.zoom_error:
            return [Blocker("zoom_unavailable", outlook.zoom_error, is_certain=False)]
        if outlook.problem:
            return [Blocker("webinar", outlook.problem, outlook.remedy)]
        if not outlook.cannot:
            return []
        first = outlook.hindrances[0]
        return [Blocker("contacts", first.detail, first.remedy, outlook.cannot)]

    @abstractmethod
    def preflight(self, number: int, arguments: Mapping[str, Any], contacts: QuerySet[Contact]) -> Preflight:
        """What it would come to for these contacts now."""

    def try_out(self, arguments: Mapping[str, Any], step: StepContext) -> StepResult:
        number = webinar_number(arguments["webinar"], step.contact, step.data)
        if number is None:
            return Done(NO_WEBINAR)
        outlook = self.preflight(number, arguments, Contact.objects.filter(pk=step.contact.pk))
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
        TextField(
            name="occurrence_id",
            label=lazy("Date of the series"),
            help=lazy("Blank: the next date, or all of them where one registration counts for all."),
            required=False,
            default="",
            most=100,
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
        return _("Add contact to %(webinar)s") % {"webinar": self.words("webinar", arguments, names)}

    def effects(self, arguments: Mapping[str, Any]) -> Iterable[str]:
        return [f"registration:{arguments['webinar'].zoom_webinar_id or '*'}"]

    def preflight(self, number: int, arguments: Mapping[str, Any], contacts: QuerySet[Contact]) -> Preflight:
        return preflight(contacts, number, arguments["occurrence_id"])


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
