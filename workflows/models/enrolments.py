"""Contacts inside workflows: an enrolment for each occasion, a run for each step, what is sent outside."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from contacts.models import Contact
from core.jobs import JobState, LeasedJob
from workflows.models.workflows import Workflow, WorkflowVersion


class EnrolmentState(models.TextChoices):
    QUEUED = JobState.QUEUED.value, _("Queued")
    RUNNING = JobState.RUNNING.value, _("Running")
    WAITING = "waiting", _("Waiting")
    PAUSED = "paused", _("Paused")
    COMPLETE = JobState.COMPLETE.value, _("Finished")
    FAILED = JobState.FAILED.value, _("Stopped by an error")


INSIDE = (
    EnrolmentState.QUEUED,
    EnrolmentState.RUNNING,
    EnrolmentState.WAITING,
    EnrolmentState.PAUSED,
)


class EnrolmentOutcome(models.TextChoices):
    """Why an enrolment is over."""

    COMPLETED = "completed", _("Came to the end")
    STOPPED = "stopped", _("Stopped at a step")
    REMOVED = "removed", _("Removed manually")
    ARCHIVED = "archived", _("The workflow was archived")


class EnrolmentSource(models.TextChoices):
    TRIGGER = "trigger", _("Trigger")
    EXISTING = "existing", _("Met the trigger when it was published")
    MANUAL = "manual", _("Manually")
    BULK = "bulk", _("Manually, with others")
    API = "api", _("API")


class Priority(models.IntegerChoices):
    """Someone waits for a single one; a bulk goes on in between."""

    SINGLE = 0
    BULK = 10


class EnrolmentQuerySet(models.QuerySet["Enrolment"]):
    def inside(self) -> Self:
        return self.filter(state__in=INSIDE)

    def retryable(self) -> Self:
        """Those who stopped or failed at a step: it can be done again."""
        over = Q(outcome=EnrolmentOutcome.STOPPED) | Q(state=EnrolmentState.FAILED)
        return self.filter(over).exclude(step_id="")

    def search(self, text: str) -> Self:
        return self.filter(contact__in=Contact.objects.search(text)) if text.strip() else self

    def number_of_each(self) -> Coalesce:
        """How many each workflow has, counted for those that are shown, in an index alone."""
        own = self.filter(workflow=OuterRef("pk")).order_by().values("workflow")
        counted = own.annotate(number=Count("*")).values("number")
        return Coalesce(Subquery(counted), 0)

    def newest_first(self) -> Self:
        return self.order_by("-enrolled_at", "-pk")


class Enrolment(LeasedJob):
    """A contact in a workflow, once for each occasion. It is also the job that takes the contact on.

    `step_id` is the step that is to be done next, or that the person waits at. `not_before` is when a wait
    ends at the latest.
    """

    state = models.CharField(
        _("state"), max_length=20, choices=EnrolmentState.choices, default=EnrolmentState.QUEUED
    )
    workflow = models.ForeignKey(
        Workflow, on_delete=models.CASCADE, related_name="enrolments", db_index=False
    )
    version = models.ForeignKey(WorkflowVersion, on_delete=models.CASCADE, related_name="enrolments")
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="enrolments")
    key = models.CharField(max_length=255, help_text=_("The occasion: the same one enrols once."))
    subject = models.CharField(
        max_length=100, blank=True, help_text=_("“event:7”, or blank: the contact is inside once for each.")
    )
    source = models.CharField(_("source"), max_length=20, choices=EnrolmentSource.choices)
    trigger = models.CharField(_("trigger"), max_length=50, blank=True)
    data = models.JSONField(
        default=dict, blank=True, help_text=_("The trigger's own: event_id, webinar_id …")
    )
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    enrolled_at = models.DateTimeField(_("enrolled"), default=timezone.now)

    step_id = models.CharField(_("step"), max_length=40, blank=True)
    waits_for = models.CharField(
        max_length=100, blank=True, help_text=_("“event:7”, “registration:8” …; blank: only the clock.")
    )
    outcome = models.CharField(_("result"), max_length=20, choices=EnrolmentOutcome.choices, blank=True)
    reason_code = models.CharField(
        max_length=50, blank=True, help_text=_("Code: why it stopped, failed or waits.")
    )
    reason_values = models.JSONField(default=dict, blank=True)

    objects = EnrolmentQuerySet.as_manager()

    class Meta(LeasedJob.Meta):
        verbose_name = _("enrolment")
        verbose_name_plural = _("enrolments")
        constraints = [
            *LeasedJob.Meta.constraints,
            models.UniqueConstraint(
                fields=["workflow", "contact", "key"], name="enrolment_once_per_occasion"
            ),
            models.UniqueConstraint(
                fields=["workflow", "contact", "subject"],
                condition=Q(state__in=["queued", "running", "waiting", "paused"]),
                name="enrolment_inside_once",
            ),
            models.CheckConstraint(
                condition=Q(state="complete") ^ Q(outcome=""), name="enrolment_outcome_fits_state"
            ),
        ]
        indexes = [
            *LeasedJob.Meta.indexes,
            # Those whose waiting time is over.
            models.Index(fields=["not_before"], condition=Q(state="waiting"), name="enrolment_waiting"),
            # Those that wait for what has happened.
            models.Index(
                fields=["waits_for"],
                condition=Q(state="waiting") & ~Q(waits_for=""),
                name="enrolment_waits_for",
            ),
            # The enrolments of a workflow.
            models.Index(fields=["workflow", "-enrolled_at", "-id"], name="enrolment_newest_first"),
            # How many are at each step.
            models.Index(fields=["workflow", "state", "step_id"], name="enrolment_by_step"),
            # Those that a person may try again.
            models.Index(
                fields=["workflow"],
                condition=Q(outcome="stopped") | Q(state="failed"),
                name="enrolment_not_done",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.workflow_id}: {self.contact_id} {self.key}"

    @property
    def is_inside(self) -> bool:
        return self.state in INSIDE


class StepRun(models.Model):
    """A step that a person came to: what it was given, what was decided, what it came to. Once for each."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        DONE = "done", _("Done")
        PROBLEM = "problem", _("Not done")
        FAILED = "failed", _("Failed")

    enrolment = models.ForeignKey(
        Enrolment, on_delete=models.CASCADE, related_name="step_runs", db_index=False
    )
    workflow = models.ForeignKey(Workflow, on_delete=models.CASCADE, related_name="+", db_index=False)
    step_id = models.CharField(_("step"), max_length=40)
    action = models.CharField(_("action"), max_length=50)
    version_number = models.PositiveIntegerField(_("version"))
    state = models.CharField(_("state"), max_length=20, choices=State.choices, default=State.WAITING)
    input = models.JSONField(default=dict, blank=True, help_text=_("The step's arguments, as they were."))
    decision = models.JSONField(
        default=dict, blank=True, help_text=_("What was chosen or worked out, and why.")
    )
    memory = models.JSONField(default=dict, blank=True, help_text=_("What the step needs when it goes on."))
    outcome = models.CharField(
        _("result"), max_length=50, blank=True, help_text=_("Code: one of the action's outcomes.")
    )
    values = models.JSONField(default=dict, blank=True, help_text=_("What the outcome's words name."))
    started_at = models.DateTimeField(_("started"), default=timezone.now)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    class Meta:
        verbose_name = _("step run")
        verbose_name_plural = _("step runs")
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "step_id"], name="steprun_natural_key"),
            models.CheckConstraint(
                condition=Q(state="waiting", finished_at=None)
                | (~Q(state="waiting") & Q(finished_at__isnull=False)),
                name="steprun_finished_fits_state",
            ),
        ]
        # How each step ended, counted.
        indexes = [models.Index(fields=["workflow", "step_id", "state", "outcome"], name="steprun_by_step")]

    def __str__(self) -> str:
        return f"{self.enrolment_id} {self.step_id} {self.outcome}"


