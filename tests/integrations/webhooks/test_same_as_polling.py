"""Webhook events only make it faster: with them, without them, late or twice, the rows are the same (D13)."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from django.utils import timezone

from contacts.models import Contact
from integrations.audit import label_of
from integrations.models import AuditEntry, SyncRun, Webinar, ZoomConnection
from integrations.settings_changes import set_webinars
from integrations.sync.runs.schedule import enqueue_due
from integrations.webhooks.worker import deliveries
from marketing_events.models import MarketingEvent
from tests.integrations.sync.company import Company
from tests.integrations.sync.helpers import everything, sync_all
from tests.integrations.sync.helpers import work_off as sync_queued
from tests.integrations.webhooks.sending import SECRET, post
from tests.support.jobs import work_off
from zoom_simulator.account.base import Event
from zoom_simulator.account.rows import Webinar as ZoomWebinar
from zoom_simulator.webhooks.bodies import event_body

pytestmark = pytest.mark.django_db(transaction=True)

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
GUEST = "anna@customer.example"

type Act = Callable[[], object]
type Rows = dict[str, list[Any]]


@pytest.fixture
def company(
    simulator: Any, simulated_connection: ZoomConnection, unpaced: None, settings: Any, monkeypatch: Any
) -> Company:
    settings.ZOOM_WEBHOOK_SECRET_TOKEN = SECRET
    monkeypatch.setattr("integrations.webhooks.receive.wake", lambda: None)
    return Company(simulator, simulated_connection)


class Story:
    """What happens in Zoom: practice sessions, sessions and deletions of four webinars, in a random order."""

    def __init__(self, company: Company, seed: int) -> None:
        self.company, make = company, company.make
        soon = [make.now + days * DAY for days in (-2, 3, 9)]
        self.single = make.past("Single", start=make.now - 3 * DAY)
        self.doomed = make.upcoming("Doomed")
        self.series = make.past("Series", start=soon[0], occurrence_starts=soon, registration_type=1)
        self.timeless = make.timeless("Timeless")
        for webinar in (self.single, self.doomed, self.series, self.timeless):
            make.register(webinar, GUEST, "Anna Ahlers")
        self.acts = list(self._shuffled(Random(seed)))

    def _shuffled(self, random: Random) -> Iterator[Act]:
        """Of each webinar in its order."""
        tracks = [list(track) for track in self._tracks(random)]
        while tracks:
            track = random.choice(tracks)
            yield track.pop(0)
            tracks = [track for track in tracks if track]

    def _tracks(self, random: Random) -> Iterator[list[Act]]:
        account, past = self.company.account, self.company.make.now - 2 * DAY
        before = random.choice([-5 * HOUR, -HOUR])
        yield [
            lambda: self._hold(self.single, before, practice=True),
            lambda: self._hold(self.single, timedelta()),
            *([lambda: self._hold(self.single, 2 * HOUR)] if random.random() < 0.5 else []),
        ]
        yield [
            lambda: account.rename_webinar(self.doomed.id, "Doomed indeed"),
            lambda: account.delete_webinar(self.doomed.id),
        ]
        yield [
            lambda: account.delete_occurrence(self.series.id, self.series.occurrences[1].id),
            lambda: self._hold(self.series, timedelta()),
        ]
        yield [
            lambda: account.hold(self.timeless.id, past, 20, practice=True),
            lambda: self._hold(self.timeless, timedelta()),
        ]

    def _hold(self, webinar: ZoomWebinar, after: timedelta, *, practice: bool = False) -> None:
        """In what is no practice session there is a guest: without one, only an event could tell."""
        account = self.company.account
        start = webinar.start or self.company.make.now - DAY
        instance = account.hold(webinar.id, start + after, 40, practice=practice)
        if not practice:
            join = instance.start + timedelta(minutes=5)
            account.stay(instance, join, join + HOUR / 4, name="Anna Ahlers", user_email=GUEST)


class Mail:
    """The webhook events of the story, as they are sent."""

    def __init__(self, company: Company) -> None:
        self.company, self.bodies = company, list[dict[str, Any]]()
        company.account.listeners.append(self._keep)

    def _keep(self, event: Event) -> None:
        self.bodies.append(event_body(self.company.account, self.company.simulator.tokens, event))

    def deliver(self, *, backwards: bool = False) -> None:
        bodies, self.bodies = self.bodies, []
        for body in reversed(bodies) if backwards else bodies:
            assert post(json.dumps(body).encode()).status_code == 200
        work_off(deliveries)
        sync_now(self.company)


def sync_now(company: Company) -> None:
    """As a worker: what is queued, and then what a listing has found."""
    SyncRun.objects.active().update(not_before=timezone.now())
    while sync_queued():
        enqueue_due(company.connection)


def rows() -> Rows:
    """What the app has at the end, but for when it was written, and when something was cancelled: events know
    that better.
    """
    found: Rows = dict(everything())
    for row in found["contacts"]:
        del row["created_at"], row["updated_at"]
    for row in found["participations"]:
        row["cancelled_at"] = bool(row["cancelled_at"])
    found["events"] = list(
        MarketingEvent.objects.order_by("zoom_webinar_id", "starts_at").values_list(
            "zoom_webinar_id", "session_uuid", "status", "is_unplanned", "is_final", "attended_count"
        )
    )
    found["states"] = list(Webinar.objects.order_by("pk").values_list("zoom_webinar_id", "state"))
    open_codes = AuditEntry.objects.open().values_list("code", flat=True)
    found["missing"] = [code for code in open_codes if label_of(code) == "E6"]
    return {name: sorted(of, key=repr) for name, of in found.items()}


def poll(company: Company) -> None:
    company.discover()
    sync_all(company.connection, full=True)


@pytest.mark.parametrize(("seed", "trouble"), [(1, "none"), (2, "late"), (3, "twice")])
def test_d13_events_alone_come_to_what_polling_finds(company: Company, seed: int, trouble: str) -> None:
    story, mail = Story(company, seed), Mail(company)
    poll(company)
    mail.bodies.clear()
    for act in story.acts:
        act()
        if trouble != "late":
            sent = list(mail.bodies)
            mail.deliver()
            mail.bodies += [body | {"again": True} for body in sent if trouble == "twice"]
    mail.deliver(backwards=True)
    told = rows()
    assert (story.doomed.id, "gone") in told["states"]
    assert (story.doomed.id, "", "cancelled", False, False, 0) in told["events"]
    assert told["missing"] == []
    poll(company)
    assert rows() == told


@pytest.mark.parametrize(("seed", "knowledge"), [(1, "unknown"), (2, "off")])
def test_d13_events_before_a_webinar_is_known_or_while_it_is_off_change_no_row(
    company: Company, seed: int, knowledge: str
) -> None:
    story, mail = Story(company, seed), Mail(company)
    if knowledge == "off":
        discover_and_turn_off(company)
    for act in story.acts:
        act()
    if knowledge == "unknown":
        SyncRun.objects.all().delete()
    for body in mail.bodies:
        assert post(json.dumps(body).encode()).status_code == 200
    work_off(deliveries)
    SyncRun.objects.all().delete()  # what they asked for has to wait
    _turn_on_and_poll(company)
    told = rows()

    forget(company)
    if knowledge == "off":
        story.doomed.deleted = False
        discover_and_turn_off(company)
        story.doomed.deleted = True
    _turn_on_and_poll(company)
    without = rows()
    assert without == told


def discover_and_turn_off(company: Company) -> None:
    company.discover()
    set_webinars(company.brand, Webinar.objects.all(), sync=False, actor=None)


def _turn_on_and_poll(company: Company) -> None:
    company.discover()
    set_webinars(company.brand, Webinar.objects.filter(sync_enabled=False), sync=True, actor=None)
    sync_now(company)
    poll(company)


def forget(company: Company) -> None:
    """As if nothing had ever been heard of: the webinars, their events and what came by webhook."""
    Webinar.objects.all().delete()
    MarketingEvent.objects.all().delete()
    company.connection.session_notices.all().delete()
    Contact.objects.all().delete()
