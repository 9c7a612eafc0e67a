"""The skipped people (X1): who was kept out, where, by which rule, since when; and what can be done.

Of the whole account, or of one webinar when a link names it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django_htmx.http import trigger_client_event

from contacts.addresses import Owner, owners_of
from core.csv_download import csv_download
from core.filters import Filter, chips, chosen_filter
from core.keyset import keyset_page
from core.web import Request, render_page
from integrations import audit
from integrations.models import SkippedPerson
from integrations.models.people import SkippedPersonQuerySet
from integrations.views._shared.list_query import ListQuery, conditions
from integrations.views._shared.responses import PEOPLE_CHANGED
from integrations.views.audit.entries import session_starts
from integrations.views.audit.resolve import Remedy, remedy_of
from integrations.views.webinars.catch_up_progress import backlog_of

Reason, Stage = SkippedPerson.Reason, SkippedPerson.Stage


class SkippedPeopleQuery(ListQuery):
    """What the address asks for of the skipped people."""

    @cached_property
    def reason(self) -> Filter:
        options = [("", _("All")), *Reason.choices]
        return chosen_filter(self.request, "reason", _("Reason"), options)

    @cached_property
    def stage(self) -> Filter:
        options = [("", _("All")), *Stage.choices]
        return chosen_filter(self.request, "stage", _("From"), options)

    @property
    def choices(self) -> list[Filter]:
        return [self.reason, self.stage]

    def people(self) -> SkippedPersonQuerySet:
        """In no order."""
        columns = conditions(
            reason=self.reason.chosen,
            stage=self.stage.chosen,
            webinar=self.webinar.chosen,
            webinar__host_email=self.host.chosen,
            webinar__connection__brand__slug=self.brand.chosen,
        )
        return SkippedPerson.objects.search(self.search).filter(**columns)


@dataclass(frozen=True)
class Row:
    person: SkippedPerson
    session: datetime | None
    owner: Owner | None  # whose secondary email it is
    remedy: Remedy | None

    @property
    def words(self) -> audit.Definition:
        """What the rule means, and what can be done: as in the audit log."""
        return audit.definition(audit.code_of_skipped(self.person.reason, self.person.webinar))


@require_safe
def skipped_people(request: Request) -> HttpResponse:
    query = SkippedPeopleQuery(request)
    people = query.people().with_contacts().select_related("webinar__connection__brand")
    page = keyset_page(request, people, "first_skipped_at")
    backlog = backlog_of()
    context = {
        "page": page,
        "rows": _rows(request, page.rows),
        "asked": query,
        "chips": chips(request, query.all),
        "backlog": backlog,
    }
    drawn = render_page(request, "integrations/skipped.html", context, "people", "backlog")
    was_waiting = request.htmx.target == "backlog" and "X-Background" in request.headers  # a poll
    is_over = was_waiting and backlog is None
    return trigger_client_event(drawn, PEOPLE_CHANGED, {}) if is_over else drawn


def _rows(request: Request, people: Sequence[SkippedPerson]) -> list[Row]:
    """At most two queries."""
    starts = session_starts({person.session_uuid for person in people})
    secondary = [person.email for person in people if person.reason == Reason.SECONDARY_EMAIL]
    owners = owners_of(secondary) if secondary else {}
    return [
        Row(
            person,
            starts.get(person.session_uuid),
            owners.get(person.email),
            remedy_of(request, person),
        )
        for person in people
    ]


HEADER = (
    "email",
    "name",
    "from",
    "reason",
    "rule",
    "since",
    "brand",
    "webinar_id",
    "topic",
    "host",
    "session",
    "already_in_crm",
)
_COLUMNS = (
    *("email", "name", "stage", "reason", "rule", "first_skipped_at", "webinar__connection__brand__name"),
    *("webinar__zoom_webinar_id", "webinar__topic", "webinar__host_email", "session_uuid", "is_contact"),
)


@require_safe
def download(request: Request) -> StreamingHttpResponse:
    """The same people as CSV, all of them, newest first."""
    return csv_download(_("skipped-people"), HEADER, _lines(SkippedPeopleQuery(request).people()))


def _lines(people: SkippedPersonQuerySet) -> Iterator[tuple[Any, ...]]:
    ordered = people.with_contacts().order_by("-first_skipped_at", "-pk").values_list(*_COLUMNS)
    yield from ordered.iterator(chunk_size=2000)
