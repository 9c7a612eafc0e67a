"""The dialog "Add to Zoom webinar": whom, which webinar, what would happen, one button, live progress."""

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe
from django_htmx.http import trigger_client_event

from contacts.addresses import Pasted, read_pasted
from contacts.bulk_changes.queue import Targets
from contacts.listing.criteria import criteria_of
from contacts.models import Contact
from core import array_lookup  # noqa: F401 - a lookup
from core.roles import Right
from core.row_keys import row_key, row_keys
from core.web import Request, render_page, render_panel, require, wants_fragment
from integrations.rules.registration_checks import normalise_webinar_id
from workflows.models import RegistrationJob
from workflows.registrations.jobs import ContactRef, Options, Source, enqueue, enqueue_batch
from workflows.registrations.long_lists import enqueue_list
from workflows.registrations.picker import Choice, choice_of, upcoming_webinars
from workflows.registrations.preflight import Preflight, preflight
from workflows.registrations.views.batches import batch_line
from workflows.registrations.views.job_rows import job_rows

PARTS = ("matches", "choices", "preflight")
# Of picked contacts so many are shown by name.
MOST_NAMED = 20
MOST_FOUND = 8
# So many are queued while the person waits; more are queued by a worker.
MOST_WHILE_WAITING = 1_000


@dataclass(frozen=True)
class AddQuery:
    """What was chosen so far: each step of the dialog carries it on."""

    fields: QueryDict

    @cached_property
    def zoom_webinar_id(self) -> int | None:
        return normalise_webinar_id(self.fields.get("webinar", ""))

    @property
    def occurrence_id(self) -> str:
        return self.fields.get("occurrence", "")[:100]

    @cached_property
    def picked(self) -> list[int]:
        """The contacts that were ticked, or that the link named."""
        return list(dict.fromkeys(row_keys(self.fields.getlist("contact"))))

    @cached_property
    def named(self) -> list[Contact]:
        """The picked ones, each shown with its name; none where they are too many for that."""
        if len(self.picked) > MOST_NAMED:
            return []
        contacts = Contact.objects.in_bulk(self.picked)
        return [contacts[key] for key in self.picked if key in contacts]

    @property
    def chooses_people(self) -> bool:
        """Whether contacts can be added: they can't where a page has named all of them."""
        return not self.picked or self.fields.get("people") == "open"

    @cached_property
    def matches(self) -> list[Contact]:
        """Contacts found by what was typed, without those that are picked."""
        text = self.fields.get("person", "").replace("\0", " ").strip()
        if not text:
            return []
        others = Contact.objects.exclude(pk__in=self.picked)
        contacts = others.search(text).order_by("-updated_at", "-pk")[:MOST_FOUND]
        return list(contacts) or list(others.search_similar(text).order_by("-updated_at", "-pk")[:MOST_FOUND])

    @property
    def matching(self) -> str:
        """The filters of a contacts list, all of whose contacts are meant."""
        return self.fields.get("matching", "")

    @property
    def emails(self) -> str:
        """As they were pasted."""
        return self.fields.get("emails", "")

    @cached_property
    def pasted(self) -> Pasted:
        return read_pasted(self.emails)

    @cached_property
    def contacts(self) -> QuerySet[Contact]:
        """Everyone who is meant, each once."""
        if self.is_everyone:
            return criteria_of(QueryDict(self.matching)).shown().order_by("pk")
        return Contact.objects.filter(pk__any_of=[*self.picked, *self.pasted.contacts]).order_by("pk")

    @property
    def is_everyone(self) -> bool:
        return self.fields.get("everyone") == "on" and bool(self.matching)

    @property
    def targets(self) -> Targets:
        if self.is_everyone:
            return Targets(matching=self.matching)
        return Targets(list(self.contacts.values_list("pk", flat=True)))

    @cached_property
    def count(self) -> int:
        return self.contacts.count()

    @cached_property
    def confirmed(self) -> int:
        """The number of contacts that the pre-flight showed; of a form that doesn't say, those of now."""
        text = self.fields.get("confirmed", "")
        return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else self.count

    @property
    def has_grown(self) -> bool:
        """Whether more contacts match than were confirmed."""
        return self.count > self.confirmed

    @property
    def single(self) -> Contact | None:
        return self.contacts.first() if self.count == 1 else None

    @cached_property
    def matching_count(self) -> int:
        return criteria_of(QueryDict(self.matching)).count() if self.matching else 0


