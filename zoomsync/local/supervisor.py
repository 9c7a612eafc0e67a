"""Runs the processes of `make run` with honcho, and starts again those that die."""

import multiprocessing
import signal
import sys
import time
from functools import partial
from multiprocessing.synchronize import Event
from typing import Any

from honcho.manager import Manager
from honcho.printer import Printer
from honcho.process import Process

PAUSE = 1.0  # seconds before a process is started again
# One that dies as fast so often in a row has something that only a person can put right.
FAST = 10.0
MOST_FAST_DEATHS = 3


class Supervisor(Manager):  # type: ignore[misc]  # honcho has no types
    """Ends when someone stops it, or when one of the processes cannot be kept alive."""

    def __init__(self) -> None:
        super().__init__(Printer(sys.stdout))
        self._stopping = multiprocessing.Event()
        self._process_ctor = partial(_Restarted, stopping=self._stopping)

    def terminate(self) -> None:
        self._stopping.set()
        super().terminate()


class _Restarted(Process):  # type: ignore[misc]
    """A process that is started again when it ends by itself, or is killed."""

    def __init__(self, *arguments: Any, stopping: Event, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._stopping = stopping
        self._fast_deaths = 0
        self._end: dict[str, int] = {}

    def run(self, events: Any = None, ignore_signals: bool = False) -> None:
        while True:
            began = time.monotonic()
            super().run(events, ignore_signals)
            self._fast_deaths = self._fast_deaths + 1 if time.monotonic() - began < FAST else 0
            if self._stopping.wait(PAUSE) or self._fast_deaths >= MOST_FAST_DEATHS:
                super()._send_message(self._end, type="stop")
                return
            self._send_message(b"It ended, and is started again.\n")
            for number in (signal.SIGINT, signal.SIGTERM):  # a child inherits what is ignored here
                signal.signal(number, signal.SIG_DFL)

    def _send_message(self, data: Any, type: str = "line") -> None:  # noqa: A002 - honcho's name
        if type == "stop":  # honcho would stop all the others
            self._end = data
        else:
            super()._send_message(data, type=type)
