"""Seeds the database of `DATABASE_URL`, counts segments, reads first pages, follows a sync; prints JSON."""

import json
import sys
import time
from collections.abc import Callable
from statistics import median
from typing import Any
from urllib.parse import quote, urlencode

import django
from django.core.management import call_command
from django.db import transaction

from bench.pages.visiting import signed_in, visit

NEVER = "never attended anything"


def definitions() -> dict[str, Any]:
    from bench.segments.seeding import FIRST_WEBINAR  # noqa: PLC0415  needs Django to be set up

    lately = {"starts": {"is": "last_days", "value": 30}}
    in_germany = {"filter": "property", "property": "country", "is": "equals", "value": "de"}
    a_topic = {"filter": "event_registered", "events": {"name": {"is": "contains", "value": "topic 7"}}}
    one_webinar = {"webinar_ids": [FIRST_WEBINAR + 3]}
    short = {"filter": "attendance_duration", "measure": "percent", "is": "less", "value": 20, "events": {}}
    return {
        "five nested conditions": {
            "all": [
                {"filter": "event_attended", "events": lately},
                {"any": [in_germany, a_topic]},
                {"not": {"any": [{"filter": "event_no_show", "events": one_webinar}, short]}},
            ]
        },
        "no-shows of one webinar": {"filter": "event_no_show", "events": one_webinar},
        "attended in the last 30 days": {"filter": "event_attended", "events": lately},
        "in one of ten countries": in_germany,
        "registered for anything": {"filter": "event_registered", "events": {}},
        NEVER: {"filter": "event_attended", "did": False, "events": {}},
        "attended, or is in one country": {"any": [{"filter": "event_attended", "events": {}}, in_germany]},
        "did not both attend and cancel, or is elsewhere": {
            "not": {
                "all": [
                    {"filter": "event_attended", "events": {}},
                    {"filter": "event_cancelled", "events": {}},
                    in_germany,
                ]
            }
        },
    }


def milliseconds(ask: Callable[[], Any], rounds: int) -> tuple[float, Any]:
    found = ask()
    taken = []
    for _round in range(rounds):
        started = time.perf_counter()
        ask()
        taken.append((time.perf_counter() - started) * 1000)
    return median(taken), found


def follow_a_sync() -> float:
    """What 1,000 no-shows who turn out to have attended cost, from their change set to the last segment."""
    from bench.segments.seeding import FIRST_WEBINAR  # noqa: PLC0415
    from contacts.models import ChangeFollowUp  # noqa: PLC0415
    from contacts.outbox import FollowUpQueue  # noqa: PLC0415
    from core.jobs import run_job  # noqa: PLC0415
    from marketing_events.bulk import ParticipationRow, write_participations  # noqa: PLC0415
    from marketing_events.models import Participation  # noqa: PLC0415

    ChangeFollowUp.objects.all().delete()
    fields = ParticipationRow._fields
    rows = Participation.objects.filter(state="no_show", event__zoom_webinar_id=FIRST_WEBINAR + 5)
    changed = [
        ParticipationRow(*row)._replace(
            state="attended", first_joined_at=row[3], last_left_at=row[3], attendance_percent=50.0
        )
        for row in rows.order_by("pk").values_list(*fields)[:1000]
    ]
    with transaction.atomic():
        write_participations(changed)
    queue = FollowUpQueue()
    (lease,) = queue.claim()
    started = time.perf_counter()
    run_job(queue, lease)
    return (time.perf_counter() - started) * 1000


_ORDERS = (
    *("name", "email", "created", "registered", "-attended", "average", "-average", "source"),
    *("p:country", "-p:country"),
)
# The element that a search fills while somebody types, by the page.
LIST_IDS = {"contacts": "contacts", "segment": "members", "event": "participants"}
LATELY = "Attended in the last 30 days"


