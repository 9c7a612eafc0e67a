"""Who a person is: one contact, its addresses, and what remains of a deleted one."""

from collections.abc import Iterable
from typing import Self

from django.db import models
from django.db.models.functions import Concat, Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from contacts.listing.similar import like_patterns, parts_patterns
from core import like, subquery_lookup  # noqa: F401 - lookups
from core.constraints import CompositeForeignKey
from core.domains import in_letters, spellings
from core.encryption import EncryptedTextField
from core.indexes import GinIndex, TrigramIndex, WordsVector
from core.text_search import typed_words

ALL_ROWS = 1_000_000_000


class ContactQuerySet(models.QuerySet["Contact"]):
    def search(self, text: str) -> Self:
        """Contacts whose name or any address holds every word of `text`."""
        contacts = self
        for word in typed_words(text):
            contacts = contacts.filter(
                _holds("searched_text", word) | models.Q(pk__in_found=_by_secondary_address(word))
            )
        return contacts

    def search_similar(self, text: str) -> Self:
        """Contacts whose name or primary address holds every word, or a word like it with one mistake."""
        among_some = bool(self.query.has_filters())  # such as a segment's members: each is compared
        similar = self
        for word in typed_words(text.lower()):
            condition = _holds("searched_text", word) | _matches(like_patterns(word))
            similar = similar.filter(_matches(parts_patterns(word)) & condition if among_some else condition)
        if among_some:
            return similar
        # With a limit PostgreSQL plans the query on its own, and does not walk along the order of the list.
        return self.filter(pk__in=similar.values("pk")[:ALL_ROWS])

    def with_activity(self, activity: str) -> Self:
        """Contacts by what they had to do with webinars: "registered", "attended", "absent" or "none"."""
        registered = models.Q(zoom_webinar_registration_count__gt=0)
        attended = models.Q(zoom_webinar_attendance_count__gt=0)
        meanings = {
            "registered": registered,
            "attended": attended,
            "absent": registered & ~attended,
            "none": ~registered & ~attended,
        }
        return self.filter(meanings.get(activity, models.Q()))


def _matches(patterns: Iterable[str]) -> models.Q:
    conditions = (models.Q(searched_text__matches_like=pattern) for pattern in patterns)
    return models.Q(*conditions, _connector="OR")


def holds_word(word: str, contact: str) -> models.Q:
    """Whether the name or any address of `contact`, a foreign key, holds the word.

    For rows that other conditions leave, such as the participants of an event: asked of each.
    """
    addresses = EmailAddress.objects.filter(_holds("email", word), contact=models.OuterRef(f"{contact}_id"))
    return _holds(f"{contact}__searched_text", word) | models.Q(models.Exists(addresses))


def _by_secondary_address(word: str) -> models.QuerySet["EmailAddress", int]:
    """The keys of contacts."""
    return EmailAddress.objects.secondary().filter(_holds("email", word)).values_list("contact_id", flat=True)


def _holds(column: str, word: str) -> models.Q:
    """In a column of lower case. SQLite leaves a letter such as Ä as it is, so that is asked for as typed."""
    asked = spellings(word.lower()) | ({word} if not word.isascii() else set())
    return models.Q(*((f"{column}__contains", spelling) for spelling in sorted(asked)), _connector="OR")


