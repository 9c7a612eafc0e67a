"""When a webinar takes place: its dates, and the instances that were held of each (D17)."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.message_field import MessageField
from integrations.models.connections import ZoomConnection
from integrations.models.webinars import Webinar
from marketing_events.models import MarketingEvent


class WebinarOccurrenceQuerySet(models.QuerySet["WebinarOccurrence"]):
    def planned(self) -> Self:
        """Those that Zoom plans, or planned before it deleted them."""
        return self.filter(instance_uuid="", is_superseded=False)

    def standing(self) -> Self:
        """Planned ones that Zoom has not deleted, in their order."""
        return self.planned().filter(is_deleted=False).order_by("starts_at", "pk")


class WebinarOccurrence(models.Model):
    """A date of a webinar. It has one marketing event, and any number of instances.

    Most dates are planned: Zoom lists them. The others exist because an instance was held: each instance of
    a series without fixed times is a date, and so is each unplanned session. Those have `instance_uuid`.
    """

    # The natural keys below begin with it.
    webinar = models.ForeignKey(Webinar, on_delete=models.CASCADE, related_name="occurrences", db_index=False)
    occurrence_id = models.CharField(
        _("occurrence ID"), max_length=100, blank=True, help_text=_("Blank unless it is a date of a series.")
    )
    instance_uuid = models.CharField(
        max_length=100, blank=True, help_text=_("Of a date that is no planned one: its only instance.")
    )
    starts_at = models.DateTimeField(_("planned start"), null=True, blank=True)
    duration_minutes = models.PositiveIntegerField(_("planned minutes"), default=0)
    is_unplanned = models.BooleanField(_("unplanned session"), default=False)
    is_deleted = models.BooleanField(_("deleted in Zoom"), default=False)
    is_superseded = models.BooleanField(
        default=False, help_text=_("Zoom moved the date after it was held: this row keeps what was.")
    )
    event = models.OneToOneField(
        MarketingEvent, null=True, blank=True, on_delete=models.SET_NULL, related_name="occurrence"
    )

    objects = WebinarOccurrenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("date of a webinar")
        verbose_name_plural = _("dates of webinars")
        constraints = [
            models.UniqueConstraint(
                fields=["webinar", "occurrence_id"],
                condition=Q(instance_uuid="", is_superseded=False),
                name="webinaroccurrence_one_per_planned_date",
            ),
            models.UniqueConstraint(
                fields=["webinar", "instance_uuid"],
                condition=~Q(instance_uuid=""),
                name="webinaroccurrence_one_per_instance",
            ),
            models.CheckConstraint(
                condition=Q(is_unplanned=False) | ~Q(instance_uuid=""),
                name="webinaroccurrence_unplanned_was_held",
            ),
        ]
        indexes = [
            # Webinar.occurrences, in order
            models.Index(fields=["webinar", "starts_at", "id"], name="webinaroccurrence_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.webinar_id} {self.occurrence_id or self.instance_uuid}".strip()

    @property
    def is_planned(self) -> bool:
        return not self.instance_uuid


class WebinarInstance(models.Model):
    """One run of a webinar, from start to end: what Zoom gives a UUID. A date may have several."""

    webinar = models.ForeignKey(Webinar, on_delete=models.CASCADE, related_name="instances", db_index=False)
    occurrence = models.ForeignKey(
        WebinarOccurrence,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="instances",
        help_text=_("None for a practice session."),
    )
    uuid = models.CharField(_("instance UUID"), max_length=100)
    zoom_occurrence_id = models.CharField(_("occurrence ID as Zoom says it"), max_length=100, blank=True)
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    webhook_ended_at = models.DateTimeField(
        null=True, blank=True, help_text=_("When it ended, as a webhook event said.")
    )
    has_official_times = models.BooleanField(
        default=False, help_text=_("Start and end are those of Zoom's report and need no further request.")
    )
    is_practice = models.BooleanField(_("practice session"), default=False)

    class Meta:
        verbose_name = _("instance of a webinar")
        verbose_name_plural = _("instances of webinars")
        constraints = [
            models.UniqueConstraint(fields=["webinar", "uuid"], name="webinarinstance_natural_key"),
            models.CheckConstraint(condition=~Q(uuid=""), name="webinarinstance_has_uuid"),
            models.CheckConstraint(
                condition=Q(is_practice=False) | Q(occurrence__isnull=True),
                name="webinarinstance_practice_has_no_date",
            ),
        ]
        indexes = [
            # _sessions_of in webhooks/handlers.py, session dates in views/audit/entries.py
            models.Index(fields=["uuid"], name="webinarinstance_by_uuid"),
        ]

    def __str__(self) -> str:
        return self.uuid

    @classmethod
    def add(cls, webinar: Webinar, uuid: str, **fields: object) -> "WebinarInstance":
        """A new instance, with nothing read and nothing searched yet."""
        instance = cls.objects.create(webinar=webinar, uuid=uuid, **fields)
        AttendanceReading.objects.create(instance=instance)
        RecordingSearch.objects.create(instance=instance)
        return instance


class AttendanceReading(models.Model):
    """How far the attendance of an instance is read: until two complete reads agree (D8)."""

    instance = models.OneToOneField(WebinarInstance, on_delete=models.CASCADE, related_name="reading")
    attendance_digest = models.CharField(max_length=80, blank=True)
    first_read_at = models.DateTimeField(
        null=True, blank=True, help_text=_("When the answer that still holds was read first.")
    )
    last_read_at = models.DateTimeField(null=True, blank=True)
    final_at = models.DateTimeField(_("final since"), null=True, blank=True)

    def __str__(self) -> str:
        return f"attendance of {self.instance_id}"


class RecordingSearch(models.Model):
    """The search for an instance's recording: repeated with growing pauses until it is there."""

    class State(models.TextChoices):
        READY = "ready", _("Ready")
        PROCESSING = "processing", _("Being processed")
        NOT_FOUND = "not_found", _("Not found")
        TRASHED = "trashed", _("In Zoom's trash")
        DELETED = "deleted", _("Deleted")
        UNAVAILABLE = "unavailable", _("Not provided")

    instance = models.OneToOneField(
        WebinarInstance, on_delete=models.CASCADE, related_name="recording_search"
    )
    state = models.CharField(
        _("recording in Zoom"),
        max_length=20,
        choices=State.choices,
        blank=True,
        help_text=_("Blank: not checked yet."),
    )
    check_count = models.PositiveIntegerField(
        default=0, help_text=_("How often it was checked since the last change.")
    )
    since = models.DateTimeField(
        null=True, blank=True, help_text=_("Since when the state holds, as far as we saw.")
    )
    note = MessageField(help_text=_("Why Zoom does not provide it."))
    next_check_at = models.DateTimeField(_("checked next"), null=True, blank=True)

    def __str__(self) -> str:
        return f"recording of {self.instance_id}: {self.state}"


