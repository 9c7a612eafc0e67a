from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marketing_events import analysis
from marketing_events.models import AttendanceInterval, MarketingEvent, Participation
from tests.contacts.make import make_contact
from tests.marketing_events.make import START, make_attended, make_event, make_registered
from tests.support.examples import examples

pytestmark = pytest.mark.django_db

stays = st.tuples(st.integers(0, 3600), st.integers(0, 3600)).map(sorted)


@given(st.lists(stays, max_size=6))
@settings(
    max_examples=examples(0.4), suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
def test_the_curve_counts_who_was_there_at_any_time_of_each_minute(everybody):
    MarketingEvent.objects.all().delete()
    event = make_event()
    for number, (joined, left) in enumerate(everybody):
        row = make_attended(event, make_contact(f"{event.pk}-{number}@x.example"))
        AttendanceInterval.objects.filter(participation=row).update(
            joined_at=START + timedelta(seconds=joined), left_at=START + timedelta(seconds=left)
        )
    last = 59
    expected = [
        sum(min(joined // 60, last) <= minute <= min(left // 60, last) for joined, left in everybody)
        for minute in range(60)
    ]
    assert analysis.present_by_minute(event) == expected


def test_registrations_are_counted_by_day_without_gaps():
    event = make_event()
    for number, days in enumerate([5, 5, 3]):
        contact = make_contact(f"{number}@x.example")
        make_registered(event, contact, registered_at=START - timedelta(days=days))
    assert list(analysis.registrations_by_day(event).values()) == [2, 0, 1]
    assert analysis.registered_by_lead(event) == {5: 2, 4: 2, 3: 3}
    assert list(analysis.by_week(analysis.registrations_by_day(event)).values()) == [3]


def test_stays_are_counted_in_tenths_and_hosts_are_not():
    event = make_event()
    for number, percent in enumerate([0, 9.99, 10, 55.5, 99.9, 100]):
        make_attended(event, make_contact(f"{number}@x.example"))
        Participation.objects.filter(contact__email=f"{number}@x.example").update(attendance_percent=percent)
    make_attended(event, make_contact("host@x.example"))
    Participation.objects.filter(contact__email="host@x.example").update(role="host")
    assert analysis.stays_by_part(event) == [2, 1, 0, 0, 0, 1, 0, 0, 0, 2]


def test_two_events_have_people_in_common():
    first, second = make_event(), make_event()
    anna, ben = make_contact("anna@x.example"), make_contact("ben@x.example")
    for event in (first, second):
        make_attended(event, anna)
        make_registered(event, ben)
    make_attended(first, make_contact("cid@x.example"))
    found = analysis.overlap(first, second)
    assert (found.registered, found.attended) == (2, 1)


def test_an_event_without_anybody_has_no_numbers():
    event = make_event(ended_at=None)
    assert analysis.registrations_by_day(event) == {}
    assert analysis.registered_by_lead(event) == {}
    assert analysis.present_by_minute(event) == []
    assert sum(analysis.stays_by_part(event)) == 0
