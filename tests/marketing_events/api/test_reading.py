"""/marketing-events, /calls, and what a contact had to do with them."""

import pytest

from tests.contacts.make import make_contact
from tests.marketing_events.make import make_attended, make_brand, make_call, make_event, make_registered

pytestmark = pytest.mark.django_db


def ids(answer) -> list[int]:
    assert answer.status_code == 200, answer.json()
    return [row["id"] for row in answer.json()["results"]]


def test_events_are_found_by_webinar_however_its_id_is_typed(operator_api):
    make_event()
    event = make_event(zoom_webinar_id=93112345678)
    for typed in ("93112345678", "931 1234 5678", "931-1234-5678"):
        assert ids(operator_api.get(f"marketing-events?webinar_id={typed}")) == [event.pk]
    for typed in ("x", "", "9" * 30, "٣"):
        answer = operator_api.get(f"marketing-events?webinar_id={typed}")
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["field"] == "webinar_id"


def test_events_are_found_by_their_start_from_included_to_excluded(operator_api):
    early, middle, late = (make_event(starts_at=f"2026-03-0{day}T10:00:00Z") for day in (1, 2, 3))
    make_event(starts_at=None)
    start, end = "2026-03-01T10:00:00Z", "2026-03-03T10:00:00Z"
    assert ids(operator_api.get(f"marketing-events?from={start}&to={end}")) == [early.pk, middle.pk]
    assert ids(operator_api.get(f"marketing-events?from={end}")) == [late.pk]
    assert operator_api.get("marketing-events?from=soon").json()["errors"][0]["field"] == "from"


def test_an_event_with_its_figures(operator_api):
    event = make_event(brand=make_brand("Acme"), attended_count=2)
    answer = operator_api.get(f"marketing-events/{event.pk}")
    thing = answer.json()
    assert thing["webinar_id"] == str(event.zoom_webinar_id)
    assert (thing["brand"], thing["attended_count"], thing["is_final"]) == ("Acme", 2, True)
    assert thing["starts_at"] == "2026-03-02T10:00:00Z"
    assert operator_api.get(thing["url"], if_none_match=answer["ETag"]).status_code == 304


def test_participations_of_an_event_by_state(operator_api):
    event, other = make_event(), make_event()
    attended = make_attended(event, make_contact("ann@example.com"))
    registered = make_registered(event, make_contact())
    make_attended(other, attended.contact)
    path = f"marketing-events/{event.pk}/participations"
    assert ids(operator_api.get(path)) == [attended.pk, registered.pk]
    (row,) = operator_api.get(f"{path}?state=attended").json()["results"]
    assert (row["email"], row["topic"], row["duration_seconds"]) == ("ann@example.com", event.name, 1800)
    assert row["first_joined_at"] == "2026-03-02T10:05:00Z"
    assert operator_api.get(f"{path}?state=asleep").status_code == 422


def test_participations_and_calls_of_a_contact(operator_api):
    ann, bob = make_contact("ann@example.com"), make_contact("bob@example.com")
    event, other = make_event(), make_event()
    attended = make_attended(event, ann)
    make_attended(other, bob)
    call = make_call(event)
    make_call(other)
    assert ids(operator_api.get(f"contacts/{ann.pk}/participations")) == [attended.pk]
    assert ids(operator_api.get(f"contacts/{ann.pk}/calls")) == [call.pk]


def test_a_call_comes_with_its_transcript_and_without_its_passcode(operator_api):
    event = make_event()
    make_attended(event, make_contact("ann@example.com"))
    call = make_call(event, ("Ann", 1, "Good morning."), ("", 7.5, "Hello."))
    (row,) = operator_api.get("calls").json()["results"]
    assert "transcript" not in row
    thing = operator_api.get(row["url"]).json()
    assert thing["emails"] == ["ann@example.com"]
    assert thing["transcript"] == [
        {"speaker": "Ann", "start_seconds": 1.0, "end_seconds": 5.0, "text": "Good morning."},
        {"speaker": "", "start_seconds": 7.5, "end_seconds": 11.5, "text": "Hello."},
    ]
    assert call.passcode not in str(thing)


@pytest.mark.parametrize("path", ["marketing-events/1", "marketing-events/1/participations", "calls/1"])
def test_what_there_is_not_is_404(operator_api, path):
    assert operator_api.get(path).status_code == 404


@pytest.mark.parametrize(
    "path", ["marketing-events", "calls", "contacts/{0}/participations", "contacts/{0}/calls", "contacts"]
)
def test_the_number_of_queries_does_not_grow_with_the_list(operator_api, django_assert_max_num_queries, path):
    contact = make_contact()
    for _number in range(8):
        make_call(make_attended(make_event(), contact).event)
    with django_assert_max_num_queries(7):
        assert operator_api.get(path.format(contact.pk)).status_code == 200
