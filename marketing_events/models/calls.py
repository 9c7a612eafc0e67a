"""Recorded sessions: a call with its files, its transcript, and the contacts who were there (D10)."""

from typing import Self

from django.db import models
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from contacts.models import Contact
from core.encryption import EncryptedTextField
from core.indexes import GinIndex, WordsVector
from core.message_field import MessageField
from core.text_search import typed_words  # its module registers the look-up of words
from marketing_events.models.events import MarketingEvent


class CallQuerySet(models.QuerySet["Call"]):
    def search(self, text: str) -> Self:
        """Calls whose title holds every word, or of which one utterance does (see `holds_words`)."""
        words = typed_words(text)
        in_title = Q()
        for word in words:
            in_title &= Q(title__icontains=word)
        uttered = Utterance.objects.filter(Q(text__holds_words=text)).values("call")
        return self.filter(in_title | Q(pk__in=uttered)) if words else self

    def with_attendee_count(self) -> Self:
        """Counted for the calls that are shown, not for all before they are put in order."""
        own = CallAttendee.objects.filter(call=OuterRef("pk")).order_by().values("call")
        counted = Subquery(own.annotate(number=Count("pk")).values("number"))
        return self.annotate(attendee_count=Coalesce(counted, 0))

    def with_first_hit(self, text: str) -> Self:
        """Each with what was said first of what was searched: `hit_text` and `hit_seconds`, null for none."""
        own = Utterance.objects.filter(Q(text__holds_words=text), call=OuterRef("pk"))
        uttered = own.order_by("position")
        return self.annotate(
            hit_text=Subquery(uttered.values("text")[:1]),
            hit_seconds=Subquery(uttered.values("start_seconds")[:1]),
        )


class Call(models.Model):
    """One recorded session. We keep links, not video files, and never a download token."""

    class Transcript(models.TextChoices):
        NONE = "none", _("No transcript")
        PROCESSING = "processing", _("Being transcribed")
        READY = "ready", _("Ready")
        REFUSED = "refused", _("Couldn't be downloaded")
        UNREADABLE = "unreadable", _("Couldn't be read")
        UNAVAILABLE = "unavailable", _("Not provided by Zoom")

    event = models.ForeignKey(MarketingEvent, on_delete=models.CASCADE, related_name="calls", db_index=False)
    session_uuid = models.CharField(
        _("session UUID"), max_length=100, help_text=_("Of the instance that was recorded.")
    )
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
    transcript_note = MessageField(help_text=_("Why it is missing."))
    transcript_digest = models.CharField(
        max_length=64, blank=True, help_text=_("SHA-256 of the file, to see when Zoom's changed.")
    )
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)
    changed_in_run = models.BigIntegerField(
        null=True, blank=True, help_text=_("The number of the sync that changed it last.")
    )

    objects = CallQuerySet.as_manager()

    class Meta:
        verbose_name = _("call")
        verbose_name_plural = _("calls")
        constraints = [
            models.UniqueConstraint(fields=["event", "session_uuid"], name="call_one_per_recorded_instance")
        ]
        # The list of calls.
        indexes = [models.Index(fields=["-starts_at", "-id"], name="call_newest_first")]

    def __str__(self) -> str:
        return self.title


class CallAttendee(models.Model):
    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="attendees", db_index=False)
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="call_attendances")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["call", "contact"], name="callattendee_natural_key")]

    def __str__(self) -> str:
        return f"{self.call_id}: {self.contact_id}"


class RecordingFile(models.Model):
    """A file that exists in Zoom (video, audio, chat, transcript), each with the page that plays it."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="files", db_index=False)
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
        """In the words that people know it by."""
        label = _KINDS.get(self.kind)
        return str(label) if label else self.kind.replace("_", " ").capitalize()


_KINDS = {
    "active_speaker": _("Active speaker"),
    "audio_only": _("Audio"),
    "audio_transcript": _("Transcript"),
    "chat_file": _("Chat"),
    "closed_caption": _("Captions"),
    "cc": _("Captions"),
    "gallery_view": _("Gallery view"),
    "shared_screen": _("Screen share"),
    "shared_screen_with_gallery_view": _("Screen share with gallery view"),
    "shared_screen_with_speaker_view": _("Screen share with active speaker"),
    "shared_screen_with_speaker_view(cc)": _("Screen share with active speaker and captions"),
    "production_studio": _("Production studio"),
    "timeline": _("Timeline"),
}


class Utterance(models.Model):
    """What one speaker said in one go. Seconds count from the start of the call."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="utterances", db_index=False)
    position = models.PositiveIntegerField(_("position"))
    speaker = models.CharField(_("speaker"), max_length=200, blank=True)
    start_seconds = models.FloatField(_("from second"))
    end_seconds = models.FloatField(_("to second"))
    text = models.TextField(_("text"))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["call", "position"], name="utterance_natural_key")]
        # `CallQuerySet.search`
        indexes = [GinIndex(WordsVector("text"), name="utterance_words")]

    def __str__(self) -> str:
        return self.text[:60]
