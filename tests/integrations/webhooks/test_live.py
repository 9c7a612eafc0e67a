"""A webinar is live from Zoom's event on that it started, until Zoom says or lists that it ended."""

from datetime import datetime, timedelta
from itertools import permutations
from typing import Any

import msgspec
import pytest
from django.utils import timezone

from integrations.models import (
    AttendanceReading,
    AuditEntry,
    SessionNotice,
    SyncRun,
    WebinarInstance,
    ZoomConnection,
)
from integrations.webhooks.worker import deliveries
from marketing_events.models import MarketingEvent
from tests.integrations.sync.company import Company
from tests.integrations.webhooks.sending import SECRET, post
from tests.support.jobs import work_off
from zoom_simulator.account.base import Event
from zoom_simulator.account.rows import Webinar
from zoom_simulator.webhooks.bodies import event_body

pytestmark = pytest.mark.django_db(transaction=True)

MINUTE = timedelta(minutes=1)
GUEST = "anna@customer.example"


class Talk:
    """A webinar that was to start a quarter of an hour ago, and Zoom's events about it."""

    def __init__(self, company: Company, *, begins_in: timedelta = -15 * MINUTE) -> None:
        self.company, self.start = company, timezone.now() + begins_in
        self.webinar: Webinar = company.make.upcoming("Talk", in_days=0)
        self.webinar.start = self.start
        company.make.register(self.webinar, GUEST, "Anna Ahlers")
        self.bodies: list[Any] = []
        company.account.listeners.append(self._keep)

    def _keep(self, event: Event) -> None:
        body = event_body(self.company.account, self.company.simulator.tokens, event)
        self.bodies.append(msgspec.json.encode(body))

    def deliver(self, *, only: str = "") -> None:
        bodies, self.bodies = self.bodies, []
        for body in bodies:
            if only.encode() in body:
                assert post(body).status_code == 200
        work_off(deliveries)

    def states(self) -> tuple[str, str]:
        """The webinar's state and its event's status after a sync."""
        self.company.sync(self.webinar)
        return self.company.row(self.webinar).state, self.company.event(self.webinar).status


@pytest.fixture
def company(
    simulator: Any, simulated_connection: ZoomConnection, unpaced: None, settings: Any, monkeypatch: Any
) -> Company:
    settings.ZOOM_WEBHOOK_SECRET_TOKEN = SECRET
    monkeypatch.setattr("integrations.webhooks.receive.wake", lambda: None)
    return Company(simulator, simulated_connection)


@pytest.mark.parametrize("loses_the_end", [False, True])
def test_it_is_live_until_zoom_lists_it_as_held(company: Company, loses_the_end: bool) -> None:
    talk = Talk(company)
    company.account.start_webinar(talk.webinar.id, at=talk.start)
    assert talk.states() == ("upcoming", "upcoming")
    talk.deliver()
    assert SyncRun.objects.active().filter(webinar=company.row(talk.webinar)).exists()
    assert talk.states() == ("live", "live")
    assert company.state(GUEST) == "registered"
    assert not AuditEntry.objects.open().filter(webinar=company.row(talk.webinar)).exists()
    company.account.end_webinar(talk.webinar.id, at=talk.start + 10 * MINUTE)
    talk.deliver(only="webinar.started" if loses_the_end else "")
    assert talk.states() == ("ended", "ended")


def test_it_is_live_though_the_event_came_before_the_webinar_was_known(company: Company) -> None:
    talk = Talk(company)
    company.account.start_webinar(talk.webinar.id, at=talk.start)
    talk.deliver()
    assert talk.states() == ("live", "live")


def test_speakers_who_practice_before_the_start_are_not_live(company: Company) -> None:
    talk = Talk(company, begins_in=20 * MINUTE)
    company.account.start_webinar(talk.webinar.id, practice=True, at=timezone.now() - 5 * MINUTE)
    talk.deliver()
    assert talk.states() == ("upcoming", "upcoming")
    company.account.end_webinar(talk.webinar.id)
    talk.deliver()
    assert talk.states() == ("upcoming", "upcoming")


def test_a_webinar_without_fixed_time_is_live_too(company: Company) -> None:
    talk = Talk(company)
    timeless = company.make.timeless("Clinic")
    company.account.start_webinar(timeless.id, at=timezone.now() - MINUTE)
    talk.deliver()
    talk.webinar = timeless
    assert talk.states() == ("live", "live")


def test_of_one_that_never_ended_no_one_says_that_it_is_live_for_ever(company: Company) -> None:
    talk = Talk(company, begins_in=timedelta(hours=-9))
    company.account.start_webinar(talk.webinar.id, at=talk.start)
    talk.deliver()
    assert "live" not in talk.states()


