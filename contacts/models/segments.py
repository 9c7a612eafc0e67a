"""Segments of contacts: who is meant, who is in one, and who came and went (D25)."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from contacts.models.contact import Contact


class SegmentQuerySet(models.QuerySet["Segment"]):
    def active(self) -> Self:
        return self.filter(archived_at=None)


class Segment(models.Model):
    """A named definition (dynamic), or a list of people that changes by hand only (static)."""

    class Kind(models.TextChoices):
        DYNAMIC = "dynamic", _("Dynamic")
        STATIC = "static", _("Static list")

    name = models.CharField(_("name"), max_length=200)
    description = models.TextField(_("description"), blank=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices, default=Kind.DYNAMIC)
    definition = models.JSONField(
        _("definition"),
        default=dict,
        blank=True,
        help_text=_("Of a static list: what it was frozen from."),
    )
    version = models.PositiveIntegerField(default=1, help_text=_("Raised by each change of the definition."))
    archived_at = models.DateTimeField(_("archived"), null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    updated_at = models.DateTimeField(_("updated"), default=timezone.now)

    # How far the membership rows follow the definition and the clock.
    tracked_version = models.PositiveIntegerField(
        default=0, help_text=_("The version that the memberships were last built for; 0 for none.")
    )
    tracked_until = models.DateTimeField(
        null=True, blank=True, help_text=_("Relative dates are followed up to this time.")
    )

    objects = SegmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("segment")
        verbose_name_plural = _("segments")
        constraints = [
            models.UniqueConstraint(
                Lower("name"), condition=models.Q(archived_at=None), name="segment_name_unique"
            ),
            models.CheckConstraint(condition=~models.Q(name=""), name="segment_name_not_blank"),
        ]
        # The list of segments.
        indexes = [models.Index(fields=["-updated_at", "-id"], name="segment_newest_first")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_static(self) -> bool:
        return self.kind == self.Kind.STATIC


class SegmentMembership(models.Model):
    """A contact in a segment. Of a dynamic one: as of the last change that was followed."""

    segment = models.ForeignKey(Segment, on_delete=models.CASCADE, related_name="memberships", db_index=False)
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="segment_memberships")
    entered_at = models.DateTimeField(_("entered"), default=timezone.now)

    class Meta:
        verbose_name = _("segment membership")
        verbose_name_plural = _("segment memberships")
        constraints = [
            models.UniqueConstraint(fields=["segment", "contact"], name="segmentmembership_natural_key")
        ]

    def __str__(self) -> str:
        return f"{self.segment_id}: {self.contact_id}"


class SegmentTransition(models.Model):
    """A contact that entered or left a segment, written once, together with the membership."""

    class Kind(models.TextChoices):
        ENTERED = "entered", _("Entered")
        LEFT = "left", _("Left")

    segment = models.ForeignKey(Segment, on_delete=models.CASCADE, related_name="transitions", db_index=False)
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="segment_transitions")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    occurred_at = models.DateTimeField(_("occurred"))
    reason = models.CharField(_("reason"), max_length=50, help_text=_("A code of contacts.segments.reasons."))
    details = models.JSONField(_("details"), default=dict, blank=True)

    class Meta:
        verbose_name = _("segment transition")
        verbose_name_plural = _("segment transitions")
        constraints = [
            models.UniqueConstraint(
                fields=["segment", "contact", "occurred_at"], name="segmenttransition_natural_key"
            )
        ]
        indexes = [
            # Who came and went, on the segment's page and in the API.
            models.Index(fields=["segment", "-occurred_at", "-id"], name="segmenttransition_newest_first")
        ]

    def __str__(self) -> str:
        return f"{self.segment_id}: {self.contact_id} {self.kind}"
