"""Writes a sync's people and follows the change, in turn with and without 1,000 published workflows.

What a sync of 1,000 people writes into the CRM: contacts and participations. Then all that follows. Workflows
are of other webinars, as most of a company's are; of the same webinar, for later; or of events by a name,
which no index finds, so that each of their three triggers is looked at.
"""

import json
import sys
import time
from collections.abc import Callable
from statistics import median
from typing import Any

import django

django.setup()

from django.core.management import call_command  # noqa: E402 - models need Django set up
from django.db import transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from contacts.bulk import NewContact, create_contacts  # noqa: E402
from contacts.models import Brand  # noqa: E402
from contacts.outbox import FollowUpQueue, one_change_set  # noqa: E402
from core.jobs.run import run_jobs  # noqa: E402
from marketing_events.bulk import ParticipationRow, write_participations  # noqa: E402
from marketing_events.models import MarketingEvent, Participation  # noqa: E402
from workflows.actions import create_workflow, publish_workflow  # noqa: E402
from workflows.models import Enrolment, PublishedTrigger, Workflow  # noqa: E402

PEOPLE, WORKFLOWS = 1_000, 1_000
OTHERS = 81_000_000_000
EVENT = 93_112_345_678
STATES = ("event_registered", "event_attended", "event_no_show")
# How many workflows do enrol the people, and how many people that are.
MEANT, FEWER = 100, 100


def main(rounds: int) -> None:
    call_command("migrate", verbosity=0)
    kinds = {
        "without": _publish(0),
        "other webinars": _publish(WORKFLOWS, lambda number: {"webinar_ids": [OTHERS + number]}),
        "this webinar, when attendance is final": _publish(
            WORKFLOWS, lambda _number: {"webinar_ids": [EVENT]}, ("event_no_show",)
        ),
        "events by a name that is another one": _publish(
            WORKFLOWS, lambda number: {"name": {"is": "contains", "value": f"Tulips {number}"}}
        ),
    }
    taken: dict[str, list[float]] = {name: [] for name in kinds}
    number = 0
    for _round in range(rounds + 1):
        for name, triggers in kinds.items():
            number += 1
            _turn_on(triggers)
            taken[name].append(_sync(number, PEOPLE))
    if Enrolment.objects.exists():
        raise SystemExit("A workflow that is not meant has enrolled someone.")
    found = {name: median(times[1:]) for name, times in taken.items()}
    print(json.dumps({"milliseconds": found, "enrolment_milliseconds": _enrolments(number + 1)}))


def _enrolments(number: int) -> float:
    """What each enrolment costs, where many workflows do mean the webinar."""
    _turn_on(_publish(MEANT, lambda _number: {"webinar_ids": [EVENT]}, ("event_registered",)))
    milliseconds = _sync(number, FEWER)
    if Enrolment.objects.count() != MEANT * FEWER:
        raise SystemExit(f"{Enrolment.objects.count()} enrolments in place of {MEANT * FEWER}")
    return milliseconds / (MEANT * FEWER)


def _turn_on(triggers: list[PublishedTrigger]) -> None:
    PublishedTrigger.objects.all().delete()
    PublishedTrigger.objects.bulk_create(triggers)


def _publish(
    workflows: int, events: Callable[[int], dict[str, Any]] = dict, keys: tuple[str, ...] = STATES
) -> list[PublishedTrigger]:
    """The triggers of so many workflows, which are about these events."""
    PublishedTrigger.objects.all().delete()
    for number in range(workflows):
        definition: dict[str, Any] = {
            "version": 1,
            "triggers": [{"trigger": key, "arguments": {"events": events(number)}} for key in keys],
            "steps": [{"id": "note", "action": "add_note", "arguments": {"text": "Hi"}}],
        }
        publish_workflow(create_workflow(f"Workflow {Workflow.objects.count()}", definition).pk)
    return list(PublishedTrigger.objects.all())


def _sync(number: int, size: int) -> float:
    """Milliseconds."""
    event = _event(number)
    people = [NewContact(f"person{index}@round{number}.example", "Ana", "Rose") for index in range(size)]
    began = time.perf_counter()
    with transaction.atomic(), one_change_set():
        made = create_contacts(people)
        now = timezone.now()
        write_participations(
            [
                ParticipationRow(event.pk, row.contact_id, Participation.State.REGISTERED, registered_at=now)
                for row in made.known.values()
            ]
        )
    queue = FollowUpQueue()
    while leases := queue.claim():
        run_jobs(queue, leases)
    return (time.perf_counter() - began) * 1_000


def _event(number: int) -> MarketingEvent:
    brand, _new = Brand.objects.get_or_create(slug="acme", defaults={"name": "Acme", "is_primary": True})
    return MarketingEvent.objects.create(
        brand=brand,
        external_id=f"session{number}",
        name="Growing roses",
        zoom_webinar_id=EVENT,
        status="upcoming",
        starts_at=timezone.now(),
    )


if __name__ == "__main__":
    main(int(sys.argv[1]))
