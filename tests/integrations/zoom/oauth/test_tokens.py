import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs

import pytest
import requests
import responses
from django.db import DatabaseError
from django.db import connection as connection_to_database
from django.db import connection as database
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from responses.registries import OrderedRegistry

from core.database import flushed_later
from integrations.models import ZoomConnection
from integrations.zoom.errors import NeedsPerson, SignInRefused, Unavailable
from integrations.zoom.http.responses import Reply
from integrations.zoom.http.transport import Request, Transport
from integrations.zoom.oauth import tokens
from integrations.zoom.oauth.auth import Grant
from integrations.zoom.oauth.tokens import LEASE, SharedTokens, store_grant
from tests.integrations.zoom.fakes import ScriptedTransport, reply
from tests.support.at_once import at_once
from tests.support.installation import Installation
from zoom_simulator.simulator import Simulator

REVOKED = reply({"reason": "Invalid Token!", "error": "invalid_grant"}, 400)
WRONG_SECRET = reply({"reason": "Invalid client_id or client_secret", "error": "invalid_client"}, 400)


class RotatingZoom(Transport):
    """Zoom's side of the rotation: each refresh token works once, and only the newest."""

    def __init__(self) -> None:
        super().__init__()
        self.granted = 0
        self.refused = 0
        self._lock = threading.Lock()

    def send(self, request: Request) -> Reply:
        form = request.form or {}
        with self._lock:
            is_newest = form.get("refresh_token") == f"refresh-{self.granted}"
            if form["grant_type"] == "refresh_token" and not is_newest:
                self.refused += 1
                return REVOKED
            self.granted += 1
            return granted(self.granted, rotates=form["grant_type"] == "refresh_token")


def granted(number: int, *, rotates: bool = False, expires_in: int = 3600) -> Reply:
    body = {"access_token": f"access-{number}", "expires_in": expires_in, "scope": "user:read:admin"}
    return reply(body | ({"refresh_token": f"refresh-{number}"} if rotates else {}))


def grant(number: int) -> Grant:
    return Grant(f"access-{number}", f"refresh-{number}", timezone.now() + timedelta(hours=1), "", "")


@pytest.fixture
def oauth(connection: ZoomConnection) -> ZoomConnection:
    """Connected by OAuth, with a token that is about to end."""
    connection.auth_kind = ZoomConnection.Auth.OAUTH
    connection.access_token, connection.refresh_token = "access-0", "refresh-0"
    connection.token_expires_at = timezone.now() + timedelta(seconds=30)
    connection.save()
    return connection


def no_sleep(_seconds: float) -> None:
    pass


def shared(connection: ZoomConnection, *answers: Any) -> tuple[SharedTokens, ScriptedTransport]:
    transport = ScriptedTransport(answers)
    return SharedTokens(connection.pk, transport, no_sleep), transport


def test_d2_a_token_is_fetched_once_and_then_shared(connection: ZoomConnection):
    first, zoom = shared(connection, granted(1))
    second, nobody = shared(connection)
    assert first.current().value == second.current().value == "access-1"
    assert (len(zoom.requests), len(nobody.requests)) == (1, 0)


def test_d2_a_token_in_hand_costs_no_query(connection: ZoomConnection):
    tokens_, _zoom = shared(connection, granted(1))
    tokens_.current()
    with CaptureQueriesContext(database) as queries:
        tokens_.current()
    assert len(queries) == 0


def test_d2_a_stored_token_is_not_readable_in_the_database(oauth: ZoomConnection):
    tokens_, _zoom = shared(oauth, granted(1, rotates=True))
    tokens_.current()
    with database.cursor() as cursor:
        cursor.execute("SELECT access_token, refresh_token FROM integrations_zoomconnection")
        stored = cursor.fetchone()
    assert "access-1" not in stored[0]
    assert "refresh-1" not in stored[1]


