"""Adding and removing registrants by the client, against the simulator over real HTTP."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from integrations.models import ZoomConnection
from integrations.zoom.client import ZoomClient
from integrations.zoom.endpoints import RegistrantStatus, StatusAction
from integrations.zoom.errors import (
    BadAnswer,
    LimitKind,
    NotFound,
    RateLimited,
    Refused,
    RegistrationNotEnabled,
    Unavailable,
)
from integrations.zoom.http.pacing import Unpaced
from integrations.zoom.http.page_prefetcher import Fetcher, RetryPolicy
from integrations.zoom.oauth.tokens import SharedTokens
from zoom_simulator.account.rows import Webinar
from zoom_simulator.simulator import Simulator

ANA = {"email": "ana@customer.example", "first_name": "Ana", "last_name": "Silva"}


@pytest.fixture
def zoom(simulated_connection: ZoomConnection) -> Iterator[ZoomClient]:
    fetcher = Fetcher(
        SharedTokens(simulated_connection.pk), Unpaced(), patience=RetryPolicy(first_pause=0.01)
    )
    with ZoomClient(fetcher) as client:
        yield client


def upcoming(simulator: Simulator, **more: Any) -> Webinar:
    start = simulator.clock.now() + timedelta(days=1)
    return simulator.account.add_webinar("me", "Talk", start=start, **more)


def additions(simulator: Simulator) -> int:
    return len(simulator.calls.where("/registrants", method="POST"))


def test_r81_a_person_is_registered_with_a_join_link(zoom: ZoomClient, simulator: Simulator) -> None:
    webinar = upcoming(simulator)
    added = zoom.add_registrant(webinar.id, ANA)
    (person,) = webinar.registrants.values()
    assert (person.id, person.email, person.last_name) == (added.registrant_id, ANA["email"], "Silva")
    assert added.status == "approved"
    assert added.join_url


def test_a_date_of_a_series_is_named_in_the_query(zoom: ZoomClient, simulator: Simulator) -> None:
    dates = [simulator.clock.now() + timedelta(days=days) for days in (1, 8)]
    webinar = simulator.account.add_webinar("me", "Series", occurrence_starts=dates, registration_type=2)
    second = webinar.occurrences[1].id
    zoom.add_registrant(webinar.id, ANA, second)
    (person,) = webinar.registrants.values()
    assert list(person.occurrences or {}) == [second]


@pytest.mark.parametrize("fault", ["lost answer", "reset", "500", "truncated", "html"])
def test_an_addition_without_a_clear_answer_is_not_sent_again(
    zoom: ZoomClient, simulator: Simulator, fault: str
) -> None:
    webinar = upcoming(simulator)
    simulator.faults.add(fault, "/registrants", method="POST")
    with pytest.raises((Unavailable, BadAnswer)):
        zoom.add_registrant(webinar.id, ANA)
    assert additions(simulator) == 1


def test_an_addition_whose_token_was_rejected_is_sent_with_a_new_one(
    zoom: ZoomClient, simulator: Simulator
) -> None:
    webinar = upcoming(simulator)
    zoom.webinar(webinar.id)
    simulator.tokens.expire_access()
    assert zoom.add_registrant(webinar.id, ANA).registrant_id in webinar.registrants


def test_d15_the_daily_limit_of_a_registrant_says_until_when(zoom: ZoomClient, simulator: Simulator) -> None:
    webinar = upcoming(simulator)
    simulator.limits.per_registrant = True
    for _ in range(3):
        zoom.add_registrant(webinar.id, ANA)
    with pytest.raises(RateLimited) as caught:
        zoom.add_registrant(webinar.id, ANA)
    assert caught.value.kind is LimitKind.PER_REGISTRANT
    assert additions(simulator) == 4


def test_many_additions_are_sent_at_once(zoom: ZoomClient, simulator: Simulator) -> None:
    """Prepared one after the other, as the database is asked; sent by threads that need no database."""
    webinar = upcoming(simulator)
    prepared = [
        zoom.prepare_registrant(webinar.id, ANA | {"email": f"person{number}@customer.example"})
        for number in range(30)
    ]
    with ThreadPoolExecutor(16) as threads:
        added = list(threads.map(lambda row: row.send(), prepared))
    assert {row.registrant_id for row in added} == set(webinar.registrants)


def test_the_lists_have_the_join_links_of_those_we_registered(zoom: ZoomClient, simulator: Simulator) -> None:
    webinar = upcoming(simulator)
    added = zoom.add_registrant(webinar.id, ANA)
    (page,) = zoom.registered_people(webinar.id, RegistrantStatus.APPROVED)
    assert [(item.id, item.join_url) for item in page.items] == [(added.registrant_id, added.join_url)]
    assert zoom.registered_person(webinar.id, added.registrant_id).join_url == added.join_url
    with pytest.raises(NotFound):
        zoom.registered_person(webinar.id, "nobody")


def test_the_forms_required_fields_are_named(zoom: ZoomClient, simulator: Simulator) -> None:
    webinar = upcoming(
        simulator,
        questions=[{"field_name": "org", "required": True}, {"field_name": "city", "required": False}],
        custom_questions=[{"title": "Why?", "type": "short", "required": True, "answers": []}],
    )
    assert zoom.registration_questions(webinar.id).required_fields == ["org", "Why?"]
    with pytest.raises(Refused) as caught:
        zoom.add_registrant(webinar.id, ANA)
    assert caught.value.details.fields == ("org", "custom_questions.Why?")
    with pytest.raises(RegistrationNotEnabled):
        zoom.registration_questions(upcoming(simulator, approval_type=2).id)


def test_x9_a_cancelled_registration_is_denied_and_can_be_approved_again(
    zoom: ZoomClient, simulator: Simulator
) -> None:
    webinar = upcoming(simulator)
    person = zoom.add_registrant(webinar.id, ANA).registrant_id
    zoom.update_registrant_status(webinar.id, StatusAction.CANCEL, person, ANA["email"])
    assert webinar.registrants[person].status == "denied"
    zoom.update_registrant_status(webinar.id, StatusAction.APPROVE, person, ANA["email"])
    assert webinar.registrants[person].status == "approved"


def test_a_deleted_registrant_is_in_no_list(zoom: ZoomClient, simulator: Simulator) -> None:
    webinar = upcoming(simulator)
    person = zoom.add_registrant(webinar.id, ANA).registrant_id
    zoom.delete_registrant(webinar.id, person)
    assert not webinar.registrants
