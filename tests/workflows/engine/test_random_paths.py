"""Random workflows under random deaths of workers: each person comes by what a plain reading says, once."""

from contextlib import suppress
from itertools import count
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.jobs import JobState
from core.jobs.run import run_jobs
from tests.contacts.make import make_contact
from tests.support.examples import examples
from tests.workflows.definition.examples import branch, note, step, workflow
from tests.workflows.engine.conftest import Clock
from tests.workflows.engine.helpers import KilledError, killed_at, notes
from workflows.actions import create_workflow, publish_workflow
from workflows.engine.queue import EnrolmentQueue
from workflows.models import Enrolment
from workflows.people import enrol_contact

pytestmark = pytest.mark.django_db
queue = EnrolmentQueue()
numbers = count()

KINDS = st.recursive(
    st.sampled_from(["note", "note", "wait", "end"]),
    lambda inner: st.tuples(st.booleans(), st.lists(inner, max_size=3), st.lists(inner, max_size=2)),
    max_leaves=8,
)


def steps_of(kinds: list[Any]) -> list[dict[str, Any]]:
    return [_step(kind) for kind in kinds]


def _step(kind: Any) -> dict[str, Any]:
    name = f"s{next(numbers)}"
    if isinstance(kind, tuple):
        holds, then, otherwise = kind
        where = {"all": []} if holds else {"any": []}
        taken = {"id": f"{name}-yes", "where": where, "steps": steps_of(then)}
        return branch(name, taken, otherwise=steps_of(otherwise))
    if kind == "wait":
        return step(name, "wait", **{"for": {"hours": 1}})
    return step(name, "end") if kind == "end" else note(name)


def read(steps: list[dict[str, Any]], seen: list[str]) -> bool:
    """The notes that a person comes by; False once they came to an end."""
    for entry in steps:
        if entry["action"] == "add_note":
            seen.append(entry["arguments"]["text"])
        elif entry["action"] == "end":
            return False
        elif entry["action"] == "branch":
            (taken,) = entry["branches"]
            inner = taken["steps"] if taken["where"] == {"all": []} else entry["else"]
            if not read(inner, seen):
                return False
    return True


@settings(max_examples=examples(0.3), suppress_health_check=[HealthCheck.function_scoped_fixture])
# Five deaths in a row end a job: it may be what kills its workers.
@given(kinds=st.lists(KINDS, min_size=1, max_size=5), deaths=st.lists(st.integers(1, 40), max_size=4))
def test_d12_whoever_dies_when_each_person_comes_by_each_step_once(kinds, deaths, clock: Clock):
    steps = steps_of(kinds)
    expected: list[str] = []
    read(steps, expected)
    made = create_workflow(f"Random {next(numbers)}", workflow(*steps))
    publish_workflow(made.pk)
    made.refresh_from_db()
    people = [make_contact() for _number in range(3)]
    for contact in people:
        enrol_contact(made, contact.pk)
    remaining = list(deaths)
    while Enrolment.objects.inside().exists():
        with killed_at(remaining.pop() if remaining else 0), suppress(KilledError):
            run_jobs(queue, queue.claim())
        Enrolment.objects.filter(state=JobState.RUNNING).update(lease_until=timezone.now())
        clock.move(hours=1)
    for contact in people:
        assert notes(contact) == expected
    assert set(Enrolment.objects.values_list("outcome", flat=True)) == {"completed"}
