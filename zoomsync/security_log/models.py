"""Rows of the security log. Codes and values, no prose; nothing in here names a contact who was deleted."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class SecurityEvent(models.Model):
    class Via(models.TextChoices):
        PAGE = "page", _("Page")
        API = "api", _("API")
        COMMAND = "command", _("Command or worker")

    at = models.DateTimeField(_("when"), default=timezone.now)
    code = models.CharField(_("event"), max_length=40)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    actor_name = models.CharField(_("who"), max_length=254, blank=True, help_text=_("As it was then."))
    subject = models.CharField(_("about"), max_length=255, blank=True)
    via = models.CharField(_("via"), max_length=20, choices=Via.choices)
    address = models.CharField(_("from"), max_length=64, blank=True, help_text=_("Network address."))
    values = models.JSONField(default=dict, blank=True)

    class Meta:
        verbose_name = _("security event")
        verbose_name_plural = _("security events")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(via__in=["page", "api", "command"]), name="securityevent_via_known"
            )
        ]
        indexes = [
            # The security log, and what is old enough to be forgotten.
            models.Index(fields=["-at", "-id"], name="securityevent_newest_first"),
            # The log filtered by event.
            models.Index(fields=["code", "-at", "-id"], name="securityevent_by_code"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.at:%Y-%m-%d %H:%M}"
