"""Wakes a worker for messages that came, without Zoom waiting for it: a thread of its own sends.

Zoom gives us 3 seconds, and a broker that hangs takes longer to say so. A burst of messages sends one or two
wake-ups and not one each. Whatever gets lost here the sweep makes good (D13).
"""

import threading

import structlog
from celery import current_app

TASK = "integrations.tasks.handle_deliveries"

log = structlog.get_logger(__name__)


class Waker:
    def __init__(self) -> None:
        self._asked = threading.Event()
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None

    def wake(self) -> None:
        """Returns at once. Safe after a fork: the new process starts a thread of its own."""
        self._asked.set()
        with self._starting:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._serve, name="delivery-waker", daemon=True)
                self._thread.start()

    def _serve(self) -> None:
        while True:
            self._asked.wait()
            self._asked.clear()
            self.send()

    def send(self) -> None:
        try:
            current_app.send_task(TASK)
        except Exception as error:  # noqa: BLE001 - each transport has its own; none may end the thread
            log.warning("worker_not_woken", task=TASK, error=type(error).__name__)


_waker = Waker()


def wake() -> None:
    _waker.wake()
