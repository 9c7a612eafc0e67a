"""What is known to be in the way of a registration before Zoom is asked to make it (R22, R23, R77-R82)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from integrations.rules.registration_reasons import Refusal, RefusalReason

NO_REGISTRATION = 2
"""Zoom's `approval_type` where people need not register."""
ONCE_FOR_ALL = 1
"""Zoom's `registration_type` where one registration counts for each date of a series."""

_KNOWN_FIELDS = frozenset({"email", "first_name", "last_name"})
_LONGEST = 2**63 - 1
_IGNORED = re.compile(r"[\s\-\u2010-\u2015\u200b-\u200d\u2060\ufeff]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    email: str
    first_name: str = ""
    last_name: str = ""
    is_email_valid: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedDate:
    """A date of a series. `starts_at` is None where Zoom did not say."""

    occurrence_id: str
    starts_at: datetime | None
    minutes: int = 0
    is_deleted: bool = False

    def is_over(self, now: datetime) -> bool:
        return self.starts_at is not None and self.starts_at + timedelta(minutes=self.minutes) < now


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """The primary brand's connection. `is_connected` is False where it must be made again first."""

    is_connected: bool = True
    user_email: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WebinarForm:
    """A webinar as someone who registers meets it. What is not known yet is empty or None."""

    is_of_primary_brand: bool = True
    is_zoom_event: bool = False
    approval: int | None = None
    registration_type: int | None = None
    starts_at: datetime | None = None
    minutes: int = 0
    is_live: bool = False
    dates: tuple[PlannedDate, ...] = ()
    required_fields: tuple[str, ...] = ()
    most_registrants: int = 0
    registered: int = 0
    host_email: str = ""
    alternative_hosts: frozenset[str] = frozenset()
    panelists: frozenset[str] = frozenset()

    def is_over(self, now: datetime) -> bool:
        """A series when all its dates are; one without fixed times never."""
        if self.is_live:
            return False
        planned = [date for date in self.dates if not date.is_deleted]
        if planned:
            return all(date.is_over(now) for date in planned)
        return self.starts_at is not None and self.starts_at + timedelta(minutes=self.minutes) < now

    def needs_date(self) -> bool:
        """Whether a person has to say which date of the series they register for."""
        return bool(self.dates) and self.registration_type not in (None, ONCE_FOR_ALL)

    def date(self, occurrence_id: str) -> PlannedDate | None:
        return next((date for date in self.dates if date.occurrence_id == occurrence_id), None)

    def next_date(self, now: datetime, after: datetime | None = None) -> PlannedDate | None:
        """The date that Zoom takes where none is named; with `after`, the first that begins later."""
        coming = [date for date in self.dates if not date.is_deleted and not date.is_over(now)]
        if after is not None:
            coming = [date for date in coming if date.starts_at is not None and date.starts_at > after]
        return min(coming, key=lambda date: date.starts_at or now, default=None)

    def begins_after(self, moment: datetime, now: datetime) -> bool:
        """Whether a date of it does; one without fixed times may."""
        if self.dates:
            return self.next_date(now, moment) is not None
        return self.starts_at is None or self.starts_at > moment


def normalise_webinar_id(text: str) -> int | None:
    """A webinar's number from what people paste, without spaces and dashes (R79); None if it is none.

    A join or registration link is understood too.
    """
    linked = re.search(r"/(?:j|w|s|webinar/register)/(\d+)", text)
    digits = linked[1] if linked else _IGNORED.sub("", text)
    if not re.fullmatch(r"[0-9]{1,19}", digits):
        return None
    number = int(digits)
    return number if 0 < number <= _LONGEST else None


def refusal_of_webinar(
    connection: Connection | None,
    form: WebinarForm | None,
    occurrence_id: str,
    now: datetime,
    after: datetime | None = None,
) -> Refusal | None:
    """Why no one at all can be registered from here; None if nothing is known to be in the way.

    Where no date is named, only one that begins `after` then counts.
    """
    if connection is None:
        return Refusal(RefusalReason.NO_PRIMARY_CONNECTION)
    if form is not None and not form.is_of_primary_brand:
        return Refusal(RefusalReason.OTHER_BRAND)
    if not connection.is_connected:
        return Refusal(RefusalReason.NOT_CONNECTED)
    if form is None:
        return Refusal(RefusalReason.WEBINAR_NOT_FOUND)
    return _refusal_of_form(form, occurrence_id, now, after)


def refusal_of_person(connection: Connection, form: WebinarForm, person: Person) -> Refusal | None:
    """Why this person cannot be registered although others can."""
    address = person.email.lower()
    if address and address in {form.host_email.lower(), *_lower(form.alternative_hosts)}:
        return Refusal(RefusalReason.HOST)
    if address and address == connection.user_email.lower():
        return Refusal(RefusalReason.CONNECTED_USER)
    if address in _lower(form.panelists):
        return Refusal(RefusalReason.PANELIST)
    return _refusal_of_names(form, person)


def _refusal_of_form(
    form: WebinarForm, occurrence_id: str, now: datetime, after: datetime | None
) -> Refusal | None:
    if form.is_zoom_event:
        return Refusal(RefusalReason.NOT_SUPPORTED)
    if form.approval == NO_REGISTRATION:
        return Refusal(RefusalReason.REGISTRATION_OFF)
    refusal = _refusal_of_date(form, occurrence_id, now, after)
    if refusal:
        return refusal
    unknown = tuple(field for field in form.required_fields if field not in _KNOWN_FIELDS)
    if unknown:
        return Refusal(RefusalReason.FORM_REQUIRES_FIELDS, fields=unknown)
    if 0 < form.most_registrants <= form.registered:
        return Refusal(RefusalReason.WEBINAR_FULL)
    return None


def _refusal_of_date(
    form: WebinarForm, occurrence_id: str, now: datetime, after: datetime | None
) -> Refusal | None:
    if not occurrence_id:
        is_too_late = after is not None and not form.begins_after(after, now)
        return Refusal(RefusalReason.WEBINAR_OVER) if form.is_over(now) or is_too_late else None
    date = form.date(occurrence_id)
    if date is None or date.is_deleted:
        return Refusal(RefusalReason.OCCURRENCE_NOT_FOUND)
    is_over = date.is_over(now) and not form.is_live
    return Refusal(RefusalReason.WEBINAR_OVER) if is_over else None


def _refusal_of_names(form: WebinarForm, person: Person) -> Refusal | None:
    if not person.email or not person.is_email_valid:
        return Refusal(RefusalReason.INVALID_EMAIL)
    if not person.first_name.strip():
        return Refusal(RefusalReason.MISSING_FIRST_NAME)
    if "last_name" in form.required_fields and not person.last_name.strip():
        return Refusal(RefusalReason.MISSING_LAST_NAME)
    return None


def _lower(addresses: Iterable[str]) -> set[str]:
    return {address.lower() for address in addresses}
