"""The client against the simulator, over real HTTP: awkward lists, faults, and limits that workers share."""

import logging
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from integrations.models import ZoomConnection
from integrations.zoom.client import ZoomClient
from integrations.zoom.endpoints import RegistrantStatus
from integrations.zoom.errors import (
    NoPermission,
    NotFound,
    NoWebinarPlan,
    RateLimited,
    ZoomError,
)
from integrations.zoom.http.pacing import Unpaced
from integrations.zoom.http.page_prefetcher import Fetcher, RetryPolicy
from integrations.zoom.http.pages import Page
from integrations.zoom.http.rate_limit_headers import next_utc_midnight
from integrations.zoom.oauth.tokens import SharedTokens
from tests.support.at_once import at_once
from zoom_simulator.account.rows import Webinar
from zoom_simulator.scenarios.builder import Builder
from zoom_simulator.simulator import Simulator

APPROVED = RegistrantStatus.APPROVED


@pytest.fixture
def zoom(simulated_connection: ZoomConnection) -> Iterator[ZoomClient]:
    """A client that does not wait between its tries, nor for its turn."""
    fetcher = Fetcher(
        SharedTokens(simulated_connection.pk), Unpaced(), patience=RetryPolicy(first_pause=0.01)
    )
    with ZoomClient(fetcher) as client:
        yield client


@pytest.fixture
def big(simulator: Simulator) -> Webinar:
    return next(iter(simulator.account.webinars.values()))


def ids(pages: Iterator[Page[Any]]) -> list[str]:
    return [item.id for page in pages for item in page.items]


@pytest.mark.simulator("large", people=3000)
def test_under_many_faults_each_list_is_whole_all_the_same(
    simulated_connection: ZoomConnection, simulator: Simulator, big: Webinar
):
    simulator.faults.randomly(0.2, seconds=0.05)
    patience = RetryPolicy(tries=12, first_pause=0.01)
    with ZoomClient(Fetcher(SharedTokens(simulated_connection.pk), Unpaced(), patience=patience)) as zoom:
        assert ids(zoom.registrants(big.id, APPROVED)) == list(big.registrants)
        stays = [row for page in zoom.participants(big.held[0].uuid) for row in page.items]
    assert len(stays) == len(big.held[0].rows)
    assert len(simulator.faults.happened) > 2


@pytest.mark.simulator("nasty")
def test_of_every_awkward_list_each_row_is_read_or_reported(zoom: ZoomClient, simulator: Simulator):
    rows = bad = 0
    for webinar in _listed(zoom, simulator):
        for instance in webinar.held:
            pages = list(zoom.participants(instance.uuid))
            seen = sum(len(page.items) + len(page.bad) for page in pages)
            assert seen == len(instance.rows) + len(instance.strays) or instance.repeats_rows, webinar.topic
            rows, bad = rows + seen, bad + sum(len(page.bad) for page in pages)
        with suppress(NotFound, NoPermission):
            pages = list(zoom.registrants(webinar.id, APPROVED))
            assert sum(len(page.bad) for page in pages) == len(webinar.strays), webinar.topic
    assert rows > 100
    assert bad > 5


def _listed(zoom: ZoomClient, simulator: Simulator) -> Iterator[Webinar]:
    """The webinars that Zoom lists, as the simulator has them."""
    for user in [user for page in zoom.users() for user in page.items]:
        with suppress(NoWebinarPlan):
            for page in zoom.webinars(user.id):
                assert page.bad == []
                for item in page.items:
                    yield simulator.account.webinars[item.id]


def _registrants(zoom: ZoomClient, webinar_id: int, status: RegistrantStatus) -> list[Any]:
    return [item for page in zoom.registrants(webinar_id, status) for item in page.items]


@pytest.fixture
def make(simulator: Simulator) -> Builder:
    account = simulator.account
    return Builder(account, account.users[account.owner_id], simulator.scenario.policy)


@pytest.mark.parametrize("shape", ["leading slash", "double slash", "single slash"])
def test_sessions_with_an_awkward_uuid_are_found(zoom: ZoomClient, make: Builder, shape: str):
    webinar = make.past("Roses")
    annie = make.register(webinar, "annie@example.com", "Annie Apple")
    instance = make.hold(webinar, shape=shape)
    make.stay(instance, annie, 0, 30)
    assert "/" in instance.uuid
    stays = [row.user_email for page in zoom.participants(instance.uuid) for row in page.items]
    assert "annie@example.com" in stays
    assert [row.user_email for page in zoom.report_participants(instance.uuid) for row in page.items] == stays
    bounds = zoom.session_report(instance.uuid).bounds
    assert bounds == (instance.start, instance.end)


