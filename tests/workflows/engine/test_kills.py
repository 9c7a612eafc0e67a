"""Workers that die at random points, over many enrolments with branches and waits: each effect once.

`KILLED_ENROLMENTS=10000 KILLED_EVERY=1000 pytest tests/workflows/engine/test_kills.py -o timeout=0` does it
over as many, and with `--database=postgresql` on the other database. The suite does it over a few.
"""

import os
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from random import Random
from typing import Any

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.db import DEFAULT_DB_ALIAS, OperationalError, connection, connections
from django.utils import timezone

from contacts.models import (
    Contact,
    PropertyDefinition,
    Segment,
    SegmentMembership,
    SegmentTransition,
    TimelineEntry,
)
from core.jobs import JobQueue, JobState
from core.jobs.run import run_jobs
from tests.contacts.make import make_contacts
from tests.workflows.definition.examples import branch, note, step, workflow
from tests.workflows.engine.conftest import Clock
from tests.workflows.engine.helpers import QUEUES, KilledError, publish
from workflows.engine.messages import MessageQueue
from workflows.engine.queue import EnrolmentQueue
from workflows.models import Enrolment, OutgoingMessage, RegistrationJob, StepRun
from workflows.people import enrol_contacts
from workflows.registrations.queue import BulkRegistrationQueue, RegistrationQueue
from workflows.registrations.results import Answer, Registered, Work

pytestmark = pytest.mark.django_db(transaction=True)

PEOPLE = int(os.environ.get("KILLED_ENROLMENTS", "12"))
EVERY = int(os.environ.get("KILLED_EVERY", "200"))  # points, about, between two deaths