class Contact(models.Model):
    """A person in the CRM. `email` is the primary address, the natural key that the sync writes by.

    It is also a row of `EmailAddress`, as each address is: the database checks at each commit that the row is
    there and is this contact's. Which address is primary is said here alone.
    """

    class Source(models.TextChoices):
        ZOOM = "zoom", _("Zoom sync")
        IMPORT = "import", _("Import")
        MANUAL = "manual", _("Created manually")
        WORKFLOW = "workflow", _("Workflow")
        API = "api", _("API")

    class NameSource(models.TextChoices):
        PERSON = "person", _("A person, an import or the API")
        REGISTRATION = "registration", _("A registration")
        DISPLAY_NAME = "display_name", _("A display name in Zoom")

    email = models.CharField(_("primary email"), max_length=254)
    first_name = models.CharField(_("first name"), max_length=200, blank=True)
    last_name = models.CharField(_("last name"), max_length=200, blank=True)
    name_source = models.CharField(
        _("source of the name"),
        max_length=20,
        choices=NameSource.choices,
        default=NameSource.PERSON,
        help_text=_("A display name gives way to what a registration or a person says (D27)."),
    )
    source = models.CharField(_("source"), max_length=20, choices=Source.choices, default=Source.MANUAL)
    properties = models.JSONField(
        _("properties"), default=dict, blank=True, help_text=_("Custom properties by their name.")
    )
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    updated_at = models.DateTimeField(_("updated"), default=timezone.now)
    # One column in the right case is searched several times as fast as three that have to be converted.
    searched_text = models.GeneratedField(
        expression=Lower(Concat("first_name", models.Value(" "), "last_name", models.Value(" "), "email")),
        output_field=models.TextField(),
        db_persist=True,
    )

    # The properties of group "Zoom" (R59-R64) are columns, because segments ask for them all the time.
    zoom_webinar_registration_count = models.PositiveIntegerField(
        _("Total number of Zoom webinar registrations"), default=0
    )
    zoom_webinar_attendance_count = models.PositiveIntegerField(
        _("Total number of Zoom webinars attended"), default=0
    )
    zoom_webinar_attendance_average_duration = models.FloatField(
        _("Average Zoom webinar attendance duration"), null=True, blank=True, help_text=_("Percent, 0-100.")
    )
    zoom_webinar_joinlink = models.URLField(_("Last registered Zoom webinar"), max_length=2000, blank=True)

    # Which sync did so, by its number.
    created_in_run = models.BigIntegerField(null=True, blank=True)
    changed_in_run = models.BigIntegerField(null=True, blank=True)

    objects = ContactQuerySet.as_manager()

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        constraints = [
            models.UniqueConstraint(fields=["email"], name="contact_email_unique"),
            CompositeForeignKey(
                fields=["id", "email"],
                table="contacts_emailaddress",
                columns=["contact_id", "email"],
                name="contact_email_is_own_address",
            ),
            models.CheckConstraint(condition=models.Q(email=Lower("email")), name="contact_email_lower_case"),
            models.CheckConstraint(condition=~models.Q(email=""), name="contact_email_not_blank"),
            models.CheckConstraint(
                condition=models.Q(zoom_webinar_attendance_average_duration__isnull=True)
                | models.Q(zoom_webinar_attendance_average_duration__range=(0, 100)),
                name="contact_average_duration_is_percentage",
            ),
        ]
        indexes = [
            # The list of contacts as it opens, and the API's pages.
            models.Index(fields=["-updated_at", "-id"], name="contact_newest_first"),
            # The list ordered by name.
            models.Index(fields=["last_name", "first_name", "id"], name="contact_by_name"),
            # The list ordered by registrations.
            models.Index(fields=["zoom_webinar_registration_count", "id"], name="contact_by_registrations"),
            # The list ordered by attendance.
            models.Index(fields=["zoom_webinar_attendance_count", "id"], name="contact_by_attendance"),
            # The list ordered by average attendance, in both directions (`core.blanks_last`).
            models.Index(
                fields=["zoom_webinar_attendance_average_duration", "id"],
                condition=models.Q(zoom_webinar_attendance_average_duration__isnull=False),
                name="contact_by_average",
            ),
            # The list ordered by source, or of one source.
            models.Index(fields=["source", "id"], name="contact_by_source"),
            # Segments by the date of creation.
            models.Index(fields=["created_at"], name="contact_by_creation"),
            # contacts/palette.py: the beginning of an address
            models.Index(fields=["email"], opclasses=["varchar_pattern_ops"], name="contact_email_beginning"),
            # The same: the beginnings of words
            GinIndex(WordsVector("searched_text"), name="contact_words"),
            # Segments by a custom property (`HoldsValue`), and which properties are used.
            GinIndex(fields=["properties"], name="contact_by_property"),
            # `ContactQuerySet.search`
            TrigramIndex("searched_text", name="contact_trigrams"),
        ]

    def __str__(self) -> str:
        return self.name or in_letters(self.email)

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()


class EmailAddressQuerySet(models.QuerySet["EmailAddress"]):
    def secondary(self) -> Self:
        """All but the primary one: merged ones too."""
        return self.exclude(email=models.F("contact__email"))

    def counting(self) -> Self:
        """Those whose registrations and attendance are the contact's: the primary one, and merged ones."""
        return self.filter(models.Q(is_merged=True) | models.Q(email=models.F("contact__email")))

    def primary_first(self) -> Self:
        is_secondary = models.Case(models.When(email=models.F("contact__email"), then=0), default=1)
        return self.order_by(is_secondary, "email")


class EmailAddress(models.Model):
    """Every address of every contact. That no address belongs to two contacts is this table's constraint."""

    # The beginning of a unique index below.
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="addresses", db_index=False)
    email = models.CharField(_("email"), max_length=254)
    is_merged = models.BooleanField(
        _("merged"),
        default=False,
        db_default=False,
        help_text=_("Once the primary address of a contact that was merged into this one: activity counts."),
    )
    created_at = models.DateTimeField(_("created"), default=timezone.now)

    objects = EmailAddressQuerySet.as_manager()

    class Meta:
        verbose_name = _("email address")
        verbose_name_plural = _("email addresses")
        indexes = [
            # `ContactQuerySet.search`, for secondary addresses.
            TrigramIndex("email", name="emailaddress_trigrams"),
            # The merged ones among the people of a sync: sync/steps/load_people.py and write_people.py
            models.Index(
                fields=["contact", "email"], condition=models.Q(is_merged=True), name="emailaddress_merged"
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["email"], name="emailaddress_email_unique"),
            # What `Contact.email` refers to.
            models.UniqueConstraint(fields=["contact", "email"], name="emailaddress_of_contact"),
            models.CheckConstraint(
                condition=models.Q(email=Lower("email")), name="emailaddress_email_lower_case"
            ),
        ]

    def __str__(self) -> str:
        return in_letters(self.email)

    @property
    def is_primary(self) -> bool:
        return self.email == self.contact.email

    @property
    def counts(self) -> bool:
        """Whether what happens under it is the contact's."""
        return self.is_merged or self.is_primary


class SuppressedAddress(models.Model):
    """All that is kept of a deleted contact (D11): a keyed hash of each address."""

    address_hash = models.CharField(_("keyed hash of the address"), max_length=64)
    deleted_at = models.DateTimeField(_("deleted"), default=timezone.now)

    class Meta:
        verbose_name = _("suppressed address")
        verbose_name_plural = _("suppressed addresses")
        constraints = [
            models.UniqueConstraint(fields=["address_hash"], name="suppressedaddress_hash_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.address_hash[:8]}…"


class SuppressionKey(models.Model):
    """The one key of those hashes: random, stored encrypted, and so untouched by a change of SECRET_KEY."""

    name = models.CharField(max_length=50, primary_key=True)
    key = EncryptedTextField()

    def __str__(self) -> str:
        return self.name
