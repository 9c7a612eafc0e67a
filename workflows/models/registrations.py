"""Registering contacts for webinars: a job for each wish, and what is known of the webinars."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from contacts.models import BulkChange, Contact
from core.jobs import JobState, LeasedJob
from integrations.models import ZoomConnection
from workflows.models.workflows import Workflow


class RegistrationBatch(models.Model):
    """Contacts who were chosen together: one line among the jobs, which opens."""

    zoom_webinar_id = models.BigIntegerField(_("webinar ID"))
    occurrence_id = models.CharField(_("occurrence ID"), max_length=100, blank=True)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    bulk_change = models.OneToOneField(
        BulkChange,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("What queues the contacts of a long list, some at a time."),
    )
    created_at = models.DateTimeField(_("queued"), default=timezone.now)

    class Meta:
        verbose_name = _("registration batch")
        verbose_name_plural = _("registration batches")
        # The list of batches.
        indexes = [models.Index(fields=["-created_at", "-id"], name="registrationbatch_newest_first")]

    def __str__(self) -> str:
        return f"{self.zoom_webinar_id} {self.created_at:%Y-%m-%d %H:%M}"


class RegistrationStatus(models.TextChoices):
    """A job's state as people and programs see it. The API documents these codes, `removed` excepted."""

    QUEUED = "queued", _("Queued")
    RUNNING = "running", _("Running")
    WAITING = "waiting", _("Waiting")
    REGISTERED = "registered", _("Registered")
    ALREADY_REGISTERED = "already_registered", _("Already registered")
    PENDING_APPROVAL = "pending_approval", _("Waiting for approval")
    REFUSED = "refused", _("Rejected")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")
    REMOVED = "removed", _("Removed")


class RegistrationJobQuerySet(models.QuerySet["RegistrationJob"]):
    def in_status(self, status: str) -> Self:
        """Jobs in one of the states that people see; of an unknown one, none."""
        match status:
            case RegistrationStatus.QUEUED:
                return self.filter(state=JobState.QUEUED, reason_code="")
            case RegistrationStatus.WAITING:
                return self.filter(state=JobState.QUEUED).exclude(reason_code="")
            case RegistrationStatus.RUNNING | RegistrationStatus.FAILED:
                return self.filter(state=status)
            case _:
                return self.filter(state=JobState.COMPLETE, outcome=status)

    def active(self) -> Self:
        return self.filter(state__in=RegistrationJob.ACTIVE)

    def registering(self) -> Self:
        """Without those that remove people from webinars."""
        return self.filter(action=RegistrationJob.Action.REGISTER)

    def search(self, text: str) -> Self:
        """By the contact's name or an address of theirs, or by the webinar's ID."""
        digits = text.replace(" ", "").replace("-", "")
        condition = Q(contact__in=Contact.objects.search(text))
        if digits.isdecimal() and len(digits) < 19:
            condition |= Q(zoom_webinar_id=int(digits))
        return self.filter(condition) if text.strip() else self

    def newest_first(self) -> Self:
        return self.order_by("-created_at", "-pk")


