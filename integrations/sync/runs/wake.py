"""Wakes a worker for the sync: a hint, never the work itself (D13)."""

from datetime import datetime

from core.wake import wake

TASK = "integrations.tasks.work"  # by its name: the tasks import what this package offers


def wake_worker(at: datetime | None = None) -> None:
    """`at` is when the worker is to look, for a run that may not start before; None: at once."""
    wake(TASK, at)
