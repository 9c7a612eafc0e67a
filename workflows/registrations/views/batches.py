"""Batches: contacts who were chosen together, one line for all of them."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from core.jobs import JobState
from core.messages import Message
from core.roles import Right
from core.web import Request, back, may, paginate, render_page, require, show_success
from workflows.models import RegistrationBatch, RegistrationJob
from workflows.models.registrations import SUCCESSES
from workflows.registrations.jobs import cancel_batch
from workflows.registrations.views.job_rows import topics_of

BATCHES_SHOWN = 5


@dataclass(frozen=True)
class BatchLine:
    batch: RegistrationBatch
    topic: str
    queued: int
    done: int
    succeeded: int

    @property
    def total(self) -> int:
        """With those of a long list whose jobs are still to come."""
        change = self.batch.bulk_change
        return self.queued + (change.not_reached if change and change.is_active else 0)

    @property
    def is_over(self) -> bool:
        change = self.batch.bulk_change
        return self.done == self.queued and not (change and change.is_active)

    @property
    def not_succeeded(self) -> int:
        return self.done - self.succeeded

    @property
    def problem(self) -> Message | None:
        """Why not all of a long list could be queued."""
        return self.batch.bulk_change.error if self.batch.bulk_change else None


@require_safe
def batches(request: Request) -> HttpResponse:
    page = paginate(request, _newest())
    lines = _lines(list(page.object_list))
    context = {
        "page": page,
        "batches": lines,
        "is_moving": any(not line.is_over for line in lines),
        "may_register": may(request, Right.REGISTER_CONTACTS),
    }
    return render_page(request, "workflows/registrations/batches.html", context, "batches")


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


def newest_batches() -> list[BatchLine]:
    """One more than are shown, where there are more."""
    return _lines(list(_newest()[: BATCHES_SHOWN + 1]))


def batch_line(pk: int) -> BatchLine | None:
    lines = _lines(list(_newest().filter(pk=pk)))
    return lines[0] if lines else None


def _newest() -> QuerySet[RegistrationBatch]:
    return RegistrationBatch.objects.select_related("bulk_change").order_by("-created_at", "-pk")


def _lines(rows: Sequence[RegistrationBatch]) -> list[BatchLine]:
    topics = topics_of({batch.zoom_webinar_id for batch in rows})
    jobs = RegistrationJob.objects.filter(batch__in=rows).order_by().values("batch")
    is_done = Q(state__in=[JobState.COMPLETE, JobState.FAILED])
    counted = jobs.annotate(
        queued=Count("pk"),
        done=Count("pk", filter=is_done),
        succeeded=Count("pk", filter=Q(outcome__in=SUCCESSES)),
    )
    counts = {
        batch: (queued, done, succeeded)
        for batch, queued, done, succeeded in counted.values_list("batch", "queued", "done", "succeeded")
    }
    return [
        BatchLine(
            batch,
            topics.get(batch.zoom_webinar_id) or str(batch.zoom_webinar_id),
            *counts.get(batch.pk, (0, 0, 0)),
        )
        for batch in rows
    ]
