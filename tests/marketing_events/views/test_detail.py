import csv
from datetime import timedelta
from html import unescape
from io import StringIO

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from marketing_events.bulk import recount_events
from marketing_events.models import MarketingEvent, Participation
from tests.contacts.make import make_contact
from tests.marketing_events.make import START, make_attended, make_call, make_event, make_registered

pytestmark = pytest.mark.django_db

States = Participation.State


@pytest.fixture
def event() -> MarketingEvent:
    """One who came twice, one who came unregistered, one who did not, one who cancelled."""
    event = make_event("Growing roses", registered_count=3)
    anna = make_contact("anna@x.example", first_name="Anna", last_name="Berg")
    make_attended(event, anna, (5, 20), (30, 60))
    ben = make_contact(
        "ben@x.example", first_name="Ben", last_name="Yang", secondary_emails=("b@home.example",)
    )
    unregistered = make_attended(event, ben, (0, 6))
    unregistered.registered_at = None
    unregistered.save()
    make_registered(event, make_contact("carl@x.example"), state=States.NO_SHOW)
    make_registered(event, make_contact("dora@x.example"), state=States.CANCELLED, cancelled_at=START)
    return event


def at(event: MarketingEvent) -> str:
    return reverse("events:detail", args=[event.pk])


def listed(client: Client, event: MarketingEvent, **query: str) -> list[str]:
    return [row.participation.contact.email for row in client.get(at(event), query).context["rows"]]


def test_somebody_who_is_not_signed_in_sees_the_login(client: Client, event: MarketingEvent):
    assert client.get(at(event)).status_code == 302


def test_an_event_that_is_not_there_is_404(charlie_client: Client):
    assert charlie_client.get(reverse("events:detail", args=[4711])).status_code == 404


def test_r74_the_event_shows_its_registrations_and_attendance(charlie_client: Client, event: MarketingEvent):
    charlie_client.cookies["tz"] = "America/New_York"
    page = charlie_client.get(at(event)).content.decode()
    assert "2 Mar 2026, 05:00 EST" in page
    assert "Joined, EST" in page
    for words in ("05:05:00", "06:00:00", ">45 min<", "75.0 %", "Not registered", "anna@x.example"):
        assert words in page
    contact = event.participations.get(contact__email="anna@x.example").contact
    assert reverse("contacts:detail", args=[contact.pk]) in page


def test_a_cancelled_event_says_so_and_keeps_who_had_registered(charlie_client: Client):
    event = make_event("Growing roses", status="cancelled", session_uuid="", ended_at=None, is_final=False)
    page = charlie_client.get(at(event)).content.decode()
    assert "deleted in Zoom before it took place" in page
    assert "before it was cancelled" in page
    assert "after the next sync" not in page
    make_registered(event, make_contact("anna@x.example"))
    make_registered(event, make_contact("dora@x.example"), state=States.CANCELLED, cancelled_at=START)
    assert listed(charlie_client, event) == ["anna@x.example", "dora@x.example"]
    assert "2 Mar 2026" in charlie_client.get(at(event), {"state": "cancelled"}).content.decode()


def test_d21_a_cancellation_that_was_only_noticed_says_so(charlie_client: Client, event: MarketingEvent):
    Participation.objects.filter(state="cancelled").update(cancellation_noticed_at=START + timedelta(days=1))
    page = charlie_client.get(at(event)).content.decode()
    assert "Cancellation noticed" in page
    assert "3 Mar 2026" in page


def test_an_event_that_is_not_cancelled_does_not_say_so(charlie_client: Client, event: MarketingEvent):
    assert "deleted in Zoom" not in charlie_client.get(at(event)).content.decode()


def test_the_counts_are_parts_of_a_whole(charlie_client: Client, event: MarketingEvent):
    shares = charlie_client.get(at(event)).context["shares"]
    assert {share.key: share.number for share in shares} == {
        "attended": 2,
        "no_show": 1,
        "registered": 0,
        "cancelled": 1,
    }


