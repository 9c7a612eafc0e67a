"""Settings > Security log: who got in, was kept out or changed that, when and from where. For admins."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpResponse, StreamingHttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.csv_download import csv_download
from core.filters import ActiveFilter, Day, Filter, chips, chosen_day, chosen_filter
from core.keyset import keyset_page
from core.roles import Right
from core.text_search import typed_words
from core.web import Request, render_page, require
from zoomsync.models import SecurityEvent
from zoomsync.security_log.wording import DEFINITIONS, Definition, definition_of, details

HEADER = ("at", "code", "event", "who", "about", "details", "via", "address")


@dataclass(frozen=True)
class EventQuery:
    """What the page's address asks for."""

    request: Request

    @cached_property
    def search(self) -> str:
        return self.request.GET.get("q", "").strip()

    @cached_property
    def filters(self) -> list[Filter]:
        codes = [("", _("All")), *((code, row.label) for code, row in DEFINITIONS.items())]
        ways = [("", _("All")), *SecurityEvent.Via.choices]
        return [
            chosen_filter(self.request, "event", _("Event"), codes),
            chosen_filter(self.request, "via", _("Via"), ways),
        ]

    @cached_property
    def days(self) -> list[Day]:
        return [chosen_day(self.request, "from", _("From")), chosen_day(self.request, "to", _("To"))]

    @property
    def all(self) -> list[ActiveFilter]:
        return [*self.filters, *self.days]

    def events(self) -> QuerySet[SecurityEvent]:
        """Every word is in who did it, what it is about, or the network address."""
        (code, via), (first, last) = self.filters, self.days
        events = SecurityEvent.objects.all()
        for word in typed_words(self.search):
            events = events.filter(
                Q(actor_name__icontains=word) | Q(subject__icontains=word) | Q(address__icontains=word)
            )
        chosen = {"code": code.chosen, "via": via.chosen, "at__gte": first.start, "at__lt": last.end}
        return events.filter(**{name: value for name, value in chosen.items() if value})


@dataclass(frozen=True)
class EventRow:
    event: SecurityEvent

    @property
    def definition(self) -> Definition:
        return definition_of(self.event.code)

    @property
    def details(self) -> str:
        return details(self.event.code, self.event.values)


@require_safe
@require(Right.READ_SECURITY_LOG)
def events(request: Request) -> HttpResponse:
    query = EventQuery(request)
    page = keyset_page(request, query.events(), "at")
    context = {
        "page": page,
        "rows": [EventRow(event) for event in page.rows],
        "search": query.search,
        "filters": query.filters,
        "days": query.days,
        "chips": chips(request, query.all),
        "is_filtered": bool(query.search) or any(row.chosen for row in query.all),
    }
    return render_page(request, "security_log/list.html", context, "events")


@require_safe
@require(Right.READ_SECURITY_LOG)
def download(request: Request) -> StreamingHttpResponse:
    """The same events as CSV, all of them, newest first."""
    return csv_download("security-log", HEADER, _rows(EventQuery(request).events()))


def _rows(events: QuerySet[SecurityEvent]) -> Iterator[list[Any]]:
    for event in events.order_by("-at", "-pk").iterator(chunk_size=2000):
        row = EventRow(event)
        yield [
            *(event.at, event.code, str(row.definition.label), event.actor_name, event.subject),
            *(row.details, event.via, event.address),
        ]
