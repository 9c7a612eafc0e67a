import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from django.db import connection, transaction
from django.db.models import F

from marketing_events.bulk import (
    ParticipationRow,
    recount_contacts,
    recount_events,
    retract_participations,
    write_intervals,
    write_participations,
)
from marketing_events.models import AttendanceInterval, MarketingEvent, Participation
from tests.contacts import make as contacts
from tests.marketing_events import make

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = AT + timedelta(minutes=30)


def make_event(number=1, webinar=1):
    return make.make_event("Roses", external_id=str(number), zoom_webinar_id=webinar)


def make_contact(name="anna"):
    return contacts.make_contact(f"{name}@example.com")


def attended(event, contact, percent=50.0):
    return ParticipationRow(event.pk, contact.pk, "attended", AT, None, AT, LATER, 1800, percent)


@pytest.mark.django_db
def test_a_participation_is_one_however_often_it_is_written():
    event, contact = make_event(), make_contact()
    assert write_participations([attended(event, contact)]).inserted == 1
    before = Participation.objects.get()
    assert write_participations([attended(event, contact)]).total == 0
    assert Participation.objects.get().updated_at == before.updated_at
    assert write_participations([attended(event, contact, 60.0)]).changed == 1
    assert Participation.objects.get().updated_at > before.updated_at


@pytest.mark.django_db
def test_only_what_is_kept_stays_of_these_contacts_in_these_events():
    first, second = make_event(1), make_event(2)
    anna, ben = make_contact("anna"), make_contact("ben")
    write_participations([attended(e, c) for e in (first, second) for c in (anna, ben)])
    assert retract_participations([first.pk, second.pk], [anna.pk], {(first.pk, anna.pk)}) == 1
    left = set(Participation.objects.values_list("event", "contact"))
    assert left == {(first.pk, anna.pk), (first.pk, ben.pk), (second.pk, ben.pk)}


@pytest.mark.django_db
def test_intervals_become_those_that_are_given():
    event, contact = make_event(), make_contact()
    write_participations([attended(event, contact)])
    key, middle = (event.pk, contact.pk), AT + timedelta(minutes=10)
    write_intervals({key: [(AT, middle), (middle, LATER)]})
    assert AttendanceInterval.objects.count() == 2
    write_intervals({key: [(AT, LATER)]}, present=[contact.pk])
    assert [(row.joined_at, row.left_at) for row in AttendanceInterval.objects.all()] == [(AT, LATER)]


@pytest.mark.django_db
def test_an_event_knows_how_many_did_what():
    event = make_event()
    states = ["registered", "registered", "cancelled", "no_show"]
    parts = [
        ParticipationRow(event.pk, make_contact(f"p{n}").pk, state, AT) for n, state in enumerate(states)
    ]
    write_participations([*parts, attended(event, make_contact())])
    recount_events([event.pk])
    event.refresh_from_db()
    counts = (event.registered_count, event.attended_count, event.cancelled_count, event.no_show_count)
    assert counts == (5, 1, 1, 1)


@pytest.mark.django_db
def test_d26_staff_who_cancelled_or_stayed_away_are_no_cancellation_and_no_no_show():
    event = make_event()
    parts = [
        ParticipationRow(event.pk, make_contact(f"p{n}").pk, state, AT, role=role)
        for n, (state, role) in enumerate(product(("cancelled", "no_show"), ("attendee", "host", "panelist")))
    ]
    write_participations(parts)
    recount_events([event.pk])
    event.refresh_from_db()
    assert (event.cancelled_count, event.no_show_count, event.staff_count) == (1, 1, 0)


@pytest.mark.django_db
def test_counting_many_costs_as_many_queries_as_counting_one(django_assert_num_queries):
    event = make_event()
    contacts = [make_contact(f"p{n}") for n in range(20)]
    write_participations([attended(event, contact) for contact in contacts])
    for some in (contacts[:1], contacts):
        with transaction.atomic(), django_assert_num_queries(5):  # two of them say what changed
            recount_contacts([contact.pk for contact in some], lambda rows: (len(rows), 0, None))


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite locks the whole database")
def test_who_registers_while_an_event_is_counted_is_not_lost():
    event, has_added = make_event(), threading.Event()
    first, second = (
        ParticipationRow(event.pk, make_contact(name).pk, "registered", AT) for name in ("anna", "ben")
    )

    def add_one() -> None:
        try:
            with transaction.atomic():
                write_participations([first])
                one_more = F("registered_count") + 1
                MarketingEvent.objects.filter(pk=event.pk).update(registered_count=one_more)
                has_added.set()
                time.sleep(0.3)  # the other one counts now
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        adding = pool.submit(add_one)
        has_added.wait(5)
        with transaction.atomic():
            write_participations([second])
            recount_events([event.pk])
        adding.result(10)
    event.refresh_from_db()
    assert event.registered_count == 2
