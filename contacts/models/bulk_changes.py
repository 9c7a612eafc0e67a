"""Changes of many contacts at once, and what each contact came to."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.jobs import LeasedJob
from core.message_field import MessageField


class BulkChange(LeasedJob):
    class State(models.TextChoices):
        QUEUED = "queued", _("Queued")
        RUNNING = "running", _("Running")
        COMPLETE = "complete", _("Complete")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")

    operation = models.CharField(_("operation"), max_length=50)
    values = models.JSONField(_("values"), default=dict, blank=True, help_text=_("What the operation needs."))
    matching = models.TextField(
        blank=True, help_text=_("The address of a list, all of whose contacts are meant; blank once listed.")
    )
    is_listed = models.BooleanField(default=False, help_text=_("Whether the contacts are written down."))
    expected = models.PositiveIntegerField(
        null=True, blank=True, help_text=_("The number that was typed in: more are not changed.")
    )
    state = models.CharField(_("state"), max_length=20, choices=State.choices, default=State.QUEUED)
    total = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    time_zone = models.CharField(max_length=100, default="UTC", help_text=_("Of days in the list's address."))
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(LeasedJob.Meta):
        verbose_name = _("bulk change")
        verbose_name_plural = _("bulk changes")
        indexes = [
            *LeasedJob.Meta.indexes,
            # The list of bulk changes.
            models.Index(fields=["-created_at", "-id"], name="bulkchange_newest_first"),
        ]

    def __str__(self) -> str:
        return f"{self.operation} {self.pk}"

    @property
    def done(self) -> int:
        return self.changed + self.unchanged + self.refused

    @property
    def not_reached(self) -> int:
        return self.total - self.done


class BulkChangeItem(models.Model):
    """A contact that is meant. By its number alone: what was deleted leaves no name behind (D11)."""

    class Outcome(models.TextChoices):
        PENDING = "", _("Not reached")
        CHANGED = "changed", _("Changed")
        UNCHANGED = "unchanged", _("Unchanged")
        REFUSED = "refused", _("Rejected")

    bulk_change = models.ForeignKey(
        BulkChange, on_delete=models.CASCADE, related_name="items", db_index=False
    )
    contact_id = models.BigIntegerField(_("contact"))
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome.choices, blank=True)
    reason = MessageField(_("reason"))

    class Meta:
        verbose_name = _("contact of a bulk change")
        verbose_name_plural = _("contacts of bulk changes")
        constraints = [
            models.UniqueConstraint(fields=["bulk_change", "contact_id"], name="bulkchangeitem_once"),
        ]
        indexes = [
            # Those still to be done, and those of one outcome.
            models.Index(fields=["bulk_change", "outcome", "contact_id"], name="bulkchangeitem_by_outcome"),
        ]

    def __str__(self) -> str:
        return f"{self.contact_id}: {self.outcome}"
