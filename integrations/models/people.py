"""People as Zoom lists them (registrants, attendance rows), and those whom the rules kept out of the CRM."""

from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from contacts.models import Contact
from core.domains import spellings
from core.text_search import typed_words
from integrations.models.sessions import WebinarInstance
from integrations.models.webinars import Webinar


class Registrant(models.Model):
    """A registration as Zoom has it. Its personal join link is a secret and is not kept."""

    class Status(models.TextChoices):
        APPROVED = "approved", _("Approved")
        PENDING = "pending", _("Waiting for approval")
        DENIED = "denied", _("Denied or cancelled")
        GONE = "gone", _("No longer in Zoom's lists")

    # The natural keys begin with the foreign keys, so that those need no index of their own.
    webinar = models.ForeignKey(Webinar, on_delete=models.CASCADE, related_name="registrants", db_index=False)
    occurrence_id = models.CharField(
        max_length=100, blank=True, help_text=_("Blank: counts for every session of the webinar.")
    )
    zoom_id = models.CharField(_("registrant ID"), max_length=100)
    email = models.CharField(_("email, normalised"), max_length=320, blank=True)
    first_name = models.CharField(_("first name"), max_length=200, blank=True)
    last_name = models.CharField(_("last name"), max_length=200, blank=True)
    status = models.CharField(_("status"), max_length=20, choices=Status.choices)
    registered_at = models.DateTimeField(_("registered"), null=True, blank=True)
    cancelled_at = models.DateTimeField(
        _("cancelled"), null=True, blank=True, help_text=_("Blank unless it is known when it happened.")
    )
    cancellation_noticed_at = models.DateTimeField(
        _("cancellation noticed"),
        null=True,
        blank=True,
        help_text=_("When a listing first showed it: Zoom doesn't say when it happened."),
    )
    contact = models.ForeignKey(
        Contact,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("Who was registered from here, whatever address Zoom returns."),
    )
    seen_in_run = models.BigIntegerField(
        null=True, blank=True, help_text=_("Null: no sync has confirmed it yet.")
    )
    gone_in_run = models.BigIntegerField(
        null=True, blank=True, help_text=_("The sync that found it in no list any more.")
    )

    class Meta:
        verbose_name = _("registrant")
        verbose_name_plural = _("registrants")
        constraints = [
            models.UniqueConstraint(
                fields=["webinar", "zoom_id", "occurrence_id"], name="registrant_natural_key"
            ),
        ]
        indexes = [
            # People.batches in sync/steps/load_people.py
            models.Index(fields=["webinar", "email"], name="registrant_by_email"),
            # people/explanation.py: the webinars that an address registered for
            models.Index(fields=["email"], name="registrant_by_address"),
        ]

    def __str__(self) -> str:
        return self.email or self.zoom_id


class AttendanceRow(models.Model):
    """One row of Zoom's participant list: each rejoin and each device is a row of its own."""

    instance = models.ForeignKey(
        WebinarInstance, on_delete=models.CASCADE, related_name="attendance_rows", db_index=False
    )
    row_key = models.CharField(max_length=64, help_text=_("Digest of what tells Zoom's rows apart."))
    person_key = models.CharField(
        max_length=340, help_text=_("The email where one is known, otherwise Zoom's ID.")
    )
    email = models.CharField(_("email, normalised"), max_length=320, blank=True)
    name = models.CharField(_("name"), max_length=400, blank=True)
    registrant_id = models.CharField(max_length=100, blank=True)
    joined_at = models.DateTimeField(_("joined"))
    left_at = models.DateTimeField(
        _("left"),
        null=True,
        blank=True,
        help_text=_("Null: until the end of the instance, as far as Zoom says."),
    )
    seen_in_run = models.BigIntegerField(null=True, blank=True)

    class Meta:
        verbose_name = _("attendance row")
        verbose_name_plural = _("attendance rows")
        constraints = [
            models.UniqueConstraint(fields=["instance", "row_key"], name="attendancerow_natural_key"),
        ]
        indexes = [
            # People.batches in sync/steps/load_people.py
            models.Index(fields=["instance", "person_key"], name="attendancerow_by_person"),
            # people/explanation.py: the webinars that an address was in
            models.Index(fields=["person_key"], name="attendancerow_by_address"),
        ]

    def __str__(self) -> str:
        return self.person_key