@pytest.mark.parametrize("loses_the_end", [False, True])
def test_d17_a_host_who_drops_out_and_starts_again_is_live_again(
    company: Company, loses_the_end: bool
) -> None:
    talk = Talk(company)
    company.account.start_webinar(talk.webinar.id, at=talk.start)
    company.account.end_webinar(talk.webinar.id, at=talk.start + 5 * MINUTE)
    talk.deliver()
    assert talk.states() == ("ended", "ended")
    company.account.start_webinar(talk.webinar.id, at=talk.start + 10 * MINUTE)
    talk.deliver()
    AttendanceReading.objects.update(final_at=timezone.now())  # of the first: people may still join
    assert talk.states() == ("live", "live")
    assert not company.event(talk.webinar).is_final
    due = company.row(talk.webinar).next_sync_at
    assert due
    assert due < timezone.now() + 15 * MINUTE
    company.account.end_webinar(talk.webinar.id, at=talk.start + 12 * MINUTE)
    talk.deliver(only="webinar.started" if loses_the_end else "")
    assert talk.states() == ("ended", "ended")


def notice(talk: Talk, webinar: Webinar, start: datetime) -> None:
    """Of an instance whose end was lost, as was the listing of it."""
    SessionNotice.objects.create(
        connection=talk.company.connection,
        zoom_webinar_id=webinar.id,
        uuid=f"of {start}",
        started_at=start,
        is_over=False,
    )


def test_one_whose_end_was_lost_hides_no_newer_start(company: Company) -> None:
    talk = Talk(company)
    timeless = company.make.timeless("Clinic")
    notice(talk, timeless, timezone.now() - timedelta(days=2))
    talk.webinar = timeless
    assert talk.states() == ("upcoming", "upcoming")
    notice(talk, timeless, timezone.now() - MINUTE)
    assert talk.states() == ("live", "live")


def test_a_practice_whose_end_was_lost_is_over_once_the_date_was_held(company: Company) -> None:
    talk = Talk(company)
    notice(talk, talk.webinar, talk.start - 20 * MINUTE)
    company.account.start_webinar(talk.webinar.id, at=talk.start)
    company.account.end_webinar(talk.webinar.id, at=talk.start + 10 * MINUTE)
    assert talk.states() == ("ended", "ended")


@pytest.mark.parametrize("order", list(permutations(["webinar.started", "webinar.ended"])))
def test_in_whatever_order_the_events_come_what_ended_has_ended(
    company: Company, order: tuple[str, ...]
) -> None:
    talk = Talk(company)
    company.account.start_webinar(talk.webinar.id, at=talk.start)
    company.account.end_webinar(talk.webinar.id, at=talk.start + 10 * MINUTE)
    sent = list(talk.bodies)
    for name in order:
        talk.bodies = list(sent)
        talk.deliver(only=name)
    assert SessionNotice.objects.get().is_over
    assert talk.states() == ("ended", "ended")


class Clinic(Talk):
    """A webinar without fixed times that was held once."""

    def __init__(self, company: Company) -> None:
        super().__init__(company)
        self.webinar = company.make.timeless("Clinic")
        self.start -= MINUTE
        company.account.start_webinar(self.webinar.id, at=self.start)
        company.account.end_webinar(self.webinar.id, at=self.start + 5 * MINUTE)
        self.deliver()
        self.company.sync(self.webinar)

    def state_and_events(self) -> tuple[str, list[str]]:
        self.company.sync(self.webinar)
        events = MarketingEvent.objects.filter(zoom_webinar_id=self.webinar.id)
        return self.company.row(self.webinar).state, list(events.values_list("status", flat=True))


@pytest.mark.parametrize("practice", [False, True])
@pytest.mark.parametrize("loses_the_end", [False, True])
def test_d17_a_later_session_without_fixed_time_is_live_without_an_event(
    company: Company, practice: bool, loses_the_end: bool
) -> None:
    clinic = Clinic(company)
    assert clinic.state_and_events() == ("ended", ["ended"])
    company.account.start_webinar(clinic.webinar.id, practice=practice, at=clinic.start + 10 * MINUTE)
    clinic.deliver()
    assert clinic.state_and_events() == ("live", ["ended"])
    due = company.row(clinic.webinar).next_sync_at
    assert due
    assert due < timezone.now() + 15 * MINUTE
    if not practice:
        company.account.join(clinic.webinar.id, name="Anna", email=GUEST, at=clinic.start + 11 * MINUTE)
    company.account.end_webinar(clinic.webinar.id, at=clinic.start + 12 * MINUTE)
    clinic.deliver(only="webinar.started" if loses_the_end else "")
    assert clinic.state_and_events() == ("ended", ["ended"] if practice else ["ended", "ended"])


def test_of_a_later_session_that_never_ended_no_one_says_that_it_is_live_for_ever(company: Company) -> None:
    clinic = Clinic(company)
    starts = WebinarInstance.objects.filter(webinar=company.row(clinic.webinar))
    starts.update(started_at=timezone.now() - timedelta(days=1), has_official_times=True)
    notice(clinic, clinic.webinar, timezone.now() - timedelta(hours=9))
    assert clinic.state_and_events()[0] == "ended"
    notice(clinic, clinic.webinar, timezone.now() - MINUTE)
    assert clinic.state_and_events()[0] == "live"
