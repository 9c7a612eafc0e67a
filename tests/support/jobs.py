"""Jobs done here and now, in place of a worker."""

from typing import Any

from django.utils import timezone

from core.jobs import LEASE, JobQueue, RunResult
from core.jobs.run import run_jobs


def work_off(queue: JobQueue[Any]) -> list[RunResult]:
    """Do what waits in the queue until nothing does any more."""
    results: list[RunResult] = []
    while leases := queue.claim():
        results += run_jobs(queue, leases)
    return results


def running(**fields: Any) -> dict[str, Any]:
    """The columns of a job that a worker is at."""
    return {
        "state": "running",
        "lease_token": "a worker's",
        "lease_until": timezone.now() + LEASE,
        **fields,
    }


def ended(state: str = "complete") -> dict[str, Any]:
    """The columns of a job that is over."""
    return {"state": state, "finished_at": timezone.now(), "lease_token": "", "lease_until": None}
