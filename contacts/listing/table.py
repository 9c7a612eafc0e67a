"""A list of contacts as a table: its columns and order, one page of it, and all of it as a CSV file."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.core.paginator import Page
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase

from contacts.bulk_actions import bulk_actions
from contacts.listing.columns import DEFAULT, Cell, ColumnChoice, all_columns, cells, chosen_columns
from contacts.listing.criteria import Criteria
from contacts.models import Contact
from contacts.models.contact import ContactQuerySet
from contacts.properties.definitions import custom_specs
from contacts.properties.sorting import sort_value
from core.blanks_last import BlanksLast
from core.csv_download import ROWS_AT_ONCE, csv_download
from core.filters import FixedFilter
from core.sorted_anew import FEW, FEW_SEARCHED, sorted_anew
from core.uncounted import paginate_uncounted
from core.web import Request, Sorting, may, paginate, sorting

SORTED_BY = "sorted_by"  # the value of a property
BLANKS_LAST = ("zoom_webinar_attendance_average_duration", SORTED_BY)
SIZES = (25, 50, 100, 200)
DEFAULT_SIZE = 50
DEFAULT_SORT = "-updated"


@dataclass(frozen=True)
class Row:
    contact: Contact
    cells: list[Cell]


@dataclass(frozen=True)
class Layout:
    """Columns and order, as the address says."""

    known: dict[str, ColumnChoice]
    columns: list[ColumnChoice]
    order: Sorting

    @classmethod
    def of(cls, request: HttpRequest, default: Sequence[str] = DEFAULT) -> "Layout":
        """One query, for the properties. Of the request only its address counts."""
        known = all_columns(custom_specs())
        columns = chosen_columns(request.GET.get("columns", ""), known, default)
        fields = {key: column.fields or (SORTED_BY,) for key, column in known.items()}
        return cls(known, columns, sorting(request, fields, DEFAULT_SORT, BLANKS_LAST))

    def ordered(self, contacts: ContactQuerySet) -> QuerySet[Contact]:
        """All of them, as for an export."""
        if spec := self._sorted_by.spec:
            contacts = contacts.annotate(**{SORTED_BY: sort_value(spec)})
        return contacts.order_by(*self.order.order_by)

    def in_pages(
        self, contacts: ContactQuerySet, *, are_few: bool = False
    ) -> QuerySet[Contact] | BlanksLast[Contact]:
        """The same, as pages read them: a few at a time, along an index; not so if they are few anyway."""
        rows = self.ordered(contacts)
        if are_few:
            return rows.order_by(*sorted_anew(self.order.order_by))
        column, *_others = self._sorted_by.fields or (SORTED_BY,)
        if column not in BLANKS_LAST:
            return rows
        return BlanksLast(rows, column, descending=self.order.key.startswith("-"))

    @property
    def _sorted_by(self) -> ColumnChoice:
        return self.known[self.order.key.removeprefix("-")]


@dataclass(frozen=True)
class ContactTable:
    """`criteria` may be of another address than the request: the page of a segment is a list of its own."""

    request: Request
    criteria: Criteria
    layout: Layout

    @cached_property
    def page(self) -> Page[Contact]:
        return self._page_of(self.criteria.contacts())

    @cached_property
    def similar(self) -> Page[Contact] | None:
        """Of names that are only like what was searched for, where no one has just that name."""
        if not self.criteria.search or self.page.object_list:
            return None
        page = self._page_of(self.criteria.filtered().search_similar(self.criteria.search))
        return page if page.object_list else None

    def _page_of(self, contacts: ContactQuerySet) -> Page[Contact]:
        rows = self.layout.in_pages(contacts, are_few=self._are_few)
        if self.criteria.is_counted_later:
            return paginate_uncounted(self.request, rows, self.size)
        return paginate(self.request, rows, self.size)

    @cached_property
    def _are_few(self) -> bool:
        """Whether all are sooner read and sorted than found along the order of all contacts."""
        if self.criteria.problem or self.criteria.members is None or not self.criteria.members.are_rows:
            return False
        return self.criteria.members.count() <= (FEW_SEARCHED if self.criteria.search else FEW)

    @property
    def size(self) -> int:
        chosen = self.criteria.fields.get("size", "")
        return int(chosen) if chosen in map(str, SIZES) else DEFAULT_SIZE

    def context(self, matching: str, target: str) -> dict[str, Any]:
        """What contacts/table.html takes. `matching` is the list's address for what is done to all of it."""
        page = self.similar or self.page
        return {
            "page": page,
            "rows": [Row(contact, cells(contact, self.layout.columns)) for contact in page.object_list],
            "columns": self.layout.columns,
            "order": self.layout.order,
            "search": self.criteria.search,
            "problem": self.criteria.problem,
            "is_similar": self.similar is not None,
            "sizes": SIZES,
            "size": self.size,
            "matching": matching,
            "target": target,
            "bulk": [action for action in bulk_actions() if may(self.request, action.right)],
        }

    def kept(self, name: str) -> FixedFilter:
        """What of the address a search keeps as it is."""
        value = self.criteria.fields.get(name, "")
        return FixedFilter(name, name, value, value)

    def csv(self, name: str = "contacts") -> HttpResponseBase:
        """What the list shows, all pages of it."""
        return csv_of(self.layout.ordered(self.criteria.shown()), self.layout.columns, name)


def csv_of(
    contacts: QuerySet[Contact], columns: Sequence[ColumnChoice], name: str = "contacts"
) -> HttpResponseBase:
    rows = contacts.iterator(chunk_size=ROWS_AT_ONCE)
    return csv_download(name, [str(column.label) for column in columns], _lines(rows, columns))


def _lines(contacts: Iterator[Contact], columns: Sequence[ColumnChoice]) -> Iterator[list[Any]]:
    for contact in contacts:
        yield [cell.time or cell.text for cell in cells(contact, columns)]
