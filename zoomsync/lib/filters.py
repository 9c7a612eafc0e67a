"""The filters above a list: choices in the address, and how the page shows those that are set.

Knows no model: what a choice means for the rows is the view's business.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import HttpRequest


@dataclass(frozen=True)
class Filter:
    """A choice above the list, as components/toolbar.html draws it. "" is the option that filters nothing."""

    name: str
    label: str
    options: list[tuple[str, str]]
    chosen: str


@dataclass(frozen=True)
class Chip:
    """A filter that is set, as components/filter_chips.html draws it: `without` is the address without it."""

    label: str
    value: str
    without: str


def chosen_filter(request: HttpRequest, name: str, label: str, options: Iterable[tuple[str, str]]) -> Filter:
    """The filter with what the address says; what is no option is no choice."""
    known = [(value, str(words)) for value, words in options]
    asked = request.GET.get(name, "")
    return Filter(name, label, known, asked if asked in dict(known) else "")


def chips(request: HttpRequest, filters: Iterable[Filter]) -> list[Chip]:
    return [
        Chip(row.label, dict(row.options)[row.chosen], _without(request, row.name))
        for row in filters
        if row.chosen
    ]


def _without(request: HttpRequest, name: str) -> str:
    rest = request.GET.copy()
    for gone in (name, "page"):
        rest.pop(gone, None)
    return f"{request.path}?{rest.urlencode()}" if rest else request.path
