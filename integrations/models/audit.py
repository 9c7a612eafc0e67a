"""What the sync did and could not do (audit entries), and what people changed (history of settings)."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from contacts.models import Brand
from core import text_search  # noqa: F401  registers the look-up of words
from core.indexes import GinIndex, WordsVector
from integrations.models.runs import SyncRun
from integrations.models.webinars import Webinar, ZoomUser


class AuditEntryQuerySet(models.QuerySet["AuditEntry"]):
    def open(self) -> Self:
        return self.filter(state=AuditEntry.State.OPEN)

    def search(self, text: str) -> Self:
        """Entries whose message holds every word, or whose webinar is what the words name.

        The webinars are looked up first: with their keys the database has an index for either condition.
        """
        text = text.replace("\0", " ").strip()  # PostgreSQL knows no NUL
        if not text:
            return self
        webinars = Webinar.objects.search(text).values_list("pk", flat=True)
        return self.filter(Q(message__holds_words=text) | Q(webinar__in=list(webinars)))

    def since(self, moment: datetime | None) -> Self:
        return self.filter(created_at__gte=moment) if moment else self

    def until(self, moment: datetime | None) -> Self:
        """Before that moment."""
        return self.filter(created_at__lt=moment) if moment else self


class AuditEntry(models.Model):
    """One decision or event, in words that come from the registry of codes in `integrations.audit`.

    A warning is open until its cause is gone. While it is open, the same thing found again is the same row:
    `subject`, `code` and `cause` are its natural key then.
    """

    class Severity(models.TextChoices):
        INFO = "info", _("Info")
        WARNING = "warning", _("Warning")
        ERROR = "error", _("Error")

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        RESOLVED = "resolved", _("Resolved")

    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="audit_entries")
    webinar = models.ForeignKey(
        Webinar, null=True, blank=True, on_delete=models.CASCADE, related_name="audit_entries"
    )
    session_uuid = models.CharField(max_length=100, blank=True)
    run = models.ForeignKey(
        SyncRun, null=True, blank=True, on_delete=models.SET_NULL, related_name="audit_entries"
    )
    subject = models.CharField(max_length=200, help_text=_("What it is about, as a key."))
    code = models.CharField(_("code"), max_length=50)
    cause = models.CharField(_("cause"), max_length=50, blank=True)
    severity = models.CharField(_("severity"), max_length=20, choices=Severity.choices)
    state = models.CharField(_("state"), max_length=20, choices=State.choices)
    message = models.TextField(_("message"))
    details = models.JSONField(_("details"), default=dict, blank=True)
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    last_seen_at = models.DateTimeField(_("last seen"), default=timezone.now)
    resolved_at = models.DateTimeField(_("resolved"), null=True, blank=True)
    resolution = models.TextField(_("how it was resolved"), blank=True)

    objects = AuditEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")
        constraints = [
            models.UniqueConstraint(
                fields=["subject", "code", "cause"],
                condition=Q(state="open"),
                name="auditentry_one_open",
            ),
        ]
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="auditentry_newest"),
            models.Index(fields=["webinar", "-created_at", "-id"], name="auditentry_by_webinar"),
            models.Index(fields=["brand", "-created_at", "-id"], name="auditentry_newest_first"),
            models.Index(fields=["code", "-created_at", "-id"], name="auditentry_by_code"),
            models.Index(fields=["severity", "-created_at", "-id"], name="auditentry_by_severity"),
            models.Index(
                fields=["brand", "webinar", "severity"], condition=Q(state="open"), name="auditentry_open"
            ),
            # `AuditEntryQuerySet.search`
            GinIndex(WordsVector("message"), name="auditentry_words"),
        ]

    def __str__(self) -> str:
        return f"{self.code}: {self.message[:60]}"


class SettingChange(models.Model):
    """Who changed which setting, when, from what to what."""

    class Scope(models.TextChoices):
        GLOBAL = "global", _("Global settings")
        USER = "user", _("Zoom user")
        WEBINAR = "webinar", _("Webinar")
        EXCLUSION = "exclusion", _("Exclusions")
        CONNECTION = "connection", _("Connection")

    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="setting_changes")
    scope = models.CharField(_("scope"), max_length=20, choices=Scope.choices)
    zoom_user = models.ForeignKey(
        ZoomUser, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    webinar = models.ForeignKey(
        Webinar, null=True, blank=True, on_delete=models.SET_NULL, related_name="setting_changes"
    )
    target = models.CharField(_("of"), max_length=500, blank=True)
    field = models.CharField(_("setting"), max_length=100)
    old = models.TextField(_("from"), blank=True)
    new = models.TextField(_("to"), blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    actor_name = models.CharField(_("by"), max_length=254, help_text=_("Kept when the user is deleted."))
    created_at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        verbose_name = _("change of a setting")
        verbose_name_plural = _("history of settings")
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="settingchange_newest"),
            models.Index(fields=["brand", "-created_at", "-id"], name="settingchange_newest_first"),
            models.Index(fields=["webinar", "-created_at", "-id"], name="settingchange_by_webinar"),
        ]

    def __str__(self) -> str:
        return f"{self.field}: {self.old} > {self.new}"
