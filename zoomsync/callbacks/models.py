"""Who asked to be called when something ends, and each message that was sent to them."""

from urllib.parse import urlsplit

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.jobs import LeasedJob
from core.message_field import MessageField
from zoomsync.api.models import ApiToken


class Callback(models.Model):
    """An address to call when `subject` ends, such as "registration:7"."""

    subject = models.CharField(_("about"), max_length=100)
    token = models.ForeignKey(
        ApiToken,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
        help_text=_("Its secret signs the messages; without one `CALLBACK_SECRET` does."),
    )
    url = models.URLField(_("address"), max_length=2000)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("callback")
        verbose_name_plural = _("callbacks")
        constraints = [
            models.UniqueConstraint(fields=["subject", "token", "url"], name="callback_natural_key"),
            models.UniqueConstraint(
                fields=["subject", "url"], condition=Q(token=None), name="callback_natural_key_without_token"
            ),
        ]
        # What is old enough to be forgotten.
        indexes = [models.Index(fields=["created_at"], name="callback_oldest_first")]

    def __str__(self) -> str:
        return f"{self.subject} > {self.shown_url}"

    @property
    def job_id(self) -> str:
        """Of "registration:8"."""
        return self.subject.partition(":")[2]

    @property
    def shown_url(self) -> str:
        """Without its query, which may hold a secret."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}{parts.path}" + ("?…" if parts.query else "")


class CallbackDelivery(LeasedJob):
    """One message, with the bytes that are sent at each try."""

    callback = models.ForeignKey(Callback, on_delete=models.CASCADE, related_name="deliveries")
    message_id = models.CharField(
        max_length=64, help_text=_("`webhook-id`: the same at each try, so that it counts once.")
    )
    body = models.TextField()
    created_at = models.DateTimeField(_("created"), default=timezone.now)

    class Meta(LeasedJob.Meta):
        verbose_name = _("callback delivery")
        verbose_name_plural = _("callback deliveries")
        constraints = [
            *LeasedJob.Meta.constraints,
            models.UniqueConstraint(fields=["message_id"], name="callbackdelivery_message_unique"),
        ]
        indexes = [
            *LeasedJob.Meta.indexes,
            # The list of deliveries.
            models.Index(fields=["-created_at", "-id"], name="callbackdelivery_newest_first"),
        ]

    def __str__(self) -> str:
        return self.message_id


class CallbackTry(models.Model):
    """What came of sending a message once."""

    delivery = models.ForeignKey(CallbackDelivery, on_delete=models.CASCADE, related_name="tries")
    at = models.DateTimeField(_("tried"), default=timezone.now)
    status = models.PositiveSmallIntegerField(_("HTTP status"), null=True, blank=True)
    problem = MessageField(_("problem"), help_text=_("Why there was no answer."))
    milliseconds = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("try")
        verbose_name_plural = _("tries")

    def __str__(self) -> str:
        return str(self.status or self.problem)
