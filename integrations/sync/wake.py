"""Wakes a worker for the sync: a hint, never the work itself (D13)."""

from zoomsync.lib.wake import wake

TASK = "integrations.tasks.work"  # by its name: the tasks import what this package offers


def wake_worker() -> None:
    wake(TASK)
