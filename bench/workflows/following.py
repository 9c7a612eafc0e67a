"""Writes a sync's people and follows the change, in turn with and without 1,000 published workflows.

What a sync of 1,000 people writes into the CRM: contacts and participations. Then all that follows. The
workflows are of other webinars, as most of a company's are, and each has three triggers.
"""

import json
import sys
import time
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
from workflows.models import Enrolment, PublishedTrigger  # noqa: E402

PEOPLE, WORKFLOWS = 1_000, 1_000
OTHERS = 81_000_000_000
EVENT = 93_112_345_678


def main(rounds: int) -> None:
    call_command("migrate", verbosity=0)
    _publish()
    kept = list(PublishedTrigger.objects.all())
    taken: dict[str, list[float]] = {"with": [], "without": []}
    for number in range(2 * (rounds + 1)):
        has_workflows = number % 2 == 0
        PublishedTrigger.objects.all().delete()
        if has_workflows:
            PublishedTrigger.objects.bulk_create(kept)
        taken["with" if has_workflows else "without"].append(_sync(number))
    if Enrolment.objects.exists():
        raise SystemExit("A workflow of another webinar has enrolled someone.")
    print(json.dumps({name: median(times[1:]) for name, times in taken.items()}))


def _publish() -> None:
    for number in range(WORKFLOWS):
        events = {"events": {"webinar_ids": [OTHERS + number]}}
        keys = ("event_registered", "event_attended", "event_no_show")
        definition: dict[str, Any] = {
            "version": 1,
            "triggers": [{"trigger": key, "arguments": events} for key in keys],
            "steps": [{"id": "note", "action": "add_note", "arguments": {"text": "Hi"}}],
        }
        publish_workflow(create_workflow(f"Workflow {number}", definition).pk)


def _sync(number: int) -> float:
    """Milliseconds."""
    event = _event(number)
    people = [NewContact(f"person{index}@round{number}.example", "Ana", "Rose") for index in range(PEOPLE)]
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
