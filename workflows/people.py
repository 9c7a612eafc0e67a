"""What people do with those inside a workflow: enrol, remove, try again. Each raises `WorkflowError`."""

from collections.abc import Collection, Iterable
from contextlib import suppress
from uuid import uuid4

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from contacts.segments.errors import DefinitionError
from core.jobs import wake
from workflows.engine.definitions import Definitions
from workflows.engine.ending import end_people
from workflows.engine.enrolling import enrol
from workflows.engine.enrolment_batches import enrol_chosen
from workflows.engine.happenings import Happening
from workflows.engine.subjects import NO_SUBJECT, Subject
from workflows.errors import WorkflowError
from workflows.models import (
    Enrolment,
    EnrolmentBatch,
    EnrolmentOutcome,
    EnrolmentSource,
    EnrolmentState,
    StepRun,
    Workflow,
    WorkflowVersion,
)
from workflows.models.enrolments import Priority
from workflows.wording import REFUSALS

MOST_CHOSEN = 10_000


@transaction.atomic
def enrol_contact(
    workflow: Workflow,
    contact_id: int,
    *,
    subject: Subject = NO_SUBJECT,
    source: EnrolmentSource = EnrolmentSource.MANUAL,
    key: str = "",
    user_id: int | None = None,
) -> Enrolment:
    """Enrol one contact now, under the workflow's rules. With the same `key` again: the same enrolment.

    `subject` is the event or webinar that it is about, which steps may need.
    """
    version = _running(workflow)
    _demand_webinar(version, subject)
    if key:
        key = f"manual:{key}"
        known = Enrolment.objects.filter(workflow=workflow, contact=contact_id, key=key).first()
        if known:
            return known
    happening = Happening(contact_id, key or f"manual:{uuid4().hex}", subject.event_id, subject.data)
    rules = Definitions().of(version).definition.enrolment
    enrolled = enrol(version, rules, [happening], source=source, priority=Priority.SINGLE, user_id=user_id)
    if not enrolled.enrolments:
        code = enrolled.refused.get(contact_id, "enrolled_before")
        raise WorkflowError(str(REFUSALS[code]), code=code)
    return enrolled.enrolments[0]


@transaction.atomic
def enrol_contacts(
    workflow: Workflow,
    *,
    contacts: Collection[int] = (),
    segment: int = 0,
    subject: Subject = NO_SUBJECT,
    user_id: int | None = None,
) -> EnrolmentBatch:
    """Many at once, behind those who come one by one."""
    version = _running(workflow)
    _demand_webinar(version, subject)
    if len(contacts) > MOST_CHOSEN:
        raise WorkflowError(_("Choose at most %(most)s contacts.") % {"most": f"{MOST_CHOSEN:,}"})
    return enrol_chosen(version, contacts=contacts, segment=segment, subject=subject, user_id=user_id)


@transaction.atomic
def remove_enrolment(enrolment: Enrolment) -> None:
    """Take someone out. What the steps have done stays."""
    if not end_people(Enrolment.objects.filter(pk=enrolment.pk), EnrolmentOutcome.REMOVED):
        raise WorkflowError(_("This contact isn't waiting in the workflow any more."), code="state")


@transaction.atomic
def retry_enrolment(enrolment: Enrolment) -> None:
    """Do the step again at which it failed or stopped; the path goes on from there."""
    stopped = Enrolment.objects.select_for_update(of=("self",)).filter(pk=enrolment.pk).first()
    if stopped is None or not can_retry(stopped):
        raise WorkflowError(_("There is no step to try again."), code="state")
    run = StepRun.objects.filter(enrolment=stopped, step_id=stopped.step_id)
    run.update(state=StepRun.State.WAITING, outcome="", values={}, finished_at=None, memory={"retry": True})
    try:
        with transaction.atomic():
            Enrolment.objects.filter(pk=stopped.pk).update(
                state=EnrolmentState.QUEUED, outcome="", reason_code="", reason_values={}, error="",
                attempts=0, crashes=0, not_before=timezone.now(), finished_at=None, priority=Priority.SINGLE,
            )  # fmt: skip
    except IntegrityError as error:
        raise WorkflowError(str(REFUSALS["inside"]), code="inside") from error
    wake()


def retry_enrolments(enrolments: Iterable[Enrolment]) -> int:
    """How many could be tried again: someone may be back inside in the meantime."""
    tried = 0
    for enrolment in enrolments:
        with suppress(WorkflowError):
            retry_enrolment(enrolment)
            tried += 1
    return tried


def can_retry(enrolment: Enrolment) -> bool:
    if enrolment.state == EnrolmentState.FAILED:
        return bool(enrolment.step_id) or enrolment.reason_code == "definition_unusable"
    return enrolment.outcome == EnrolmentOutcome.STOPPED


def needs_webinar(version: WorkflowVersion | None) -> bool:
    """Whether enrolling needs a webinar to be named. A definition that can't be read enrols no one."""
    if version is None:
        return False
    try:
        return Definitions().of(version).definition.needs_webinar
    except DefinitionError:
        return False


def _demand_webinar(version: WorkflowVersion, subject: Subject) -> None:
    if not subject.data and needs_webinar(version):
        words = _("A step of this workflow uses the webinar of the trigger. Choose the webinar to enrol for.")
        raise WorkflowError(words, "webinar_id", "needs_webinar")


def _running(workflow: Workflow) -> WorkflowVersion:
    if not workflow.is_published or workflow.current is None:
        raise WorkflowError(_("The workflow isn't published."), code="not_published")
    return workflow.current