def test_d26_hosts_and_panelists_are_shown_apart(charlie_client: Client, event: MarketingEvent):
    MarketingEvent.objects.update(attended_count=2, staff_count=2)
    for role in ("host", "panelist"):
        part = make_attended(event, make_contact(f"{role}@x.example"), (0, 60))
        Participation.objects.filter(pk=part.pk).update(role=role)
    answer = charlie_client.get(at(event))
    assert {share.key: share.number for share in answer.context["shares"]}["attended"] == 2
    page = answer.content.decode()
    assert "2 attended, and 2 hosts and panelists." in page
    assert "Attended (4)" in page
    assert ">Panelist<" in page


def test_d26_each_number_of_an_event_opens_as_many_people(charlie_client: Client, event: MarketingEvent):
    for state in ("no_show", "cancelled", "registered"):
        part = make_registered(event, make_contact(f"{state}@staff.example"), state=state, role="host")
        assert part.role == "host"
    recount_events([event.pk])
    event.refresh_from_db()
    attended = listed(charlie_client, event, state="attended", role="audience")
    assert attended == ["anna@x.example", "ben@x.example"]
    assert listed(charlie_client, event, state="no_show") == ["carl@x.example"]
    assert listed(charlie_client, event, state="cancelled") == ["dora@x.example"]
    assert len(listed(charlie_client, event, role="staff")) == 3
    assert len(listed(charlie_client, event, state="ever")) == event.registered_count == 6
    assert (event.no_show_count, event.cancelled_count) == (1, 1)
    page = charlie_client.get(at(event)).content.decode()
    assert "Did not attend" in page
    assert page.count(">No-show</span>") == 1


def test_the_numbers_of_an_event_add_up(charlie_client: Client, event: MarketingEvent):
    make_registered(event, make_contact("eva@x.example"), role="panelist")
    recount_events([event.pk])
    answer = charlie_client.get(at(event))
    counts = answer.context["counts"]
    assert counts.registered.total() + counts.registered_staff == counts.total == 4
    line = " ".join(answer.content.decode().split())
    assert "4 registrations: 1 attended, 1 no-show, 1 cancelled, 1 host or panelist." in line
    assert "1 more person attended without registering." in line


def test_a_short_stay_is_told_in_seconds(charlie_client: Client, event: MarketingEvent):
    Participation.objects.filter(state="attended").update(duration_seconds=20)
    page = charlie_client.get(at(event)).content.decode()
    assert ">20 s<" in page
    assert ">0 min<" not in page


def test_a_sessions_uuid_is_beside_words_and_not_in_their_place(
    charlie_client: Client, event: MarketingEvent
):
    before, _details, after = charlie_client.get(at(event)).content.decode().partition("<details")
    assert event.session_uuid not in before
    assert "ID of this session" in after


@pytest.mark.parametrize(("hours", "is_said"), [(-1, True), (1, False)])
def test_an_event_that_was_to_begin_says_that_zoom_is_silent(charlie_client: Client, hours, is_said):
    start = timezone.now() + timedelta(hours=hours)
    planned = {"status": "upcoming", "session_uuid": "", "ended_at": None, "is_final": False}
    event = make_event("Planned", starts_at=start, **planned)
    page = charlie_client.get(at(event)).text
    assert ("Zoom has not said yet that it started" in page) == is_said


def test_d17_unplanned_sessions_and_dates_that_were_not_held_are_marked(charlie_client: Client):
    make_event("Too early", is_unplanned=True)
    missed = make_event("Missed", status="not_held", session_uuid="", ended_at=None, is_final=False)
    page = charlie_client.get(reverse("events:list")).content.decode()
    assert page.count(">Unplanned session<") == 1
    assert page.count(">Not held</span>") == 1
    assert "No one counts as a no-show" in charlie_client.get(at(missed)).content.decode()


def test_x4_the_percentage_is_explained_by_the_intervals_behind_it(charlie_client: Client, event):
    rows = charlie_client.get(at(event)).context["rows"]
    anna = next(row for row in rows if row.participation.contact.email == "anna@x.example")
    assert [(piece.x, piece.width) for piece in anna.pieces] == [(8.33, 25.0), (50.0, 50.0)]
    page = charlie_client.get(at(event)).content.decode()
    assert "<title>10:05:00\u201310:20:00, 10:30:00\u201311:00:00</title>" in page
    assert "style=" not in page


