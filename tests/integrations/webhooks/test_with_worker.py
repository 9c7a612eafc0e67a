"""From a registration at Zoom to a contact, with a real worker and nobody who polls."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from contacts.models import Contact
from integrations.models import SyncRun, WebhookDelivery, Webinar, ZoomConnection
from integrations.simulator.simulator import Simulator
from integrations.sync.foreground import finish
from integrations.sync.queue import enqueue_discovery
from tests.integrations.webhooks.sending import SECRET
from tests.support.installation import Installation
from tests.support.waiting import eventually


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_d13_a_message_makes_a_worker_sync_within_seconds(
    simulated_connection: ZoomConnection,
    simulator: Simulator,
    installation: Installation,
    live_server: Any,
    settings: Any,
) -> None:
    settings.ZOOM_WEBHOOK_SECRET_TOKEN = SECRET
    simulated_connection.brand.zoom_settings.sync_webinars = True
    simulated_connection.brand.zoom_settings.save()
    start = timezone.now() + timedelta(hours=1)
    webinar = simulator.world.add_webinar(simulator.world.owner_id, "Roses", start=start, approval_type=0)
    finish([enqueue_discovery(simulated_connection, SyncRun.Trigger.MANUAL)], print)
    # It was read just now, and nobody would look again for a while.
    Webinar.objects.update(next_sync_at=None)
    installation.start_worker()
    assert simulator.webhooks.configure(f"{live_server.url}/webhooks/zoom/", SECRET)
    simulator.world.register(webinar.id, "jill@example.com", "Jill", "Chill")
    eventually(lambda: Contact.objects.filter(email="jill@example.com").exists())
    assert WebhookDelivery.objects.get().state == "handled"
