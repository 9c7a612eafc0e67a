"""What happened to a contact, in the order in which it happened."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from contacts.models.contact import Contact


class TimelineEntry(models.Model):
    """One line of a contact's timeline.

    `subject_key` names what it is about ("zoom:webinar:123", "zoom:session:…"): with the contact and the kind
    it is the natural key, so that writing the same fact again changes nothing. Kinds register themselves in
    `contacts.timeline`, each with its words and icon.
    """

    contact = models.ForeignKey(  # the beginning of two indexes below
        Contact, on_delete=models.CASCADE, related_name="timeline", db_index=False
    )
    kind = models.CharField(_("kind"), max_length=50)
    subject_key = models.CharField(_("subject"), max_length=200)
    occurred_at = models.DateTimeField(_("occurred"))
    noticed_at = models.DateTimeField(
        _("noticed"), null=True, blank=True, help_text=_("Set where it is only known when it was noticed.")
    )
    title = models.CharField(_("title"), max_length=500, blank=True)
    # A string, for events are above contacts: only the schema refers upwards, the code never does. A table
    # between the two, declared by events, would be as long as this one, which is the longest there is.
    # Its index: the lines of an event that is removed.
    event = models.ForeignKey(
        "marketing_events.MarketingEvent",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="timeline",
        help_text=_("Null: about no event, or about several, such as a registration for a series."),
    )
    zoom_webinar_id = models.BigIntegerField(_("webinar ID"), null=True, blank=True)
    webinar_starts_at = models.DateTimeField(_("webinar's date"), null=True, blank=True)
    joined_at = models.DateTimeField(_("joined"), null=True, blank=True)
    left_at = models.DateTimeField(_("left"), null=True, blank=True)
    details = models.JSONField(_("details"), default=dict, blank=True)

    class Meta:
        verbose_name = _("timeline entry")
        verbose_name_plural = _("timeline entries")
        constraints = [
            models.UniqueConstraint(
                fields=["contact", "kind", "subject_key"], name="timelineentry_natural_key"
            ),
        ]
        indexes = [
            # The contact's page and its API.
            models.Index(fields=["contact", "-occurred_at", "-id"], name="timeline_newest_first"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.title}"
