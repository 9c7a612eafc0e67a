"""Enrols as many contacts as told, takes them through five steps with one worker, and prints how long."""

import json
import sys
import threading
import time
from collections.abc import Callable
from statistics import median
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402 - models need Django set up
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import reverse  # noqa: E402

from bench.filling import fill, in_bulk, numbers  # noqa: E402
from contacts.models import ChangeFollowUp, Contact, EmailAddress, PropertyDefinition, Segment, TimelineEntry  # noqa: E402
from core.jobs import registered  # noqa: E402
from core.jobs.worker import Worker  # noqa: E402
from core.roles import Role  # noqa: E402
from workflows.actions import create_workflow, publish_workflow  # noqa: E402
from workflows.models import Enrolment, StepRun, Workflow  # noqa: E402
from workflows.people import enrol_contact, enrol_contacts  # noqa: E402
from zoomsync.models import User  # noqa: E402

VISITS = 5


def main(size: int) -> None:
    seed_contacts(size + 1)
    bulk, single = published("Bulk"), published("Single")
    everyone = Segment.objects.create(name="All but the last", definition=all_but(size + 1))
    worker = Worker(registered())
    thread = threading.Thread(target=worker.run)
    began, processor = time.monotonic(), time.process_time()
    enrol_contacts(bulk, segment=everyone.pk)
    thread.start()
    _until(lambda: StepRun.objects.filter(workflow=bulk, step_id="city").count() >= size // 2)
    single_seconds = _time_of_one(single, size + 1)
    _until(lambda: Enrolment.objects.filter(workflow=bulk, state="complete").count() == size)
    seconds, spent = time.monotonic() - began, time.process_time() - processor
    _until(lambda: not ChangeFollowUp.objects.filter(state__in=ChangeFollowUp.ACTIVE).exists())
    follow_seconds = time.monotonic() - began - seconds
    worker.stop()
    thread.join()
    check_each_effect(size, others=1)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    found = {
        "enrolments": size,
        "seconds": seconds,
        "cpu_milliseconds": spent * 1_000 / size,
        "follow_seconds": follow_seconds,
        "single_seconds": single_seconds,
        "pages": _pages(bulk),
    }
    print(json.dumps(found))


def seed_contacts(number: int) -> None:
    call_command("migrate", verbosity=0)
    PropertyDefinition.objects.create(name="country", label="Country")
    PropertyDefinition.objects.create(name="city", label="City")
    countries = "(ARRAY['DE', 'AT', 'CH', 'FR'])[1 + mod(n, 4)]"
    with in_bulk():
        fill(
            Contact,
            numbers(number),
            id="n",
            email="'person' || n || '@customer.example'",
            first_name="'Given' || mod(n, 1000)",
            last_name="'Family' || n",
            source="'zoom'",
            properties=f"jsonb_build_object('country', {countries})",
        )
        fill(EmailAddress, numbers(number), contact_id="n", email="'person' || n || '@customer.example'")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def published(name: str) -> Workflow:
    called = Segment.objects.create(name=f"Called by {name}", kind=Segment.Kind.STATIC)
    german = {"filter": "property", "property": "country", "is": "equals", "value": "DE"}
    steps: list[dict[str, Any]] = [
        {
            "id": "german",
            "action": "branch",
            "branches": [{"id": "yes", "where": german, "steps": []}],
            "else": [],
        },
        _step("city", "set_property", property="city", value="Bonn"),
        _step("called", "add_to_segment", segment=called.pk),
        *([_step("pause", "wait", **{"for": {"minutes": 1}})] if name == "Bulk" else []),
        _step("note", "add_note", text="Called {first_name}"),
    ]
    made = create_workflow(name, {"version": 1, "triggers": [], "steps": steps})
    publish_workflow(made.pk)
    made.refresh_from_db()
    return made


def _step(step_id: str, action: str, **arguments: Any) -> dict[str, Any]:
    return {"id": step_id, "action": action, "arguments": arguments}


def all_but(last: int) -> dict[str, Any]:
    address = f"person{last}@customer.example"
    is_other = {"filter": "property", "property": "email", "is": "not_equals", "value": address}
    return {"version": 1, "where": is_other}


def _time_of_one(workflow: Workflow, contact: int) -> float:
    """From the wish to the last of its steps."""
    began = time.monotonic()
    one = enrol_contact(workflow, contact)
    while one.is_inside:
        time.sleep(0.05)
        one.refresh_from_db()
    return time.monotonic() - began


def _until(is_so: Callable[[], bool]) -> None:
    while not is_so():
        time.sleep(0.5)


def check_each_effect(size: int, *, others: int = 0) -> None:
    """Each person came by each step, once; `others` went through the workflow for single ones."""
    runs = StepRun.objects.filter(workflow__name="Bulk", state="done").count()
    called = Segment.objects.get(name="Called by Bulk")
    notes = TimelineEntry.objects.filter(kind="workflow_note").count()
    edits = TimelineEntry.objects.filter(kind="contact_edited").count()
    found = (runs, called.memberships.count(), called.transitions.count(), notes, edits)
    if found != (5 * size, size, size, size + others, size + others):
        raise SystemExit(f"Steps, members, transitions, notes and edits of {size} enrolments: {found}")


def _pages(workflow: Workflow) -> dict[str, float]:
    """Milliseconds of server time, the middle one of some visits."""
    call_command("collectstatic", verbosity=0, interactive=False)
    settings.ALLOWED_HOSTS = ["testserver"]
    client = Client()
    user = User.objects.create_user("admin@bench.example", "a long password", name="A", role=Role.ADMIN)
    client.force_login(user)
    one = Enrolment.objects.filter(workflow=workflow).order_by("-pk")[0]
    page = reverse("workflows:detail", args=[workflow.pk])
    paths = {
        "page of the workflow with all its people": page,
        "one page of its history": f"{page}?page=100",
        "its history, those who came to the end": f"{page}?state=finished",
        "the path of one person": reverse("workflows:person", args=[workflow.pk, one.pk]),
    }
    return {name: _milliseconds(client, path) for name, path in paths.items()}


def _milliseconds(client: Client, path: str) -> float:
    taken = []
    for _visit in range(VISITS + 1):
        began = time.perf_counter()
        answer = client.get(path)
        taken.append((time.perf_counter() - began) * 1_000)
        if answer.status_code != 200:
            raise SystemExit(f"{path} answered {answer.status_code}")
    return median(taken[1:])


if __name__ == "__main__":
    main(int(sys.argv[1]))
