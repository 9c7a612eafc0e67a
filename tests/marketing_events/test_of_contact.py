"""A contact's webinars, with each stay drawn and the percentage explained (X4)."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from marketing_events.models import AttendanceInterval, Participation
from tests.contacts.make import make_contact
from tests.marketing_events.make import START, make_call, make_event

pytestmark = pytest.mark.django_db


def test_x4_stays_are_drawn_and_the_percentage_is_explained(bob_client: Client):
    contact = make_contact()
    end = START + timedelta(hours=1)
    event = make_event(starts_at=START, ended_at=end, status="ended")
    row = Participation.objects.create(
        event=event,
        contact=contact,
        state="attended",
        first_joined_at=START,
        last_left_at=end,
        duration_seconds=1800,
        attendance_percent=50,
    )
    for joined, left in ((0, 15), (45, 60)):
        AttendanceInterval.objects.create(
            participation=row,
            joined_at=START + timedelta(minutes=joined),
            left_at=START + timedelta(minutes=left),
        )
    page = bob_client.get(reverse("events:of_contact", args=[contact.pk])).text
    assert page.count("presence-there") == 2
    assert "50.0 %" in page
    assert "30 min of 60 min" in page


def test_no_shows_and_cancellations_are_listed_in_a_constant_number_of_queries(
    bob_client: Client, django_assert_num_queries
):
    contact = make_contact()
    for number in range(12):
        event = make_event(zoom_webinar_id=number + 1)
        state = "no_show" if number % 2 else "registered"
        Participation.objects.create(event=event, contact=contact, state=state)
        make_call(event, ("Ann", 0, "Hello"))
    # session, user, contact, rows, count, stays, calls
    with django_assert_num_queries(7):
        page = bob_client.get(reverse("events:of_contact", args=[contact.pk])).text
    assert page.count("No-show") == 4
    assert "Page 1 of 2" in page
