import time
from typing import Any

import pytest
from django.test import Client

from zoomsync.idle import ACTIVE_AT
from zoomsync.models import SecurityEvent


def left_alone(client: Client, seconds: float) -> None:
    session = client.session
    session[ACTIVE_AT] = time.time() - seconds
    session.save()


def is_in(client: Client, **headers: str) -> bool:
    return client.get("/contacts/", headers=headers).status_code == 200


@pytest.mark.parametrize("hours", [0.25, 12, 100])
def test_who_does_nothing_for_long_is_signed_out(alice_client: Client, settings: Any, hours: float) -> None:
    settings.SIGN_IN_IDLE_SECONDS = hours * 3600
    left_alone(alice_client, hours * 3600 - 60)
    assert is_in(alice_client)
    left_alone(alice_client, hours * 3600 + 1)
    assert not is_in(alice_client)
    assert not is_in(alice_client)
    assert SecurityEvent.objects.get(code="idle_sign_out").actor_name == "alice@acme.test"


def test_each_visit_counts_anew(alice_client: Client, settings: Any) -> None:
    for _visit in range(3):
        left_alone(alice_client, settings.SIGN_IN_IDLE_SECONDS * 0.9)
        assert is_in(alice_client)
        assert time.time() - alice_client.session[ACTIVE_AT] < 10


def test_a_page_that_renews_itself_keeps_nobody_signed_in(alice_client: Client, settings: Any) -> None:
    left_alone(alice_client, settings.SIGN_IN_IDLE_SECONDS * 0.9)
    assert is_in(alice_client, **{"X-Background": "true"})
    assert time.time() - alice_client.session[ACTIVE_AT] > settings.SIGN_IN_IDLE_SECONDS * 0.8
    left_alone(alice_client, settings.SIGN_IN_IDLE_SECONDS + 1)
    assert not is_in(alice_client, **{"X-Background": "true"})


def test_the_session_is_not_written_by_each_request(
    alice_client: Client, django_assert_max_num_queries: Any
) -> None:
    is_in(alice_client)
    before = alice_client.session[ACTIVE_AT]
    is_in(alice_client)
    assert alice_client.session[ACTIVE_AT] == before


def test_what_is_sent_after_the_end_is_not_done(alice_client: Client, settings: Any) -> None:
    left_alone(alice_client, settings.SIGN_IN_IDLE_SECONDS + 1)
    alice_client.post("/contacts/new/", {"email": "late@x.example"})
    assert "late@x.example" not in str(list(SecurityEvent.objects.values()))
    assert alice_client.get("/contacts/")["Location"].startswith("/login/")
