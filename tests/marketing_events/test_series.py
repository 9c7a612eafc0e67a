from datetime import timedelta

import pytest

from marketing_events.models import MarketingEvent, Participation
from marketing_events.series import summary_of
from tests.contacts.make import make_contact
from tests.marketing_events.make import START, make_attended, make_event

pytestmark = pytest.mark.django_db


@pytest.fixture
def series():
    contacts = {name: make_contact(f"{name}@x.example") for name in ("anna", "ben", "cid")}
    for week, names in enumerate((("anna", "ben", "cid"), ("anna", "cid"), ("anna",))):
        event = make_event(
            starts_at=START + timedelta(weeks=week),
            zoom_webinar_id=7,
            attended_count=len(names),
            registered_count=2 * len(names),
            no_show_count=len(names),
        )
        for name in names:
            make_attended(event, contacts[name])
    make_event(starts_at=START + timedelta(weeks=3), zoom_webinar_id=7, status="upcoming")


def test_a_series_says_who_came_to_how_many(series):
    summary = summary_of(7)
    assert summary.came_to == {1: 1, 2: 1, 3: 1}
    assert (summary.people, summary.came_back, summary.average_dates) == (3, 2, 2)


def test_a_series_says_how_many_came_back_and_how_many_stayed_away(series):
    summary = summary_of(7)
    assert [row.returned for row in summary.dates] == [None, 2, 1, None]
    assert [row.rate for row in summary.dates] == [50, 50, 50, None]
    assert summary.average_attendance == 2
    assert summary.drop_off == pytest.approx(200 / 3)


def test_d26_a_host_who_is_at_every_date_is_no_one_who_came_back(series):
    host = make_contact("host@x.example")
    for event in MarketingEvent.objects.exclude(status="upcoming"):
        make_attended(event, host)
    Participation.objects.filter(contact=host).update(role="host")
    assert summary_of(7).came_to == {1: 1, 2: 1, 3: 1}


def test_its_page_and_its_csv_name_the_people(charlie_client, series):
    text = charlie_client.get("/marketing-events/series/7/").text
    assert "3 of 3" in text
    assert "Drop-off" in text
    csv = charlie_client.get("/marketing-events/series/7/people.csv").getvalue().decode()
    assert [line.split(",")[0] for line in csv.splitlines()] == [
        '"email"',
        '"anna@x.example"',
        '"cid@x.example"',
        '"ben@x.example"',
    ]
    assert charlie_client.get("/marketing-events/series/8/").status_code == 404


def test_a_date_of_a_series_leads_to_the_others(charlie_client, series):
    (row,) = charlie_client.get("/marketing-events/").context["rows"]
    assert (row.event, row.dates, row.registered, row.attended) == (None, 4, 12, 6)
    assert len(charlie_client.get("/marketing-events/?fold=no").context["rows"]) == 4
    page = charlie_client.get("/marketing-events/?webinar=7")
    assert len(page.context["rows"]) == 4
    event = page.context["rows"][0].event
    assert "/marketing-events/series/7/" in charlie_client.get(f"/marketing-events/{event.pk}/").text


def test_two_dates_are_compared(charlie_client, series):
    rows = charlie_client.get("/marketing-events/?webinar=7&sort=starts").context["rows"]
    first, second = rows[0].event, rows[1].event
    page = charlie_client.get("/marketing-events/compare/", {"event": [first.pk, second.pk]})
    assert page.context["overlap"].attended == 2
    assert [facts.attended for facts in page.context["facts"]] == [3, 2]
    assert [chart.title for chart in page.context["charts"]] == [
        "Registered so far, by days before the start",
        "People present, by minute",
    ]


@pytest.mark.parametrize("query", ["", "?event=", "?event=1", "?event=x&event=99999999999999999999999"])
def test_without_two_events_there_is_something_to_choose(charlie_client, query):
    assert "Choose two events" in charlie_client.get(f"/marketing-events/compare/{query}").text
