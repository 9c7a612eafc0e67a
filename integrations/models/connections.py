"""Each brand's connection to Zoom, and what all workers share about Zoom's limits."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from contacts.models import Brand
from core.encryption import EncryptedTextField
from core.message_field import MessageField


class ZoomConnection(models.Model):
    """A brand's Zoom account: how we sign in to it, and the token that all workers share."""

    class Auth(models.TextChoices):
        OAUTH = "oauth", _("OAuth")
        SERVER_TO_SERVER = "server_to_server", _("Server-to-Server OAuth")

    class State(models.TextChoices):
        CONNECTED = "connected", _("Connected")
        NEEDS_ATTENTION = "needs_attention", _("Needs attention")
        DISCONNECTED = "disconnected", _("Disconnected")

    class Plan(models.TextChoices):
        FREE = "free", _("Free")
        PRO = "pro", _("Pro")
        BUSINESS = "business", _("Business or above")

    brand = models.OneToOneField(Brand, on_delete=models.CASCADE, related_name="connection")
    auth_kind = models.CharField(_("way of signing in"), max_length=20, choices=Auth.choices)
    account_id = models.CharField(_("Zoom account ID"), max_length=100)
    client_id = models.CharField(_("client ID"), max_length=200)
    client_secret = EncryptedTextField(_("client secret"), blank=True, default="")
    webhook_secret = EncryptedTextField(
        _("webhook secret"),
        blank=True,
        default="",
        help_text=_("Signs this account's webhook events; blank: ZOOM_WEBHOOK_SECRET_TOKEN does."),
    )
    plan = models.CharField(
        _("Zoom plan"),
        max_length=20,
        choices=Plan.choices,
        blank=True,
        help_text=_("Which of Zoom's rate limits hold; blank: as ZOOM_PLAN says."),
    )
    owner_email = models.CharField(_("connected user's email"), max_length=254, blank=True)

    access_token = EncryptedTextField(blank=True, default="")
    refresh_token = EncryptedTextField(blank=True, default="")
    token_expires_at = models.DateTimeField(null=True, blank=True)
    token_lease_until = models.DateTimeField(
        null=True, blank=True, help_text=_("Until then one worker is fetching a new token; the others wait.")
    )
    token_lease_holder = models.CharField(max_length=64, blank=True)
    scopes = models.TextField(_("granted scopes"), blank=True)
    api_url = models.URLField(_("API address given by Zoom"), blank=True)

    state = models.CharField(_("state"), max_length=20, choices=State.choices, default=State.CONNECTED)
    state_reason = MessageField(_("reason"))
    connected_at = models.DateTimeField(auto_now_add=True)
    last_discovered_at = models.DateTimeField(_("webinars last listed"), null=True, blank=True)

    class Meta:
        verbose_name = _("Zoom connection")
        verbose_name_plural = _("Zoom connections")
        constraints = [
            models.UniqueConstraint(
                fields=["account_id"],
                condition=~models.Q(state="disconnected"),
                name="zoomconnection_account_of_one_brand",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.brand}: {self.account_id}"


class RateLimitBucket(models.Model):
    """What all workers have used of one of Zoom's limits on one account (D15)."""

    connection = models.ForeignKey(
        ZoomConnection, on_delete=models.CASCADE, related_name="rate_limits", db_index=False
    )
    label = models.CharField(_("Zoom's label of the call"), max_length=30)
    next_slot = models.FloatField(
        default=0, help_text=_("Unix time from which the next call may start, in seconds.")
    )
    blocked_until = models.FloatField(default=0, help_text=_("Unix time until which Zoom asked us to wait."))
    day = models.DateField(null=True, blank=True, help_text=_("The UTC day that day_count is about."))
    day_count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["connection", "label"], name="ratelimitbucket_natural_key")
        ]

    def __str__(self) -> str:
        return f"{self.connection_id} {self.label}"
