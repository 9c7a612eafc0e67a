"""What a worker does when it is woken: take a run, do it, and see to it that the next one is taken."""

import structlog
from billiard.common import terminate_handler_fired  # type: ignore[attr-defined]  # newer than its stubs

from integrations.models import SyncRun
from integrations.sync.runs.lease import claim
from integrations.sync.runs.runner import End, Result, perform
from integrations.sync.runs.schedule import enqueue_due
from integrations.sync.runs.wake import wake_worker

log = structlog.get_logger(__name__)


def work() -> Result | None:
    """Do the most urgent run; None if there is none. What is a bug raises, once the next was woken for."""
    if terminate_handler_fired():  # this process is to stop, and has handed back what it was doing
        return None
    lease = claim()
    if lease is None:
        return None
    try:
        result = perform(lease)
        if result.end is End.COMPLETE:
            _follow_up(result)
        log.info("run_ended", run=result.run_id, end=result.end, reason=result.reason)
        return result
    finally:
        if SyncRun.objects.claimable().exists():
            wake_worker()


def _follow_up(result: Result) -> None:
    """Webinars that a listing has found are read at once, not with the next tick."""
    run = SyncRun.objects.select_related("connection__brand").get(pk=result.run_id)
    if run.kind == SyncRun.Kind.DISCOVERY:
        enqueue_due(run.connection)
