import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from contacts.models import Contact, PropertyDefinition, TimelineEntry
from tests.contacts.make import make_contact
from tests.marketing_events.make import make_event

pytestmark = pytest.mark.django_db

START = datetime(2026, 3, 2, 10, tzinfo=UTC)


def page_of(client: Client, contact: Contact, **query: str) -> str:
    return client.get(reverse("contacts:detail", args=[contact.pk]), query).content.decode()


def entry(contact: Contact, kind: str, **fields: object) -> TimelineEntry:
    return TimelineEntry.objects.create(
        **{
            "contact": contact,
            "kind": kind,
            "subject_key": f"zoom:webinar:{kind}",
            "occurred_at": START,
            "title": "Growing roses",
            **fields,
        }
    )


def test_r75_the_timeline_tells_the_webinars_date_and_when_the_contact_joined_and_left(alice_client: Client):
    contact = make_contact()
    event = make_event(zoom_webinar_id=7, session_uuid="u==", starts_at=START)
    entry(
        contact,
        "webinar_attended",
        subject_key="zoom:session:u==",
        event=event,
        zoom_webinar_id=7,
        webinar_starts_at=START,
        joined_at=START + timedelta(minutes=2, seconds=11),
        left_at=START + timedelta(minutes=48),
    )
    alice_client.cookies["tz"] = "Europe/Berlin"
    page = page_of(alice_client, contact)
    assert "Attended a webinar" in page
    assert "2 Mar 2026, 11:00 CET" in page
    assert ">11:02:11 CET<" in page
    assert ">11:48:00 CET<" in page
    assert reverse("events:detail", args=[event.pk]) in page


def test_d21_the_timeline_says_when_a_cancellation_was_noticed(alice_client: Client):
    contact = make_contact()
    entry(contact, "webinar_cancelled", noticed_at=START + timedelta(days=3))
    assert "noticed <time" in page_of(alice_client, contact)


def test_r75_a_stay_past_midnight_is_told_with_its_date(alice_client: Client):
    contact = make_contact()
    entry(
        contact,
        "webinar_attended",
        webinar_starts_at=START,
        joined_at=START,
        left_at=START + timedelta(hours=14, minutes=1),
    )
    page = page_of(alice_client, contact)
    assert ">10:00:00 UTC<" in page
    assert ">3 Mar 2026, 00:01:00 UTC<" in page


def test_r75_registering_and_cancelling_are_told_and_a_series_links_to_all_its_sessions(alice_client: Client):
    contact = make_contact()
    entry(contact, "webinar_registered", zoom_webinar_id=7)
    entry(contact, "webinar_cancelled", zoom_webinar_id=7)
    page = page_of(alice_client, contact)
    assert "Registered for a webinar" in page
    assert "Cancelled their registration" in page
    assert page.count('href="/marketing-events/?q=7"') == 2


def test_a_long_timeline_has_pages_and_a_constant_number_of_queries(
    alice_client: Client, django_assert_num_queries
):
    contact = make_contact(secondary_emails=("a@y.example",))
    for number in range(40):
        event = make_event(zoom_webinar_id=number)
        for kind in ("webinar_registered", "webinar_attended"):
            fields = {"event": event, "zoom_webinar_id": number, "joined_at": START, "left_at": START}
            entry(contact, kind, subject_key=f"s{number}", **fields)
    # session, user, contact, labels, count, entries, calls, addresses
    with django_assert_num_queries(8):
        page = page_of(alice_client, contact)
    assert page.count("timeline-line") == 30
    assert "Page 1 of 3" in page


def test_properties_are_shown_by_their_labels(alice_client: Client):
    PropertyDefinition.objects.create(name="city", label="Home town")
    contact = make_contact(properties={"city": "Bonn", "undefined": 7})
    page = page_of(alice_client, contact)
    assert re.search(r"<dt>Home town</dt>\s*<dd>Bonn</dd>", page)
    assert re.search(r"<dt>undefined</dt>\s*<dd>7</dd>", page)


def test_r59_to_r63_the_properties_of_the_group_zoom_are_shown_by_their_names(alice_client: Client):
    contact = make_contact(
        zoom_webinar_registration_count=1234,
        zoom_webinar_attendance_count=5,
        zoom_webinar_attendance_average_duration=66.67,
        zoom_webinar_joinlink="https://zoom.us/w/1",
    )
    page = page_of(alice_client, contact)
    for words in (
        "Average Zoom webinar attendance duration",
        "Last registered Zoom webinar",
        "Total number of Zoom webinar registrations",
        "Total number of Zoom webinars attended",
        *("1,234", "66.7 %", 'href="https://zoom.us/w/1"'),
    ):
        assert words in page


def test_a_link_that_is_none_is_not_drawn_as_one(alice_client: Client):
    page = page_of(alice_client, make_contact(zoom_webinar_joinlink="javascript:alert(1)"))
    assert "javascript:" not in page


def test_without_a_timeline_the_page_says_what_will_come(alice_client: Client):
    assert "No activity yet" in page_of(alice_client, make_contact())
