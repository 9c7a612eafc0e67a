"""Messages as the simulator sends them over HTTP, into the app's own address, and what they come to."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from contacts.models import Brand, Contact
from integrations.connections.connect import connect_server_to_server
from integrations.models import (
    Registrant,
    SyncRun,
    WebhookDelivery,
    Webinar,
    WebinarInstance,
    ZoomConnection,
)
from integrations.settings_changes import set_global
from integrations.sync.runs.foreground import finish
from integrations.sync.runs.queue import enqueue_discovery
from integrations.webhooks.worker import deliveries
from marketing_events.models import Call, Participation
from tests.integrations.webhooks.sending import SECRET
from tests.support.jobs import work_off
from zoom_simulator.account.rows import Webinar as ZoomWebinar
from zoom_simulator.simulator import Simulator
from zoom_simulator.vtt import Cue

pytestmark = pytest.mark.django_db(transaction=True)

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    """The test handles what comes; no worker is there to be woken."""
    monkeypatch.setattr("integrations.webhooks.receive.wake", lambda: None)


@pytest.fixture
def zoom(simulator: Simulator, settings: Any, live_server: Any, syncing_brand: Brand) -> Simulator:
    """A Zoom with one user, connected to the app, that sends its messages to the app's address."""
    settings.ZOOM_WEBHOOK_SECRET_TOKEN = SECRET
    connect_server_to_server(
        syncing_brand,
        account_id=simulator.account_id,
        client_id=simulator.client_id,
        client_secret=simulator.client_secret,
        actor=None,
    )
    assert simulator.webhooks.configure(f"{live_server.url}/webhooks/zoom/", SECRET)
    return simulator


@pytest.fixture
def scheduled(zoom: Simulator) -> ZoomWebinar:
    """A webinar with registration that is planned for two hours ago, and known to the app."""
    start = timezone.now() - 2 * HOUR
    webinar = zoom.account.add_webinar(zoom.account.owner_id, "Roses", start=start, approval_type=0)
    finish([enqueue_discovery(ZoomConnection.objects.get(), SyncRun.Trigger.MANUAL)], print)
    settle(zoom)
    return webinar


def settle(zoom: Simulator) -> None:
    """Everything that was sent has come, was handled, and led to the syncs that it asked for."""
    assert zoom.webhooks.wait()
    work_off(deliveries)
    SyncRun.objects.active().update(not_before=timezone.now())
    finish(SyncRun.objects.active(), print)
    assert not SyncRun.objects.exclude(state="complete").exists()


def states() -> set[str]:
    return set(WebhookDelivery.objects.values_list("result", flat=True))


def test_the_address_proves_itself_and_a_new_webinar_is_listed(zoom: Simulator) -> None:
    webinar = zoom.account.add_webinar(zoom.account.owner_id, "Tulips", start=timezone.now() + HOUR)
    settle(zoom)
    assert Webinar.objects.get().zoom_webinar_id == webinar.id
    assert states() == {"handled"}


def test_somebody_who_registers_is_a_contact_without_any_polling(
    zoom: Simulator, scheduled: ZoomWebinar
) -> None:
    zoom.account.register(scheduled.id, "jill@example.com", "Jill", "Chill")
    settle(zoom)
    assert Contact.objects.get().email == "jill@example.com"
    assert Participation.objects.get().state == "registered"


def test_d6_who_came_and_went_between_two_syncs_was_registered_and_cancelled(
    zoom: Simulator, scheduled: ZoomWebinar
) -> None:
    registrant = zoom.account.register(scheduled.id, "jill@example.com", "Jill", "Chill")
    zoom.account.cancel_oneself(scheduled.id, registrant.id)
    settle(zoom)
    assert Registrant.objects.get().status == "gone"
    assert Participation.objects.get().state == "cancelled"


