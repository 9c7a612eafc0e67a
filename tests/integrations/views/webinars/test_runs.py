import pytest

from core.messages import Message
from integrations.models import SyncRun
from tests.integrations.make import make_webinar
from tests.support.htmx import htmx
from tests.support.jobs import ended, running


@pytest.fixture
def run(connection, alice):
    run = SyncRun.objects.create(
        connection=connection,
        webinar=make_webinar(connection),
        kind="webinar",
        trigger="manual",
        requested_by=alice,
        **running(),
        changes={"contacts_new": 12},
    )
    run.steps.create(name="registrants", state="complete", done=1300, total=1300)
    run.steps.create(name="attendance", done=5, total=9)
    run.log_lines.create(message=Message("sync.registrants_unreadable", count=1300))
    run.log_lines.create(message=Message("zoom.unavailable"), level="warning")
    return run


def test_a_run_shows_its_steps_its_changes_and_its_own_log(charlie_client, run):
    text = charlie_client.get(f"/runs/{run.pk}/").text
    words = (
        "Alice Admin",
        "Growing roses",
        "1,300 / 1,300",
        "5 / 9",
        "1,300 rows in Zoom",
        "be reached right now.",
    )
    for word in words:
        assert word in text
    assert f'href="/runs/{run.pk}/contacts/">12 contacts added<' in text


def test_it_asks_again_until_it_is_over(charlie_client, run):
    url = f"/runs/{run.pk}/"
    assert "every 1s" in charlie_client.get(url, headers=htmx("run")).text
    SyncRun.objects.update(**ended())
    assert "every 1s" not in charlie_client.get(url, headers=htmx("run")).text


def test_a_failed_run_says_why_and_that_nothing_was_removed(charlie_client, run):
    SyncRun.objects.update(**ended("failed"), error=Message("zoom.unavailable"))
    text = charlie_client.get(f"/runs/{run.pk}/").text
    assert "be reached right now." in text
    assert "Nothing was cancelled or removed because of it." in text


def test_a_run_that_does_not_exist(charlie_client):
    assert charlie_client.get("/runs/99/").status_code == 404


def test_a_long_log_has_pages(charlie_client, run):
    for number in range(201):
        run.log_lines.create(message=Message("job.worker_lost", count=number))
    assert "Page 1 of 2" in charlie_client.get(f"/runs/{run.pk}/").text
    assert "lost 200 times" in charlie_client.get(f"/runs/{run.pk}/?page=2", headers=htmx("log")).text
