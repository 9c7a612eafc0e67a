import tracemalloc
from collections import deque
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection as database

from contacts.models import TimelineEntry
from integrations.audit import AuditCode, warn
from integrations.exports import DATASETS
from integrations.models import AuditEntry, SkippedPerson, ZoomConnection
from marketing_events.models import Call, CallAttendee, Utterance
from tests.contacts.make import make_contact, make_contacts
from tests.integrations.make import make_webinar
from tests.marketing_events.make import START, make_attended, make_event, make_registered

pytestmark = pytest.mark.django_db


def export(name: str) -> list[dict[str, Any]]:
    dataset = DATASETS[name]
    return [{field: row[field] for field in dataset.fields} for row in dataset.rows()]


def test_the_names_of_datasets_and_fields_are_those_that_others_rely_on():
    assert {name: dataset.fields for name, dataset in DATASETS.items()} == {
        "contacts": (
            *("email", "first_name", "last_name", "secondary_emails", "zoom_webinar_registration_count"),
            *("zoom_webinar_attendance_count", "zoom_webinar_attendance_average_duration"),
            *("zoom_webinar_joinlink", "source", "created_at", "updated_at"),
        ),
        "participations": (
            *("webinar_id", "session_uuid", "topic", "email", "state", "registered_at", "cancelled_at"),
            *("first_joined_at", "last_left_at", "duration_seconds", "attendance_percent"),
        ),
        "timeline": ("email", "kind", "webinar_id", "occurred_at", "joined_at", "left_at"),
        "calls": (
            *("webinar_id", "session_uuid", "title", "recording_url", "duration_seconds"),
            *("emails", "transcript"),
        ),
        "skipped": ("webinar_id", "session_uuid", "email", "name", "reason", "stage"),
        "audit": ("webinar_id", "code", "severity", "state", "message", "created_at"),
        "registrations": (
            *("id", "email", "webinar_id", "occurrence_id", "state", "reason", "source"),
            *("created_at", "finished_at"),
        ),
    }


def test_contacts_come_by_email_with_their_secondary_addresses():
    make_contact("ben@x.example", first_name="Ben")
    make_contact(
        "anna@x.example",
        secondary_emails=("z@x.example", "a@x.example"),
        zoom_webinar_registration_count=3,
        zoom_webinar_attendance_count=2,
        zoom_webinar_attendance_average_duration=66.67,
        zoom_webinar_joinlink="https://zoom.us/w/1",
    )
    anna, ben = export("contacts")
    assert anna == {
        "email": "anna@x.example",
        "first_name": "",
        "last_name": "",
        "secondary_emails": ["a@x.example", "z@x.example"],
        "zoom_webinar_registration_count": 3,
        "zoom_webinar_attendance_count": 2,
        "zoom_webinar_attendance_average_duration": 66.67,
        "zoom_webinar_joinlink": "https://zoom.us/w/1",
        "source": "manual",
        "created_at": anna["created_at"],
        "updated_at": anna["updated_at"],
    }
    assert (ben["secondary_emails"], ben["zoom_webinar_attendance_average_duration"]) == ([], None)


def test_a_participation_tells_its_event_its_contact_and_what_is_known():
    event = make_event("Roses", zoom_webinar_id=7, session_uuid="u==")
    make_attended(event, make_contact("anna@x.example"), (0, 30))
    planned = make_event("Tulips", zoom_webinar_id=8, session_uuid="")
    make_registered(planned, make_contact("ben@x.example"))
    attended, registered = export("participations")
    assert attended == {
        "webinar_id": 7,
        "session_uuid": "u==",
        "topic": "Roses",
        "email": "anna@x.example",
        "state": "attended",
        "registered_at": START - timedelta(days=7),
        "cancelled_at": None,
        "first_joined_at": START,
        "last_left_at": START + timedelta(minutes=30),
        "duration_seconds": 1800,
        "attendance_percent": 50.0,
    }
    assert (registered["session_uuid"], registered["attendance_percent"]) == ("", None)


def test_the_timeline_comes_by_contact_and_time():
    anna = make_contact("anna@x.example")
    for number, kind in enumerate(["webinar_attended", "webinar_registered"]):
        TimelineEntry.objects.create(
            contact=anna,
            kind=kind,
            subject_key="s",
            zoom_webinar_id=7,
            occurred_at=START - timedelta(days=number),
            joined_at=START if number == 0 else None,
        )
    registered, attended = export("timeline")
    assert registered == {
        "email": "anna@x.example",
        "kind": "webinar_registered",
        "webinar_id": 7,
        "occurred_at": START - timedelta(days=1),
        "joined_at": None,
        "left_at": None,
    }
    assert attended["joined_at"] == START


