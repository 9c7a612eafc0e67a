"""Invariant 3: whatever a sync tells, and wherever, none of the account's secrets is in it.

The simulator knows every secret that it handed out: these are looked for in all that can be read afterwards.
"""

import logging
from datetime import timedelta
from io import StringIO
from logging.config import DictConfigurator

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core import logs
from core.jobs import RunResult
from integrations.exports.datasets import DATASETS
from integrations.models import AuditEntry, SyncLogLine, SyncRun, Webinar, ZoomConnection, ZoomSettings
from tests.integrations.sync.helpers import exported, sync_all
from zoom_simulator.account.rows import GONE
from zoom_simulator.vtt import Cue

pytestmark = [pytest.mark.django_db(transaction=True)]

PASSCODE = "passcode-of-the-webinar"
OF_PERSONAL_LINKS = ("?tk=", "?zak=", "personal-key")


@pytest.fixture(autouse=True)
def logged(caplog):
    """What the processes would have said until now, in both shapes of a line, by shape."""
    caplog.set_level(logging.DEBUG)
    handlers = {"text": _handler(as_json=False), "json": _handler(as_json=True)}
    for handler in handlers.values():
        logging.root.addHandler(handler)
    yield lambda: {f"log as {shape}": handler.stream.getvalue() for shape, handler in handlers.items()}
    for handler in handlers.values():
        logging.root.removeHandler(handler)


def _handler(*, as_json):
    """Written as an installation writes it: what an exception tells is the formatter's choice."""
    config = DictConfigurator(logs.configure(as_json=as_json, level="DEBUG"))
    handler = logging.StreamHandler(StringIO())
    handler.setFormatter(config.configure_formatter(config.config["formatters"]["line"]))
    return handler


@pytest.fixture
def webinar(company):
    """Recorded, with a transcript; some of its people come in rows that cannot be read."""
    ZoomSettings.objects.update(recordings="all")
    webinar = company.make.past("Growing roses", passcode=PASSCODE)
    anna = company.make.register(webinar, "anna@customer.example", "Anna Ahlers")
    company.make.register(webinar, "not an address", "Ben Brandt")
    company.make.register(webinar, "zoe@customer.example", "Zoe", wire={"id": GONE})
    company.make.register(webinar, "yan@customer.example", "Yan", wire={"status": 7, "create_time": []})
    link = f"https://example.zoom.us/w/{webinar.id}?tk=personal-key"
    webinar.strays = [{"email": "no id", "join_url": link, "create_time": 7}]
    instance = company.make.hold(webinar)
    company.make.stay(instance, anna, 0, 30)
    company.make.stay(instance, None, 0, 30, name="Wim", wire={"leave_time": "yesterday"})
    company.account.recording_ready(instance.uuid)
    company.account.transcript_ready(instance.uuid, [Cue(1, 4, "Welcome.", "Hanna Host")])
    return webinar


@pytest.fixture
def by_consent(company):
    """Connected by OAuth instead, so that there is a refresh token as well."""
    refresh_token, _family = company.simulator.tokens.new_refresh(company.account.owner_id)
    connection = company.connection
    connection.auth_kind, connection.refresh_token = ZoomConnection.Auth.OAUTH, refresh_token
    connection.save()
    return refresh_token


@pytest.fixture
def told(logged, capfd, alice_client):
    """All that can be read after a sync, by where it is."""

    def collect():
        captured = capfd.readouterr()
        return {
            **logged(),
            "output": captured.out + captured.err,
            "entries": str(list(AuditEntry.objects.values())),
            "lines": str(list(SyncLogLine.objects.values_list("message"))),
            "runs": str(list(SyncRun.objects.values_list("error", "changes"))),
            "connection": str(list(ZoomConnection.objects.values_list("state_reason"))),
            "people.csv": alice_client.get(reverse("skipped:download")).getvalue().decode(),
            "metrics": Client().get("/metrics").content.decode(),
            **{dataset: str(exported(dataset)) for dataset in DATASETS},
        }

    return collect


def secrets_of(simulator):
    tokens = simulator.tokens
    handed_out = [*tokens._access, *tokens._refresh.values(), *tokens._downloads]
    assert handed_out
    return [simulator.app.client_secret, PASSCODE, *OF_PERSONAL_LINKS, *handed_out]


def leaks(told, secrets):
    return {(place, secret) for place, text in told.items() for secret in secrets if secret in text}


def test_a_whole_sync_tells_no_secret(company, webinar, told):
    assert company.sync(webinar).end is RunResult.COMPLETE
    everything = told()
    assert all(everything[place] for place in ("entries", "lines", "people.csv", "metrics"))
    assert "Welcome." in everything["calls"]
    assert leaks(everything, secrets_of(company.simulator)) == set()


def test_a_sync_that_goes_wrong_in_every_way_tells_no_secret(company, webinar, by_consent, told):
    company.discover()
    company.simulator.faults.randomly(0.4, seconds=0.05)
    for _round in range(4):
        sync_all(company.connection, full=True)
    assert len(company.simulator.faults.happened) > 10
    secrets = [by_consent, *secrets_of(company.simulator)]
    assert leaks(told(), secrets) == set()


@pytest.mark.parametrize(
    "lost", [("registrants",), ("participants", "report"), ("recording", "transcript")], ids="-".join
)
def test_a_scope_that_is_missing_is_told_without_a_secret(company, webinar, told, lost):
    app = company.simulator.app
    app.scopes = [scope for scope in app.scopes if not any(word in scope for word in lost)]
    company.sync(webinar)
    everything = told()
    assert "scope" in everything["entries"]
    assert leaks(everything, secrets_of(company.simulator)) == set()


def test_a_token_that_is_refused_in_the_middle_is_told_without_a_secret(
    company, webinar, by_consent, told, monkeypatch
):
    company.discover()
    secrets = [by_consent, *secrets_of(company.simulator)]
    company.simulator.tokens.__init__(company.simulator.clock)
    assert company.sync(webinar).end is RunResult.FAILED
    everything = told()
    assert "credentials_rejected" in everything["entries"]
    assert leaks(everything, secrets) == set()


@pytest.mark.parametrize(
    "broken",
    [
        "sync.steps.details._store",
        "zoom.http.downloads.Downloader._content",
        "zoom.oauth.auth._token_request",
    ],
)
def test_a_bug_is_logged_without_the_secrets_that_are_in_the_hands_of_its_callers(
    company, webinar, by_consent, told, monkeypatch, broken
):
    company.discover()
    Webinar.objects.update(next_sync_at=timezone.now() - timedelta(hours=1))
    ZoomConnection.objects.update(token_expires_at=timezone.now())
    monkeypatch.setattr(f"integrations.{broken}", lambda *_given: 1 / 0)
    assert company.sync(webinar).end is RunResult.FAILED
    everything = told()
    assert "ZeroDivisionError" in everything["log as text"]
    assert "ZeroDivisionError" in everything["log as json"]
    assert leaks(everything, [by_consent, *secrets_of(company.simulator)]) == set()