def test_d2_a_token_that_is_about_to_end_is_replaced_and_rotated(oauth: ZoomConnection):
    tokens_, zoom = shared(oauth, granted(1, rotates=True))
    assert tokens_.current().value == "access-1"
    assert zoom.requests[0].form == {"grant_type": "refresh_token", "refresh_token": "refresh-0"}
    oauth.refresh_from_db()
    assert (oauth.access_token, oauth.refresh_token) == ("access-1", "refresh-1")
    assert oauth.scopes == "user:read:admin"
    assert oauth.token_lease_until is None


def test_d2_an_answer_without_a_refresh_token_keeps_the_old_one(oauth: ZoomConnection):
    shared(oauth, granted(1))[0].current()
    oauth.refresh_from_db()
    assert oauth.refresh_token == "refresh-0"


def test_d2_a_rejected_token_is_replaced_by_the_first_who_says_so(connection: ZoomConnection):
    first, zoom = shared(connection, granted(1), granted(2))
    second, nobody = shared(connection)
    rejected = first.current()
    second.current()
    assert first.renew(rejected).value == "access-2"
    assert second.renew(rejected).value == "access-2"
    assert (len(zoom.requests), len(nobody.requests)) == (2, 0)


def test_zoom_being_away_is_tried_again_and_leaves_the_lease_free(oauth: ZoomConnection):
    tokens_, zoom = shared(oauth, Unavailable(), reply(b"<html>", 502), granted(1, rotates=True))
    assert tokens_.current().value == "access-1"
    away, _zoom = shared(oauth, *[Unavailable()] * 3)
    ZoomConnection.objects.update(token_expires_at=timezone.now())
    with pytest.raises(Unavailable):
        away.current()
    assert ZoomConnection.objects.get().token_lease_until is None
    assert ZoomConnection.objects.get().refresh_token == "refresh-1"
    assert len(zoom.requests) == 3


def test_d2_a_revoked_permission_needs_a_person_and_is_not_tried_for_ever(oauth: ZoomConnection):
    tokens_, zoom = shared(oauth, REVOKED)
    for _time in range(3):
        with pytest.raises(SignInRefused, match="Reconnect Zoom"):
            tokens_.current()
    assert len(zoom.requests) == 1
    oauth.refresh_from_db()
    assert oauth.state == ZoomConnection.State.NEEDS_ATTENTION
    assert "Reconnect Zoom" in str(oauth.state_reason)
    assert (oauth.access_token, oauth.refresh_token) == ("", "")


def test_d2_wrong_credentials_are_told_and_heal_when_they_are_right_again(connection: ZoomConnection):
    tokens_, _zoom = shared(connection, WRONG_SECRET, granted(1))
    with pytest.raises(SignInRefused, match="client ID"):
        tokens_.current()
    assert ZoomConnection.objects.get().state == ZoomConnection.State.NEEDS_ATTENTION
    assert tokens_.current().value == "access-1"
    healed = ZoomConnection.objects.get()
    assert (healed.state, healed.state_reason) == (ZoomConnection.State.CONNECTED, None)


def test_d2_wrong_credentials_do_not_lose_the_permission(oauth: ZoomConnection):
    with pytest.raises(SignInRefused):
        shared(oauth, WRONG_SECRET)[0].current()
    assert ZoomConnection.objects.get().refresh_token == "refresh-0"


@pytest.mark.parametrize("state", ["disconnected", "deleted"])
def test_a_connection_that_is_gone_needs_a_person(connection: ZoomConnection, state: str):
    tokens_, _zoom = shared(connection)
    if state == "deleted":
        connection.delete()
    else:
        ZoomConnection.objects.update(state=state)
    with pytest.raises(NeedsPerson, match="isn't connected"):
        tokens_.current()


def hold_lease(seconds: float) -> None:
    until = timezone.now() + timedelta(seconds=seconds)
    ZoomConnection.objects.update(token_lease_until=until, token_lease_holder="another worker")


def test_d2_a_worker_waits_for_the_one_that_is_fetching(oauth: ZoomConnection):
    hold_lease(60)
    looks: list[float] = []

    def look_again(pause: float) -> None:
        looks.append(pause)
        if len(looks) == 3:
            store_grant(oauth.pk, grant(7))

    assert SharedTokens(oauth.pk, ScriptedTransport(), look_again).current().value == "access-7"
    assert len(looks) == 3


