"""A value of a property: checked, brought into the one form that is stored, and turned into text again.

Pure. Texts come from forms and files; numbers, booleans and lists from the API. What is stored:

    text, long text, link    text
    number                   number
    date                     "2026-03-02"
    date and time            "2026-03-02T10:00:00Z", always in UTC
    yes or no                true, false
    choice                   the choice's value
    several choices          their values, in the order of the definition

Stored dates and times sort as texts. A normalised value is left as it is, and so is its text.
"""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, tzinfo
from math import isfinite
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from contacts.properties.kinds import Choice, PropertyKind, PropertySpec
from core.messages import Message

MAX_VALUE_LENGTH = 5_000
MAX_LINK_LENGTH = 2_000
SEPARATOR = ";"  # between several choices in one text
SHOWN_OF_A_VALUE = 40  # characters of it in an error

type Stored = str | int | float | bool | list[str]


class InvalidValueError(ValueError):
    """`reason` is a sentence for the person who gave the value."""

    def __init__(self, reason: Message) -> None:
        super().__init__(reason)
        self.reason = reason


def normalise(value: Any, spec: PropertySpec, zone: tzinfo = UTC) -> Stored | None:
    """The value as it is stored; None for a blank one. `zone` is of times without an offset.

    Raises `InvalidValueError`.
    """
    if isinstance(value, str):
        value = value.strip()
        _check_text(value, spec)
    if value is None or value in ("", []):
        return None
    return _READERS[spec.kind](value, spec, zone)


def as_text(value: Any, spec: PropertySpec | None = None) -> str:
    """For a file or a form's field: `normalise` reads the same value from it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return f"{SEPARATOR} ".join(map(str, value))
    return str(value)


def in_words(value: Any, spec: PropertySpec | None = None, zone: tzinfo | None = None) -> str:
    """For people: labels for choices, dates as they are written elsewhere, times in `zone`."""
    kind = spec.kind if spec else None
    labels = spec.labels if spec else {}
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, list):
        return ", ".join(labels.get(part, str(part)) for part in value)
    if isinstance(value, int | float):
        return number_format(value, use_l10n=False, force_grouping=False)
    if kind == PropertyKind.CHOICE:
        return labels.get(value, str(value))
    if kind == PropertyKind.DATE and (day := _iso_date(str(value))):
        return date_format(day, "j M Y")
    if kind == PropertyKind.DATE_TIME and (moment := _iso_time(str(value), UTC)):
        return date_format(moment.astimezone(zone or UTC), "j M Y, H:i")
    return as_text(value)


def _check_text(text: str, spec: PropertySpec) -> None:
    if len(text) > MAX_VALUE_LENGTH:
        raise InvalidValueError(Message("contact.value_too_long", label=spec.label, max=MAX_VALUE_LENGTH))
    if "\0" in text or any("\ud800" <= char <= "\udfff" for char in text):
        raise InvalidValueError(Message("property.unstorable_character", label=spec.label))


def _invalid(spec: PropertySpec, expected: Message, value: Any) -> InvalidValueError:
    shown = str(value)
    if len(shown) > SHOWN_OF_A_VALUE:
        shown = shown[:SHOWN_OF_A_VALUE] + "…"
    return InvalidValueError(Message("property.wrong_kind", label=spec.label, wanted=expected, given=shown))


def _text(value: Any, spec: PropertySpec, _zone: tzinfo) -> str:
    return re.sub(r"\s*[\r\n]+\s*", " ", _long_text(value, spec, _zone))


def _long_text(value: Any, spec: PropertySpec, _zone: tzinfo) -> str:
    if not isinstance(value, str):
        raise _invalid(spec, Message("property.a_text"), value)
    return value.replace("\r\n", "\n").replace("\r", "\n")


def _link(value: Any, spec: PropertySpec, _zone: tzinfo) -> str:
    """https:// in front where there is no scheme, as people type addresses."""
    expected = Message("property.a_link")
    if not isinstance(value, str) or len(value) > MAX_LINK_LENGTH:
        raise _invalid(spec, expected, value)
    link = value if re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", value) else f"https://{value}"
    try:
        URLValidator(schemes=["http", "https"])(link)
    except ValidationError as error:
        raise _invalid(spec, expected, value) from error
    return link


# "1,234.5" and "1.234,5" each say which mark is the decimal one, "12,5" and "1,234,567" too;
# "1,234" does not.
_SPACES = str.maketrans("", "", " \u00a0\u202f\u2019'_")
_PLAIN = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]{1,3})?")
_GROUPED = (
    (re.compile(r"[+-]?[0-9]{1,3}(,[0-9]{3})+\.[0-9]+|[+-]?[0-9]{1,3}(,[0-9]{3}){2,}"), ",", "."),
    (re.compile(r"[+-]?[0-9]{1,3}(\.[0-9]{3})+,[0-9]+|[+-]?[0-9]{1,3}(\.[0-9]{3}){2,}"), ".", ","),
    (re.compile(r"[+-]?[0-9]+,([0-9]{1,2}|[0-9]{4,})"), ".", ","),
)


