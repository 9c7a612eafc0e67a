"""The outbox: what each batch of writes changed, and who still has to follow it."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.jobs import LeasedJob


class ChangeSet(models.Model):
    """What one transaction changed, written by it. `contacts.outbox.Changes` has the keys of the content."""

    content = models.JSONField(_("content"))
    created_at = models.DateTimeField(_("created"), default=timezone.now)

    class Meta:
        verbose_name = _("change set")
        verbose_name_plural = _("change sets")
        # What is old enough to be forgotten.
        indexes = [models.Index(fields=["created_at"], name="changeset_by_age")]

    def __str__(self) -> str:
        return f"{self.created_at:%Y-%m-%d %H:%M:%S}"


class ChangeFollowUp(LeasedJob):
    """One follower's work on a change set."""

    change_set = models.ForeignKey(
        ChangeSet, on_delete=models.CASCADE, related_name="follow_ups", db_index=False
    )
    follower = models.CharField(_("follower"), max_length=50)

    class Meta(LeasedJob.Meta):
        verbose_name = _("follow-up")
        verbose_name_plural = _("follow-ups")
        constraints = [
            *LeasedJob.Meta.constraints,
            models.UniqueConstraint(fields=["change_set", "follower"], name="changefollowup_once"),
        ]

    def __str__(self) -> str:
        return f"{self.follower}: {self.change_set_id}"


class SegmentBuild(LeasedJob):
    """A segment whose memberships are to be worked out as a whole: it is new, or its definition changed."""

    segment = models.ForeignKey("contacts.Segment", on_delete=models.CASCADE, related_name="builds")

    class Meta(LeasedJob.Meta):
        verbose_name = _("segment build")
        verbose_name_plural = _("segment builds")
        constraints = [
            *LeasedJob.Meta.constraints,
            models.UniqueConstraint(
                fields=["segment"], condition=models.Q(state="queued"), name="segmentbuild_queued_once"
            ),
        ]

    def __str__(self) -> str:
        return str(self.segment_id)