class Saboteur:
    """Strikes at points that it draws by lot: the process is gone, or the connection to the database is."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.struck: Counter[str] = Counter()

    def may_strike(self, where: str) -> None:
        if self.random.random() < 1 / EVERY:
            self.struck[where] += 1
            raise KilledError
        if "commit" not in where and self.random.random() < 1 / (3 * EVERY):
            self.struck[f"cut {where}"] += 1
            raise OperationalError("server closed the connection unexpectedly")

    def around(self, name: str, act: Callable[..., Any]) -> Callable[..., Any]:
        """Before and after something outside."""

        def acted(*arguments: Any, **more: Any) -> Any:
            self.may_strike(f"before {name}")
            answer = act(*arguments, **more)
            self.may_strike(f"after {name}")
            return answer

        return acted

    def execute(self, run: Callable[..., Any], sql: str, *arguments: Any) -> Any:
        return self.around("statement", run)(sql, *arguments)

    def commit(self) -> None:
        try:
            self.may_strike("before commit")
        except KilledError:
            connection._rollback()  # as the server does for who is gone
            raise
        wrapper = connections[DEFAULT_DB_ALIAS]
        type(wrapper)._commit(wrapper)
        self.may_strike("after commit")

    @contextmanager
    def at_work(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
        with connection.execute_wrapper(self.execute), monkeypatch.context() as patch:
            patch.setattr(connection, "_commit", self.commit)
            yield


def definition(segment: Segment) -> dict[str, Any]:
    german = {"filter": "property", "property": "country", "is": "equals", "value": "DE"}
    mail_step = step("mail", "email_team", to=["team@acme.test"], subject="{email}", text="!")
    return workflow(
        branch(
            "b",
            {"id": "yes", "where": german, "steps": [note("german"), mail_step]},
            otherwise=[step("set", "set_property", property="city", value="Bonn")],
        ),
        step("in", "add_to_segment", segment=segment.pk),
        step("w", "wait", **{"for": {"hours": 1}}),
        step("add", "add_to_webinar", webinar="93112345678"),
        note("end"),
    )


GERMAN = ["b:chosen", "german:noted", "mail:sent", "in:added", "w:waited", "add:registered", "end:noted"]
OTHER = ["b:else", "set:set", "in:added", "w:waited", "add:registered", "end:noted"]


def prepared() -> Segment:
    for name in ("country", "city"):
        PropertyDefinition.objects.create(name=name, label=name)
    people = make_contacts(f"p{number}@many.example" for number in range(PEOPLE))
    for number, contact in enumerate(people):
        contact.properties = {"country": ("DE", "AT")[number % 2]}
    Contact.objects.bulk_update(people, ["properties"], batch_size=500)
    segment = Segment.objects.create(name="Called", kind=Segment.Kind.STATIC)
    everyone = Segment.objects.create(name="All", definition={"version": 1, "where": {"all": []}})
    enrol_contacts(publish(definition(segment)), segment=everyone.pk)
    return segment


def leases_run_out(queues: tuple[JobQueue[Any], ...]) -> None:
    for queue in queues:
        queue.model._default_manager.filter(state=JobState.RUNNING).update(lease_until=timezone.now())


@pytest.fixture
def undisturbed(monkeypatch: pytest.MonkeyPatch) -> None:
    """What would give a job up after five deaths in a row, or wait for a database that is away."""
    monkeypatch.setattr(JobQueue, "max_crashes", 1_000)
    monkeypatch.setattr(MessageQueue, "max_attempts", None)
    monkeypatch.setattr("core.jobs.run.time.sleep", lambda _seconds: None)


@pytest.mark.usefixtures("undisturbed")
def test_d12_deaths_at_random_points_leave_each_effect_of_each_enrolment_once(
    monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    saboteur = Saboteur(seed=PEOPLE)
    segment = prepared()
    registered: Counter[str] = Counter()

    def register(job: RegistrationJob, _lease: Any) -> Registered:
        """Zoom answers with the same registrant for the same address."""
        email = job.contact.email if job.contact else ""
        registered[email] += 1
        return Registered(registrant_id=email, occurrence_id="", is_pending=False, was_registered=False)

    attempt = saboteur.around("Zoom", register)

    def register_together(works: Sequence[Work]) -> Iterator[list[Answer]]:
        yield [(job, lease, attempt(job, lease)) for job, lease in works]

    monkeypatch.setattr("workflows.registrations.queue.attempt", attempt)
    monkeypatch.setattr("workflows.registrations.queue.register_together", register_together)
    monkeypatch.setattr(EmailMessage, "send", saboteur.around("email", EmailMessage.send))
    monkeypatch.setattr(EnrolmentQueue, "batch", 5 if PEOPLE < 100 else EnrolmentQueue.batch)
    queues = (*QUEUES, RegistrationQueue(), BulkRegistrationQueue())
    for _round in range(100 * PEOPLE):
        for queue in queues:
            with suppress(KilledError, OperationalError), saboteur.at_work(monkeypatch):
                while leases := queue.claim():
                    run_jobs(queue, leases)
        connection.close()
        leases_run_out(queues)
        clock.move(minutes=20)
        if Enrolment.objects.count() == PEOPLE and not Enrolment.objects.inside().exists():
            break
    _expect_each_effect_once(segment, registered)
    _expect_deaths(saboteur)


def _expect_each_effect_once(segment: Segment, registered: Counter[str]) -> None:
    assert set(Enrolment.objects.values_list("state", "outcome")) == {("complete", "completed")}
    german, other = PEOPLE - PEOPLE // 2, PEOPLE // 2
    assert _trails() == {tuple(GERMAN): german, tuple(OTHER): other}
    assert _timelines() == {
        ("contact_edited", "workflow_enrolled", "workflow_note"): other,
        ("workflow_enrolled", "workflow_note", "workflow_note"): german,
    }
    assert Contact.objects.filter(properties__city="Bonn").count() == other
    for rows in (SegmentMembership, SegmentTransition):
        assert rows.objects.filter(segment=segment).count() == PEOPLE
    assert RegistrationJob.objects.filter(outcome="registered").count() == PEOPLE == len(registered)
    assert OutgoingMessage.objects.filter(state=JobState.COMPLETE).count() == german
    # One that was sent just before a death is sent again with its ID, by which mail servers know it.
    sent = {(one.subject, one.extra_headers["Message-ID"]) for one in mail.outbox}
    assert len(sent) == german == len({subject for subject, _id in sent})


def _trails() -> dict[tuple[str, ...], int]:
    trails: dict[int, list[str]] = defaultdict(list)
    for enrolment, step_id, outcome in StepRun.objects.order_by("pk").values_list(
        "enrolment_id", "step_id", "outcome"
    ):
        trails[enrolment].append(f"{step_id}:{outcome}")
    return Counter(map(tuple, trails.values()))


def _timelines() -> dict[tuple[str, ...], int]:
    kinds: dict[int, list[str]] = defaultdict(list)
    for contact, kind in TimelineEntry.objects.order_by("contact_id", "kind").values_list(
        "contact_id", "kind"
    ):
        kinds[contact].append(kind)
    return Counter(map(tuple, kinds.values()))


def _expect_deaths(saboteur: Saboteur) -> None:
    """It has struck; over many, before and after everything, and by cutting connections."""
    assert saboteur.struck.total() >= 3
    if PEOPLE >= 1_000:
        acts = ("statement", "commit", "Zoom", "email")
        assert {f"{when} {what}" for when in ("before", "after") for what in acts} <= set(saboteur.struck)
        assert any(where.startswith("cut ") for where in saboteur.struck)