class RegistrationJob(LeasedJob):
    """A contact to be registered for a webinar, or to be removed from it.

    `zoom_webinar_id` is Zoom's number: the webinar may be one that no sync has listed yet.
    """

    class Action(models.TextChoices):
        REGISTER = "register", _("Register")
        REMOVE = "remove", _("Remove")

    class Source(models.TextChoices):
        WORKFLOW = "workflow", _("Workflow")
        API = "api", _("API")
        PAGE = "page", _("Page")
        COMMAND = "command", _("Command")
        TASK = "task", _("Task")

    class Priority(models.IntegerChoices):
        """Someone waits for a single one; a bulk goes on in between, in groups that share their calls' cost.

        Part of a bulk, but done alone, is what removes someone, or must ask Zoom before it calls.
        """

        SINGLE = 0
        BULK_ALONE = 9
        BULK = 10

    contact = models.ForeignKey(
        Contact, null=True, blank=True, on_delete=models.SET_NULL, related_name="registration_jobs"
    )
    zoom_webinar_id = models.BigIntegerField(_("webinar ID"))
    occurrence_id = models.CharField(_("occurrence ID"), max_length=100, blank=True)
    starts_after = models.DateTimeField(
        null=True,
        blank=True,
        help_text=_("Only a date of a series that begins later counts."),
    )
    key = models.CharField(
        max_length=255, blank=True, help_text=_("The caller's idempotency key; blank: none was given.")
    )
    action = models.CharField(max_length=20, choices=Action.choices, default=Action.REGISTER)
    source = models.CharField(_("source"), max_length=20, choices=Source.choices)
    batch = models.ForeignKey(
        RegistrationBatch, null=True, blank=True, on_delete=models.SET_NULL, related_name="jobs"
    )
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    lifts_denial = models.BooleanField(
        default=False, help_text=_("Approves someone in Zoom who was denied or cancelled before.")
    )
    may_register_again = models.BooleanField(
        default=False, help_text=_("Deletes the registrant in Zoom when removing, instead of cancelling.")
    )

    outcome = models.CharField(
        max_length=20,
        choices=RegistrationStatus.choices,
        blank=True,
        help_text=_("How it ended; blank while it is not over, and where it failed."),
    )
    reason_code = models.CharField(
        max_length=40, blank=True, help_text=_("Code: why it was rejected, failed or waits.")
    )
    reason_values = models.JSONField(
        default=dict, blank=True, help_text=_("What the reason names: fields, scopes, Zoom's own words.")
    )
    sent_at = models.DateTimeField(
        null=True, blank=True, help_text=_("Since when a call to Zoom has no answer that we know of.")
    )
    sent_date = models.CharField(
        max_length=100,
        blank=True,
        default="",
        db_default="",
        help_text=_("The occurrence ID that this call named; blank: none."),
    )
    registrant_id = models.CharField(_("registrant ID"), max_length=100, blank=True)
    callback_url = models.URLField(max_length=2000, blank=True)
    workflow = models.ForeignKey(
        Workflow,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="registration_jobs",
        help_text=_("Whose step asked for it."),
    )
    created_at = models.DateTimeField(_("queued"), default=timezone.now)

    objects = RegistrationJobQuerySet.as_manager()

    class Meta(LeasedJob.Meta):
        verbose_name = _("registration job")
        verbose_name_plural = _("registration jobs")
        constraints = [
            *LeasedJob.Meta.constraints,
            models.UniqueConstraint(
                fields=["contact", "zoom_webinar_id", "occurrence_id", "action", "key"],
                condition=~Q(key=""),
                name="registrationjob_one_per_key",
            ),
            models.UniqueConstraint(
                fields=["contact", "zoom_webinar_id", "occurrence_id", "action"],
                condition=Q(key="", state__in=[JobState.QUEUED, JobState.RUNNING]),
                name="registrationjob_one_active",
            ),
            models.CheckConstraint(
                condition=Q(state=JobState.COMPLETE) ^ Q(outcome=""),
                name="registrationjob_outcome_fits_state",
            ),
        ]
        indexes = [
            *LeasedJob.Meta.indexes,
            # The list of registrations.
            models.Index(fields=["-created_at", "-id"], name="registrationjob_newest_first"),
            # The list filtered by webinar.
            models.Index(fields=["zoom_webinar_id", "-created_at"], name="registrationjob_by_webinar"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.contact_id} {self.zoom_webinar_id} {self.status}"

    @property
    def status(self) -> RegistrationStatus:
        if self.state == JobState.COMPLETE:
            return RegistrationStatus(self.outcome)
        if self.state == JobState.QUEUED:
            return RegistrationStatus.WAITING if self.reason_code else RegistrationStatus.QUEUED
        return RegistrationStatus(self.state)

    @property
    def can_retry(self) -> bool:
        return self.status in RETRYABLE and self.contact_id is not None

    @property
    def can_cancel(self) -> bool:
        """A job whose worker is calling Zoom cannot be called back."""
        return self.state == JobState.QUEUED


RETRYABLE = frozenset({RegistrationStatus.REFUSED, RegistrationStatus.FAILED, RegistrationStatus.CANCELLED})
SUCCESSES = frozenset(
    {
        RegistrationStatus.REGISTERED,
        RegistrationStatus.ALREADY_REGISTERED,
        RegistrationStatus.PENDING_APPROVAL,
        RegistrationStatus.REMOVED,
    }
)


class RegistrationForm(models.Model):
    """What Zoom said of a webinar's registration, for an hour: what a sync does not read, or reads rarely."""

    connection = models.ForeignKey(ZoomConnection, on_delete=models.CASCADE, related_name="+", db_index=False)
    zoom_webinar_id = models.BigIntegerField(_("webinar ID"))
    facts = models.JSONField(default=dict, help_text=_("See `workflows.registrations.forms`."))
    checked_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["connection", "zoom_webinar_id"], name="registrationform_natural_key"
            )
        ]

    def __str__(self) -> str:
        return str(self.zoom_webinar_id)


class DailyAdditions(models.Model):
    """How often Zoom was asked to add a contact today: it takes three requests a UTC day (D15).

    `zoom_webinar_id` is 0 where the limit is counted for the contact in all webinars together.
    """

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+", db_index=False)
    zoom_webinar_id = models.BigIntegerField()
    day = models.DateField()
    count = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["contact", "zoom_webinar_id", "day"], name="dailyadditions_natural_key"
            ),
            models.CheckConstraint(condition=Q(count__lte=3), name="dailyadditions_within_zooms_limit"),
        ]
        # What is old enough to be forgotten.
        indexes = [models.Index(fields=["day"], name="dailyadditions_by_day")]

    def __str__(self) -> str:
        return f"{self.contact_id} {self.zoom_webinar_id} {self.day}: {self.count}"
