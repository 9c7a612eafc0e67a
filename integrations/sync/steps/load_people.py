"""Who a webinar is about: its registrants and attendees, person by person, some thousand at a time.

Decides what belongs to one person: all that has the same normalised address (D5, D7). Reads the rows that the
listings left; knows neither Zoom nor the CRM. Memory does not grow with the number of people.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from django.db.models import Exists, Model, OuterRef, QuerySet

from contacts.models import Contact
from contacts.names import SourcedName
from integrations.models import AttendanceRow, Registrant, Webinar
from integrations.rules.display_names import split_display_name
from integrations.rules.people import Name
from integrations.rules.registration import RegistrantRow, Status

_STATUSES = {status.value: status for status in Status}


type Stay = tuple[datetime, datetime | None]  # None: until the end of the instance


@dataclass(slots=True)
class Person:
    """Everything that Zoom tells of one person in one webinar."""

    key: str
    email: str = ""  # normalised; "": nobody knows
    registrations: list[RegistrantRow] = field(default_factory=list)
    registered_name: Name | None = None  # of the first registration that was more than pending
    stays: dict[int, list[Stay]] = field(default_factory=dict)  # by instance
    display_names: dict[int, str] = field(default_factory=dict)  # by instance, as when first joined

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


class People:
    """The people of a webinar's instances: registrants first, then those who only attended."""

    def __init__(self, webinar: Webinar, instances: Iterable[int], batch_size: int) -> None:
        self.webinar = webinar
        self.instances = list(instances)
        self.batch_size = batch_size

    def __len__(self) -> int:
        return self._registrants.count() + self._unregistered.values("person_key").distinct().count()

    def batches(self) -> Iterator[list[Person]]:
        for low, high in self._ranges(self._registrants, "email"):
            yield self._registered_between(low, high)
        for low, high in self._ranges(self._unregistered, "person_key"):
            persons: dict[str, Person] = {}
            self._add_stays(persons, _between(self._unregistered, "person_key", low, high))
            yield list(persons.values())

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
        """Of keys, each with about a batch of rows; None is no limit. The database compares, as it sorts."""
        low: str | None = None
        while True:
            keys = _between(rows, name, low, None).order_by(name).values_list(name, flat=True)
            high = next(iter(keys[self.batch_size - 1 : self.batch_size]), None)
            yield low, high
            if high is None:
                return
            low = high

    def _registered_between(self, low: str | None, high: str | None) -> list[Person]:
        persons: dict[str, Person] = {}
        rows = _between(self._registrants, "email", low, high).order_by("registered_at", "pk")
        for email, zoom_id, first, last, status, *facts in rows.values_list(*_REGISTRANT):
            key = email or f"registrant:{zoom_id}"
            person = persons.get(key) or persons.setdefault(key, Person(key, email))
            row = RegistrantRow(_STATUSES[status], *facts)
            person.registrations.append(row)
            if person.registered_name is None and row.status is not Status.PENDING:
                person.registered_name = Name(first, last)
        known = [person.email for person in persons.values() if person.email]
        self._add_stays(persons, self._attendance.filter(person_key__any_of=known))
        return list(persons.values())

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
