"""The SQL of a definition agrees with a plain reading of the same rows, over random trees and data (D25)."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contacts.models import Contact, Segment, SegmentMembership
from contacts.segments.members import parse, query
from marketing_events.models import Call, CallAttendee, MarketingEvent, Participation
from tests.contacts.make import make_contact
from tests.contacts.segments.plain_reading import OnCall, Participating, Person, is_member
from tests.contacts.segments.random_crm import NOW, conditions, define_properties, events, nodes, people
from tests.marketing_events.make import make_brand

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def custom_properties() -> None:
    define_properties()


@settings(suppress_health_check=[*HealthCheck])
@given(data=st.data(), people=people(), events=events())
def test_d25_members_are_those_for_whom_the_definition_holds(
    data: st.DataObject, people: list[dict[str, Any]], events: list[dict[str, Any]]
):
    with transaction.atomic():
        event_rows = write_events(events)
        persons = [write_person(person, event_rows) for person in people]
        event_ids = [event.pk for event in event_rows]
        others = write_segments(data, persons, event_ids)
        for _tree in range(5):
            node = data.draw(nodes(conditions(event_ids, list(others))))
            found = query(parse({"version": 1, "where": node}), now=NOW)
            wanted = {person.id for person in persons if is_member(person, node, NOW, others)}
            assert sorted(found.values_list("pk", flat=True)) == sorted(wanted)
        transaction.set_rollback(True)


def write_events(events: list[dict[str, Any]]) -> list[MarketingEvent]:
    rows = []
    for number, facts in enumerate(events):
        call = facts["call"]
        event = MarketingEvent.objects.create(
            brand=make_brand(),
            external_id=f"e{number}",
            **{key: value for key, value in facts.items() if key != "call"},
        )
        if call:
            Call.objects.create(event=event, **call)
        rows.append(event)
    return rows


def write_person(facts: dict[str, Any], events: list[MarketingEvent]) -> Person:
    columns = {key: value for key, value in facts.items() if key not in ("participations", "calls")}
    contact = make_contact(f"p{Contact.objects.count()}@x.example", **columns)
    values = {**columns, **columns["properties"]}
    age = values.get("age")
    values["age"] = None if age in (None, "", "old") else float(age)
    for name in values.keys() & {"birthday", "seen"}:
        moment = datetime.fromisoformat(values[name])
        values[name] = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    person = Person(contact.pk, values)
    for row in facts["participations"]:
        event = events[row["event"]]
        is_attended = row["state"] == "attended"
        Participation.objects.create(
            event=event,
            contact=contact,
            state=row["state"],
            role=row["role"],
            registered_at=row["registered_at"],
            first_joined_at=NOW if is_attended else None,
            last_left_at=NOW if is_attended else None,
            duration_seconds=row["seconds"],
            attendance_percent=row["percent"],
        )
        person.participations.append(
            Participating(
                row["state"],
                row["registered_at"],
                row["seconds"],
                row["percent"],
                event.pk,
                event.zoom_webinar_id,
                event.name,
                event.starts_at,
                row["role"],
            )
        )
    for call in Call.objects.filter(event__in=[events[number] for number in facts["calls"]]):
        CallAttendee.objects.create(call=call, contact=contact)
        person.calls.append(OnCall(call.is_available, call.title, call.starts_at, call.recording_url))
    return person


def write_segments(data: st.DataObject, persons: list[Person], event_ids: list[int]) -> dict[int, Any]:
    """A static one, a dynamic one, and one that refers to both."""
    members = data.draw(st.sets(st.sampled_from([person.id for person in persons])))
    static = Segment.objects.create(name="Static", kind="static")
    SegmentMembership.objects.bulk_create(
        SegmentMembership(segment=static, contact_id=member) for member in members
    )
    others: dict[int, Any] = {static.pk: members}
    for name in ("Dynamic", "Of others"):
        definition = {"version": 1, "where": data.draw(nodes(conditions(event_ids, list(others)), 3))}
        others[Segment.objects.create(name=name, definition=definition).pk] = definition
    return others
