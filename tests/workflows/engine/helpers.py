"""Workflows published for tests, and workers that do what is queued."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

from contacts.models import Contact
from contacts.outbox import FollowUpQueue
from contacts.segments.tracking import BuildQueue
from core.jobs import JobQueue
from core.jobs.run import run_jobs
from marketing_events.bulk import ParticipationRow, write_participations
from marketing_events.models import MarketingEvent, Participation
from tests.marketing_events.make import START
from workflows.actions import create_workflow, publish_workflow, save_draft
from workflows.engine.enrolment_batches import BulkQueue, EnrolmentBatchQueue
from workflows.engine.messages import MessageQueue
from workflows.engine.queue import EnrolmentQueue
from workflows.models import Enrolment, StepRun, Workflow

QUEUES: tuple[JobQueue[Any], ...] = (
    BuildQueue(),
    FollowUpQueue(),
    EnrolmentBatchQueue(),
    BulkQueue(),
    EnrolmentQueue(),
    MessageQueue(),
)


def publish(definition: dict[str, Any], name: str = "Flow", **options: Any) -> Workflow:
    made = Workflow.objects.filter(name=name).first() or create_workflow(name, definition)
    if made.draft != definition:
        save_draft(made.pk, definition)
    publish_workflow(made.pk, **options)
    made.refresh_from_db()
    return made


def work() -> int:
    """Do all that is ready, here and now; how many attempts that took."""
    attempts = 0
    while done := sum(_work(queue) for queue in QUEUES):
        attempts += done
    return attempts


def _work(queue: JobQueue[Any]) -> int:
    done = 0
    while leases := queue.claim():
        done += len(run_jobs(queue, leases))
    return done


def take_part(contact: Contact, event: MarketingEvent, state: str, **more: Any) -> None:
    """As a sync writes it, and tells of it."""
    if state == Participation.State.ATTENDED:
        more = {"first_joined_at": START, "last_left_at": START, "duration_seconds": 3_600} | more
    row = ParticipationRow(event.pk, contact.pk, state, **{"registered_at": START} | more)
    write_participations([row])


def trail(enrolment: Enrolment) -> list[str]:
    """The steps that were come by, each with what it came to."""
    runs = StepRun.objects.filter(enrolment=enrolment).order_by("pk")
    return [f"{run.step_id}:{run.outcome or run.state}" for run in runs]


def notes(contact: Contact) -> list[str]:
    entries = contact.timeline.filter(kind="workflow_note").order_by("pk")
    return list(entries.values_list("title", flat=True))


class KilledError(BaseException):
    """The worker's process is gone."""


@contextmanager
def killed_at(statement: int) -> Iterator[list[str]]:
    """Kills the worker as it sends its n-th statement to the database; gives those that it sent."""
    sent: list[str] = []

    def execute(run: Callable[..., Any], sql: str, *args: Any) -> Any:
        sent.append(sql)
        if len(sent) == statement:
            raise KilledError
        return run(sql, *args)

    with connection.execute_wrapper(execute):
        yield sent
