"""What happened: an event per session of a webinar, and what each contact had to do with it."""

from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from contacts.models import Brand, Contact
from contacts.models.contact import holds_word
from core.text_search import typed_words


class MarketingEventQuerySet(models.QuerySet["MarketingEvent"]):
    def search(self, text: str) -> Self:
        """Events whose name holds every word, or whose webinar ID is the text without spaces and dashes."""
        digits = text.replace(" ", "").replace("-", "")
        if digits.isdecimal() and len(digits) < 19:
            return self.filter(models.Q(zoom_webinar_id=int(digits)) | models.Q(name__icontains=text))
        events = self
        for word in typed_words(text):
            events = events.filter(name__icontains=word)
        return events

    def coming(self, now: datetime) -> Self:
        """What is planned or live, and what was to begin within the last day: Zoom may tell late."""
        return self.filter(_is_coming(now))

    def within(self, span: str) -> Self:
        """Events by their date: "coming", with what is live, or in the last "week", "month" or "year"."""
        now = timezone.now()
        if span == "coming":
            return self.filter(models.Q(starts_at__gte=now) | _is_coming(now))
        if days := _DAYS.get(span):
            return self.filter(starts_at__range=(now - timedelta(days=days), now))
        return self


def _is_coming(now: datetime) -> models.Q:
    statuses = MarketingEvent.Status
    is_planned = models.Q(status=statuses.UPCOMING, starts_at__gte=now - timedelta(days=1))
    return is_planned | models.Q(status=statuses.LIVE)


_DAYS = {"week": 7, "month": 30, "year": 365}


