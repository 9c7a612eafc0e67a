"""One person at one claim: the step where they are, what the steps came to, and how the visit ends.

Nothing is read or written here: `workflows.engine.runner` does that, for one person or for many together.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from core.jobs import Ending
from workflows.definition.tree import OnProblem, Path, Step
from workflows.definition.writing import write_arguments
from workflows.engine.waking import WOKEN
from workflows.models import Enrolment, EnrolmentOutcome, EnrolmentState, StepRun, WorkflowVersion
from workflows.registry import Choose, Done, End, StepContext, StepResult, Wait, action_of

# What nothing has ended by then is looked at again: a lost wake-up costs that much.
LOOK_AGAIN = timedelta(hours=1)
# An event that was moved while a step looked at it: its change may have been followed too early to wake us.
RECHECK = timedelta(minutes=5)
# A step that broke is tried again: a deadlock, or a row that came in between.
PAUSES = tuple(timedelta(seconds=seconds) for seconds in (5, 60, 600))
OVER = (StepRun.State.DONE, StepRun.State.PROBLEM)


@dataclass
class Visit:
    enrolment: Enrolment
    version: WorkflowVersion
    path: Path
    runs: dict[str, StepRun]
    now: datetime
    step_id: str = field(init=False)
    """The step that is to be done; "" at the end of the path."""
    touched: dict[str, StepRun] = field(default_factory=dict)
    ending: Ending | None = None

    def __post_init__(self) -> None:
        self.step_id = self.enrolment.step_id or self.path.first
        self._pass_what_is_over()

    @property
    def is_going_on(self) -> bool:
        return self.ending is None

    @property
    def step(self) -> Step:
        return self.path.steps[self.step_id]

    def context(self) -> StepContext:
        run = self._run_of(self.step)
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

    def _run_of(self, step: Step) -> StepRun:
        run = self.runs.get(step.id)
        if run is None:
            run = StepRun(
                enrolment=self.enrolment,
                workflow_id=self.enrolment.workflow_id,
                step_id=step.id,
                started_at=self.now,
            )
            self.runs[step.id] = run
        if run.version_number != self.version.number:
            run.version_number, run.action = self.version.number, step.action
            run.input = {} if step.is_branch else write_arguments(action_of(step.action), step.arguments)
        self.touched[step.id] = run
        return run

    # What a step came to

    def follow(self, result: StepResult) -> None:
        """Go on to the next step, or end the visit."""
        run = self.runs[self.step_id]
        match result:
            case Wait():
                self._wait(run, result)
            case Choose(branch, decision):
                self._finish(run, "chosen" if branch else "else", {}, decision)
                self._go_to(self.path.into(self.step_id, branch))
            case End():
                self._finish(run, "ended", {})
                self._go_to("")
            case Done(outcome, values):
                self._done(run, outcome, values)

    def _done(self, run: StepRun, outcome: str, values: Mapping[str, Any]) -> None:
        is_problem = outcome in action_of(self.step.action).problems
        self._finish(run, outcome, values, is_problem=is_problem)
        if is_problem and self.step.on_problem == OnProblem.STOP:
            self._complete(EnrolmentOutcome.STOPPED, reason_code=outcome, reason_values=dict(values))
        else:
            self._go_to(self.path.after(self.step_id))

    def _go_to(self, step_id: str) -> None:
        last, self.step_id = self.step_id, step_id
        self._pass_what_is_over()
        if not self.step_id:
            self.step_id = last  # where they were at the end
            self._complete(EnrolmentOutcome.COMPLETED)

    def _pass_what_is_over(self) -> None:
        """A step is done once: a newer version may have put one that is over behind where the person is."""
        while (run := self.runs.get(self.step_id)) and run.state in OVER:
            step = self.step
            branch = run.decision.get("branch", "") if step.is_branch else None
            if branch is None:
                self.step_id = self.path.after(step.id)
            elif branch in {"", *(inner.id for inner in step.branches)}:
                self.step_id = self.path.into(step.id, branch)
            else:
                return  # the branch is gone: they choose anew

    def _wait(self, run: StepRun, wait: Wait) -> None:
        until = wait.until or self.now + LOOK_AGAIN
        is_new = run.pk is None or self.enrolment.reason_code == WOKEN
        if is_new and wait.waits_for.startswith("event:"):
            until = min(until, self.now + RECHECK)
        run.memory = dict(wait.memory)
        run.decision = {"reason": wait.reason, **wait.values}
        self.ending = Ending.released(
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

    # Ends

    def fail(self, code: str, values: Mapping[str, Any]) -> None:
        """The step can't be done: the person stops here until somebody tries it again."""
        run = self.runs[self.step_id]
        run.state, run.finished_at = StepRun.State.FAILED, self.now
        run.outcome, run.values, run.memory = code, dict(values), {}
        self.ending = failed(code, values, finished_at=self.now, **self._place())

    def broke(self) -> None:
        """The step raised what nobody foresaw: it is tried again, some times."""
        run = self.runs[self.step_id]
        tries = int(run.memory.get("tries", 0))
        if tries >= len(PAUSES):
            self.fail("internal_error", {})
            return
        run.memory = {**run.memory, "tries": tries + 1}
        self.ending = Ending.put_off(self.now + PAUSES[tries], None, reason_code="retrying", **self._place())

    def _complete(self, outcome: EnrolmentOutcome, **reason: Any) -> None:
        self.ending = completed(outcome, finished_at=self.now, **reason, **self._place())

    def _place(self) -> dict[str, Any]:
        return {"step_id": self.step_id, "version_id": self.version.pk}


def completed(outcome: EnrolmentOutcome, **changes: Any) -> Ending:
    ended = {"outcome": outcome, "waits_for": "", "reason_code": "", "reason_values": {}}
    return Ending.complete(**ended | changes)


def failed(code: str, values: Mapping[str, Any], **changes: Any) -> Ending:
    return Ending.failed(None, reason_code=code, reason_values=dict(values), waits_for="", **changes)


def results_of(runs: Mapping[str, StepRun]) -> dict[str, dict[str, Any]]:
    """What the steps that are over came to, for branches that test it."""
    over = (run for run in runs.values() if run.state != StepRun.State.WAITING)
    return {run.step_id: {"outcome": run.outcome, "values": run.values} for run in over}
