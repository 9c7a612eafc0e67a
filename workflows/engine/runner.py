"""Takes contacts on, from step to step, until a wait or the end.

All that a claim comes to is one transaction: what the steps write here, their rows, and where the people are
are there together or not at all. Many people of one claim go together, step by step, so that a statement
serves all of them. If anything breaks on the way, nothing of that counts and each is taken on alone: then a
step that breaks is undone alone, and stops this person only.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import structlog
from django.db import transaction
from django.utils import timezone

from contacts.models import Contact
from contacts.outbox import one_change_set
from contacts.segments.errors import DefinitionError
from core import array_lookup  # noqa: F401 - a lookup
from core.bulk import bulk_update
from core.jobs import Ending, Lease, LeaseLostError, StoppedError
from core.jobs.bulk import BULK, in_bulk
from core.jobs.run import CONNECTION_ERRORS
from core.jobs.together import end_together, writing_together
from workflows.definition.tree import Step
from workflows.engine.definitions import Definitions, Readable
from workflows.engine.ending import LEFT
from workflows.engine.visit import Visit, completed, failed
from workflows.models import Enrolment, EnrolmentOutcome, EnrolmentState, StepRun, Workflow, WorkflowVersion
from workflows.registry import StepError, StepResult, action_of

log = structlog.get_logger(__name__)

type Job = tuple[Enrolment, Lease]
type Perform = Callable[[Step, Sequence[Visit]], Sequence[StepResult | None]]
"""What a step came to for each of the people who are at it; None where that ended the visit."""

CHANGING = (
    "state", "version_number", "action", "input", "decision", "memory", "outcome", "values", "finished_at"
)  # fmt: skip


class Runner:
    """For the enrolments of one claim, which share their definitions."""

    def __init__(self) -> None:
        self._definitions = Definitions()

    def __call__(self, enrolment: Enrolment, lease: Lease) -> None:
        with _writing([(enrolment, lease)]):
            _Round([(enrolment, lease)], self._definitions).go(_alone)

    def together(self, jobs: Sequence[Job]) -> None:
        """Raises what any of it raises. Of a contact who is there twice, one enrolment is left for later."""
        by_contact = {enrolment.contact_id: (enrolment, lease) for enrolment, lease in reversed(jobs)}
        chosen = list(by_contact.values())
        with _writing(chosen):
            _Round(chosen, self._definitions).go(_all_at_once)


@contextmanager
def _writing(jobs: Sequence[Job]) -> Iterator[None]:
    """Contacts are locked before enrolments, as whoever enrols or deletes them does."""

    def lock_contacts() -> None:
        keys = sorted(enrolment.contact_id for enrolment, _lease in jobs)
        rows = Contact.objects.select_for_update(no_key=True).filter(pk__any_of=keys).order_by("pk")
        contacts.update({contact.pk: contact for contact in rows})

    contacts: dict[int, Contact] = {}
    is_bulk = all(enrolment.priority >= BULK for enrolment, _lease in jobs)
    leases = [lease for _enrolment, lease in jobs]
    with in_bulk(is_bulk), writing_together(leases, lock_contacts), one_change_set():
        for enrolment, _lease in jobs:
            enrolment.contact = contacts[enrolment.contact_id]
        yield


def _alone(step: Step, visits: Sequence[Visit]) -> list[StepResult | None]:
    """One person, whose step is undone alone where it breaks."""
    (visit,) = visits
    context = visit.context()
    try:
        with transaction.atomic():
            return [action_of(step.action).perform(arguments_of(step), context)]
    except (LeaseLostError, StoppedError, *CONNECTION_ERRORS):
        raise
    except StepError as error:
        visit.fail(error.code, error.values)
    except Exception:
        log.exception("workflow_step_broke", workflow=visit.enrolment.workflow_id, step=step.id)
        visit.broke()
    return [None]


def _all_at_once(step: Step, visits: Sequence[Visit]) -> Sequence[StepResult]:
    return action_of(step.action).perform_many(arguments_of(step), [visit.context() for visit in visits])


def arguments_of(step: Step) -> Mapping[str, Any]:
    """A branch is performed with its branches."""
    return {"branches": step.branches} if step.is_branch else step.arguments


@dataclass
class _Round:
    """The people of one claim, from where they are to where each of them stays."""

    jobs: Sequence[Job]
    definitions: Definitions
    now: datetime = field(default_factory=lambda: timezone.now())  # noqa: PLW0108 - tests move the clock
    endings: list[tuple[Lease, Ending]] = field(default_factory=list)
    visits: list[tuple[Lease, Visit]] = field(default_factory=list)
    _newer: dict[int, WorkflowVersion | None] = field(default_factory=dict)

    def go(self, perform: Perform) -> None:
        self._begin()
        visits = [visit for _lease, visit in self.visits]
        while groups := _by_step(visits):
            for group in groups:
                results = perform(group[0].step, group)
                for visit, result in zip(group, results, strict=True):
                    if result is not None:
                        visit.follow(result)
        self._write()

    # Beginning

    def _begin(self) -> None:
        workflows = Workflow.objects.in_bulk({enrolment.workflow_id for enrolment, _lease in self.jobs})
        runs = self._runs()
        for enrolment, lease in self.jobs:
            enrolment.workflow = workflows[enrolment.workflow_id]
            ending = self._end_at_once(enrolment) or self._visit(enrolment, lease, runs[enrolment.pk])
            if ending:
                self.endings.append((lease, ending))

    def _runs(self) -> Mapping[int, dict[str, StepRun]]:
        """Those of people who have begun, by enrolment and step."""
        runs: dict[int, dict[str, StepRun]] = defaultdict(dict)
        begun = [enrolment.pk for enrolment, _lease in self.jobs if enrolment.step_id]
        for run in StepRun.objects.filter(enrolment__in=begun) if begun else ():
            runs[run.enrolment_id][run.step_id] = run
        return runs

    def _end_at_once(self, enrolment: Enrolment) -> Ending | None:
        match enrolment.workflow.state:
            case Workflow.State.PUBLISHED:
                return None
            case Workflow.State.PAUSED:
                return Ending.released(EnrolmentState.PAUSED, waits_for="")
        waiting = StepRun.objects.filter(enrolment=enrolment, state=StepRun.State.WAITING)
        waiting.update(state=StepRun.State.PROBLEM, outcome=LEFT, finished_at=self.now)
        return completed(EnrolmentOutcome.ARCHIVED, finished_at=self.now)

    def _visit(self, enrolment: Enrolment, lease: Lease, runs: dict[str, StepRun]) -> Ending | None:
        """Begins the visit, or says why that isn't possible."""
        try:
            version, readable = self._readable(enrolment)
        except DefinitionError as error:
            return failed("definition_unusable", {"problem": str(error)}, finished_at=self.now)
        visit = Visit(enrolment, version, readable.path, runs, self.now)
        if not visit.step_id:
            return completed(EnrolmentOutcome.COMPLETED, finished_at=self.now)
        self.visits.append((lease, visit))
        return None

    def _readable(self, enrolment: Enrolment) -> tuple[WorkflowVersion, Readable]:
        """The person's version, or a newer one that takes people over, if their step is in it."""
        version = enrolment.version
        newer = None if enrolment.workflow.current_id == version.pk else self._newer_than(version)
        if newer is not None:
            try:
                moved = self.definitions.of(newer)
            except DefinitionError:
                return version, self.definitions.of(version)
            if not enrolment.step_id or enrolment.step_id in moved.path.steps:
                return newer, moved
        return version, self.definitions.of(version)

    def _newer_than(self, version: WorkflowVersion) -> WorkflowVersion | None:
        if version.pk not in self._newer:
            rows = WorkflowVersion.objects.filter(workflow=version.workflow_id, moves_people=True)
            newer = rows.filter(number__gt=version.number).order_by("-number").first()
            self._newer[version.pk] = newer
        return self._newer[version.pk]

    # Writing

    def _write(self) -> None:
        touched = [run for _lease, visit in self.visits for run in visit.touched.values()]
        new = [run for run in touched if run.pk is None]
        rows = [(run.pk, *(getattr(run, name) for name in CHANGING)) for run in touched if run.pk is not None]
        bulk_update(StepRun, CHANGING, rows)
        StepRun.objects.bulk_create(new)
        ended = [(lease, visit.ending) for lease, visit in self.visits if visit.ending]
        end_together([*self.endings, *ended])


def _by_step(visits: Sequence[Visit]) -> list[list[Visit]]:
    """Those who go on, by the step where they are."""
    by_step: dict[tuple[int, str], list[Visit]] = defaultdict(list)
    for visit in visits:
        if visit.is_going_on:
            by_step[visit.version.pk, visit.step_id].append(visit)
    return list(by_step.values())
