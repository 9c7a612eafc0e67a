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
    title = models.CharField(_("title"), max_length=500, blank=True)
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
            models.Index(fields=["contact", "-occurred_at", "-id"], name="timeline_newest_first"),
            models.Index(fields=["subject_key", "kind"], name="timeline_by_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.title}"
