"""Loads the people of a webinar, registrants and attendees, some thousand at a time.

Everything with the same normalised address belongs to one person (D5, D7), and so does what has an address
that was merged into the same contact (D28). Reads the rows that the listings wrote. Memory does not grow with
the number of people.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from itertools import batched, chain

from django.db.models import Exists, Model, OuterRef, QuerySet

from contacts.models import Contact, EmailAddress
from contacts.models.contact import EmailAddressQuerySet
from contacts.names import SourcedName
from integrations.models import AttendanceRow, Registrant, Webinar
from integrations.rules.display_names import split_display_name
from integrations.rules.people import Name
from integrations.rules.registration import RegistrantRow, Status

_STATUSES = {status.value: status for status in Status}


type Stay = tuple[datetime, datetime | None]  # None: until the end of the instance


@dataclass(slots=True)
class Person:
    """Everything that Zoom reports about one person in one webinar."""

    key: str
    email: str = ""  # normalised; "": no one knows
    registrations: list[RegistrantRow] = field(default_factory=list)
    registered_name: Name | None = None  # of the first registration that was more than pending
    stays: dict[int, list[Stay]] = field(default_factory=dict)  # by instance
    display_names: dict[int, str] = field(default_factory=dict)  # by instance, as when first joined
    merged: list["Person"] = field(default_factory=list)  # the same contact's, under its merged addresses

    def forget(self, stand_in: str) -> None:
        """Leave neither name nor address (D22)."""
        self.key = self.email = stand_in
        self.display_names = dict.fromkeys(self.display_names, "")
        if self.registered_name is not None:
            self.registered_name = Name("", "")

    @property
    def name(self) -> SourcedName:
        """Registrants give both parts, attendees only what they want to be called."""
        if self.registered_name is not None and any(self.registered_name):
            return SourcedName(*self.registered_name, Contact.NameSource.REGISTRATION)
        names = [split_display_name(name) for name in self.display_names.values()]
        fullest = max(names, key=lambda name: (bool(name.last), bool(name.first)), default=Name("", ""))
        return SourcedName(*fullest, Contact.NameSource.DISPLAY_NAME)


def joined(persons: list[Person]) -> Person:
    """All of these as one person, by the address of the first."""
    first, *others = persons
    whole = Person(first.key, first.email, merged=others)
    for person in persons:
        whole.registrations += person.registrations
        whole.registered_name = whole.registered_name or person.registered_name
        for instance, stays in person.stays.items():
            whole.stays.setdefault(instance, []).extend(stays)
        whole.display_names = person.display_names | whole.display_names
    return whole


def addresses_seen(webinar: Webinar, instances: Iterable[int]) -> EmailAddressQuerySet:
    """Addresses of contacts under which Zoom lists anything of the webinar."""
    address = OuterRef("email")
    registered = Registrant.objects.filter(webinar=webinar, email=address)
    attended = AttendanceRow.objects.filter(instance__in=instances, person_key=address)
    return EmailAddress.objects.filter(Exists(registered) | Exists(attended))


class People:
    """The people of a webinar's instances: registrants first, then those who only attended.

    Last come those who are listed under a merged address: their rows belong together.
    """

    def __init__(self, webinar: Webinar, instances: Iterable[int], batch_size: int) -> None:
        self.webinar = webinar
        self.instances = list(instances)
        self.batch_size = batch_size

    def __len__(self) -> int:
        return self._registrants.count() + self._unregistered.values("person_key").distinct().count()

    def batches(self) -> Iterator[list[Person]]:
        return filter(None, self._batches())

    def _batches(self) -> Iterator[list[Person]]:
        for low, high in self._ranges(self._registrants, "email"):
            yield self._registered_between(low, high)
        for low, high in self._ranges(self._unregistered, "person_key"):
            persons: dict[str, Person] = {}
            self._add_stays(persons, _between(self._unregistered, "person_key", low, high))
            yield self._alone(persons)
        for groups in batched(self._groups, max(1, self.batch_size // 2)):
            yield self._grouped(groups)

    @cached_property
    def _groups(self) -> list[list[str]]:
        """Of each contact that has a merged address in the webinar, the addresses; the primary one first."""
        merged = addresses_seen(self.webinar, self.instances).filter(is_merged=True)
        rows = EmailAddress.objects.counting().filter(contact__in=merged.values("contact")).primary_first()
        groups: dict[int, list[str]] = {}
        for contact, email in rows.values_list("contact_id", "email"):
            groups.setdefault(contact, []).append(email)
        return list(groups.values())

    @cached_property
    def _in_groups(self) -> set[str]:
        return set(chain.from_iterable(self._groups))

    def _alone(self, persons: dict[str, Person]) -> list[Person]:
        return [person for email, person in persons.items() if email not in self._in_groups]

    def _grouped(self, groups: Iterable[list[str]]) -> list[Person]:
        emails = list(chain.from_iterable(groups))
        people = self._registered(self._registrants.filter(email__any_of=emails))
        self._add_stays(people, self._attendance.filter(person_key__any_of=emails))
        persons = []
        for primary, *others in groups:
            person = people.get(primary) or Person(primary, primary)
            person.merged = [people[email] for email in others if email in people]
            persons.append(person)
        return persons

    @cached_property
    def _registrants(self) -> QuerySet[Registrant]:
        return Registrant.objects.filter(webinar=self.webinar)

    @cached_property
    def _attendance(self) -> QuerySet[AttendanceRow]:
        return AttendanceRow.objects.filter(instance__in=self.instances)

    @cached_property
    def _unregistered(self) -> QuerySet[AttendanceRow]:
        return self._attendance.filter(~Exists(self._registrants.filter(email=OuterRef("person_key"))))

    def _ranges[M: Model](self, rows: QuerySet[M], name: str) -> Iterator[tuple[str | None, str | None]]:
        """Ranges of keys with about a batch of rows each; None is no limit. The database compares keys."""
        low: str | None = None
        while True:
            keys = _between(rows, name, low, None).order_by(name).values_list(name, flat=True)
            high = next(iter(keys[self.batch_size - 1 : self.batch_size]), None)
            yield low, high
            if high is None:
                return
            low = high

    def _registered_between(self, low: str | None, high: str | None) -> list[Person]:
        persons = self._registered(_between(self._registrants, "email", low, high))
        known = [person.email for person in persons.values() if person.email]
        self._add_stays(persons, self._attendance.filter(person_key__any_of=known))
        return self._alone(persons)

    def _registered(self, rows: QuerySet[Registrant]) -> dict[str, Person]:
        persons: dict[str, Person] = {}
        rows = rows.order_by("registered_at", "pk")
        for email, zoom_id, first, last, status, *facts in rows.values_list(*_REGISTRANT):
            key = email or f"registrant:{zoom_id}"
            person = persons.get(key) or persons.setdefault(key, Person(key, email))
            row = RegistrantRow(_STATUSES[status], *facts)
            person.registrations.append(row)
            if person.registered_name is None and row.status is not Status.PENDING:
                person.registered_name = Name(first, last)
        return persons

    def _add_stays(self, persons: dict[str, Person], rows: QuerySet[AttendanceRow]) -> None:
        for key, email, instance, name, joined, left in rows.order_by("joined_at", "pk").values_list(*_STAY):
            person = persons.get(key) or persons.setdefault(key, Person(key, email))
            person.stays.setdefault(instance, []).append((joined, left))
            person.display_names.setdefault(instance, name)


_REGISTRANT = (
    "email",
    "zoom_id",
    "first_name",
    "last_name",
    "status",
    "registered_at",
    "cancelled_at",
    "occurrence_id",
    "cancellation_noticed_at",
)
_STAY = ("person_key", "email", "instance_id", "name", "joined_at", "left_at")


def _between[M: Model](rows: QuerySet[M], name: str, low: str | None, high: str | None) -> QuerySet[M]:
    """After `low`, up to and with `high`."""
    if low is not None:
        rows = rows.filter(**{f"{name}__gt": low})
    return rows if high is None else rows.filter(**{f"{name}__lte": high})