class MarketingEvent(models.Model):
    """One session of a webinar as marketing sees it.

    `external_id` is the natural key: stable for a session from before it is held (when it has no UUID yet)
    until after.
    """

    class Status(models.TextChoices):
        UPCOMING = "upcoming", _("Upcoming")
        LIVE = "live", _("Live")
        ENDED = "ended", _("Ended")
        CANCELLED = "cancelled", _("Cancelled")
        NOT_HELD = "not_held", _("Not held")

    source = models.CharField(_("source"), max_length=20, default="zoom")
    external_id = models.CharField(_("ID at the source"), max_length=200)
    name = models.CharField(_("name"), max_length=500)
    organizer = models.CharField(_("organizer"), max_length=254, blank=True)
    # The beginning of an index below. A brand with events is not deleted with a click.
    brand = models.ForeignKey(
        Brand, on_delete=models.PROTECT, related_name="marketing_events", db_index=False
    )
    zoom_webinar_id = models.BigIntegerField(_("webinar ID"))
    session_uuid = models.CharField(_("session UUID"), max_length=100, blank=True)
    status = models.CharField(_("status"), max_length=20, choices=Status.choices, default=Status.UPCOMING)
    starts_at = models.DateTimeField(_("starts"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    is_unplanned = models.BooleanField(
        _("unplanned session"), default=False, help_text=_("Held outside the planned dates of its webinar.")
    )
    is_final = models.BooleanField(
        _("final"), default=False, help_text=_("Attendance is final. No-shows are known.")
    )

    # Recomputed from the participations by each sync of the event.
    registered_count = models.PositiveIntegerField(_("registered"), default=0)
    attended_count = models.PositiveIntegerField(_("attended"), default=0)
    staff_count = models.PositiveIntegerField(_("hosts and panelists who attended"), default=0)
    cancelled_count = models.PositiveIntegerField(_("cancelled"), default=0)
    no_show_count = models.PositiveIntegerField(_("no-shows"), default=0)

    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)

    objects = MarketingEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("marketing event")
        verbose_name_plural = _("marketing events")
        constraints = [
            models.UniqueConstraint(fields=["source", "external_id"], name="marketingevent_natural_key"),
            models.UniqueConstraint(
                fields=["source", "session_uuid"],
                condition=~models.Q(session_uuid=""),
                name="marketingevent_one_per_session",
            ),
        ]
        indexes = [
            # The list of events.
            models.Index(fields=["-starts_at", "-id"], name="marketingevent_newest_first"),
            # The list filtered by brand.
            models.Index(fields=["brand", "-starts_at", "-id"], name="marketingevent_by_brand"),
            # The search for a webinar's number, and the counters of contacts.
            models.Index(fields=["zoom_webinar_id", "-starts_at"], name="marketingevent_by_webinar"),
        ]

    def __str__(self) -> str:
        return self.name

    def is_awaited(self, now: datetime) -> bool:
        """Whether it was to have begun by now, and Zoom has not said that it did."""
        return self.status == self.Status.UPCOMING and self.starts_at is not None and self.starts_at <= now

    @property
    def attendance_rate(self) -> float | None:
        """How many percent attended of those who had registered or came; None where there are none.

        Hosts and panelists are left out.
        """
        known = self.attended_count + self.no_show_count + self.cancelled_count
        people = known if self.is_final else max(known, self.registered_count)
        return 100 * self.attended_count / people if people else None


class ParticipationQuerySet(models.QuerySet["Participation"]):
    def search(self, text: str) -> Self:
        """Participations of contacts whose name or any address holds every word."""
        participations = self
        for word in typed_words(text):
            participations = participations.filter(holds_word(word, "contact"))
        return participations

    def attended(self) -> Self:
        return self.filter(state=Participation.State.ATTENDED)

    def audience(self) -> Self:
        """Without the hosts and panelists, whom events show apart (D26)."""
        return self.filter(role=Participation.Role.ATTENDEE)


class Participation(models.Model):
    """What one contact had to do with one event. A time that is null did not happen, as far as we know."""

    class State(models.TextChoices):
        REGISTERED = "registered", _("Registered")
        ATTENDED = "attended", _("Attended")
        CANCELLED = "cancelled", _("Cancelled")
        NO_SHOW = "no_show", _("No-show")

    class Role(models.TextChoices):
        ATTENDEE = "attendee", _("Attendee")
        HOST = "host", _("Host")
        PANELIST = "panelist", _("Panelist")

    # Both are the beginning of an index below.
    event = models.ForeignKey(
        MarketingEvent, on_delete=models.CASCADE, related_name="participations", db_index=False
    )
    contact = models.ForeignKey(
        Contact, on_delete=models.CASCADE, related_name="participations", db_index=False
    )
    state = models.CharField(_("state"), max_length=20, choices=State.choices)
    role = models.CharField(_("role"), max_length=20, choices=Role.choices, default=Role.ATTENDEE)
    registered_at = models.DateTimeField(_("registered"), null=True, blank=True)
    cancelled_at = models.DateTimeField(_("cancelled"), null=True, blank=True)
    cancellation_noticed_at = models.DateTimeField(
        _("cancellation noticed"),
        null=True,
        blank=True,
        help_text=_("Set where only that is known: the cancellation was then at the latest, or by the end."),
    )
    first_joined_at = models.DateTimeField(_("first joined"), null=True, blank=True)
    last_left_at = models.DateTimeField(_("last left"), null=True, blank=True)
    duration_seconds = models.PositiveIntegerField(_("seconds attended"), default=0)
    attendance_percent = models.FloatField(_("percent attended"), null=True, blank=True)
    updated_at = models.DateTimeField(default=timezone.now)
    changed_in_run = models.BigIntegerField(
        null=True, blank=True, help_text=_("The number of the sync that changed it last.")
    )

    objects = ParticipationQuerySet.as_manager()

    class Meta:
        verbose_name = _("participation")
        verbose_name_plural = _("participations")
        constraints = [
            models.UniqueConstraint(fields=["event", "contact"], name="participation_natural_key"),
            models.CheckConstraint(
                condition=models.Q(attendance_percent__isnull=True)
                | models.Q(attendance_percent__range=(0, 100)),
                name="participation_percent_is_percentage",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="attended")
                | models.Q(first_joined_at__isnull=False, last_left_at__gte=models.F("first_joined_at")),
                name="participation_attended_has_times",
            ),
        ]
        # They hold what segments ask of a participation, so that PostgreSQL answers from the index alone: the
        # rows of one contact are spread over the table. SQLite leaves `include` away.
        indexes = [
            # Who is in which state at an event.
            models.Index(
                fields=["event", "state", "contact"],
                include=["role", "registered_at", "attendance_percent", "duration_seconds"],
                name="participation_by_event_state",
            ),
            # Who is in which state at any event, in the order of the contacts.
            models.Index(
                fields=["state", "contact"],
                include=["role", "attendance_percent", "duration_seconds"],
                name="participation_by_state",
            ),
            # The events of a contact.
            models.Index(
                fields=["contact", "event"],
                include=["state", "role", "registered_at", "attendance_percent", "duration_seconds"],
                name="participation_by_contact",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contact_id} {self.state} {self.event_id}"


class AttendanceInterval(models.Model):
    """A time in which a contact was present: rejoins and second devices united, clipped to the session."""

    participation = models.ForeignKey(
        Participation, on_delete=models.CASCADE, related_name="intervals", db_index=False
    )
    joined_at = models.DateTimeField(_("joined"))
    left_at = models.DateTimeField(_("left"))

    class Meta:
        verbose_name = _("attendance interval")
        verbose_name_plural = _("attendance intervals")
        constraints = [
            models.UniqueConstraint(
                fields=["participation", "joined_at"], name="attendanceinterval_natural_key"
            ),
            models.CheckConstraint(
                condition=models.Q(left_at__gte=models.F("joined_at")), name="attendanceinterval_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.joined_at:%H:%M}-{self.left_at:%H:%M}"