def test_d2_a_dead_workers_lease_ends(oauth: ZoomConnection):
    hold_lease(-1)
    tokens_, _zoom = shared(oauth, granted(1, rotates=True))
    assert tokens_.current().value == "access-1"
    assert ZoomConnection.objects.get().token_lease_holder == ""


def test_d2_a_permission_lost_by_a_dead_worker_is_told_as_such(oauth: ZoomConnection):
    hold_lease(-1)
    with pytest.raises(SignInRefused, match="A worker stopped while Zoom renewed"):
        shared(oauth, REVOKED)[0].current()


def test_d2_a_lease_outlives_all_tries_of_its_holder():
    waits = tokens.OAUTH_TIMEOUTS.total * tokens.ASK_TRIES + sum(range(tokens.ASK_TRIES))
    assert LEASE.total_seconds() > waits


def test_d2_a_new_permission_is_stored_even_if_the_database_stumbles(
    oauth: ZoomConnection, monkeypatch: pytest.MonkeyPatch
):
    stumbles = iter([DatabaseError("gone"), DatabaseError("locked")])

    def stumbling(*args: Any, **kwargs: Any) -> Any:
        for problem in stumbles:
            raise problem
        return store_grant(*args, **kwargs)

    monkeypatch.setattr(tokens, "store_grant", stumbling)
    monkeypatch.setattr(tokens.time, "sleep", no_sleep)
    monkeypatch.setattr(database, "close", lambda: None)
    assert shared(oauth, granted(1, rotates=True))[0].current().value == "access-1"
    assert ZoomConnection.objects.get().refresh_token == "refresh-1"


def test_d2_who_connects_again_during_a_refresh_is_not_overwritten(oauth: ZoomConnection):
    def reconnect_meanwhile(_request: Request) -> Reply:
        store_grant(oauth.pk, grant(9))
        return granted(1, rotates=True)

    assert shared(oauth, reconnect_meanwhile)[0].current().value == "access-9"
    assert ZoomConnection.objects.get().refresh_token == "refresh-9"


def test_d2_who_connects_again_during_a_refusal_stays_connected(oauth: ZoomConnection):
    def reconnect_meanwhile(_request: Request) -> Reply:
        store_grant(oauth.pk, grant(9))
        return REVOKED

    with pytest.raises(SignInRefused):
        shared(oauth, reconnect_meanwhile)[0].current()
    stored = ZoomConnection.objects.get()
    assert (stored.state, stored.refresh_token) == (ZoomConnection.State.CONNECTED, "refresh-9")


def test_d2_who_disconnects_during_a_refresh_stays_disconnected(oauth: ZoomConnection):
    def disconnect_meanwhile(_request: Request) -> Reply:
        ZoomConnection.objects.update(state="disconnected", access_token="", refresh_token="")
        return granted(1, rotates=True)

    with pytest.raises(NeedsPerson, match="isn't connected"):
        shared(oauth, disconnect_meanwhile)[0].current()
    assert ZoomConnection.objects.get().access_token == ""


def test_d2_the_settings_credentials_stand_in_for_those_of_the_connection(
    oauth: ZoomConnection, settings: Any
):
    settings.ZOOM_CLIENT_SECRET = "from-the-environment"
    oauth.client_secret = ""
    assert tokens.app_of(oauth).client_secret == "from-the-environment"
    assert tokens.app_of(oauth).client_id == "acme-client"


@pytest.mark.django_db(transaction=True)
def test_d2_threads_that_need_a_token_at_once_cause_one_refresh(oauth: ZoomConnection):
    zoom = RotatingZoom()
    answers, problems = at_once(8, lambda _: SharedTokens(oauth.pk, zoom).current().value)
    assert problems == []
    assert set(answers) == {"access-1"}
    assert (zoom.granted, zoom.refused) == (1, 0)


@pytest.mark.django_db(transaction=True)
def test_d2_rotation_survives_threads_that_reject_token_after_token(oauth: ZoomConnection):
    zoom = RotatingZoom()

    def use_and_reject(_number: int) -> None:
        mine = SharedTokens(oauth.pk, zoom)
        for _time in range(5):
            mine.renew(mine.current())

    _answers, problems = at_once(4, use_and_reject)
    assert problems == []
    assert zoom.refused == 0
    assert ZoomConnection.objects.get().refresh_token == f"refresh-{zoom.granted}"


