"""The numbers of all queues, for `/metrics` and `/readyz`, read from the rows when asked."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Count, Min, Q
from django.utils import timezone
from prometheus_client.core import GaugeMetricFamily, Metric

from core.jobs.models import JobState, is_abandoned, is_ready
from core.jobs.queue import JobQueue, registered


@dataclass(frozen=True, slots=True)
class QueueStatus:
    ready: int
    """Jobs that wait for a worker, those without one included that had begun."""
    later: int
    """Jobs that wait for their time, such as the next attempt."""
    running: int
    oldest: timedelta
    """How long the longest waiting job has been ready; zero where none waits."""

    @property
    def is_stuck(self) -> bool:
        """Whether a job has waited for a minute while none was being done."""
        return not self.running and self.oldest > timedelta(minutes=1)


def queue_status(queue: JobQueue[Any]) -> QueueStatus:
    """One query, over the index of jobs that are not over."""
    now = timezone.now()
    claimable = queue.claimable().values("pk")
    active = queue.model._default_manager.filter(state__in=[JobState.QUEUED, JobState.RUNNING])
    is_claimable = Q(pk__in=claimable)
    counts = active.aggregate(
        ready=Count("pk", filter=is_claimable),
        running=Count("pk", filter=Q(state=JobState.RUNNING) & ~is_abandoned(now)),
        active=Count("pk"),
        since=Min("not_before", filter=is_claimable & is_ready(now)),
        lost_at=Min("lease_until", filter=is_claimable & is_abandoned(now)),
    )
    since = min((moment for moment in (counts["since"], counts["lost_at"]) if moment), default=now)
    later = counts["active"] - counts["ready"] - counts["running"]
    return QueueStatus(counts["ready"], later, counts["running"], max(now - since, timedelta()))


def job_metrics() -> Iterator[Metric]:
    jobs = GaugeMetricFamily(
        "zoomsync_jobs", "Jobs that are not over, by queue and state.", labels=["queue", "state"]
    )
    oldest = GaugeMetricFamily(
        "zoomsync_job_wait_seconds",
        "How long the oldest job that could run has waited for a worker.",
        labels=["queue"],
    )
    for queue in registered():
        status = queue_status(queue)
        for state in ("ready", "later", "running"):
            jobs.add_metric([queue.name, state], getattr(status, state))
        oldest.add_metric([queue.name], status.oldest.total_seconds())
    yield jobs
    yield oldest
