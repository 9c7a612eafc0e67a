"""Automation > Registrations: all jobs, with what to do about those that did not work out."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Count, Q
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from core.csv_download import csv_download
from core.filters import ActiveFilter, Filter, FixedFilter, chips, chosen_filter
from core.jobs import JobState
from core.keyset import keyset_page
from core.messages import Message
from core.roles import Right
from core.row_keys import row_key
from core.web import Request, back, may, render_page, require, show_error, show_success
from integrations.models import Webinar
from integrations.rules.registration_checks import normalise_webinar_id
from workflows.models import RegistrationBatch, RegistrationJob, RegistrationStatus
from workflows.models.registrations import SUCCESSES, RegistrationJobQuerySet
from workflows.registrations.jobs import NotPossibleNowError, cancel, cancel_batch, retry
from workflows.registrations.representation import EXPORT_FIELDS
from workflows.registrations.views.job_rows import JobRow, job_rows, topics_of

BATCHES_SHOWN = 5


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


@dataclass(frozen=True)
class BatchLine:
    batch: RegistrationBatch
    topic: str
    total: int
    done: int
    succeeded: int

    @property
    def is_being_queued(self) -> bool:
        return self.batch.bulk_change is not None and self.batch.bulk_change.is_active

    @property
    def is_over(self) -> bool:
        return self.done == self.total and not self.is_being_queued

    @property
    def problem(self) -> Message | None:
        """Why not all of a long list could be queued."""
        return self.batch.bulk_change.error if self.batch.bulk_change else None

    @property
    def not_succeeded(self) -> int:
        return self.done - self.succeeded


@require_safe
def registrations(request: Request) -> HttpResponse:
    query = JobListQuery(request)
    page = keyset_page(request, query.jobs().select_related("contact", "requested_by"), "created_at")
    rows = job_rows(request, page.rows)
    context = {
        "query": query,
        "page": page,
        "rows": rows,
        "batches": [] if query.is_filtered else batch_lines(),
        "batch": batch_lines(pk=query.batch.chosen)[0] if query.batch.chosen else None,
        "chips": chips(request, query.all),
        "is_moving": any(row.job.is_active for row in rows),
        "may_register": may(request, Right.REGISTER_CONTACTS),
    }
    return render_page(request, "workflows/registrations/list.html", context, "jobs")


@require_safe
def download(request: Request) -> StreamingHttpResponse:
    """The same jobs as CSV, all of them, newest first."""
    header = [*EXPORT_FIELDS, "detail", "attempts"]
    return csv_download(_("registrations"), header, _csv_lines(JobListQuery(request).jobs()))


def _csv_lines(jobs: RegistrationJobQuerySet) -> Iterator[tuple[Any, ...]]:
    for job in jobs.select_related("contact").newest_first().iterator(chunk_size=2_000):
        row = JobRow(job, "")
        yield (
            job.pk,
            job.contact.email if job.contact else "",
            job.zoom_webinar_id,
            job.occurrence_id,
            str(job.status),
            job.reason_code,
            job.source,
            job.created_at,
            job.finished_at,
            row.detail,
            job.attempts,
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


@require_POST
@require(Right.REGISTER_CONTACTS)
def cancel_waiting(request: Request, pk: int) -> HttpResponse:
    batch = RegistrationBatch.objects.filter(pk=pk).first()
    if batch is None:
        raise Http404
    number = cancel_batch(batch)
    message = ngettext("%d registration was cancelled.", "%d registrations were cancelled.", number)
    show_success(request, message % number)
    return back(request, reverse("registrations:list"))


def batch_lines(**only: Any) -> list[BatchLine]:
    """The newest batches, with how far they are. Two queries."""
    rows = RegistrationBatch.objects.filter(**only).order_by("-created_at", "-pk")
    counted = rows.select_related("bulk_change").annotate(
        total=Count("jobs"),
        done=Count("jobs", filter=Q(jobs__state__in=[JobState.COMPLETE, JobState.FAILED])),
        succeeded=Count("jobs", filter=Q(jobs__outcome__in=SUCCESSES)),
    )
    batches = list(counted[:BATCHES_SHOWN])
    topics = topics_of({batch.zoom_webinar_id for batch in batches})
    return [
        BatchLine(
            batch,
            topics.get(batch.zoom_webinar_id) or str(batch.zoom_webinar_id),
            batch.total + _still_to_queue(batch),
            batch.done,
            batch.succeeded,
        )
        for batch in batches
    ]


def _still_to_queue(batch: RegistrationBatch) -> int:
    change = batch.bulk_change
    return change.not_reached if change and change.is_active else 0