@require_http_methods(["GET", "HEAD", "POST"])
@require(Right.REGISTER_CONTACTS)
def add(request: Request) -> HttpResponse:
    query = AddQuery(request.POST if request.method == "POST" else request.GET)
    if request.method == "POST" and query.zoom_webinar_id and query.count and not query.has_grown:
        return _register(request, query)
    status = 422 if request.method == "POST" else 200
    context = _context(request, query)
    return render_panel(request, "workflows/registrations/add.html", context, *PARTS, status=status)


def _context(request: Request, query: AddQuery) -> dict[str, Any]:
    search = request.GET.get("search", "").replace("\0", " ")
    chosen = query.zoom_webinar_id
    result: Preflight | None = None
    if chosen and query.count and _wants(request, "preflight"):
        result = preflight(query.contacts, chosen, query.occurrence_id)
    return {
        "query": query,
        "search": search,
        "choices": _choices(search, chosen) if _wants(request, "choices") else [],
        "preflight": result,
    }


def _wants(request: Request, part: str) -> bool:
    """The whole dialog, or the part of it that htmx asks for."""
    is_part = wants_fragment(request) and request.htmx.target in PARTS
    return not is_part or request.htmx.target == part


def _choices(search: str, chosen: int | None) -> list[Choice]:
    choices = upcoming_webinars(search)
    if chosen and chosen not in {choice.zoom_webinar_id for choice in choices}:
        choices.insert(0, choice_of(chosen))
    return choices


def _register(request: Request, query: AddQuery) -> HttpResponse:
    options = Options(occurrence_id=query.occurrence_id, requested_by=request.user)
    zoom_webinar_id = query.zoom_webinar_id or 0
    if query.single:
        job = enqueue(query.single, zoom_webinar_id, Source.PAGE, options)
        return _to_progress(request, {"job": job.pk})
    if query.count > MOST_WHILE_WAITING:
        batch = enqueue_list(query.targets, zoom_webinar_id, options, expected=query.confirmed)
    else:
        refs = [ContactRef(id=key) for key in query.contacts.values_list("pk", flat=True)]
        batch = enqueue_batch(refs, zoom_webinar_id, Source.PAGE, options).batch
    return _to_progress(request, {"batch": batch.pk})


def _to_progress(request: Request, about: dict[str, int]) -> HttpResponse:
    """In the panel at once; as a page after a redirect, so that reloading it sends nothing."""
    if wants_fragment(request):
        return _progress(request, about)
    return redirect(f"{reverse('registrations:progress')}?{urlencode(about)}")


@require_safe
def progress(request: Request) -> HttpResponse:
    """How far a batch or a single registration is. Asks again each second until it is over."""
    about = {name: key for name in ("job", "batch") if (key := row_key(request.GET.get(name, "")))}
    return _progress(request, about)


def _progress(request: Request, about: dict[str, int]) -> HttpResponse:
    jobs = RegistrationJob.objects.select_related("contact").filter(pk=about.get("job", 0))
    batch = batch_line(about["batch"]) if "batch" in about else None
    rows = job_rows(request, list(jobs))
    is_moving = any(row.job.is_active for row in rows) or bool(batch and not batch.is_over)
    context = {
        "row": rows[0] if rows else None,
        "batch": batch,
        "is_moving": is_moving,
        "progress_url": f"{reverse('registrations:progress')}?{urlencode(about)}",
        "may_register": True,
    }
    if not wants_fragment(request) or request.htmx.target != "progress":
        drawn = render_panel(request, "workflows/registrations/progress.html", context)
    else:
        drawn = render_page(request, "workflows/registrations/progress.html", context, "progress")
        if is_moving:
            return drawn
    # The page below shows what was begun, and how it ended.
    return trigger_client_event(drawn, "registrations-changed", {})
