"""What syncs at the simulator changed, as the audit log tells it, and what its counts open into."""

import re

import pytest
from django.urls import reverse

from integrations.models import SyncRun, ZoomSettings
from integrations.views.audit.changes import changes_of
from tests.integrations.sync.company import Company
from zoom_simulator.vtt import Cue

pytestmark = [pytest.mark.django_db(transaction=True)]

ANNA, BEN = "anna@customer.example", "ben@customer.example"


@pytest.fixture
def company(simulator, simulated_connection, unpaced) -> Company:
    return Company(simulator, simulated_connection)


@pytest.fixture
def changed(company, charlie_client):
    """Sync a webinar; what it changed, in words, each with the number of rows that the words open into."""

    def sync(webinar, *, full=False):
        company.sync(webinar, full=full)
        run = SyncRun.objects.filter(kind="webinar").latest("pk")
        return {change.text: rows(charlie_client, change.url) for change in changes_of(run.changes, run.pk)}

    return sync


def rows(client, url):
    return len(client.get(url).context["page"].object_list) if url else None


def test_whoever_is_gone_at_zoom_is_named(company, changed, charlie_client):
    webinar = company.make.upcoming("Growing roses")
    company.make.register(webinar, ANNA, "Anna Ahlers")
    ben = company.make.register(webinar, BEN, "Ben Bauer")
    assert changed(webinar) == {"2 contacts added": 2, "2 participations added": 2}
    company.account.cancel_oneself(webinar.id, ben.id)
    assert changed(webinar) == {"1 participation changed": 1, "1 registration deleted in Zoom": 1}
    text = charlie_client.get(f"/runs/{last_run().pk}/gone/").text
    assert BEN in text
    assert ANNA not in text


def test_whoever_was_cancelled_before_is_listed_by_the_sync_that_found_them_gone(company, changed):
    webinar = company.make.upcoming("Growing roses")
    ben = company.make.register(webinar, BEN, "Ben Bauer")
    company.account.cancel(webinar.id, ben.id)
    changed(webinar)
    company.account.delete_registrant(webinar.id, ben.id)
    assert changed(webinar) == {"1 registration deleted in Zoom": 1}


def test_a_name_that_was_filled_in_is_found(company, changed):
    webinar, other = company.make.upcoming("Growing roses"), company.make.upcoming("Growing tulips")
    company.make.register(webinar, ANNA, "Anna")
    company.make.register(webinar, BEN, "Ben Bauer")
    changed(webinar)
    company.make.register(other, ANNA, "Anna Ahlers")
    assert changed(other)["1 contact filled in"] == 1


def test_d10_what_becomes_of_a_call_is_found_each_time(company, changed):
    ZoomSettings.objects.update(recordings="all")
    webinar = company.make.past("Growing roses")
    anna = company.make.register(webinar, ANNA, "Anna Ahlers")
    instance = company.make.hold(webinar)
    company.make.stay(instance, anna, 0, 30)
    company.account.recording_ready(instance.uuid)
    company.account.transcript_ready(instance.uuid, [Cue(1, 4, "Welcome.", "Hanna Host")])
    added = changed(webinar)
    assert (added["1 call added"], added["1 transcript read"]) == (1, 1)
    company.account.trash_recording(instance.uuid)
    assert changed(webinar, full=True)["1 recording deleted in Zoom"] == 1
    company.account.recover_recording(instance.uuid)
    assert changed(webinar, full=True)["1 call added"] == 1


def test_what_a_later_sync_wrote_again_is_counted_and_led_to(company, changed, charlie_client):
    webinar = company.make.upcoming("Growing roses")
    company.make.register(webinar, ANNA, "Anna Ahlers")
    ben = company.make.register(webinar, BEN, "Ben Bauer")
    changed(webinar)
    first = last_run()
    company.account.cancel_oneself(webinar.id, ben.id)
    changed(webinar)
    page = charlie_client.get(f"/runs/{first.pk}/participations/")
    assert [row.contact.email for row in page.context["page"].object_list] == [ANNA]
    assert "1 of 2 isn't listed" in page.text
    assert reverse("zoom:run_rows", args=[last_run().pk, "participations"]) in page.text


def test_when_all_was_written_again_the_list_is_not_just_empty(company, changed, charlie_client):
    webinar = company.make.upcoming("Growing roses")
    ben = company.make.register(webinar, BEN, "Ben Bauer")
    changed(webinar)
    first = last_run()
    company.account.cancel_oneself(webinar.id, ben.id)
    changed(webinar)
    text = charlie_client.get(f"/runs/{first.pk}/participations/").text
    assert re.search("1 of 1 isn.*t listed.*Later syncs that changed such rows", text, re.DOTALL)
    assert "Everything has changed since this sync" in text


def test_rows_that_were_written_while_the_sync_was_still_waiting_are_not_its_own(
    company, changed, charlie_client
):
    webinar, other = company.make.upcoming("Growing roses"), company.make.upcoming("Growing tulips")
    company.make.register(webinar, ANNA, "Anna Ahlers")
    company.make.register(other, ANNA, "Anna Ahlers")
    changed(webinar)
    changed(other)
    SyncRun.objects.filter(webinar=company.row(other)).update(created_at=company.connection.connected_at)
    assert rows(charlie_client, f"/runs/{last_run().pk}/contacts/") == 0


def last_run():
    return SyncRun.objects.filter(kind="webinar").latest("pk")
