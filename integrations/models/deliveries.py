"""Messages from Zoom (webhooks), stored before anything is done about them."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from integrations.models.connections import ZoomConnection


class WebhookDelivery(models.Model):
    """A verified message. It is a hint: the worker that handles it asks Zoom for the truth where it can."""

    class State(models.TextChoices):
        RECEIVED = "received", _("Received")
        HANDLED = "handled", _("Handled")
        IGNORED = "ignored", _("Not for us")
        FAILED = "failed", _("Failed")

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
    state = models.CharField(_("state"), max_length=20, choices=State.choices, default=State.RECEIVED)
    outcome = models.TextField(_("outcome"), blank=True)
    attempts = models.PositiveIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    received_at = models.DateTimeField(_("received"), default=timezone.now)

    class Meta:
        verbose_name = _("webhook event")
        verbose_name_plural = _("webhook events")
        constraints = [models.UniqueConstraint(fields=["body_hash"], name="webhookdelivery_body_unique")]
        indexes = [
            models.Index(
                fields=["received_at", "id"],
                condition=models.Q(state="received"),
                name="webhookdelivery_waiting",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.received_at:%Y-%m-%d %H:%M}"
