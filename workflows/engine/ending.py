"""What happens to those inside when a workflow is paused, resumed, archived or published anew."""

from django.db.models import QuerySet
from django.utils import timezone

from core.jobs import wake
from workflows.models import Enrolment, EnrolmentOutcome, EnrolmentState, StepRun, Workflow

State = EnrolmentState
LEFT = "left"  # the outcome of a step at which someone was when they left


def pause_people(workflow: Workflow) -> None:
    """Those whom a worker is taking on just now stop after that step."""
    idle = Enrolment.objects.filter(workflow=workflow, state__in=[State.QUEUED, State.WAITING])
    idle.update(state=State.PAUSED)


def resume_people(workflow: Workflow) -> None:
    """Each looks anew at the step where they are: a wait whose time has come is over."""
    paused = Enrolment.objects.filter(workflow=workflow, state=State.PAUSED)
    paused.update(state=State.QUEUED, not_before=timezone.now())
    wake()


def wake_people(workflow: Workflow) -> None:
    """Those who wait look at their step as the new version has it."""
    waiting = Enrolment.objects.filter(workflow=workflow, state=State.WAITING)
    waiting.update(state=State.QUEUED, not_before=timezone.now())
    wake()


def archive_people(workflow: Workflow) -> None:
    end_people(Enrolment.objects.filter(workflow=workflow), EnrolmentOutcome.ARCHIVED)


def end_people(enrolments: QuerySet[Enrolment], outcome: EnrolmentOutcome) -> int:
    """Those who are inside and idle leave; how many. A worker ends the others when it comes to them."""
    now = timezone.now()
    idle = enrolments.filter(state__in=[State.QUEUED, State.WAITING, State.PAUSED])
    waiting = StepRun.objects.filter(enrolment__in=idle.values("pk"), state=StepRun.State.WAITING)
    waiting.update(state=StepRun.State.PROBLEM, outcome=LEFT, finished_at=now)
    return idle.update(
        state=State.COMPLETE, outcome=outcome, finished_at=now, waits_for="", reason_code="", reason_values={}
    )
