"""Syncs as rows: what is to be done, who does it, how far it is, what it said (D13)."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from integrations.models.connections import ZoomConnection
from integrations.models.webinars import Webinar


class SyncRunQuerySet(models.QuerySet["SyncRun"]):
    def active(self) -> Self:
        return self.filter(state__in=SyncRun.ACTIVE)

    def claimable(self) -> Self:
        """Runs that a worker may take: those waiting, and those whose worker has let its lease run out."""
        now = timezone.now()
        waiting = Q(state=SyncRun.State.QUEUED, not_before__lte=now)
        abandoned = Q(state=SyncRun.State.RUNNING, lease_until__lt=now)
        return self.filter(waiting | abandoned)


class SyncRun(models.Model):
    """One sync, of the account's list of webinars or of one webinar."""

    class Kind(models.TextChoices):
        DISCOVERY = "discovery", _("Users and webinars")
        WEBINAR = "webinar", _("Webinar")

    class Trigger(models.TextChoices):
        SCHEDULE = "schedule", _("Schedule")
        MANUAL = "manual", _("Sync now")
        CATCH_UP = "catch_up", _("Catch-up after a settings change")
        WEBHOOK = "webhook", _("Webhook event")
        COMMAND = "command", _("Command line")

    class State(models.TextChoices):
        QUEUED = "queued", _("Waiting")
        RUNNING = "running", _("Running")
        COMPLETE = "complete", _("Complete")
        FAILED = "failed", _("Failed")

    ACTIVE = (State.QUEUED, State.RUNNING)

    connection = models.ForeignKey(ZoomConnection, on_delete=models.CASCADE, related_name="runs")
    webinar = models.ForeignKey(Webinar, null=True, blank=True, on_delete=models.CASCADE, related_name="runs")
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    trigger = models.CharField(_("started by"), max_length=20, choices=Trigger.choices)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    state = models.CharField(_("state"), max_length=20, choices=State.choices, default=State.QUEUED)
    is_full = models.BooleanField(
        default=False, help_text=_("Also reads final data, because a person asked for this webinar.")
    )
    asks_zoom = models.BooleanField(
        default=False,
        help_text=_("Also asks Zoom about a webinar that is over, or about all users."),
    )
    recordings_only = models.BooleanField(
        default=False, help_text=_("Checks due recordings and reads nothing else.")
    )
    run_again = models.BooleanField(default=False, help_text=_("Requested again while it was running."))
    again_trigger = models.CharField(
        max_length=20, choices=Trigger.choices, blank=True, help_text=_("Who requested the next run.")
    )
    again_requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    not_before = models.DateTimeField(_("not before"), default=timezone.now)
    lease_holder = models.CharField(max_length=64, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(_("queued"), default=timezone.now)
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    error = models.TextField(_("error"), blank=True)
    zoom_calls = models.PositiveIntegerField(_("API requests"), default=0)
    changes = models.JSONField(
        _("changes"), default=dict, blank=True, help_text=_("How many rows of each kind it added or changed.")
    )

    objects = SyncRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("sync run")
        verbose_name_plural = _("sync runs")
        constraints = [
            models.UniqueConstraint(
                fields=["webinar"],
                condition=Q(state__in=["queued", "running"], webinar__isnull=False),
                name="syncrun_one_active_per_webinar",
            ),
            models.UniqueConstraint(
                fields=["connection"],
                condition=Q(state__in=["queued", "running"], webinar__isnull=True),
                name="syncrun_one_active_discovery",
            ),
            models.CheckConstraint(
                condition=Q(kind="discovery", webinar__isnull=True)
                | Q(kind="webinar", webinar__isnull=False),
                name="syncrun_kind_fits_webinar",
            ),
        ]
        indexes = [
            models.Index(
                fields=["not_before", "id"],
                condition=Q(state__in=["queued", "running"]),
                name="syncrun_active",
            ),
            models.Index(fields=["webinar", "-created_at", "-id"], name="syncrun_by_webinar"),
            models.Index(fields=["connection", "-created_at", "-id"], name="syncrun_newest_first"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk} {self.state}"


class SyncStep(models.Model):
    """A part of a run, with how far it is."""

    class State(models.TextChoices):
        RUNNING = "running", _("Running")
        COMPLETE = "complete", _("Complete")
        FAILED = "failed", _("Failed")

    run = models.ForeignKey(SyncRun, on_delete=models.CASCADE, related_name="steps")
    name = models.CharField(_("step"), max_length=100)
    state = models.CharField(_("state"), max_length=20, choices=State.choices, default=State.RUNNING)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(null=True, blank=True)
    started_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "name"], name="syncstep_natural_key")]

    def __str__(self) -> str:
        return self.name


class SyncLogLine(models.Model):
    """A line of a run's own log."""

    class Level(models.TextChoices):
        INFO = "info", _("Info")
        WARNING = "warning", _("Warning")
        ERROR = "error", _("Error")

    run = models.ForeignKey(SyncRun, on_delete=models.CASCADE, related_name="log_lines")
    at = models.DateTimeField(default=timezone.now)
    level = models.CharField(max_length=20, choices=Level.choices, default=Level.INFO)
    text = models.TextField()

    class Meta:
        indexes = [models.Index(fields=["run", "id"], name="syncloglines_in_order")]

    def __str__(self) -> str:
        return self.text[:80]


class WorkerHeartbeat(models.Model):
    """When each worker was last heard of; the health page needs no broker for it."""

    name = models.CharField(max_length=255, primary_key=True)
    seen_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.name
