"""Syncs as jobs: what is to be read, how far it is, what it logged (D13)."""

from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.jobs import JobState, LeasedJob
from core.message_field import MessageField
from core.messages import Message
from integrations.models.connections import ZoomConnection
from integrations.models.webinars import Webinar


class SyncRunQuerySet(models.QuerySet["SyncRun"]):
    def active(self) -> Self:
        return self.filter(state__in=SyncRun.ACTIVE)

    def put_off(self) -> Self:
        """As `is_put_off` says of one."""
        return self.filter(state=SyncRun.State.QUEUED, attempts__gt=0)


class SyncRun(LeasedJob):
    """One sync, of the account's list of webinars or of one webinar.

    Of each there is at most one that waits and one that is running. Who asks for a sync while one is running
    gets the next one; who asks while one waits joins it.
    """

    State = JobState

    class Kind(models.TextChoices):
        DISCOVERY = "discovery", _("Users and webinars")
        WEBINAR = "webinar", _("Webinar")

    class Trigger(models.TextChoices):
        SCHEDULE = "schedule", _("Schedule")
        MANUAL = "manual", _("Sync now")
        CATCH_UP = "catch_up", _("Catch-up after a settings change")
        WEBHOOK = "webhook", _("Webhook event")
        COMMAND = "command", _("Command line")

    class Depth(models.IntegerChoices):
        """How much is read. A run that serves several requests reads as much as the deepest of them."""

        RECORDINGS = 0, _("Recordings that are due")
        DUE = 1, _("What may have changed")
        NEWS = 2, _("Also a webinar that is over, and all users")
        FULL = 3, _("Everything, what is final included")

    connection = models.ForeignKey(
        ZoomConnection, on_delete=models.CASCADE, related_name="runs", db_index=False
    )
    webinar = models.ForeignKey(
        Webinar, null=True, blank=True, on_delete=models.CASCADE, related_name="runs", db_index=False
    )
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    trigger = models.CharField(_("started by"), max_length=20, choices=Trigger.choices)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    depth = models.PositiveSmallIntegerField(_("depth"), choices=Depth.choices, default=Depth.DUE)
    created_at = models.DateTimeField(_("queued"), default=timezone.now)
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    zoom_calls = models.PositiveIntegerField(_("API requests"), default=0)
    changes = models.JSONField(
        _("changes"), default=dict, blank=True, help_text=_("How many rows of each kind it added or changed.")
    )

    objects = SyncRunQuerySet.as_manager()

    class Meta(LeasedJob.Meta):
        verbose_name = _("sync run")
        verbose_name_plural = _("sync runs")
        constraints = [
            *LeasedJob.Meta.constraints,
            models.UniqueConstraint(
                fields=["webinar"],
                condition=Q(state="queued", webinar__isnull=False),
                name="syncrun_one_queued_per_webinar",
            ),
            models.UniqueConstraint(
                fields=["webinar"],
                condition=Q(state="running", webinar__isnull=False),
                name="syncrun_one_running_per_webinar",
            ),
            models.UniqueConstraint(
                fields=["connection"],
                condition=Q(state="queued", webinar__isnull=True),
                name="syncrun_one_queued_discovery",
            ),
            models.UniqueConstraint(
                fields=["connection"],
                condition=Q(state="running", webinar__isnull=True),
                name="syncrun_one_running_discovery",
            ),
            models.CheckConstraint(
                condition=Q(kind="discovery", webinar__isnull=True)
                | Q(kind="webinar", webinar__isnull=False),
                name="syncrun_kind_fits_webinar",
            ),
        ]
        indexes = [
            *LeasedJob.Meta.indexes,
            # The newest run of each webinar in the list; which runs a newer one replaced.
            models.Index(fields=["webinar", "-created_at", "-id"], name="syncrun_by_webinar"),
            # The newest listing of an account.
            models.Index(fields=["connection", "-created_at", "-id"], name="syncrun_newest_first"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk} {self.state}"

    @property
    def is_full(self) -> bool:
        return self.depth >= self.Depth.FULL

    @property
    def expects_news(self) -> bool:
        return self.depth >= self.Depth.NEWS


class SyncStep(models.Model):
    """A part of a run, with how far it is."""

    class State(models.TextChoices):
        RUNNING = "running", _("Running")
        COMPLETE = "complete", _("Complete")
        FAILED = "failed", _("Failed")

    run = models.ForeignKey(SyncRun, on_delete=models.CASCADE, related_name="steps", db_index=False)
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

    @property
    def label(self) -> str:
        """Its name in words."""
        return str(Message(f"sync_step.{self.name}"))


class SyncLogLine(models.Model):
    """A line of a run's own log."""

    class Level(models.TextChoices):
        INFO = "info", _("Info")
        WARNING = "warning", _("Warning")
        ERROR = "error", _("Error")

    run = models.ForeignKey(SyncRun, on_delete=models.CASCADE, related_name="log_lines", db_index=False)
    at = models.DateTimeField(default=timezone.now)
    level = models.CharField(max_length=20, choices=Level.choices, default=Level.INFO)
    message = MessageField(null=False)

    class Meta:
        # The page of a run.
        indexes = [models.Index(fields=["run", "id"], name="syncloglines_in_order")]

    def __str__(self) -> str:
        return str(self.message)[:80]


class WorkerHeartbeatQuerySet(models.QuerySet["WorkerHeartbeat"]):
    def alive(self) -> Self:
        """Workers that were able to look for jobs within the last minute."""
        return self.seen_since(timezone.now() - WorkerHeartbeat.SILENCE)

    def seen_since(self, moment: datetime) -> Self:
        return self.filter(seen_at__gt=moment).exclude(name=WorkerHeartbeat.SCHEDULE)


class WorkerHeartbeat(models.Model):
    """When each worker last looked for jobs, and the schedule last queued what is due."""

    SCHEDULE = "schedule"
    # Workers write each 15 seconds; one that missed four of them in a row is gone.
    SILENCE = timedelta(seconds=60)

    name = models.CharField(max_length=255, primary_key=True)
    seen_at = models.DateTimeField(default=timezone.now)

    objects = WorkerHeartbeatQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name
