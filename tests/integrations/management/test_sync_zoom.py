import io
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from integrations.models import ZoomConnection, ZoomSettings
from integrations.simulator.simulator import Simulator
from integrations.simulator.world.rows import Webinar as SimulatedWebinar
from marketing_events.models import Participation

pytestmark = pytest.mark.django_db(transaction=True)


def sync(*arguments: str) -> str:
    out = io.StringIO()
    call_command("sync_zoom", *arguments, stdout=out)
    return out.getvalue()


@pytest.fixture
def webinar(simulator: Simulator, simulated_connection: ZoomConnection) -> SimulatedWebinar:
    """One that is held in three weeks, of an account whose sync is on."""
    ZoomSettings.objects.update(sync_webinars=True)
    ZoomConnection.objects.update(plan=ZoomConnection.Plan.BUSINESS)
    host = simulator.world.add_user("host@own.example", "Hanna", "Host", role_name="Owner")
    start = timezone.now() + timedelta(days=21)
    return simulator.world.add_webinar(host.id, "Growing roses", start=start, approval_type=0)


def test_d6_asked_twice_it_sees_what_changed_between_though_the_webinar_is_weeks_ahead(
    simulator: Simulator, webinar: SimulatedWebinar
) -> None:
    anna = simulator.world.register(webinar.id, "anna@customer.example", "Anna")
    sync()
    assert Participation.objects.get().state == Participation.State.REGISTERED

    simulator.world.cancel(webinar.id, anna.id)
    sync()
    assert Participation.objects.get().state == Participation.State.CANCELLED


def test_what_is_final_is_not_read_again_unless_it_is_named(
    simulator: Simulator, webinar: SimulatedWebinar
) -> None:
    simulator.world.hold(webinar.id, timezone.now() - timedelta(days=2), minutes=60)
    sync()
    simulator.calls.clear()
    assert "All webinars are in step." in sync()
    assert not [call for call in simulator.calls if str(webinar.id) in call.path]

    sync("--webinar", str(webinar.id))
    assert [call for call in simulator.calls if str(webinar.id) in call.path]