class SkippedPersonQuerySet(models.QuerySet["SkippedPerson"]):
    def excluded_by(self, *domains: str) -> Self:
        """People whom these entries of the list of excluded domains keep out."""
        return self.filter(reason=SkippedPerson.Reason.EXCLUDED_DOMAIN, rule__in=domains)

    def named(self, text: str) -> Self:
        """People whose name holds every word."""
        rows = self
        for word in typed_words(text):
            rows = rows.filter(name__icontains=word)
        return rows

    def with_contacts(self) -> Self:
        """Says as `is_contact` who is in the CRM all the same: a rule came later, or keeps activity out."""
        contacts = Contact.objects.filter(email=models.OuterRef("email"))
        return self.annotate(is_contact=models.Exists(contacts))

    def search(self, text: str) -> Self:
        """People whose email, name or rule, or whose webinar's topic, holds every word."""
        rows = self
        for word in typed_words(text):
            named = models.Q(name__icontains=word) | models.Q(webinar__topic__icontains=word)
            for spelling in sorted(spellings(word.lower())):
                named |= models.Q(email__contains=spelling) | models.Q(rule__contains=spelling)
            rows = rows.filter(named)
        return rows


class SkippedPerson(models.Model):
    """Someone whom the rules kept out (X1), and by which rule. Gone as soon as no rule does so any more."""

    class Stage(models.TextChoices):
        REGISTRATION = "registration", _("Registration")
        ATTENDANCE = "attendance", _("Attendance")

    class Reason(models.TextChoices):
        NO_EMAIL = "no_email", _("No email")
        INVALID_EMAIL = "invalid_email", _("Invalid email")
        ACCOUNT_USER = "account_user", _("Account user")
        EXCLUDED_DOMAIN = "excluded_domain", _("Excluded domain")
        STAFF = "staff", _("Host or panelist")
        DELETED_CONTACT = "deleted_contact", _("Deleted contact")
        SECONDARY_EMAIL = "secondary_email", _("Secondary email of a contact")
        CREATION_OFF = "creation_off", _("Contact creation is off")

    webinar = models.ForeignKey(
        Webinar, on_delete=models.CASCADE, related_name="skipped_people", db_index=False
    )
    session_uuid = models.CharField(max_length=100, blank=True)
    stage = models.CharField(_("stage"), max_length=20, choices=Stage.choices)
    person_key = models.CharField(max_length=340)
    email = models.CharField(_("email"), max_length=320, blank=True)
    name = models.CharField(_("name"), max_length=400, blank=True)
    reason = models.CharField(_("reason"), max_length=20, choices=Reason.choices)
    rule = models.CharField(
        _("rule"), max_length=300, blank=True, help_text=_("The entry of the list that hit, where one did.")
    )
    first_skipped_at = models.DateTimeField(_("since"), default=timezone.now)
    first_run = models.BigIntegerField(null=True, blank=True, help_text=_("The sync that found it first."))
    seen_in_run = models.BigIntegerField(null=True, blank=True)

    objects = SkippedPersonQuerySet.as_manager()

    class Meta:
        verbose_name = _("skipped person")
        verbose_name_plural = _("skipped people")
        constraints = [
            models.UniqueConstraint(
                fields=["webinar", "session_uuid", "stage", "person_key"], name="skippedperson_natural_key"
            ),
        ]
        indexes = [
            # people/explanation.py, and contacts that are deleted.
            models.Index(fields=["email"], name="skippedperson_email"),
            # The list of skipped people, filtered by reason.
            models.Index(fields=["reason", "-first_skipped_at", "-id"], name="skippedperson_by_reason"),
            # The list of skipped people.
            models.Index(fields=["-first_skipped_at", "-id"], name="skippedperson_newest_first"),
        ]

    def __str__(self) -> str:
        return f"{self.email or self.name}: {self.reason}"