class EnrolmentBatch(LeasedJob):
    """Contacts to be enrolled together, a page at a time: who met the trigger already, a segment's newcomers,
    or those that a person chose."""

    class Kind(models.TextChoices):
        EXISTING = "existing", _("Those who meet the triggers already")
        ENTERED = "entered", _("Those who entered a segment")
        CHOSEN = "chosen", _("Chosen contacts")
        WATCH = "watch", _("Values of a property, to see when they change")

    workflow = models.ForeignKey(Workflow, on_delete=models.CASCADE, related_name="batches")
    version = models.ForeignKey(WorkflowVersion, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    spec = models.JSONField(default=dict, help_text=_("Which contacts, and the event or webinar."))
    cursor = models.BigIntegerField(default=0, help_text=_("How far it came."))
    enrolled = models.PositiveIntegerField(default=0)
    refused = models.JSONField(default=dict, help_text=_("How many were not enrolled, by the reason's code."))
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(_("created"), default=timezone.now)

    class Meta(LeasedJob.Meta):
        verbose_name = _("enrolment batch")
        verbose_name_plural = _("enrolment batches")
        constraints = [*LeasedJob.Meta.constraints]
        indexes = [*LeasedJob.Meta.indexes]

    def __str__(self) -> str:
        return f"{self.workflow_id} {self.kind}"


class OutgoingMessage(LeasedJob):
    """An email or a webhook of a step. `key` is the step's: there is one message, however often it runs."""

    class Kind(models.TextChoices):
        EMAIL = "email", _("Email")
        WEBHOOK = "webhook", _("Webhook")

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="messages")
    key = models.CharField(max_length=255)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    recipients = models.JSONField(default=list, help_text=_("Email addresses, or one address to post to."))
    subject = models.CharField(max_length=300, blank=True)
    body = models.TextField()
    message_id = models.CharField(
        max_length=100, help_text=_("The same at each try, so that the receiver can see that it is one.")
    )
    status = models.PositiveSmallIntegerField(_("HTTP status"), null=True, blank=True)
    answer = models.JSONField(default=dict, blank=True, help_text=_("The JSON that a webhook answered."))
    created_at = models.DateTimeField(_("created"), default=timezone.now)

    class Meta(LeasedJob.Meta):
        verbose_name = _("outgoing message")
        verbose_name_plural = _("outgoing messages")
        constraints = [
            *LeasedJob.Meta.constraints,
            models.UniqueConstraint(fields=["key"], name="outgoingmessage_once_per_step"),
            models.UniqueConstraint(fields=["message_id"], name="outgoingmessage_message_unique"),
        ]
        indexes = [*LeasedJob.Meta.indexes]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
