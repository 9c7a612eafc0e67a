from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests.marketing_events.make import make_brand, make_event

pytestmark = pytest.mark.django_db

LIST = "/marketing-events/"


def listed(client: Client, **query: str) -> list[str]:
    return [row.name for row in client.get(LIST, query).context["rows"]]


@pytest.fixture
def events() -> None:
    now = timezone.now()
    make_event("Next week", starts_at=now + timedelta(days=7), status="upcoming", zoom_webinar_id=81234567890)
    make_event("Yesterday", starts_at=now - timedelta(days=1), attended_count=5)
    make_event("Last quarter", starts_at=now - timedelta(days=80), attended_count=50)
    make_event("Someday", starts_at=None, status="upcoming")


def test_somebody_who_is_not_signed_in_sees_the_login(client: Client):
    assert client.get(LIST).status_code == 302


def test_everybody_who_is_signed_in_reads_them(alice_client, bob_client, charlie_client, events):
    for client in (alice_client, bob_client, charlie_client):
        assert len(listed(client)) == 4


def test_the_latest_come_first_and_those_without_a_date_last(charlie_client: Client, events):
    assert listed(charlie_client) == ["Next week", "Yesterday", "Last quarter", "Someday"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"status": "upcoming"}, ["Next week", "Someday"]),
        ({"when": "coming"}, ["Next week"]),
        ({"when": "week"}, ["Yesterday"]),
        ({"when": "year"}, ["Yesterday", "Last quarter"]),
        ({"q": "last quart"}, ["Last quarter"]),
        ({"q": "812-3456-7890"}, ["Next week"]),
        ({"sort": "-attended", "when": "year"}, ["Last quarter", "Yesterday"]),
        (
            {"status": "nonsense", "when": "nonsense", "sort": "nonsense", "page": "nonsense", "q": "yester"},
            ["Yesterday"],
        ),
    ],
)
def test_events_are_searched_filtered_and_sorted(charlie_client: Client, events, query, found):
    assert listed(charlie_client, **query) == found


def test_what_is_live_is_listed_with_what_is_coming(charlie_client: Client, events):
    make_event("Now", starts_at=timezone.now() - timedelta(minutes=20), status="live")
    assert listed(charlie_client, when="coming", sort="starts") == ["Now", "Next week"]


def test_events_are_filtered_by_brand_once_there_are_several(charlie_client: Client, events):
    assert "brand" not in [row.name for row in charlie_client.get(LIST).context["filters"]]
    make_event("Theirs", brand=make_brand("Globex"))
    assert "brand" in [row.name for row in charlie_client.get(LIST).context["filters"]]
    assert listed(charlie_client, brand="globex") == ["Theirs"]
    assert len(listed(charlie_client, brand="acme")) == 4


def test_no_shows_are_unknown_until_attendance_is_final(charlie_client: Client):
    make_event(no_show_count=77, is_final=False)
    assert ">77<" not in charlie_client.get(LIST).content.decode()
    make_event(no_show_count=78, is_final=True)
    assert ">78<" in charlie_client.get(LIST).content.decode()


def test_what_is_listed_costs_no_further_queries(charlie_client: Client, django_assert_num_queries):
    for _ in range(60):
        make_event()
    with django_assert_num_queries(7):  # session, user, brands, hosts, count, groups, rows
        assert len(listed(charlie_client)) == 50


def test_names_from_zoom_are_text_not_html(charlie_client: Client):
    make_event("<script>alert(1)</script>")
    assert "<script>alert" not in charlie_client.get(LIST).content.decode()


def test_without_events_the_page_says_how_they_come(charlie_client: Client):
    assert "No marketing events yet" in charlie_client.get(LIST).content.decode()
    assert "No event matches" in charlie_client.get(LIST, {"q": "x"}).content.decode()
