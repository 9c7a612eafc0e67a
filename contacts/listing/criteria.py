"""Which contacts a list shows: search, quick filters, a segment, and conditions as in segments."""

import json
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from contacts.models import Contact, Segment
from contacts.models.contact import ContactQuerySet
from contacts.segments.builder.page import sentences_of
from contacts.segments.errors import DefinitionError
from contacts.segments.members import members_of, parse, query
from core.filters import ActiveFilter, Day, Filter, FixedFilter, chosen_day, chosen_filter

MOST_SEGMENTS = 200  # in the quick filter


def as_definition(where: str) -> Any:
    """What the field `where` of an address holds, as a segment's definition. None for no JSON."""
    try:
        return {"version": 1, "where": json.loads(where)}
    except (ValueError, RecursionError):
        return None


@dataclass
class Criteria:
    """`request` is asked for its address alone."""

    request: HttpRequest

    @property
    def fields(self) -> QueryDict:
        return self.request.GET

    @property
    def search(self) -> str:
        return self.fields.get("q", "").strip()

    @property
    def where(self) -> str:
        return self.fields.get("where", "").strip()

    @cached_property
    def activity(self) -> Filter:
        options = [
            ("", _("All")),
            ("registered", _("Registered for a webinar")),
            ("attended", _("Attended a webinar")),
            ("absent", _("Registered, never attended")),
            ("none", _("No webinar")),
        ]
        return chosen_filter(self.request, "zoom", _("Zoom"), options)

    @cached_property
    def source(self) -> Filter:
        sources = [("", _("All")), *((one.value, str(one.label)) for one in Contact.Source)]
        return chosen_filter(self.request, "source", _("Source"), sources)

    @cached_property
    def segment(self) -> Filter:
        """One query, for the names."""
        rows = Segment.objects.active().order_by("name", "pk").values_list("pk", "name")[:MOST_SEGMENTS]
        options = [("", _("All")), *((str(key), name) for key, name in rows)]
        return chosen_filter(self.request, "segment", _("Segment"), options)

    @cached_property
    def created_from(self) -> Day:
        return chosen_day(self.request, "created_from", _("Created from"))

    @cached_property
    def created_to(self) -> Day:
        return chosen_day(self.request, "created_to", _("to"))

    @property
    def quick(self) -> list[Filter]:
        """Those to draw: a choice of segments only where there are some."""
        has_segments = len(self.segment.options) > 1
        return [self.activity, self.source, *([self.segment] if has_segments else [])]

    @property
    def active(self) -> list[ActiveFilter]:
        conditions = FixedFilter("where", _("Conditions"), self.where, self.where_in_words)
        days = (self.created_from, self.created_to)
        return [self.activity, self.source, self.segment, *days, conditions]

    @property
    def is_filtered(self) -> bool:
        return bool(self.search or any(row.chosen for row in self.active))

    @cached_property
    def where_in_words(self) -> str:
        if not self.where:
            return ""
        try:
            sentences = sentences_of(as_definition(self.where))
        except DefinitionError:
            return _("Conditions that can't be read")
        return "; ".join(sentence for level, sentence in sentences if level) or _("Every contact")

    @cached_property
    def problem(self) -> str:
        """Why nobody is shown, where the conditions or the segment cannot be read."""
        try:
            self._filtered()
        except DefinitionError as error:
            return str(error)
        return ""

    def filtered(self) -> ContactQuerySet:
        """The contacts without regard to the search."""
        return Contact.objects.none() if self.problem else self._filtered()

    def contacts(self) -> ContactQuerySet:
        return self.filtered().search(self.search)

    def _filtered(self) -> ContactQuerySet:
        """Raises `DefinitionError`."""
        found = Contact.objects.all()
        if self.segment.chosen:
            found = members_of(Segment.objects.get(pk=self.segment.chosen))
        if self.where:
            found = query(parse(as_definition(self.where)), among=found if self.segment.chosen else None)
        found = found.with_activity(self.activity.chosen)
        columns = {
            "source": self.source.chosen,
            "created_at__gte": self.created_from.start,
            "created_at__lt": self.created_to.end,
        }
        return found.filter(**{name: value for name, value in columns.items() if value})


def criteria_of(fields: QueryDict) -> Criteria:
    """Of a list with this address, for what is done to all of its contacts."""
    request = HttpRequest()
    request.GET = fields  # type: ignore[assignment]  # of the stubs: any QueryDict will do
    return Criteria(request)
