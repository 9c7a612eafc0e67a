from datetime import UTC, datetime, timedelta

import pytest

from contacts.models import Contact
from marketing_events.models import MarketingEvent
from marketing_events.overview import WEEKS, last_ended, trends, upcoming
from tests.contacts.make import make_contact
from tests.marketing_events.make import make_event, make_registered

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 11, 12, tzinfo=UTC)  # a Wednesday


def ended(days_ago: float, *leads: int, **fields: object) -> MarketingEvent:
    """An event that was held, with someone who registered so many days before it for each of `leads`."""
    start = NOW - timedelta(days=days_ago)
    event = make_event(**{"starts_at": start, "ended_at": start, "registered_count": len(leads), **fields})
    for number, lead in enumerate(leads):
        contact = make_contact(f"p{number}-{event.pk}@x.example")
        make_registered(event, contact, registered_at=start - timedelta(days=lead))
    return event


def planned(in_days: int, registered: int, **fields: object) -> MarketingEvent:
    start = NOW + timedelta(days=in_days)
    return make_event(starts_at=start, status="upcoming", registered_count=registered, **fields)


def test_an_upcoming_event_is_compared_with_earlier_dates_at_the_same_time_before_their_start():
    ended(20, 10, 6, 5, 1, zoom_webinar_id=7)
    ended(10, 8, 2, zoom_webinar_id=7)
    ended(5, 9, 9, 9, 9, 9, 9, zoom_webinar_id=8)
    planned(4, 3, zoom_webinar_id=7)
    (row,) = upcoming(NOW)
    assert (row.registered, row.usual, row.measured_by, row.difference) == (3, 2, 2, 50)


def test_a_webinar_without_earlier_dates_is_compared_with_those_of_its_brand():
    ended(20, 10, 6)
    planned(5, 2)
    (row,) = upcoming(NOW)
    assert (row.usual, row.measured_by) == (2, 1)


def test_without_an_earlier_event_nothing_is_usual():
    planned(5, 2)
    (row,) = upcoming(NOW)
    assert (row.usual, row.difference) == (None, None)


def test_the_next_events_come_in_their_order_and_the_last_ones_newest_first():
    later, sooner = planned(9, 0), planned(1, 0)
    planned(2, 0)
    MarketingEvent.objects.filter(starts_at=NOW + timedelta(days=2)).update(status="cancelled")
    old, new = ended(30), ended(3)
    assert [row.event for row in upcoming(NOW)] == [sooner, later]
    assert last_ended(NOW) == [new, old]


def test_what_is_live_comes_first_and_is_not_among_the_last_ones():
    ended(10, 8, 2, -0.5, zoom_webinar_id=7)
    held, soon = ended(1, zoom_webinar_id=8), planned(1, 0)
    live = make_event(starts_at=NOW - timedelta(days=0.5), status="live", zoom_webinar_id=7)
    late = make_event(starts_at=NOW - timedelta(hours=1), status="upcoming")
    make_event(starts_at=NOW - timedelta(days=2), status="upcoming")  # of a webinar that is not synced
    rows = upcoming(NOW)
    assert [row.event for row in rows] == [live, late, soon]
    assert [row.is_awaited for row in rows] == [False, True, False]
    assert rows[0].usual == 3  # those too who registered as long after the start as now
    assert late not in last_ended(NOW)
    assert last_ended(NOW)[0] == held


def test_weeks_add_up_what_was_held_in_them_and_who_is_new():
    ended(0.5, registered_count=10, attended_count=4, no_show_count=5)
    ended(2, registered_count=1, attended_count=1)
    ended(3, registered_count=7)
    ended(7 * WEEKS, registered_count=100)
    Contact.objects.filter(pk=make_contact("new@x.example").pk).update(created_at=NOW)
    Contact.objects.filter(pk=make_contact("old@x.example").pk).update(
        created_at=NOW - timedelta(days=7 * WEEKS)
    )
    found = trends(NOW)
    this_week, last_week = found.weeks[-1], found.weeks[-2]
    assert len(found.weeks) == WEEKS
    assert (this_week.events, this_week.registered, this_week.attended, this_week.no_shows) == (2, 11, 5, 5)
    assert (last_week.registered, this_week.new_contacts) == (7, 1)
    assert (found.of("registered").total, found.of("registered").before) == (18, 100)
    assert found.of("registered").difference == -82
    assert found.of("new_contacts").difference == 0


def test_a_week_may_begin_on_sunday():
    ended(3, registered_count=7)
    assert trends(NOW, first_weekday=6).weeks[-1].registered == 7


def test_the_number_of_queries_does_not_grow(django_assert_num_queries):
    for number in range(8):
        ended(number + 1, 3, 2, zoom_webinar_id=number)
        planned(number + 1, 1, zoom_webinar_id=number)
    with django_assert_num_queries(6):
        upcoming(NOW, 8)
        trends(NOW)


@pytest.mark.parametrize(
    ("counts", "is_final", "rate"),
    [
        (
            {"registered_count": 231, "attended_count": 108, "no_show_count": 112, "cancelled_count": 12},
            True,
            108 / 2.32,
        ),
        ({"registered_count": 10, "attended_count": 4}, False, 40),
        ({"registered_count": 1, "attended_count": 4}, False, 100),
        ({}, True, None),
    ],
    ids=["one came unregistered", "not final", "most came unregistered", "no one"],
)
def test_the_rate_of_attendance_is_of_all_who_registered_or_came(counts, is_final, rate):
    assert make_event(is_final=is_final, **counts).attendance_rate == (rate and pytest.approx(rate))
