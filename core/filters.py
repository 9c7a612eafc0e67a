"""The filters above a list: choices from the address, and how the page shows those that are set.

The views turn a choice into a query.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Protocol

from django.http import HttpRequest
from django.template.defaultfilters import date as format_date
from django.utils.dateparse import parse_date
from django.utils.timezone import make_aware

# They say which part of the list is shown, so they fall away when other rows are.
_PLACES = ("page", "before", "after")


class ActiveFilter(Protocol):
    """Anything that may filter: `shown` says in words what it is set to."""

    @property
    def name(self) -> str: ...
    @property
    def label(self) -> str: ...
    @property
    def chosen(self) -> str: ...
    @property
    def shown(self) -> str: ...


@dataclass(frozen=True)
class Filter:
    """A choice above the list, as components/toolbar.html draws it. "" is the option that filters nothing."""

    name: str
    label: str
    options: list[tuple[str, str]]
    chosen: str

    @property
    def shown(self) -> str:
        return dict(self.options)[self.chosen]


@dataclass(frozen=True)
class Day:
    """A day above the list ("" for none), in the viewer's time zone. It counts from its start to its end."""

    name: str
    label: str
    chosen: str

    @property
    def shown(self) -> str:
        return format_date(self._day, "j M Y") if self._day else ""

    @property
    def start(self) -> datetime | None:
        return make_aware(datetime.combine(self._day, time.min)) if self._day else None

    @property
    def end(self) -> datetime | None:
        """The first moment after it."""
        return make_aware(datetime.combine(self._day + timedelta(days=1), time.min)) if self._day else None

    @property
    def _day(self) -> date | None:
        return parse_date(self.chosen)


@dataclass(frozen=True)
class FixedFilter:
    """A filter that came with a link, such as one webinar: it cannot be set here, only taken off."""

    name: str
    label: str
    chosen: str
    shown: str


@dataclass(frozen=True)
class FilterChip:
    """A filter that is set, as components/filter_chips.html draws it: `without` is the address without it."""

    label: str
    value: str
    without: str


def chosen_filter(
    request: HttpRequest, name: str, label: str, options: Iterable[tuple[str, object]]
) -> Filter:
    """The filter with what the address says; what is no option is no choice."""
    known = [(value, str(text)) for value, text in options]
    chosen = request.GET.get(name, "")
    return Filter(name, label, known, chosen if chosen in dict(known) else "")


def offered(*filters: Filter) -> list[Filter]:
    """Those to draw: a list with one option beside "All" offers no choice, unless an address made it."""
    return [row for row in filters if len(row.options) > 2 or row.chosen]


def chosen_day(request: HttpRequest, name: str, label: str) -> Day:
    """The day that the address says; what is no day is none."""
    text = request.GET.get(name, "")
    try:
        day = parse_date(text)
        is_within_reach = day is not None and 1970 <= day.year <= 9000
    except ValueError:  # well formed, but no such day
        is_within_reach = False
    return Day(name, label, text if is_within_reach else "")


def chips(request: HttpRequest, filters: Iterable[ActiveFilter]) -> list[FilterChip]:
    return [FilterChip(row.label, row.shown, _without(request, row.name)) for row in filters if row.chosen]


def _without(request: HttpRequest, name: str) -> str:
    rest = request.GET.copy()
    for gone in (name, *_PLACES):
        rest.pop(gone, None)
    return f"{request.path}?{rest.urlencode()}" if rest else request.path
