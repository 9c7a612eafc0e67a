"""Zoom users and webinars as Zoom has them, with our switches on them."""

from datetime import timedelta
from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.domains import in_letters, spellings
from core.text_search import typed_words
from integrations.models.connections import ZoomConnection

# The schedule looks once a minute; what waits for longer than this is not being worked off.
LATE_AFTER = timedelta(minutes=15)


def _holds(column: str, word: str) -> models.Q:
    """In a column of addresses."""
    conditions = [(f"{column}__icontains", spelling) for spelling in sorted(spellings(word))]
    return models.Q(*conditions, _connector="OR")


class ZoomUserQuerySet(models.QuerySet["ZoomUser"]):
    def search(self, text: str) -> Self:
        """Zoom users whose name or email holds every word."""
        rows = self
        for word in typed_words(text):
            named = models.Q(first_name__icontains=word) | models.Q(last_name__icontains=word)
            rows = rows.filter(named | _holds("email", word))
        return rows

    def counted(self) -> Self:
        """With `webinar_count`, and `syncing_count`: how many of them are on by their own switch."""
        own = models.Q(webinars__sync_enabled=True, webinars__is_zoom_event=False)
        return self.annotate(
            webinar_count=models.Count("webinars"), syncing_count=models.Count("webinars", filter=own)
        )


class ZoomUser(models.Model):
    connection = models.ForeignKey(
        ZoomConnection, on_delete=models.CASCADE, related_name="zoom_users", db_index=False
    )
    zoom_id = models.CharField(_("Zoom user ID"), max_length=100)
    email = models.CharField(_("email"), max_length=254, blank=True)
    first_name = models.CharField(_("first name"), max_length=200, blank=True)
    last_name = models.CharField(_("last name"), max_length=200, blank=True)
    status = models.CharField(_("status in Zoom"), max_length=20, default="active")
    has_webinar_plan = models.BooleanField(
        _("may host webinars"), null=True, help_text=_("Null until Zoom was asked for this user's webinars.")
    )
    sync_new_webinars = models.BooleanField(
        _("Sync data from newly scheduled webinars by default"), default=True
    )
    sync_recordings = models.BooleanField(
        _("Sync this user's webinar recordings and transcripts"), default=False
    )
    seen_in_run = models.BigIntegerField(null=True, blank=True)
    is_gone = models.BooleanField(_("deleted in Zoom"), default=False)

    objects = ZoomUserQuerySet.as_manager()

    class Meta:
        verbose_name = _("Zoom user")
        verbose_name_plural = _("Zoom users")
        constraints = [
            models.UniqueConstraint(fields=["connection", "zoom_id"], name="zoomuser_natural_key"),
        ]
        indexes = [
            # The list of Zoom users.
            models.Index(fields=["connection", "last_name", "first_name", "id"], name="zoomuser_by_name")
        ]

    def __str__(self) -> str:
        return self.name or in_letters(self.email)

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()


class WebinarQuerySet(models.QuerySet["Webinar"]):
    def due(self) -> Self:
        """Webinars whose time to be read again has come, the most urgent first."""
        return self.filter(next_sync_at__lte=timezone.now()).order_by("next_sync_at", "pk")

    def overdue(self) -> Self:
        """Webinars that should have been read a while ago: nothing works them off."""
        return self.filter(next_sync_at__lt=timezone.now() - LATE_AFTER)

    def due_for_recordings(self) -> Self:
        """Webinars of which nothing but a recording is to be looked at now, the most urgent first."""
        now = timezone.now()
        return (
            self.filter(next_recording_at__lte=now)
            .exclude(next_sync_at__lte=now)
            .order_by("next_recording_at", "pk")
        )

    def search(self, text: str) -> Self:
        """Webinars whose topic or host holds every word, or whose ID is the text."""
        digits = text.replace(" ", "").replace("-", "")
        if digits.isdecimal() and len(digits) < 19:
            return self.filter(models.Q(zoom_webinar_id=int(digits)) | models.Q(topic__icontains=text))
        rows = self
        for word in typed_words(text):
            rows = rows.filter(models.Q(topic__icontains=word) | _holds("host_email", word))
        return rows


