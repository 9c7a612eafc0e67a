"""Fields of times: a length, a date, an hour, days of the week, a time zone."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo, available_timezones

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from contacts.segments.catalogue import Catalogue
from contacts.segments.place import Place
from workflows.definition.fields import ChoiceField, Field, Names, NumberField, Words
from workflows.definition.values import Duration

UNITS: dict[str, Words] = {
    "minutes": lazy("minutes"),
    "hours": lazy("hours"),
    "days": lazy("days"),
    "weeks": lazy("weeks"),
}
WEEKDAYS: dict[str, Words] = {
    "monday": lazy("Monday"),
    "tuesday": lazy("Tuesday"),
    "wednesday": lazy("Wednesday"),
    "thursday": lazy("Thursday"),
    "friday": lazy("Friday"),
    "saturday": lazy("Saturday"),
    "sunday": lazy("Sunday"),
}
LONGEST_DAYS = 366


@dataclass(frozen=True, kw_only=True)
class DurationField(Field):
    """A length of time, such as {"days": 2}."""

    control = "duration"
    allows_zero: bool = False

    def read(self, place: Place, catalogue: Catalogue) -> Duration | None:
        value = place.value
        unit = next(iter(value), "") if isinstance(value, dict) and len(value) == 1 else ""
        if unit not in UNITS:
            place.refuse(_("Must be a length of time such as {“days”: 2}."))
            return None
        amount = place.at(unit)
        least = 0 if self.allows_zero else 1
        most = int(LONGEST_DAYS * 86_400 / Duration(1, unit).delta.total_seconds())
        read = NumberField(name=unit, label="", least=least, most=most).read(amount, catalogue)
        return None if read is None else Duration(read, unit)

    def write(self, value: Duration) -> dict[str, int]:
        return {value.unit: value.amount}

    def words(self, value: Duration, names: Names) -> str:
        return f"{value.amount} {UNITS[value.unit]}"


@dataclass(frozen=True, kw_only=True)
class LocalTimeField(Field):
    """A date and time on the clocks of a time zone: 2026-05-01T09:00."""

    control = "local_time"

    def read(self, place: Place, catalogue: Catalogue) -> datetime | None:
        try:
            moment = datetime.fromisoformat(place.value) if isinstance(place.value, str) else None
        except ValueError:
            moment = None
        if moment is None or moment.tzinfo:
            place.refuse(_("Must be a date and time such as 2026-05-01T09:00, without a time zone."))
            return None
        return moment

    def write(self, value: datetime) -> str:
        return value.isoformat(timespec="minutes")

    def words(self, value: datetime, names: Names) -> str:
        return f"{value:%Y-%m-%d %H:%M}"


@dataclass(frozen=True, kw_only=True)
class HourField(Field):
    """An hour of the day: 09:00."""

    control = "hour"

    def read(self, place: Place, catalogue: Catalogue) -> time | None:
        if isinstance(place.value, str) and re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", place.value):
            return time.fromisoformat(place.value)
        place.refuse(_("Must be a time of day such as 09:00."))
        return None

    def write(self, value: time) -> str:
        return f"{value:%H:%M}"

    def words(self, value: time, names: Names) -> str:
        return f"{value:%H:%M}"


@dataclass(frozen=True, kw_only=True)
class WeekdaysField(Field):
    """One or several days of the week, by their English names."""

    control = "weekdays"

    def read(self, place: Place, catalogue: Catalogue) -> tuple[str, ...] | None:
        items = place.list_items(most=len(WEEKDAYS))
        if items is None:
            return None
        if not items:
            place.refuse(_("Must have at least one day."))
            return None
        field = ChoiceField(name=self.name, label=self.label, options=WEEKDAYS)
        days = [field.read(item, catalogue) for item in items]
        return None if None in days else tuple(day for day in WEEKDAYS if day in days)

    def write(self, value: Sequence[str]) -> list[str]:
        return list(value)

    def words(self, value: Sequence[str], names: Names) -> str:
        return ", ".join(str(WEEKDAYS[day]) for day in value)


@dataclass(frozen=True, kw_only=True)
class ZoneField(Field):
    """A time zone by its IANA name: Europe/Berlin."""

    control = "zone"

    def read(self, place: Place, catalogue: Catalogue) -> ZoneInfo | None:
        if isinstance(place.value, str) and place.value in available_timezones():
            return ZoneInfo(place.value)
        place.refuse(_("Must be a time zone such as Europe/Berlin."))
        return None

    def write(self, value: ZoneInfo) -> str:
        return value.key
