"""From what happens in Zoom to the CRM, with a real worker and no one who polls."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from contacts.models import Contact
from integrations.models import SyncRun, WebhookDelivery, Webinar, ZoomConnection
from integrations.settings_changes import set_global
from integrations.sync.runs.foreground import finish
from integrations.sync.runs.queue import enqueue_discovery
from marketing_events.models import Call
from tests.integrations.webhooks.sending import SECRET
from tests.support.installation import Installation
from tests.support.waiting import eventually
from zoom_simulator.account.rows import Webinar as ZoomWebinar
from zoom_simulator.simulator import Simulator
from zoom_simulator.vtt import Cue

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def connected(simulated_connection: ZoomConnection, settings: Any) -> ZoomConnection:
    settings.ZOOM_WEBHOOK_SECRET_TOKEN = SECRET
    set_global(simulated_connection.brand, sync_webinars=True, recordings="all", actor=None)
    SyncRun.objects.active().delete()
    return simulated_connection


def schedule(simulator: Simulator, start: datetime) -> ZoomWebinar:
    return simulator.account.add_webinar(simulator.account.owner_id, "Roses", start=start, approval_type=0)


def only_messages_lead_on(
    connection: ZoomConnection, simulator: Simulator, installation: Installation, app: str
) -> None:
    """Everything was read just now, and no one would look again for a while; a worker waits for messages."""
    finish([enqueue_discovery(connection, SyncRun.Trigger.MANUAL)], print)
    finish(SyncRun.objects.active(), print)
    Webinar.objects.update(next_sync_at=None, next_recording_at=None)
    installation.start_worker()
    assert simulator.webhooks.configure(f"{app}/webhooks/zoom/", SECRET)


def test_d13_a_message_makes_a_worker_sync_within_seconds(
    connected: ZoomConnection, simulator: Simulator, installation: Installation, live_server: Any
) -> None:
    webinar = schedule(simulator, timezone.now() + timedelta(hours=1))
    only_messages_lead_on(connected, simulator, installation, live_server.url)
    simulator.account.register(webinar.id, "jill@example.com", "Jill", "Chill")
    eventually(lambda: Contact.objects.filter(email="jill@example.com").exists())
    assert WebhookDelivery.objects.get().result == "handled"  # before the sync that it asked for


def test_d10_d13_a_message_about_a_recording_makes_a_worker_write_the_call_and_its_words(
    connected: ZoomConnection, simulator: Simulator, installation: Installation, live_server: Any
) -> None:
    start = timezone.now() - timedelta(hours=2)
    webinar = schedule(simulator, start)
    jill = simulator.account.register(webinar.id, "jill@example.com", "Jill", "Chill")
    instance = simulator.account.hold(webinar.id, start, 60)
    simulator.account.stay(
        instance, start, start + timedelta(minutes=30), registrant_id=jill.id, name="Jill Chill"
    )
    only_messages_lead_on(connected, simulator, installation, live_server.url)
    assert not Call.objects.exists()
    simulator.account.recording_ready(instance.uuid)
    simulator.account.transcript_ready(
        instance.uuid, [Cue(1, 4, "Welcome, everybody.", "Hanna Host"), Cue(5, 6, "Goodbye.", "Hanna Host")]
    )
    call = eventually(lambda: Call.objects.filter(utterances__text="Welcome, everybody.").first())
    assert call.is_available
    assert call.attendees.filter(contact__email="jill@example.com").exists()
    handled = WebhookDelivery.objects.filter(result="handled")
    told = {"recording.completed", "recording.transcript_completed"}
    eventually(lambda: set(handled.values_list("event", flat=True)) == told)
