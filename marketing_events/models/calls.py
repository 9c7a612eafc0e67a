"""Recorded sessions: a call with its files, its transcript, and the contacts who were there (D10)."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from contacts.models import Contact
from marketing_events.models.events import MarketingEvent
from zoomsync.lib.encryption import EncryptedTextField


class Call(models.Model):
    """One recorded session. We keep links, not video files, and never a download token."""

    class Transcript(models.TextChoices):
        NONE = "none", _("No transcript")
        PROCESSING = "processing", _("Being transcribed")
        READY = "ready", _("Ready")
        REFUSED = "refused", _("Could not be downloaded")
        UNREADABLE = "unreadable", _("Could not be read")
        UNAVAILABLE = "unavailable", _("Not given out")

    event = models.OneToOneField(MarketingEvent, on_delete=models.CASCADE, related_name="call")
    title = models.CharField(_("title"), max_length=500)
    starts_at = models.DateTimeField(_("starts"))
    duration_seconds = models.PositiveIntegerField(_("seconds"), default=0)
    recording_url = models.URLField(_("recording"), max_length=2000, blank=True)
    passcode = EncryptedTextField(_("passcode"), blank=True, default="")
    is_available = models.BooleanField(
        _("available"), default=True, help_text=_("False while the recording is in Zoom's trash or deleted.")
    )
    transcript_state = models.CharField(
        _("transcript"), max_length=20, choices=Transcript.choices, default=Transcript.NONE
    )
    transcript_note = models.TextField(
        blank=True, help_text=_("Why it is not there, in words for the audit log.")
    )
    transcript_digest = models.CharField(
        max_length=64, blank=True, help_text=_("SHA-256 of the file, to see when Zoom's changed.")
    )
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("call")
        verbose_name_plural = _("calls")
        indexes = [models.Index(fields=["-starts_at", "-id"], name="call_newest_first")]

    def __str__(self) -> str:
        return self.title


class CallAttendee(models.Model):
    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="attendees")
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="call_attendances")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["call", "contact"], name="callattendee_natural_key")]

    def __str__(self) -> str:
        return f"{self.call_id}: {self.contact_id}"


class RecordingFile(models.Model):
    """A file that exists at Zoom (video, audio, chat, transcript), each with the page that plays it."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="files")
    external_id = models.CharField(_("ID at the source"), max_length=200)
    piece = models.PositiveIntegerField(_("recorded piece"), default=1)
    kind = models.CharField(_("kind"), max_length=50)
    extension = models.CharField(_("extension"), max_length=10, blank=True)
    size_bytes = models.BigIntegerField(_("bytes"), null=True, blank=True)
    play_url = models.URLField(_("play link"), max_length=2000, blank=True)
    starts_at = models.DateTimeField(_("starts"), null=True, blank=True)
    ends_at = models.DateTimeField(_("ends"), null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["call", "external_id"], name="recordingfile_natural_key")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.extension}"


class Utterance(models.Model):
    """What one speaker said in one go. Seconds count from the start of the call."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="utterances")
    position = models.PositiveIntegerField(_("position"))
    speaker = models.CharField(_("speaker"), max_length=200, blank=True)
    start_seconds = models.FloatField(_("from second"))
    end_seconds = models.FloatField(_("to second"))
    text = models.TextField(_("text"))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["call", "position"], name="utterance_natural_key")]

    def __str__(self) -> str:
        return self.text[:60]
