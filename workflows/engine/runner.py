"""Takes one contact on, from step to step, until a wait or the end.

All of it is one transaction: what a step writes here, its row, and where the person is are there together or
not at all. A step that breaks is undone alone, and stops this person only.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import transaction
from django.utils import timezone

from contacts.segments.errors import DefinitionError
from core.jobs import Lease, LeaseLostError, StoppedError
from core.jobs.run import CONNECTION_ERRORS
from workflows.definition.tree import OnProblem, Step
from workflows.definition.writing import write_arguments
from workflows.engine.definitions import Definitions, Readable
from workflows.engine.ending import LEFT
from workflows.engine.waking import WOKEN
from workflows.models import Enrolment, EnrolmentOutcome, EnrolmentState, StepRun, Workflow, WorkflowVersion
from workflows.registry import (
    Choose,
    Done,
    End,
    StepContext,
    StepError,
    StepResult,
    Wait,
    action_of,
)

# What nothing has ended by then is looked at again: a lost wake-up costs that much.
LOOK_AGAIN = timedelta(hours=1)
# An event that was moved while a step looked at it: its change may have been followed too early to wake us.
RECHECK = timedelta(minutes=5)
# A step that broke is tried again: a deadlock, or a row that came in between.
PAUSES = tuple(timedelta(seconds=seconds) for seconds in (5, 60, 600))

log = structlog.get_logger(__name__)


class Runner:
    """For the enrolments of one batch, which share their definitions."""

    def __init__(self) -> None:
        self._definitions = Definitions()

    def __call__(self, enrolment: Enrolment, lease: Lease) -> None:
        with lease.writing():
            _Visit(enrolment, lease, self._definitions).go()


@dataclass
class _Visit:
    """One claim of an enrolment."""

    enrolment: Enrolment
    lease: Lease
    definitions: Definitions
    now: datetime = field(init=False)
    runs: dict[str, StepRun] = field(default_factory=dict)
    touched: list[StepRun] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.now = timezone.now()

    def go(self) -> None:
        if not self._may_go_on():
            return
        try:
            readable = self._readable()
        except DefinitionError as error:
            self._end_failed("definition_unusable", {"problem": str(error)})
            return
        runs = StepRun.objects.filter(enrolment=self.enrolment)
        self.runs = {run.step_id: run for run in runs}
        self._walk(readable)

    def _may_go_on(self) -> bool:
        state = Workflow.objects.values_list("state", flat=True).get(pk=self.enrolment.workflow_id)
        if state == Workflow.State.PAUSED:
            self.lease.release(EnrolmentState.PAUSED, waits_for="")
        elif state != Workflow.State.PUBLISHED:
            waiting = StepRun.objects.filter(enrolment=self.enrolment, state=StepRun.State.WAITING)
            waiting.update(state=StepRun.State.PROBLEM, outcome=LEFT, finished_at=self.now)
            self._end_complete(EnrolmentOutcome.ARCHIVED)
        return self.lease.result is None

    def _readable(self) -> Readable:
        """The person's version, or a newer one that takes people over, if their step is in it."""
        own = self.definitions.of(self.enrolment.version)
        newer = self._newer_version()
        if newer is not None:
            moved = self.definitions.of(newer)
            if not self.enrolment.step_id or self.enrolment.step_id in moved.path.steps:
                self.enrolment.version = newer
                return moved
        return own

    def _newer_version(self) -> WorkflowVersion | None:
        version = self.enrolment.version
        if self.enrolment.workflow.current_id == version.pk:
            return None
        rows = WorkflowVersion.objects.filter(workflow=version.workflow_id, moves_people=True)
        return rows.filter(number__gt=version.number).order_by("-number").first()

    def _walk(self, readable: Readable) -> None:
        path = readable.path
        step_id = self.enrolment.step_id or path.first
        while step_id:
            self.enrolment.step_id = step_id
            following = self._perform(path.steps[step_id], readable)
            if following is None:
                self._write_runs()
                return
            step_id = following
        self._write_runs()
        self._end_complete(EnrolmentOutcome.COMPLETED)

    # One step

    def _perform(self, step: Step, readable: Readable) -> str | None:
        """The step that follows; None where the person stays, or has left."""
        run = self._run_of(step)
        try:
            with transaction.atomic():
                result = action_of(step.action).perform(arguments_of(step), self._context(run))
        except (LeaseLostError, StoppedError, *CONNECTION_ERRORS):
            raise
        except StepError as error:
            self._failed(run, error.code, error.values)
            return None
        except Exception:
            log.exception("workflow_step_broke", workflow=self.enrolment.workflow_id, step=step.id)
            self._broke(run)
            return None
        return self._follow(step, run, result, readable)

    def _run_of(self, step: Step) -> StepRun:
        run = self.runs.get(step.id)
        if run is None:
            run = self.runs[step.id] = StepRun(
                enrolment=self.enrolment,
                workflow_id=self.enrolment.workflow_id,
                step_id=step.id,
                action=step.action,
                input={} if step.is_branch else write_arguments(action_of(step.action), step.arguments),
                started_at=self.now,
            )
        run.version_number = self.enrolment.version.number
        self.touched.append(run)
        return run

    def _context(self, run: StepRun) -> StepContext:
        return StepContext(
            contact=self.enrolment.contact,
            data=self.enrolment.data,
            now=self.now,
            started_at=run.started_at,
            key=f"workflow:{self.enrolment.pk}:{run.step_id}",
            memory=run.memory,
            results=results_of(self.runs),
            enrolment=self.enrolment,
            run=run,
            is_retry=bool(run.memory.get("retry")),
        )

    def _follow(self, step: Step, run: StepRun, result: StepResult, readable: Readable) -> str | None:
        path = readable.path
        match result:
            case Wait():
                self._wait(run, result)
                return None
            case Choose(branch, decision):
                self._finish(run, "chosen" if branch else "else", {}, decision)
                return path.into(step.id, branch)
            case End():
                self._finish(run, "ended", {})
                return ""
            case Done(outcome, values):
                is_problem = outcome in action_of(step.action).problems
                self._finish(run, outcome, values, is_problem=is_problem)
                if is_problem and step.on_problem == OnProblem.STOP:
                    self._end_complete(
                        EnrolmentOutcome.STOPPED, reason_code=outcome, reason_values=dict(values)
                    )
                    return None
                return path.after(step.id)

    def _wait(self, run: StepRun, wait: Wait) -> None:
        until = wait.until or self.now + LOOK_AGAIN
        is_new = run.pk is None or self.enrolment.reason_code == WOKEN
        if is_new and wait.waits_for.startswith("event:"):
            until = min(until, self.now + RECHECK)
        run.memory = dict(wait.memory)
        run.decision = {"reason": wait.reason, **wait.values}
        self.lease.release(
            EnrolmentState.WAITING,
            not_before=until,
            waits_for=wait.waits_for,
            reason_code=wait.reason,
            reason_values=dict(wait.values),
            **self._place(),
        )

    def _finish(
        self,
        run: StepRun,
        outcome: str,
        values: Mapping[str, Any],
        decision: Mapping[str, Any] | None = None,
        *,
        is_problem: bool = False,
    ) -> None:
        run.state = StepRun.State.PROBLEM if is_problem else StepRun.State.DONE
        run.outcome, run.values, run.finished_at = outcome, dict(values), self.now
        run.decision = dict(decision) if decision is not None else run.decision
        run.memory = {}

    def _failed(self, run: StepRun, code: str, values: Mapping[str, Any]) -> None:
        run.state, run.finished_at = StepRun.State.FAILED, self.now
        run.outcome, run.values, run.memory = code, dict(values), {}
        self._end_failed(code, values)

    def _broke(self, run: StepRun) -> None:
        tries = int(run.memory.get("tries", 0))
        if tries >= len(PAUSES):
            self._failed(run, "internal_error", {})
            return
        run.memory = {**run.memory, "tries": tries + 1}
        self.lease.put_off(self.now + PAUSES[tries], None, reason_code="retrying", **self._place())

    # What is written

    def _write_runs(self) -> None:
        new = [run for run in self.touched if run.pk is None]
        for run in self.touched:
            if run.pk is not None:
                run.save()
        StepRun.objects.bulk_create(new)

    def _place(self) -> dict[str, Any]:
        return {"step_id": self.enrolment.step_id, "version": self.enrolment.version}

    def _end_complete(self, outcome: EnrolmentOutcome, **reason: Any) -> None:
        ended = {"outcome": outcome, "waits_for": "", "reason_code": "", "reason_values": {}}
        self.lease.complete(**ended | reason, **self._place())

    def _end_failed(self, code: str, values: Mapping[str, Any]) -> None:
        self.lease.fail(None, reason_code=code, reason_values=dict(values), waits_for="", **self._place())


def arguments_of(step: Step) -> Mapping[str, Any]:
    """A branch is performed with its branches."""
    return {"branches": step.branches} if step.is_branch else step.arguments


def results_of(runs: Mapping[str, StepRun]) -> dict[str, dict[str, Any]]:
    """What the steps that are over came to, for branches that test it."""
    over = (run for run in runs.values() if run.state != StepRun.State.WAITING)
    return {run.step_id: {"outcome": run.outcome, "values": run.values} for run in over}
