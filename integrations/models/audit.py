"""What the sync did and could not do (audit entries), and what people changed (history of settings)."""

from collections.abc import Mapping
from datetime import datetime
from functools import reduce
from operator import and_
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from contacts.models import Brand
from core import text_search  # noqa: F401  registers the look-up of words
from core.indexes import GinIndex, WordsVector
from core.message_field import MessageField, ReadableEncoder
from core.messages import Message, codes_with, defined
from core.text_search import words_of
from integrations.models.runs import SyncRun
from integrations.models.webinars import Webinar, ZoomUser


class AuditEntryQuerySet(models.QuerySet["AuditEntry"]):
    def open(self) -> Self:
        return self.filter(state=AuditEntry.State.OPEN)

    def needing_attention(self) -> Self:
        """What someone has to act upon and no one has acknowledged (D20)."""
        return self.filter(acknowledged_at=None).exclude(severity=AuditEntry.Severity.INFO)

    def search(self, text: str) -> Self:
        """Entries whose message holds every word, or whose webinar is what the words name.

        A word of a message is one of its code's template, or one of its values. The webinars and the codes
        are looked up first: with their keys the database has an index for each condition.
        """
        text = text.replace("\0", " ").strip()  # PostgreSQL knows no NUL
        if not text:
            return self
        webinars = Webinar.objects.search(text).values_list("pk", flat=True)
        in_webinar = Q(webinar__in=list(webinars))
        words = words_of(text)
        if not words:
            return self.filter(in_webinar)
        return self.filter(reduce(and_, map(_holds, words)) | in_webinar)

    def since(self, moment: datetime | None) -> Self:
        return self.filter(created_at__gte=moment) if moment else self

    def until(self, moment: datetime | None) -> Self:
        """Before that moment."""
        return self.filter(created_at__lt=moment) if moment else self


def _holds(word: str) -> Q:
    codes = {code.split(".")[1] for code in codes_with(word, "audit.")}
    return Q(search_text__holds_words=word) | Q(code__in=sorted(codes))


class AuditEntry(models.Model):
    """One decision or event: a code with values. The words are in the registry of `integrations.audit`.

    A warning is open until its cause is gone. While it is open, the same thing found again is the same row:
    `subject` and `code` are its natural key then.
    """

    class Severity(models.TextChoices):
        INFO = "info", _("Info")
        WARNING = "warning", _("Warning")
        ERROR = "error", _("Error")

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        RESOLVED = "resolved", _("Resolved")

    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="audit_entries", db_index=False)
    webinar = models.ForeignKey(
        Webinar, null=True, blank=True, on_delete=models.CASCADE, related_name="audit_entries", db_index=False
    )
    session_uuid = models.CharField(max_length=100, blank=True)
    run = models.ForeignKey(
        SyncRun, null=True, blank=True, on_delete=models.SET_NULL, related_name="audit_entries"
    )
    subject = models.CharField(max_length=200, help_text=_("What it is about, as a key."))
    code = models.CharField(_("code"), max_length=50)
    severity = models.CharField(_("severity"), max_length=20, choices=Severity.choices)
    state = models.CharField(_("state"), max_length=20, choices=State.choices)
    values = models.JSONField(_("values"), default=dict, blank=True, encoder=ReadableEncoder)
    search_text = models.TextField(blank=True, help_text=_("The values alone, for the search."))
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    last_seen_at = models.DateTimeField(_("last seen"), default=timezone.now)
    resolved_at = models.DateTimeField(_("resolved"), null=True, blank=True)
    resolution = MessageField(_("how it was resolved"))
    acknowledged_at = models.DateTimeField(_("acknowledged"), null=True, blank=True)
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    acknowledged_by_name = models.CharField(
        _("acknowledged by"), max_length=254, blank=True, help_text=_("Kept when the user is deleted.")
    )
    acknowledgement = models.CharField(_("note"), max_length=500, blank=True)

    objects = AuditEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")
        constraints = [
            models.UniqueConstraint(
                fields=["subject", "code"],
                condition=Q(state="open"),
                name="auditentry_one_open",
            ),
        ]
        indexes = [
            # The list of all entries, and what is old enough to be forgotten.
            models.Index(fields=["-created_at", "-id"], name="auditentry_newest"),
            # The panel of a webinar.
            models.Index(fields=["webinar", "-created_at", "-id"], name="auditentry_by_webinar"),
            # The list filtered by brand.
            models.Index(fields=["brand", "-created_at", "-id"], name="auditentry_newest_first"),
            # The list filtered by event.
            models.Index(fields=["code", "-created_at", "-id"], name="auditentry_by_code"),
            # The list filtered by severity.
            models.Index(fields=["severity", "-created_at", "-id"], name="auditentry_by_severity"),
            # Badges of webinars, brands and the dashboard, and the metrics.
            models.Index(
                fields=["brand", "webinar", "severity"], condition=Q(state="open"), name="auditentry_open"
            ),
            # `AuditEntryQuerySet.search`
            GinIndex(WordsVector("search_text"), name="auditentry_words"),
        ]

    def __str__(self) -> str:
        return f"{self.code}: {self.message[:60]}"

    @property
    def message(self) -> str:
        return message_of(self.code, self.values)

    @property
    def needs_attention(self) -> bool:
        """As `AuditEntryQuerySet.needing_attention`."""
        return self.severity != self.Severity.INFO and self.acknowledged_at is None


def message_of(code: str, values: Mapping[str, Any]) -> str:
    """An entry in words. Without values its code's meaning says what there is to say."""
    meaning = f"audit.{code}.meaning"
    use = meaning if not values and meaning in defined() else f"audit.{code}"
    return str(Message.from_json({"code": use, "values": values}))


class SettingChange(models.Model):
    """Who changed which setting, when, from what to what."""

    class Scope(models.TextChoices):
        GLOBAL = "global", _("Global settings")
        USER = "user", _("Zoom user")
        WEBINAR = "webinar", _("Webinar")
        EXCLUSION = "exclusion", _("Exclusions")
        CONNECTION = "connection", _("Connection")

    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="setting_changes", db_index=False)
    scope = models.CharField(_("scope"), max_length=20, choices=Scope.choices)
    zoom_user = models.ForeignKey(
        ZoomUser, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    webinar = models.ForeignKey(
        Webinar,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="setting_changes",
        db_index=False,
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
            # The history of settings.
            models.Index(fields=["-created_at", "-id"], name="settingchange_newest"),
            # The history filtered by brand.
            models.Index(fields=["brand", "-created_at", "-id"], name="settingchange_newest_first"),
            # The history in a webinar's panel.
            models.Index(fields=["webinar", "-created_at", "-id"], name="settingchange_by_webinar"),
        ]

    def __str__(self) -> str:
        return f"{self.field}: {self.old} > {self.new}"
