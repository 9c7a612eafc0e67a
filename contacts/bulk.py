"""Writes many people into the CRM with a constant number of statements. The sync uses it.

When several workers, or a worker and a person, add the same address at the same moment, the database's
constraints decide, and the loser learns whose address it is. The caller has checked who may enter. Everything
must run inside a transaction.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from operator import attrgetter
from typing import NamedTuple

from django.utils import timezone

from contacts.models import Contact, EmailAddress, TimelineEntry
from contacts.names import SourcedName, merge_names
from contacts.outbox import record_contacts
from core import array_lookup  # noqa: F401 - a lookup
from core.bulk import Written, bulk_update, bulk_upsert


class Known(NamedTuple):
    """What the CRM has under an address."""

    contact_id: int
    is_primary: bool
    first_name: str = ""
    last_name: str = ""
    name_source: str = Contact.NameSource.PERSON
    is_merged: bool = False  # once the primary address of a contact that was merged into this one

    @property
    def counts(self) -> bool:
        """Whether what happens under the address is the contact's."""
        return self.is_primary or self.is_merged

    @property
    def name(self) -> SourcedName:
        return SourcedName(self.first_name, self.last_name, self.name_source)


class NewContact(NamedTuple):
    """A person to be created, with counters that were computed from all there is about them."""

    email: str
    first_name: str
    last_name: str
    registrations: int = 0
    attended: int = 0
    average_percent: float | None = None
    name_source: str = Contact.NameSource.REGISTRATION


class TimelineFact(NamedTuple):
    """A timeline entry. With the contact, `kind` and `subject_key` are what makes it the same one again."""

    contact_id: int
    kind: str
    subject_key: str
    occurred_at: datetime
    title: str
    event_id: int | None
    zoom_webinar_id: int
    webinar_starts_at: datetime | None
    joined_at: datetime | None = None
    left_at: datetime | None = None
    noticed_at: datetime | None = None


def known_among(emails: Iterable[str]) -> dict[str, Known]:
    """Who has these normalised addresses, primary or not. One query."""
    rows = EmailAddress.objects.filter(email__any_of=list(emails)).values_list(
        "email", "contact_id", "contact__email", *(f"contact__{name}" for name in _NAME), "is_merged"
    )
    return {email: Known(contact, primary == email, *rest) for email, contact, primary, *rest in rows}


_NAME = ("first_name", "last_name", "name_source")


class Created(NamedTuple):
    known: dict[str, Known]  # by address
    are_new: bool  # whether all of them were created here; else no one knows which were


def create_contacts(people: Sequence[NewContact], run: int | None = None) -> Created:
    """Create these people; whose each address is then, normally the new contact's.

    `run` is the number of the sync that does so.

    Of two who create the same person one does, and both are told the same contact. Where someone has added
    the address to a contact of theirs meanwhile, no second one remains, and the answer names theirs.
    """
    if not people:
        return Created({}, are_new=True)
    # In the order of the addresses: two workers with the same people wait for each other, and never block.
    people = sorted(people, key=attrgetter("email"))
    written = bulk_upsert(
        Contact,
        _NEW_CONTACT,
        ((*person, Contact.Source.ZOOM, run) for person in people),
        key=["email"],
        update=(),
    )
    emails = [person.email for person in people]
    ids = dict(Contact.objects.filter(email__any_of=emails).values_list("email", "pk"))
    addresses = bulk_upsert(
        EmailAddress,
        ("contact_id", "email"),
        ((ids[email], email) for email in emails if email in ids),
        key=["email"],
        update=(),
    )
    if written.inserted == addresses.inserted == len(people):
        record_contacts(created=list(ids.values()))
        return Created({email: Known(ids[email], is_primary=True) for email in emails}, are_new=True)
    known = known_among(emails)
    _drop_without_address(ids, known)
    record_contacts(changed=sorted({row.contact_id for row in known.values()}))
    return Created(known, are_new=False)


_NEW_CONTACT = (
    "email",
    "first_name",
    "last_name",
    "zoom_webinar_registration_count",
    "zoom_webinar_attendance_count",
    "zoom_webinar_attendance_average_duration",
    "name_source",
    "source",
    "created_in_run",
)


def _drop_without_address(ids: Mapping[str, int], known: Mapping[str, Known]) -> None:
    """Contacts that were just created although another one has got their address since."""
    lost = [pk for email, pk in ids.items() if email not in known or known[email].contact_id != pk]
    if lost:
        Contact.objects.filter(pk__in=lost, addresses__isnull=True).delete()


def write_names(offered: Mapping[int, SourcedName], run: int | None = None) -> int:
    """Give contacts the names that Zoom offers, by contact, as far as they may have them (D5, D27).

    How many contacts changed. They are locked first, in order, for a person may edit one of them just now.
    """
    locked = Contact.objects.select_for_update(no_key=True).filter(pk__any_of=list(offered)).order_by("pk")
    now, rows = timezone.now(), []
    for contact, *parts in locked.values_list("pk", *_NAME):
        name = merge_names(current := SourcedName(*parts), offered[contact])
        if name != current:
            rows.append((contact, *name, now, run))
    touch = ("updated_at", "changed_in_run")
    changed = bulk_update(Contact, (*_NAME, *touch), rows, touch=touch)
    if changed:
        record_contacts(changed=[row[0] for row in rows])
    return changed


def write_timeline(moments: Iterable[TimelineFact]) -> Written:
    return bulk_upsert(
        TimelineEntry,
        TimelineFact._fields,
        moments,
        key=("contact_id", "kind", "subject_key"),
    )


def retract_timeline(
    contacts: Iterable[int], subjects: Iterable[str], kept: Iterable[tuple[int, str, str]]
) -> int:
    """Remove what these contacts' timelines say about these subjects, but for what is kept. How many entries.

    `kept` has contact, kind and subject of what is still true.
    """
    keep = set(kept)
    rows = TimelineEntry.objects.filter(contact__any_of=list(contacts), subject_key__in=list(subjects))
    stale = [
        pk
        for pk, *identity in rows.values_list("pk", "contact_id", "kind", "subject_key")
        if tuple(identity) not in keep
    ]
    if stale:
        TimelineEntry.objects.filter(pk__in=stale).delete()
    return len(stale)
