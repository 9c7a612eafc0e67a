import io
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from integrations.models import Webinar, WebinarInstance, ZoomConnection, ZoomSettings
from integrations.sync.context import Context
from integrations.sync.steps.discovery import discover
from integrations.zoom.errors import Unavailable
from marketing_events.models import Call, MarketingEvent, Participation
from zoom_simulator.account.rows import Webinar as SimulatedWebinar
from zoom_simulator.simulator import Simulator

pytestmark = pytest.mark.django_db(transaction=True)


def sync(*arguments: str) -> str:
    out = io.StringIO()
    call_command("sync_zoom", *arguments, stdout=out)
    return out.getvalue()


type Plan = Callable[..., SimulatedWebinar]


@pytest.fixture
def plan(simulator: Simulator, simulated_connection: ZoomConnection) -> Plan:
    """Plans webinars at so many days from now, for an account whose sync is on."""
    ZoomSettings.objects.update(sync_webinars=True)
    ZoomConnection.objects.update(plan=ZoomConnection.Plan.BUSINESS)
    host = simulator.account.add_user("host@own.example", "Hanna", "Host", role_name="Owner")

    def add(topic: str = "Growing roses", *, days: int) -> SimulatedWebinar:
        start = timezone.now() + timedelta(days=days)
        return simulator.account.add_webinar(host.id, topic, start=start, approval_type=0)

    return add


def test_d6_asked_twice_it_sees_what_changed_between_though_the_webinar_is_weeks_ahead(
    simulator: Simulator, plan: Plan
) -> None:
    webinar = plan(days=21)
    anna = simulator.account.register(webinar.id, "anna@customer.example", "Anna")
    sync()
    assert Participation.objects.get().state == Participation.State.REGISTERED

    simulator.account.cancel(webinar.id, anna.id)
    sync()
    assert Participation.objects.get().state == Participation.State.CANCELLED


def test_what_is_final_is_not_read_again_unless_it_is_named(simulator: Simulator, plan: Plan) -> None:
    webinar = plan(days=-2)
    simulator.account.hold(webinar.id, timezone.now() - timedelta(days=2), minutes=60)
    sync()
    simulator.calls.clear()
    assert "All webinars are up to date." in sync()
    assert not [call for call in simulator.calls if str(webinar.id) in call.path]

    sync("--webinar", str(webinar.id))
    assert [call for call in simulator.calls if str(webinar.id) in call.path]


def test_a_session_held_long_before_its_date_may_be_a_rehearsal_so_the_webinar_is_read_again(
    simulator: Simulator, plan: Plan
) -> None:
    webinar = plan(days=21)
    simulator.account.hold(webinar.id, timezone.now() - timedelta(days=2), minutes=60)
    sync()
    simulator.calls.clear()
    assert "All webinars are up to date." not in sync()
    assert [call for call in simulator.calls if str(webinar.id) in call.path]


def test_a_webinar_that_fails_stops_no_other_and_its_reason_is_told(simulator: Simulator, plan: Plan) -> None:
    # The failing one is neither the first nor the last to be read.
    for topic, days in (("Roses", 1), ("Forbidden", 2), ("Tulips", 3)):
        webinar = plan(topic, days=days)
        simulator.account.register(webinar.id, f"anna@{topic.lower()}.example", "Anna")
        webinar.forbidden = f"/webinars/{webinar.id}" if topic == "Forbidden" else ""

    out = io.StringIO()
    with pytest.raises(CommandError, match="1 of these syncs did not come to their end") as failure:
        call_command("sync_zoom", stdout=out)
    assert failure.value.returncode == 1
    (told,) = [line for line in out.getvalue().splitlines() if line.startswith("Forbidden")]
    assert "failed." in told
    assert "The connected Zoom user's role doesn't allow this." in out.getvalue().replace("\n", " ")
    registered = Participation.objects.values_list("contact__email", flat=True)
    assert set(registered) == {"anna@roses.example", "anna@tulips.example"}
    in_step = Webinar.objects.exclude(last_synced_at=None).values_list("topic", flat=True)
    assert set(in_step) == {"Roses", "Tulips"}

    webinar = next(webinar for webinar in simulator.account.webinars.values() if webinar.topic == "Forbidden")
    webinar.forbidden = ""
    sync()
    assert Participation.objects.filter(contact__email="anna@forbidden.example").exists()


def test_somebody_at_a_terminal_is_told_why_and_until_when_it_waits(
    simulator: Simulator, plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan(days=1)
    tries = []

    def discover_later(ctx: Context) -> None:
        tries.append(ctx)
        if len(tries) == 1:
            raise Unavailable
        discover(ctx)

    monkeypatch.setattr("integrations.sync.runs.runner.discover", discover_later)
    monkeypatch.setattr("integrations.sync.runs.runner.SyncRuns.pauses", (timedelta(seconds=1),))
    told = " ".join(sync().split())
    assert re.search(r": waits until \d\d:\d\d:\d\d UTC\. Zoom can't be reached right now\.", told)
    assert told.count("waits until") == 1
    assert "listed." in told


def test_a_recording_that_is_awaited_is_looked_for_before_its_time(simulator: Simulator, plan: Plan) -> None:
    ZoomSettings.objects.update(recordings="all")
    account, start = simulator.account, timezone.now() - timedelta(days=2)
    webinar = plan(days=-2)
    anna = account.register(webinar.id, "anna@customer.example", "Anna", at=start - timedelta(days=1))
    instance = account.hold(webinar.id, start, minutes=60)
    account.stay(instance, start, start + timedelta(minutes=50), user_email=anna.email, name="Anna")
    account.record(instance.uuid, at=start + timedelta(hours=1))
    sync()
    assert not Call.objects.exists()
    account.recording_ready(instance.uuid, at=start + timedelta(hours=2))
    assert "All webinars are up to date." not in sync()
    assert Call.objects.get().event.zoom_webinar_id == webinar.id


def test_a_webinar_is_live_only_when_zoom_said_so(simulator: Simulator, plan: Plan) -> None:
    webinar = plan(days=-0.01)
    sync()
    assert (Webinar.objects.get().state, MarketingEvent.objects.get().status) == ("upcoming", "upcoming")
    started_at = timezone.now() - timedelta(minutes=10)
    WebinarInstance.add(Webinar.objects.get(), "live==", started_at=started_at)
    sync("--webinar", str(webinar.id))
    assert (Webinar.objects.get().state, MarketingEvent.objects.get().status) == ("live", "live")
