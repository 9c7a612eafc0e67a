"""Wakes a worker once the transaction is through. A hint, never the work itself: that is a row (D13).

A broker that is down costs a line in the log and a bounded wait (the socket time-outs in the settings):
the sweep finds what nobody was woken for.
"""

import structlog
from celery import current_app
from django.db import transaction

# By its name: the tasks import what this package offers.
TASK = "integrations.tasks.work"

log = structlog.get_logger(__name__)


def wake_worker() -> None:
    """Send one message when the transaction commits, however often this is called during it."""
    if not _is_waiting():
        transaction.on_commit(_send, robust=True)


def _is_waiting() -> bool:
    return any(hook is _send for _savepoints, hook, _robust in transaction.get_connection().run_on_commit)


def _send() -> None:
    try:
        current_app.send_task(TASK)
    except Exception as error:  # noqa: BLE001 - each transport has its own; no page may fail over any of them
        log.warning("worker_not_woken", error=type(error).__name__)
