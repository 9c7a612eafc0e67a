"""Automation > Registrations: all jobs, with what to do about those that did not work out."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import batched
from typing import Any

from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core.csv_download import ROWS_AT_ONCE, csv_download
from core.filters import ActiveFilter, Filter, FixedFilter, chips, chosen_filter
from core.keyset import keyset_page
from core.roles import Right
from core.row_keys import row_key
from core.web import Request, back, may, render_page, require, show_error, show_success
from integrations.models import Webinar
from integrations.rules.registration_checks import normalise_webinar_id
from workflows.models import RegistrationBatch, RegistrationJob, RegistrationStatus
from workflows.models.registrations import RegistrationJobQuerySet
from workflows.registrations.jobs import NotPossibleNowError, cancel, retry
from workflows.registrations.representation import EXPORT_FIELDS
from workflows.registrations.views.batches import BATCHES_SHOWN, batch_line, newest_batches
from workflows.registrations.views.job_rows import job_rows, topics_of
from workflows.registrations.wording import detail_of


@dataclass(frozen=True)
class JobListQuery:
    """What the address of the list asks for."""

    request: Request

    @cached_property
    def search(self) -> str:
        return self.request.GET.get("q", "").replace("\0", " ").strip()

    @cached_property
    def state(self) -> Filter:
        options = [("", _("All")), *((status.value, str(status.label)) for status in RegistrationStatus)]
        return chosen_filter(self.request, "state", _("State"), options)

    @cached_property
    def source(self) -> Filter:
        options = [("", _("All")), *((source.value, str(source.label)) for source in RegistrationJob.Source)]
        return chosen_filter(self.request, "source", _("Source"), options)

    @cached_property
    def webinar(self) -> FixedFilter:
        number = normalise_webinar_id(self.request.GET.get("webinar", ""))
        webinar = (
            Webinar.objects.filter(zoom_webinar_id=number).only("topic", "zoom_webinar_id").first()
            if number
            else None
        )
        return FixedFilter("webinar", _("Webinar"), str(number or ""), str(webinar or number or ""))

    @cached_property
    def batch(self) -> FixedFilter:
        batch = RegistrationBatch.objects.filter(pk=row_key(self.request.GET.get("batch", ""))).first()
        return FixedFilter(
            "batch", _("Batch"), str(batch.pk) if batch else "", str(batch.pk) if batch else ""
        )

    @property
    def filters(self) -> list[Filter]:
        return [self.state, self.source]

    @property
    def only(self) -> list[FixedFilter]:
        return [self.webinar, self.batch]

    @property
    def all(self) -> list[ActiveFilter]:
        return [*self.filters, *self.only]

    @property
    def is_filtered(self) -> bool:
        return bool(self.search) or any(row.chosen for row in self.all)

    def jobs(self) -> RegistrationJobQuerySet:
        """In no order. Unless something is asked for, a batch's jobs are behind its line."""
        jobs = RegistrationJob.objects.search(self.search)
        if self.state.chosen:
            jobs = jobs.in_status(self.state.chosen)
        if self.source.chosen:
            jobs = jobs.filter(source=self.source.chosen)
        if self.webinar.chosen:
            jobs = jobs.filter(zoom_webinar_id=self.webinar.chosen)
        if self.batch.chosen:
            jobs = jobs.filter(batch_id=int(self.batch.chosen))
        return jobs if self.is_filtered else jobs.filter(batch=None)


@require_safe
def registrations(request: Request) -> HttpResponse:
    query = JobListQuery(request)
    page = keyset_page(request, query.jobs().select_related("contact", "requested_by"), "created_at")
    rows = job_rows(request, page.rows)
    context = {
        "query": query,
        "page": page,
        "rows": rows,
        "batches": [] if query.is_filtered else newest_batches(),
        "batches_shown": BATCHES_SHOWN,
        "batch": batch_line(int(query.batch.chosen)) if query.batch.chosen else None,
        "chips": chips(request, query.all),
        "is_moving": any(row.job.is_active for row in rows),
        "may_register": may(request, Right.REGISTER_CONTACTS),
    }
    return render_page(request, "workflows/registrations/list.html", context, "jobs")


@require_safe
def download(request: Request) -> StreamingHttpResponse:
    """The same jobs as CSV, all of them, newest first."""
    header = [*EXPORT_FIELDS, *OF_THE_PAGE]
    return csv_download(_("registrations"), header, _csv_lines(JobListQuery(request).jobs()))


OF_THE_PAGE = ("detail", "attempts", "action", "first_name", "last_name", "topic", "requested_by")


def _csv_lines(jobs: RegistrationJobQuerySet) -> Iterator[tuple[Any, ...]]:
    listed = jobs.select_related("contact", "requested_by").newest_first()
    for chunk in batched(listed.iterator(chunk_size=ROWS_AT_ONCE), ROWS_AT_ONCE):
        topics = topics_of({job.zoom_webinar_id for job in chunk})
        yield from (_csv_line(job, topics.get(job.zoom_webinar_id, "")) for job in chunk)


def _csv_line(job: RegistrationJob, topic: str) -> tuple[Any, ...]:
    contact = job.contact
    return (
        job.pk,
        contact.email if contact else "",
        job.zoom_webinar_id,
        job.occurrence_id,
        str(job.status),
        job.reason_code,
        job.source,
        job.created_at,
        job.finished_at,
        detail_of(job),
        job.attempts,
        job.action,
        contact.first_name if contact else "",
        contact.last_name if contact else "",
        topic,
        str(job.requested_by or ""),
    )


@require_POST
@require(Right.REGISTER_CONTACTS)
def act(request: Request, pk: int) -> HttpResponse:
    """What to do with the job is in the field `do`: retry, approve (lifts a denial in Zoom) or cancel."""
    job = RegistrationJob.objects.filter(pk=pk).first()
    if job is None:
        raise Http404
    do = request.POST.get("do")
    try:
        if do == "cancel":
            cancel(job)
            show_success(request, _("The registration was cancelled before Zoom was asked."))
        else:
            retry(job, lifts_denial=do == "approve")
            show_success(request, _("The registration is queued again."))
    except NotPossibleNowError:
        show_error(request, _("The registration has changed since, so nothing was done."))
    return back(request, reverse("registrations:list"))
