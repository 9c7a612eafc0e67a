"""Webhook events from Zoom, stored before anything is done about them."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.jobs import JobState, LeasedJob
from core.message_field import MessageField
from integrations.models.connections import ZoomConnection


class WebhookDelivery(LeasedJob):
    """A verified webhook event. It is a hint: its worker asks Zoom for the truth where it can."""

    State = JobState

    class Result(models.TextChoices):
        HANDLED = "handled", _("Handled")
        IGNORED = "ignored", _("Not for us")

    body_hash = models.CharField(
        max_length=64, help_text=_("SHA-256 of the raw body: a repeated delivery is one.")
    )
    event = models.CharField(_("event"), max_length=100)
    event_at = models.DateTimeField(_("happened"), null=True, blank=True)
    account_id = models.CharField(_("Zoom account ID"), max_length=100, blank=True)
    connection = models.ForeignKey(
        ZoomConnection, null=True, blank=True, on_delete=models.CASCADE, related_name="deliveries"
    )
    payload = models.JSONField(
        _("payload"), default=dict, help_text=_("Without download tokens and join links.")
    )
    result = models.CharField(_("result"), max_length=20, choices=Result.choices, blank=True)
    outcome = MessageField(_("outcome"))
    received_at = models.DateTimeField(_("received"), default=timezone.now)

    class Meta(LeasedJob.Meta):
        verbose_name = _("webhook event")
        verbose_name_plural = _("webhook events")
        constraints = [
            *LeasedJob.Meta.constraints,
            models.UniqueConstraint(fields=["body_hash"], name="webhookdelivery_body_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.received_at:%Y-%m-%d %H:%M}"
