"""The numbers of a queue."""

from datetime import timedelta

import pytest
from django.utils import timezone

from core.jobs import metrics
from core.jobs.metrics import QueueStatus, job_metrics, queue_status
from tests.core.jobs.errands import Errands
from tests.core.jobs.models import Errand

pytestmark = pytest.mark.django_db
queue = Errands()


def ago(seconds):
    return timezone.now() - timedelta(seconds=seconds)


def test_the_jobs_of_a_queue_are_counted_in_one_query(django_assert_num_queries):
    Errand.objects.create(not_before=ago(90))
    Errand.objects.create(not_before=ago(-90))
    Errand.objects.create(state="running", lease_until=ago(-30), not_before=ago(900))
    Errand.objects.create(state="running", lease_until=ago(5), not_before=ago(900))
    Errand.objects.create(state="complete", not_before=ago(900))
    with django_assert_num_queries(1):
        status = queue_status(queue)
    assert (status.ready, status.later, status.running) == (2, 1, 1)
    assert timedelta(seconds=89) < status.oldest < timedelta(seconds=100)


def test_an_empty_queue_has_nothing_to_tell():
    assert queue_status(queue) == QueueStatus(0, 0, 0, timedelta())


@pytest.mark.parametrize(
    ("running", "seconds", "is_stuck"), [(0, 59, False), (0, 61, True), (1, 3600, False)]
)
def test_a_queue_is_stuck_when_a_job_waits_for_a_minute_and_none_is_done(running, seconds, is_stuck):
    assert QueueStatus(1, 0, running, timedelta(seconds=seconds)).is_stuck is is_stuck


def test_all_queues_are_in_the_metrics(monkeypatch):
    monkeypatch.setattr(metrics, "registered", lambda: [queue])
    Errand.objects.create(not_before=ago(10))
    samples = {
        (sample.name, *sample.labels.values()): sample.value
        for metric in job_metrics()
        for sample in metric.samples
    }
    assert samples["zoomsync_jobs", "errands", "ready"] == 1
    assert samples["zoomsync_jobs", "errands", "running"] == 0
    assert samples["zoomsync_job_wait_seconds", "errands"] >= 10
