"""The broker of `make run`: Celery's one of files, whose worker stops as soon as it is told to.

Celery looks whether its worker is to stop between two waits for a message, and has a broker that must be
polled wait for two seconds each time.
"""

from time import monotonic
from typing import Any

from celery.worker import state
from kombu.transport import filesystem

LOOK_EVERY = 0.2  # seconds


class Transport(filesystem.Transport):
    def drain_events(self, connection: Any, timeout: float | None = None) -> None:  # type: ignore[override]
        """Hands over a message. Raises TimeoutError when none came in time, or the worker is to stop."""
        until = monotonic() + (float("inf") if timeout is None else timeout)
        while True:
            try:
                super().drain_events(connection, timeout=min(LOOK_EVERY, max(0.0, until - monotonic())))
            except TimeoutError:
                if monotonic() >= until or _is_to_stop():
                    raise
            else:
                return


def _is_to_stop() -> bool:
    return state.should_stop is not None or state.should_terminate is not None