class SessionNotice(models.Model):
    """What webhook events said about an instance, whether or not its webinar is known or syncs.

    Only they say that an instance was a practice session. Kept apart from the instance, so that a notice
    that comes early, late or twice makes no difference.
    """

    connection = models.ForeignKey(
        ZoomConnection, on_delete=models.CASCADE, related_name="session_notices", db_index=False
    )
    zoom_webinar_id = models.BigIntegerField()
    uuid = models.CharField(max_length=100)
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    is_practice = models.BooleanField(null=True, help_text=_("Null: not said."))
    is_over = models.BooleanField(
        default=True, db_default=True, help_text=_("Off while only the start is known.")
    )
    received_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["connection", "zoom_webinar_id", "uuid"], name="sessionnotice_natural_key"
            )
        ]

    def __str__(self) -> str:
        return self.uuid


class WebinarStaff(models.Model):
    """A host, co-host or panelist of a webinar, by Zoom's lists (D26)."""

    class Role(models.TextChoices):
        HOST = "host", _("Host")
        PANELIST = "panelist", _("Panelist")

    webinar = models.ForeignKey(Webinar, on_delete=models.CASCADE, related_name="staff", db_index=False)
    email = models.CharField(_("email, normalized"), max_length=320)
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["webinar", "email"], name="webinarstaff_natural_key"),
        ]

    def __str__(self) -> str:
        return f"{self.email}: {self.role}"