def test_what_zoom_knows_of_a_webinar_and_its_people(zoom: ZoomClient, make: Builder):
    webinar = make.past("Roses")
    webinar.panelists.append(("Paul Panel", "paul@example.com"))
    annie = make.register(webinar, "annie@example.com", "Annie Apple")
    make.register(webinar, "bert@example.com", "Bert Birch", status="denied")
    instance = make.hold(webinar)
    make.stay(instance, annie, 0, 30)
    assert [item.topic for page in zoom.webinars(make.host.id) for item in page.items] == ["Roses"]
    assert zoom.webinar(webinar.id).settings.approval_type == 0
    assert [registrant.email for registrant in _registrants(zoom, webinar.id, RegistrantStatus.DENIED)] == [
        "bert@example.com"
    ]
    assert [item.uuid for item in zoom.instances(webinar.id).items] == [instance.uuid]
    assert [item.email for item in zoom.panelists(webinar.id).items] == ["paul@example.com"]
    stays = [row for page in zoom.participants(instance.uuid) for row in page.items]
    assert annie.id in {row.registrant_id for row in stays}


def test_the_users_and_the_account(zoom: ZoomClient, make: Builder, simulator: Simulator):
    make.account.add_user("host@own.example", "Hanna", "Host")
    users = {item.email for page in zoom.users() for item in page.items}
    assert users == {make.host.email, "host@own.example"}
    assert zoom.account().account_id == simulator.account_id


def test_d15_a_daily_limit_stops_all_workers_until_it_ends(
    simulated_connection: ZoomConnection, simulator: Simulator, make: Builder
):
    simulator.clock.freeze(next_utc_midnight(datetime.now(UTC)))  # in Zoom a day begins, and does not go by
    simulator.limits.switch("pro")
    instance = make.hold(make.past("Roses"))
    simulator.limits.use_up_day("HEAVY")
    for _worker in range(2):
        with ZoomClient.of(simulated_connection) as zoom, pytest.raises(RateLimited) as caught:
            zoom.session_report(instance.uuid)
        assert caught.value.not_before is not None
        assert caught.value.not_before > datetime.now(UTC) + timedelta(seconds=30)
    assert simulator.calls.count("/report/") == 1


@pytest.mark.django_db(transaction=True)
def test_d15_workers_together_meet_no_429(
    simulated_connection: ZoomConnection, simulator: Simulator, make: Builder
):
    simulator.limits.switch("pro")
    webinar = make.past("Roses")

    def work(_number: int) -> None:
        with ZoomClient.of(simulated_connection) as zoom:
            for _time in range(15):
                ids(zoom.registrants(webinar.id, APPROVED))

    _answers, problems = at_once(4, work)
    assert problems == []
    assert simulator.limits.refused == 0
    assert simulator.calls.count("/registrants") == 60
    assert simulator.calls.most_in_a_second("MEDIUM") <= 20


def test_no_secret_gets_into_a_log_or_an_error(
    simulated_connection: ZoomConnection,
    simulator: Simulator,
    make: Builder,
    caplog: pytest.LogCaptureFixture,
):
    caplog.set_level(logging.DEBUG)
    said: list[str] = []
    for kind in ("401", "500", "html", "reset", "truncated", "invalid json"):
        if kind == "401":
            simulator.tokens.expire_access()
        else:
            simulator.faults.add(kind, "/users", times=2)  # type: ignore[arg-type]
        fetcher = Fetcher(SharedTokens(simulated_connection.pk), Unpaced(), patience=RetryPolicy(tries=1))
        with ZoomClient(fetcher) as zoom:
            try:
                list(zoom.users())
            except ZoomError as error:
                said.append(f"{error} {error!r} {error.__cause__!r} {error.__context__!r}")
        simulator.faults.clear()
    simulated_connection.refresh_from_db()
    assert len(said) == 5
    for secret in (simulated_connection.access_token, simulator.client_secret):
        assert secret not in caplog.text
        assert secret not in " ".join(said)
