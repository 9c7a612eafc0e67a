"""Which contacts a list shows: search, quick filters, a segment, and conditions as in segments."""

import json
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from contacts.listing.results import JobResult, result_of
from contacts.models import Contact, Segment
from contacts.models.contact import ContactQuerySet
from contacts.segments.builder.page import sentences_of
from contacts.segments.errors import DefinitionError, Problem
from contacts.segments.members import ListedMembers, every, listed_members, parse, query
from core.filters import ActiveFilter, Day, Filter, FixedFilter, chosen_day, chosen_filter
from core.row_keys import row_key

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
        sources = [("", _("All")), *Contact.Source.choices]
        return chosen_filter(self.request, "source", _("Source"), sources)

    @cached_property
    def segment(self) -> Filter:
        """One query, for the names; one more where the address names a segment that is not offered."""
        rows = Segment.objects.active().order_by("name", "pk").values_list("pk", "name")[:MOST_SEGMENTS]
        names = {str(key): name for key, name in rows}
        chosen_key = self.fields.get("segment", "")
        if chosen_key and chosen_key not in names:
            others = Segment.objects.filter(pk=row_key(chosen_key)).values_list("name", flat=True)
            names |= dict.fromkeys([chosen_key], next(iter(others), _("A segment that was deleted")))
        return chosen_filter(self.request, "segment", _("Segment"), [("", _("All")), *names.items()])

    @cached_property
    def _result(self) -> JobResult | None:
        return result_of(self.fields.get("result", ""))

    @property
    def result(self) -> FixedFilter:
        words = self._result.words if self._result else _("unknown")
        return FixedFilter("result", _("Result"), self.fields.get("result", ""), words)

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
        return [self.activity, self.source, self.segment, *days, self.result, conditions]

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

    @property
    def problem(self) -> str:
        """Why the list is empty, if the conditions or the segment can't be read."""
        return self._filtered[1]

    @cached_property
    def members(self) -> ListedMembers | None:
        """Of the chosen segment. Raises `DefinitionError`."""
        segment = self.fields.get("segment", "")
        return listed_members(_segment_of(segment)) if segment else None

    @property
    def is_counted_later(self) -> bool:
        """Whether it may take long to count the contacts."""
        if self.problem:
            return False
        has_conditions = bool(self.where) or (self.members is not None and not self.members.are_rows)
        return has_conditions or bool(self.search)

    def filtered(self) -> ContactQuerySet:
        """The contacts without regard to the search."""
        return self._filtered[0]

    @cached_property
    def _filtered(self) -> tuple[ContactQuerySet, str]:
        try:
            return self._filter(), ""
        except DefinitionError as error:
            return Contact.objects.none(), str(error)

    def contacts(self) -> ContactQuerySet:
        return self.filtered().search(self.search)

    def shown(self) -> ContactQuerySet:
        """The contacts, or those whose names are like what was searched for, where none has it."""
        return self._searched(self.filtered())

    def count(self) -> int:
        """Of what is shown."""
        return 0 if self.problem else self._searched(self._filter(reads_all=True)).count()

    def _searched(self, filtered: ContactQuerySet) -> ContactQuerySet:
        contacts = filtered.search(self.search)
        if self.search and not contacts.exists():
            return filtered.search_similar(self.search)
        return contacts

    def _filter(self, *, reads_all: bool = False) -> ContactQuerySet:
        """Raises `DefinitionError`."""
        contacts = self.members.contacts(reads_all=reads_all) if self.members else Contact.objects.all()
        if self.where:
            node = parse(as_definition(self.where))
            is_alone = reads_all and not self.members and not self.search
            contacts = every(node) if is_alone else query(node, among=contacts if self.members else None)
        contacts = contacts.with_activity(self.activity.chosen)
        columns = {
            "source": self.source.chosen,
            "created_at__gte": self.created_from.start,
            "created_at__lt": self.created_to.end,
        }
        if self.result.chosen:
            contacts = contacts.filter(pk__in=self._result.keys if self._result else [])
        return contacts.filter(**{name: value for name, value in columns.items() if value})


def _segment_of(key: str) -> Segment:
    """Raises `DefinitionError`: a list of a segment that is gone is not a list of everyone."""
    segment = Segment.objects.filter(pk=row_key(key)).first()
    if segment is None:
        raise DefinitionError([Problem("", _("This segment was deleted."))])
    return segment


def criteria_of(fields: QueryDict) -> Criteria:
    """The criteria of a list with this query string."""
    request = HttpRequest()
    request.GET = fields  # type: ignore[assignment]  # of the stubs: any QueryDict will do
    return Criteria(request)
