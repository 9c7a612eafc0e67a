"""What happens to those inside when a workflow is paused, resumed, archived or published anew.

Workers hold an enrolment while they take someone on. So the rows are locked first, in the order in which
workers lock them, and changed as they are then: no one is missed because a worker had them just then.
"""

from collections.abc import Collection, Iterator
from functools import partial

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from core.jobs import JobState, end_jobs, wake
from workflows.models import (
    Enrolment,
    EnrolmentOutcome,
    EnrolmentState,
    RegistrationJob,
    RegistrationStatus,
    StepRun,
    Workflow,
)
from workflows.models.enrolments import INSIDE

State = EnrolmentState
LEFT = "left"  # the outcome of a step at which someone was when they left
AT_ONCE = 2_000


def pause_people(workflow: Workflow) -> None:
    """Those whom a worker has claimed, and not begun, are paused by it."""
    for keys in _locked(workflow.enrolments.all()):
        _move(keys, [State.QUEUED, State.WAITING], state=State.PAUSED)


def resume_people(workflow: Workflow) -> None:
    """Each looks anew at the step where they are: a wait whose time has come is over."""
    for keys in _locked(workflow.enrolments.all()):
        _move(keys, [State.PAUSED], state=State.QUEUED, not_before=timezone.now())
    wake()


def wake_people(workflow: Workflow) -> None:
    """Those who wait look at their step as the new version has it."""
    for keys in _locked(workflow.enrolments.all()):
        _move(keys, [State.WAITING], state=State.QUEUED, not_before=timezone.now())
    wake()


def archive_people(workflow: Workflow) -> None:
    end_people(workflow.enrolments.all(), EnrolmentOutcome.ARCHIVED)


def end_people(enrolments: QuerySet[Enrolment], outcome: EnrolmentOutcome) -> int:
    """Those who are inside leave; how many. A worker that has claimed one of them has lost it."""
    return sum(_end(keys, outcome) for keys in _locked(enrolments))


def _end(keys: Collection[int], outcome: EnrolmentOutcome) -> int:
    now = timezone.now()
    waiting = StepRun.objects.filter(enrolment__in=keys, state=StepRun.State.WAITING)
    waiting.update(state=StepRun.State.PROBLEM, outcome=LEFT, finished_at=now)
    inside = Enrolment.objects.filter(pk__in=keys, state__in=INSIDE)
    _cancel_registrations(inside)
    over = {"outcome": outcome, "finished_at": now, "waits_for": "", "reason_code": "", "reason_values": {}}
    return end_jobs(inside, State.COMPLETE, **over)


def _cancel_registrations(inside: QuerySet[Enrolment]) -> None:
    """Those that someone waits for. One that Zoom is being asked for right now can't be called back.

    Whoever has locked a job, to end it, wants the enrolment next, which is locked here. So those jobs are
    left until it is free again.
    """
    waits = inside.filter(waits_for__startswith="registration:").values_list("waits_for", flat=True)
    jobs = {int(key.partition(":")[2]) for key in waits}
    waiting = RegistrationJob.objects.filter(pk__in=jobs, state=JobState.QUEUED)
    free = set(waiting.select_for_update(skip_locked=True, of=("self",)).values_list("pk", flat=True))
    _cancel(free)
    if jobs > free:
        transaction.on_commit(partial(_cancel, jobs - free))


def _cancel(jobs: Collection[int]) -> None:
    waiting = RegistrationJob.objects.filter(pk__in=jobs, state=JobState.QUEUED)
    cancelled = RegistrationStatus.CANCELLED
    waiting.update(state=JobState.COMPLETE, outcome=cancelled, finished_at=timezone.now())


def _locked(enrolments: QuerySet[Enrolment]) -> Iterator[list[int]]:
    """The keys of those inside, a page at a time."""
    last = 0
    while True:
        rows = enrolments.filter(state__in=INSIDE, pk__gt=last).select_for_update(of=("self",))
        keys = list(rows.order_by("pk").values_list("pk", flat=True)[:AT_ONCE])
        if not keys:
            return
        yield keys
        last = keys[-1]


def _move(keys: Collection[int], states: Collection[str], **changes: object) -> int:
    return Enrolment.objects.filter(pk__in=keys, state__in=states).update(**changes)