def test_d7_a_practice_session_leaves_no_trace_of_attendance(zoom: Simulator, scheduled: ZoomWebinar) -> None:
    registrant = zoom.account.register(scheduled.id, "jill@example.com", "Jill", "Chill")
    assert scheduled.start
    practice = zoom.account.hold(scheduled.id, scheduled.start - HOUR, 20, practice=True)
    instance = zoom.account.hold(scheduled.id, scheduled.start, 60)
    zoom.account.stay(
        instance, scheduled.start, scheduled.start + HOUR / 2, registrant_id=registrant.id, name="Jill Chill"
    )
    settle(zoom)
    sessions = dict(WebinarInstance.objects.values_list("uuid", "is_practice"))
    assert sessions == {practice.uuid: True, instance.uuid: False}
    participation = Participation.objects.get(contact__email="jill@example.com")
    assert (participation.state, participation.event.session_uuid) == ("attended", instance.uuid)


def test_d10_a_call_follows_what_zoom_tells_of_its_recording(zoom: Simulator, scheduled: ZoomWebinar) -> None:
    set_global(Brand.objects.get(), recordings="all", actor=None)
    registrant = zoom.account.register(scheduled.id, "jill@example.com", "Jill", "Chill")
    assert scheduled.start
    instance = zoom.account.hold(scheduled.id, scheduled.start, 60)
    zoom.account.stay(
        instance, scheduled.start, scheduled.start + HOUR, registrant_id=registrant.id, name="Jill Chill"
    )
    settle(zoom)
    assert not Call.objects.exists()

    zoom.account.recording_ready(instance.uuid)
    settle(zoom)
    call = Call.objects.get()
    assert (call.is_available, call.utterances.count()) == (True, 0)
    zoom.account.transcript_ready(
        instance.uuid, [Cue(1, 4, "Welcome, everybody.", "Hanna Host"), Cue(5, 6, "Goodbye.", "Hanna Host")]
    )
    settle(zoom)
    assert [line.text for line in call.utterances.order_by("pk")] == ["Welcome, everybody.", "Goodbye."]

    for happens, is_available in (
        (zoom.account.trash_recording, False),
        (zoom.account.recover_recording, True),
        (zoom.account.delete_recording, False),
    ):
        happens(instance.uuid)
        settle(zoom)
        call.refresh_from_db()
        assert call.is_available is is_available
    assert states() == {"handled"}


def story(zoom: Simulator, webinar: ZoomWebinar) -> None:
    """Three register; one cancels, one is cancelled by the host and comes back, one attends."""
    account = zoom.account
    one, two, three = (
        account.register(webinar.id, f"{name}@example.com", name.title(), "Test")
        for name in ("ann", "ben", "cat")
    )
    account.cancel_oneself(webinar.id, one.id)
    account.cancel(webinar.id, two.id)
    account.approve(webinar.id, two.id)
    assert webinar.start
    instance = account.hold(webinar.id, webinar.start, 60)
    account.stay(instance, webinar.start, webinar.start + HOUR, registrant_id=three.id, name="Cat Test")


def as_sent(_zoom: Simulator) -> None:
    """Every message once, in order."""


def doubled(zoom: Simulator) -> None:
    zoom.webhooks.double(100)


def held_back(zoom: Simulator) -> None:
    zoom.webhooks.hold()


@pytest.mark.parametrize("trouble", [as_sent, doubled, held_back])
def test_d12_repeated_and_swapped_messages_come_to_the_same(
    zoom: Simulator, scheduled: ZoomWebinar, trouble: Callable[[Simulator], None]
) -> None:
    trouble(zoom)
    story(zoom, scheduled)
    zoom.webhooks.release(backwards=True)
    settle(zoom)
    guests = Participation.objects.exclude(contact__email=zoom.account.users[scheduled.host_id].email)
    assert dict(guests.values_list("contact__email", "state")) == {
        "ann@example.com": "cancelled",
        "ben@example.com": "registered",
        "cat@example.com": "attended",
    }
    assert WebinarInstance.objects.count() == 1
    assert states() == {"handled"}