class Webinar(models.Model):
    class Kind(models.IntegerChoices):
        SINGLE = 5, _("Webinar")
        RECURRING_NO_TIME = 6, _("Recurring, no fixed time")
        RECURRING = 9, _("Recurring")

    class State(models.TextChoices):
        UPCOMING = "upcoming", _("Upcoming")
        LIVE = "live", _("Live")
        ENDED = "ended", _("Ended")
        GONE = "gone", _("Deleted in Zoom")

    class Approval(models.IntegerChoices):
        AUTOMATIC = 0, _("Automatic")
        MANUAL = 1, _("Manual")
        NO_REGISTRATION = 2, _("No registration")

    class RegistrationType(models.IntegerChoices):
        ONCE_FOR_ALL = 1, _("Once for all sessions")
        PER_OCCURRENCE = 2, _("For each session")
        ONCE_AND_CHOOSE = 3, _("Once, sessions chosen")

    connection = models.ForeignKey(
        ZoomConnection, on_delete=models.CASCADE, related_name="webinars", db_index=False
    )
    zoom_webinar_id = models.BigIntegerField(_("webinar ID"))
    host = models.ForeignKey(
        ZoomUser, null=True, blank=True, on_delete=models.SET_NULL, related_name="webinars", db_index=False
    )
    host_email = models.CharField(_("host's email"), max_length=254, blank=True)
    topic = models.CharField(_("topic"), max_length=500, blank=True)
    kind = models.PositiveSmallIntegerField(_("type"), choices=Kind.choices, default=Kind.SINGLE)
    state = models.CharField(_("state"), max_length=20, choices=State.choices, default=State.UPCOMING)
    listed_uuid = models.CharField(
        max_length=100,
        blank=True,
        help_text=_(
            "Of its next or last instance: another one in Zoom's list means that it was opened again."
        ),
    )
    starts_at = models.DateTimeField(_("starts"), null=True, blank=True)
    duration_minutes = models.PositiveIntegerField(_("planned minutes"), default=0)
    approval = models.PositiveSmallIntegerField(
        _("approval of registrants"), choices=Approval.choices, null=True, blank=True
    )
    registration_type = models.PositiveSmallIntegerField(
        _("registration counts"), choices=RegistrationType.choices, null=True, blank=True
    )
    is_zoom_event = models.BooleanField(
        _("part of a Zoom Event"), default=False, help_text=_("Not supported (R5): nothing of it syncs.")
    )

    # The webinar's own switches (D3): set when first seen, afterwards only by a person.
    sync_enabled = models.BooleanField(_("sync"), default=True)
    sync_recordings = models.BooleanField(_("sync recordings and transcripts"), default=True)

    first_seen_at = models.DateTimeField(default=timezone.now)
    seen_in_run = models.BigIntegerField(null=True, blank=True)
    last_synced_at = models.DateTimeField(_("last synced"), null=True, blank=True)
    next_sync_at = models.DateTimeField(_("next sync"), null=True, blank=True)
    next_recording_at = models.DateTimeField(
        null=True, blank=True, help_text=_("When the first of its recordings is checked next.")
    )

    # Recomputed at the end of each sync, for the list of webinars.
    registered_count = models.PositiveIntegerField(_("registered"), default=0)
    attended_count = models.PositiveIntegerField(_("attended"), default=0)
    cancelled_count = models.PositiveIntegerField(_("cancelled"), default=0)
    skipped_count = models.PositiveIntegerField(_("skipped"), default=0)

    objects = WebinarQuerySet.as_manager()

    class Meta:
        verbose_name = _("webinar")
        verbose_name_plural = _("webinars")
        constraints = [
            models.UniqueConstraint(fields=["connection", "zoom_webinar_id"], name="webinar_natural_key"),
        ]
        indexes = [
            # The list of webinars.
            models.Index(fields=["connection", "-starts_at", "-id"], name="webinar_newest_first"),
            # What the schedule queues (sync/runs/schedule.py).
            models.Index(
                fields=["next_sync_at", "id"],
                condition=models.Q(next_sync_at__isnull=False),
                name="webinar_due",
            ),
            # The same, for recordings.
            models.Index(
                fields=["next_recording_at", "id"],
                condition=models.Q(next_recording_at__isnull=False),
                name="webinar_due_for_recordings",
            ),
            # The panel of a Zoom user, and what a listing of the host no longer shows.
            models.Index(fields=["host", "-starts_at"], name="webinar_by_host"),
        ]

    def __str__(self) -> str:
        """A number alone is no name."""
        return self.topic or gettext("Webinar %(number)s") % {"number": self.zoom_webinar_id}
