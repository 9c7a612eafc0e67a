"""Wakes a worker once the transaction is through. A hint, never the work itself: that is a row (D13).

A broker that is down costs a line in the log and a bounded wait (the socket time-outs in the settings): the
sweep finds what nobody was woken for.
"""

from datetime import datetime
from functools import partial

import structlog
from celery import current_app
from django.db import transaction

log = structlog.get_logger(__name__)


def wake(task: str, at: datetime | None = None) -> None:
    """Send the task of that name when the transaction commits, once however often it is asked for.

    `at` is when the worker is to look, for work that may not begin before; None: at once.
    """
    if not _is_waiting(task, at):
        transaction.on_commit(partial(_send, task, at), robust=True)


def _is_waiting(task: str, at: datetime | None) -> bool:
    hooks = [hook for _savepoints, hook, _robust in transaction.get_connection().run_on_commit]
    return any(isinstance(hook, partial) and hook.args == (task, at) for hook in hooks)


def _send(task: str, at: datetime | None) -> None:
    try:
        current_app.send_task(task, eta=at)
    except Exception as error:  # noqa: BLE001 - each transport has its own; no page may fail over any of them
        log.warning("worker_not_woken", task=task, error=type(error).__name__)