def test_a_call_names_its_attendees_and_what_was_said_in_order():
    call = Call.objects.create(
        event=make_event(zoom_webinar_id=7, session_uuid="u=="),
        session_uuid="u==",
        title="Roses",
        starts_at=START,
        duration_seconds=3600,
        recording_url="https://zoom.us/rec/play/1",
        passcode="secret",
    )
    for email in ("ben@x.example", "anna@x.example"):
        CallAttendee.objects.create(call=call, contact=make_contact(email))
    for position in (2, 1):
        Utterance.objects.create(
            call=call,
            position=position,
            speaker="Anna",
            start_seconds=position * 10,
            end_seconds=position * 10 + 5,
            text=f"Sentence {position}",
        )
    Call.objects.create(
        event=make_event(zoom_webinar_id=9), session_uuid="silent", title="Silent", starts_at=START
    )
    spoken, silent = export("calls")
    assert spoken == {
        "webinar_id": 7,
        "session_uuid": "u==",
        "title": "Roses",
        "recording_url": "https://zoom.us/rec/play/1",
        "duration_seconds": 3600,
        "emails": ["anna@x.example", "ben@x.example"],
        "transcript": [
            {"speaker": "Anna", "start_seconds": 10.0, "end_seconds": 15.0, "text": "Sentence 1"},
            {"speaker": "Anna", "start_seconds": 20.0, "end_seconds": 25.0, "text": "Sentence 2"},
        ],
    }
    assert (silent["emails"], silent["transcript"]) == ([], [])


def test_skipped_people_are_exported_with_zooms_webinar_id(connection: ZoomConnection):
    webinar = make_webinar(connection, zoom_webinar_id=7)
    SkippedPerson.objects.create(
        webinar=webinar,
        stage="registration",
        person_key="x@acme.test",
        email="x@acme.test",
        reason="no_email",
    )
    assert export("skipped") == [
        {
            "webinar_id": 7,
            "session_uuid": "",
            "email": "x@acme.test",
            "name": "",
            "reason": "no_email",
            "stage": "registration",
        }
    ]


def test_audit_entries_of_the_whole_account_have_no_webinar(connection: ZoomConnection):
    at = datetime(2026, 3, 2, tzinfo=UTC)
    AuditEntry.objects.create(
        brand=connection.brand,
        subject="brand",
        code="connected",
        severity="info",
        state="resolved",
        values={"account": "abc", "way": "OAuth"},
        created_at=at,
    )
    assert export("audit") == [
        {
            "webinar_id": None,
            "code": "connected",
            "severity": "info",
            "state": "resolved",
            "message": "Zoom account abc was connected with OAuth.",
            "created_at": at,
        }
    ]


def test_what_is_off_for_the_account_is_exported_for_each_of_its_webinars(connection: ZoomConnection):
    ids = sorted(make_webinar(connection).zoom_webinar_id for _number in range(3))
    warn(connection.brand, AuditCode.SYNC_OFF)
    rows = export("audit")
    assert [row["webinar_id"] for row in rows] == ids
    assert {(row["code"], row["severity"], row["state"]) for row in rows} == {("E1", "info", "open")}
    assert AuditEntry.objects.count() == 1


@pytest.mark.parametrize("name", DATASETS)
def test_an_empty_database_exports_nothing(name: str):
    assert export(name) == []


def test_the_number_of_queries_grows_by_chunks_not_by_rows(django_assert_num_queries):
    make_contacts(f"p{n}@x.example" for n in range(300))
    with django_assert_num_queries(2):
        assert len(export("contacts")) == 300


@pytest.mark.django_db(transaction=True)
def test_memory_does_not_grow_with_the_rows():
    """On PostgreSQL only a cursor on the server keeps that; committed rows are what it reads."""

    def peak() -> int:
        tracemalloc.start()
        _fields, rows = DATASETS["contacts"].read()
        deque(rows, maxlen=0)
        _, highest = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return highest

    make_contacts(f"a{n}@x.example" for n in range(4_000))
    peak()  # what is loaded once
    few = peak()
    make_contacts(f"b{n}@x.example" for n in range(6_000))
    assert peak() < few * 1.2, database.vendor