def pages() -> dict[str, str]:
    """What a marketer opens, at the size of this benchmark."""
    from bench.segments.seeding import FIRST_WEBINAR  # noqa: PLC0415
    from contacts.models import Segment  # noqa: PLC0415
    from marketing_events.models import MarketingEvent  # noqa: PLC0415

    segment = Segment.objects.order_by("pk").values_list("pk", flat=True)[0]
    lately = Segment.objects.values_list("pk", flat=True).get(name=LATELY)
    event = MarketingEvent.objects.order_by("pk").values_list("pk", flat=True)[0]
    where, never = (json.dumps(definitions()[name]) for name in ("five nested conditions", NEVER))
    counted = urlencode({"matching": urlencode({"list": "contacts", "where": where})})
    return {
        "dashboard": "/",
        "contacts": "/contacts/",
        "contacts, last page": "/contacts/?page=200",
        "contacts, search": "/contacts/?q=person123456",
        "contacts, search for a common word": "/contacts/?q=given5",
        "contacts, search that finds nothing": "/contacts/?q=nowhere",
        "contacts, search with a typo": "/contacts/?q=persan123456",
        "contacts, who attended": "/contacts/?zoom=attended",
        "contacts, added on one day": "/contacts/?created_from=2026-01-01&created_to=2026-01-01",
        **{f"contacts, by {key}": f"/contacts/?sort={key}" for key in _ORDERS},
        "contacts, of a segment": f"/contacts/?segment={segment}",
        "contacts, five nested conditions": f"/contacts/?where={quote(where)}",
        "contacts, five nested conditions, how many": f"/contacts/count/?{counted}",
        "contacts, a condition that no one meets": f"/contacts/?where={quote(never)}",
        "contact": "/contacts/500000/",
        "segments": "/contacts/segments/",
        "segment": f"/contacts/segments/{segment}/",
        "segment, of the last 30 days": f"/contacts/segments/{lately}/",
        "segment, of the last 30 days, how many": f"/contacts/segments/{lately}/count/",
        "segment, search": f"/contacts/segments/{segment}/?q=given57",
        "marketing events": "/marketing-events/",
        "event": f"/marketing-events/{event}/",
        "event, search": f"/marketing-events/{event}/?q=person12",
        "event, who stayed": f"/marketing-events/{event}/?stay=p50&domain=example",
        "series of a webinar": f"/marketing-events/series/{FIRST_WEBINAR + 1}/",
        "search everything, a person": "/search/?q=person123456",
        "search everything, a word that each person has": "/search/?q=example",
        "search everything, a common name": "/search/?q=given5",
        "search everything, two common words": "/search/?q=given+family",
    }


def main(rounds: int, *, seeds: bool) -> None:
    """Without `seeds`, of a database that was seeded before: of its pages alone."""
    django.setup()
    if seeds:
        call_command("migrate", verbosity=0)
        ask_segments(rounds)
    call_command("collectstatic", verbosity=0, interactive=False)
    client = signed_in()
    for name, path in pages().items():
        listed, *rest = name.split(", ")
        part = LIST_IDS.get(listed, "") if rest and rest[0].startswith("search") else ""
        print(json.dumps({"page": name, **visit(client, path, part)}), flush=True)


def ask_segments(rounds: int) -> None:
    from bench.segments.seeding import seed, seed_segments  # noqa: PLC0415
    from contacts.models import SegmentTransition  # noqa: PLC0415
    from contacts.properties.indexing import index_properties  # noqa: PLC0415
    from contacts.segments.actions import create_segment  # noqa: PLC0415
    from contacts.segments.members import every, parse, query  # noqa: PLC0415

    seed()
    index_properties()  # as the worker does
    for name, where in definitions().items():
        node = parse({"version": 1, "where": where})
        count, members = milliseconds(lambda node=node: every(node).count(), rounds)
        page, _rows = milliseconds(lambda node=node: list(query(node).order_by("-pk")[:50]), rounds)
        print(
            json.dumps({"segment": name, "members": members, "count": count, "first_page": page}), flush=True
        )
    with transaction.atomic():
        seed_segments()
    followed = follow_a_sync()
    assert SegmentTransition.objects.exists()
    print(json.dumps({"followed": followed, "transitions": SegmentTransition.objects.count()}), flush=True)
    create_segment(LATELY, {"version": 1, "where": definitions()["attended in the last 30 days"]})


if __name__ == "__main__":
    main(int(sys.argv[1]), seeds="--seeded" not in sys.argv)