def _number(value: Any, spec: PropertySpec, _zone: tzinfo) -> int | float:
    number = value
    if isinstance(value, str):
        text = _plain_number(value.translate(_SPACES))
        number = float(text) if text else None
    if isinstance(number, bool) or not isinstance(number, int | float) or not _is_kept_exactly(number):
        raise _invalid(spec, Message("property.a_number"), value)
    return int(number) if float(number).is_integer() and abs(number) < 2**53 else float(number)


def _is_kept_exactly(number: int | float) -> bool:
    """Numbers of so many digits cannot be compared in a database."""
    return isfinite(number) if isinstance(number, float) else abs(number) < 10**300


def _plain_number(text: str) -> str:
    if _PLAIN.fullmatch(text):
        return text
    for pattern, group, decimal in _GROUPED:
        if pattern.fullmatch(text):
            return text.replace(group, "").replace(decimal, ".")
    return ""


_DAY_FIRST = re.compile(r"([0-9]{1,2})\.\s?([0-9]{1,2})\.\s?([0-9]{4})")
_YEAR_FIRST = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})")


def _date(value: Any, spec: PropertySpec, zone: tzinfo) -> str:
    day = _read_date(value) if isinstance(value, str) else None
    if day is None and isinstance(value, str) and (moment := _iso_time(value, zone)):
        day = moment.date()  # a spreadsheet's day with 00:00 behind it
    if day is None:
        raise _invalid(spec, Message("property.a_date"), value)
    return day.isoformat()


def _read_date(text: str) -> date | None:
    """Not 03/04/2026, which is another day on each side of the Atlantic."""
    try:
        if match := _DAY_FIRST.fullmatch(text):
            day, month, year = map(int, match.groups())
        elif match := _YEAR_FIRST.fullmatch(text):
            year, month, day = map(int, match.groups())
        else:
            return None
        return date(year, month, day) if year >= 1000 else None
    except ValueError:
        return None


def _iso_date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _date_time(value: Any, spec: PropertySpec, zone: tzinfo) -> str:
    moment = None
    if isinstance(value, str):
        day = _read_date(value)
        moment = datetime.combine(day, time.min, zone) if day else _iso_time(value, zone)
    if moment is None:
        raise _invalid(spec, Message("property.a_moment"), value)
    try:
        in_utc = moment.astimezone(UTC).replace(microsecond=0)
    except OverflowError:
        raise _invalid(spec, Message("property.a_moment"), value) from None
    return in_utc.replace(tzinfo=None).isoformat() + "Z"


def _iso_time(text: str, zone: tzinfo) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if not 1000 < moment.year < 9999 or "W" in text:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


_YES = frozenset({"yes", "y", "true", "1", "on"})
_NO = frozenset({"no", "n", "false", "0", "off"})


def _yes_no(value: Any, spec: PropertySpec, _zone: tzinfo) -> bool:
    if isinstance(value, bool):
        return value
    folded = value.casefold() if isinstance(value, str) else None
    if folded not in _YES | _NO:
        raise _invalid(spec, Message("property.yes_or_no"), value)
    return folded in _YES


def _choice(value: Any, spec: PropertySpec, _zone: tzinfo) -> str:
    choice = _find_choice(value, spec) if isinstance(value, str) else None
    if choice is None:
        raise _invalid(spec, _one_of(spec), value)
    return choice.value


def _choices(value: Any, spec: PropertySpec, _zone: tzinfo) -> list[str] | None:
    parts = re.split(rf"[{SEPARATOR}\n]", value) if isinstance(value, str) else value
    if not isinstance(parts, list) or not all(isinstance(part, str) for part in parts):
        raise _invalid(spec, Message("property.a_list"), value)
    chosen = {_choice(part.strip(), spec, _zone) for part in parts if part.strip()}
    return [choice.value for choice in spec.choices if choice.value in chosen] or None


def _find_choice(text: str, spec: PropertySpec) -> Choice | None:
    """By its value, else by its label without regard to case."""
    for choice in spec.choices:
        if choice.value == text:
            return choice
    folded = text.casefold()
    for choice in spec.choices:
        if folded in (choice.label.casefold(), choice.value.casefold()):
            return choice
    return None


def _one_of(spec: PropertySpec) -> Message:
    offered = [choice.label for choice in spec.choices if not choice.is_archived]
    if not offered:
        return Message("property.no_choices_yet")
    shown = ", ".join(offered[:10]) + (" …" if len(offered) > 10 else "")
    return Message("property.one_of", choices=shown)


_READERS: dict[PropertyKind, Callable[[Any, PropertySpec, tzinfo], Stored | None]] = {
    PropertyKind.TEXT: _text,
    PropertyKind.LONG_TEXT: _long_text,
    PropertyKind.NUMBER: _number,
    PropertyKind.DATE: _date,
    PropertyKind.DATE_TIME: _date_time,
    PropertyKind.YES_NO: _yes_no,
    PropertyKind.CHOICE: _choice,
    PropertyKind.CHOICES: _choices,
    PropertyKind.LINK: _link,
}
