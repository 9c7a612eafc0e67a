"""Wakes a worker once the transaction is through. A hint, never the work itself: that is a row (D13).

A broker that is down costs a line in the log and a bounded wait (the socket time-outs in the settings): the
sweep finds what nobody was woken for.
"""

import structlog
from celery import current_app
from django.db import transaction

log = structlog.get_logger(__name__)


def wake(task: str) -> None:
    """Send the task of that name when the transaction commits."""
    transaction.on_commit(lambda: _send(task), robust=True)


def _send(task: str) -> None:
    try:
        current_app.send_task(task)
    except Exception as error:  # noqa: BLE001 - each transport has its own; no page may fail over any of them
        log.warning("worker_not_woken", task=task, error=type(error).__name__)
