"""The columns that make a row a job."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.message_field import MessageField


class JobState(models.TextChoices):
    QUEUED = "queued", _("Queued")
    RUNNING = "running", _("Running")
    COMPLETE = "complete", _("Complete")
    FAILED = "failed", _("Failed")


class LeasedJob(models.Model):
    """A row that a worker works on while its lease lasts.

    Who queues a job sets `priority` (the lowest number first) and `not_before`; the rest is for the queue. A
    model may have further states, by a `state` of its own.
    """

    ACTIVE = (JobState.QUEUED, JobState.RUNNING)

    state = models.CharField(_("state"), max_length=20, choices=JobState.choices, default=JobState.QUEUED)
    priority = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField(_("not before"), default=timezone.now)
    attempts = models.PositiveIntegerField(
        _("attempts"), default=0, help_text=_("How often a worker began it.")
    )
    crashes = models.PositiveSmallIntegerField(
        default=0, help_text=_("How many attempts in a row ended with the loss of their worker.")
    )
    lease_token = models.CharField(
        max_length=64, blank=True, help_text=_("Names the attempt that holds the lease.")
    )
    lease_until = models.DateTimeField(null=True, blank=True)
    error = MessageField(_("error"), help_text=_("Why the last attempt failed."))
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(state=JobState.RUNNING, lease_until__isnull=False)
                | (~Q(state=JobState.RUNNING) & Q(lease_until__isnull=True, lease_token="")),
                name="%(class)s_lease_fits_state",
            ),
        ]
        indexes = [
            models.Index(
                fields=["priority", "not_before", "id"],
                condition=Q(state__in=[JobState.QUEUED, JobState.RUNNING]),
                name="%(class)s_active",
            ),
        ]

    @property
    def is_active(self) -> bool:
        """Whether it isn't over yet."""
        return self.state in self.ACTIVE

    @property
    def is_put_off(self) -> bool:
        """Whether an attempt failed and the next one waits; `error` says why, `not_before` until when."""
        return self.state == JobState.QUEUED and self.attempts > 0

    @property
    def has_lost_worker(self) -> bool:
        """Whether its worker is gone and no other has taken it over yet."""
        return (
            self.state == JobState.RUNNING
            and self.lease_until is not None
            and self.lease_until <= timezone.now()
        )


def is_ready(now: datetime) -> Q:
    """Jobs that wait for a worker."""
    return Q(state=JobState.QUEUED, not_before__lte=now)


def is_abandoned(now: datetime) -> Q:
    """Jobs whose worker handed them back, or has let the lease run out."""
    return Q(state=JobState.RUNNING, lease_until__lte=now)