def test_positions_are_numbers_to_the_browser_in_every_language(charlie_client: Client, event):
    page = charlie_client.get(at(event), headers={"Accept-Language": "de"}).content.decode()
    assert 'x="8.33"' in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, ["carl@x.example", "dora@x.example", "anna@x.example", "ben@x.example"]),
        ({"state": "attended"}, ["anna@x.example", "ben@x.example"]),
        ({"state": "no_show"}, ["carl@x.example"]),
        ({"q": "b@home"}, ["ben@x.example"]),
        ({"q": "berg", "state": "cancelled"}, []),
        ({"sort": "-percent", "state": "attended"}, ["anna@x.example", "ben@x.example"]),
        ({"sort": "-minutes", "state": "attended"}, ["anna@x.example", "ben@x.example"]),
        ({"state": "ever", "q": "b"}, ["anna@x.example"]),
        ({"role": "staff"}, []),
        ({"role": "audience", "state": "attended"}, ["anna@x.example", "ben@x.example"]),
        ({"stay": "p75"}, ["anna@x.example"]),
        ({"stay": "under-p25"}, ["ben@x.example"]),
        ({"stay": "m15"}, ["anna@x.example"]),
        ({"stay": "under-m15"}, ["ben@x.example"]),
        ({"domain": "@x.example", "state": "no_show"}, ["carl@x.example"]),
        ({"domain": "Example", "state": "no_show"}, ["carl@x.example"]),
        ({"domain": "ample"}, []),
        ({"sort": "joined"}, ["ben@x.example", "anna@x.example", "carl@x.example", "dora@x.example"]),
    ],
)
def test_participants_are_searched_filtered_and_sorted(charlie_client: Client, event, query, found):
    assert listed(charlie_client, event, **query) == found


def test_the_csv_of_the_participants_is_what_is_listed(charlie_client: Client, event: MarketingEvent):
    query = {"stay": "m5", "domain": "x.example", "role": "audience", "sort": "-minutes"}
    part = {"HX-Request": "true", "HX-Target": "participants"}
    page = charlie_client.get(at(event), query, headers=part)
    address = reverse("events:participants", args=[event.pk])
    link = next(text for text in page.text.split('"') if text.startswith(address))
    answer = charlie_client.get(unescape(link))
    rows = list(csv.DictReader(StringIO(b"".join(answer.streaming_content).decode())))
    assert [row["email"] for row in rows] == ["anna@x.example", "ben@x.example"]


def test_participants_cost_a_constant_number_of_queries(charlie_client: Client, django_assert_num_queries):
    event = make_event()
    for _ in range(60):
        make_attended(event, make_contact(), (0, 10), (20, 30))
    with django_assert_num_queries(
        10
    ):  # session, user, event, calls, states, count, rows, stays, dates, days
        assert len(listed(charlie_client, event)) == 50


def test_htmx_gets_the_participants_alone(charlie_client: Client, event: MarketingEvent):
    headers = {"HX-Request": "true", "HX-Target": "participants"}
    part = charlie_client.get(at(event), {"state": "no_show"}, headers=headers).content.decode()
    assert "carl@x.example" in part
    assert "anna@x.example" not in part
    assert "<html" not in part


def test_an_event_that_lies_ahead_shows_who_is_registered(charlie_client: Client):
    ahead = make_event(status="upcoming", session_uuid="", ended_at=None, is_final=False)
    make_registered(ahead, make_contact("anna@x.example"), registered_at=START - timedelta(days=1))
    page = charlie_client.get(at(ahead)).content.decode()
    assert "anna@x.example" in page
    assert 'class="presence"' not in page


def test_an_event_without_a_date_or_anybody_is_shown(charlie_client: Client):
    page = charlie_client.get(
        at(make_event(starts_at=None, ended_at=None, status="upcoming"))
    ).content.decode()
    assert "No date yet" in page
    assert "No participants yet" in page


def test_d10_an_event_that_was_recorded_leads_to_its_call(charlie_client: Client, event: MarketingEvent):
    assert "Recorded call</a>" not in charlie_client.get(at(event)).content.decode()
    call = make_call(event)
    assert (
        f'href="{reverse("calls:detail", args=[call.pk])}"' in charlie_client.get(at(event)).content.decode()
    )