@pytest.fixture
def oauth_url() -> Iterator[responses.RequestsMock]:
    """Zoom's token endpoint, answering what a test adds, in that order."""
    with responses.RequestsMock(registry=OrderedRegistry) as mock:
        yield mock


def answer(mock: responses.RequestsMock, body: Any, status: int = 200) -> None:
    kind = {"body": body} if isinstance(body, Exception) else {"json": body}
    mock.post("https://zoom.us/oauth/token", status=status, **kind)


def test_d2_a_permission_rotates_at_zoom_refresh_after_refresh(
    oauth: ZoomConnection, oauth_url: responses.RequestsMock
):
    for number in (1, 2, 3):
        grant_of = {"access_token": f"access-{number}", "refresh_token": f"refresh-{number}"}
        answer(oauth_url, {**grant_of, "expires_in": 3600, "scope": "user:read:admin"})
    seen = []
    for _time in range(3):
        seen.append(SharedTokens(oauth.pk).current().value)
        ZoomConnection.objects.update(token_expires_at=timezone.now())
    assert seen == ["access-1", "access-2", "access-3"]
    spent = [parse_qs(str(call.request.body))["refresh_token"] for call in oauth_url.calls]
    assert spent == [["refresh-0"], ["refresh-1"], ["refresh-2"]]


def test_d2_a_refresh_that_zoom_never_got_costs_nothing(
    oauth: ZoomConnection, oauth_url: responses.RequestsMock
):
    answer(oauth_url, ConnectionError("reset by peer"))
    answer(oauth_url, {"access_token": "access-1", "refresh_token": "refresh-1", "expires_in": 3600})
    assert SharedTokens(oauth.pk, sleep=no_sleep).current().value == "access-1"


def test_d2_an_answer_lost_on_its_way_is_told_in_words(
    oauth: ZoomConnection, oauth_url: responses.RequestsMock
):
    answer(oauth_url, requests.ReadTimeout("no answer"))
    answer(oauth_url, {"reason": "Invalid Token!", "error": "invalid_grant"}, 400)
    with pytest.raises(SignInRefused, match="a renewal was lost"):
        SharedTokens(oauth.pk, sleep=no_sleep).current()


def test_d2_a_deactivated_app_needs_a_person(connection: ZoomConnection, oauth_url: responses.RequestsMock):
    answer(oauth_url, {"reason": "Invalid client_id or client_secret", "error": "invalid_client"}, 401)
    with pytest.raises(SignInRefused):
        SharedTokens(connection.pk, sleep=no_sleep).current()


GET_TOKEN = "from integrations.zoom.oauth.tokens import SharedTokens; print(SharedTokens({}).current().value)"


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_d2_processes_that_need_a_token_at_once_cause_one_call(
    simulator: Simulator, simulated_connection: ZoomConnection, installation: Installation
):
    simulator.faults.add("slow", "/oauth/token", seconds=1.5)
    command = [sys.executable, "manage.py", "shell", "-v0", "-c", GET_TOKEN.format(simulated_connection.pk)]
    workers = [
        subprocess.Popen(command, env=installation.environment, stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    values = {worker.communicate(timeout=60)[0].strip() for worker in workers}
    assert len(values) == 1
    assert [call.path for call in simulator.calls] == ["/oauth/token"]


@pytest.mark.django_db(transaction=True)
def test_d2_a_rotated_token_is_on_the_disk_when_its_commit_returns_also_during_a_sync(oauth: ZoomConnection):
    if connection_to_database.vendor == "sqlite":
        pytest.skip("SQLite has no setting for a single commit")
    with flushed_later(), CaptureQueriesContext(connection_to_database) as queries:
        store_grant(oauth.pk, grant(2))
    said = [query["sql"] for query in queries]
    assert "SET LOCAL synchronous_commit TO on" in said
    assert said.index("SET LOCAL synchronous_commit TO on") < len(said) - 1
