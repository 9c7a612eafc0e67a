"""`python -m tests.core.jobs.worker_process`: a worker for errands, to be stopped and killed by tests."""

import signal

import django

django.setup()

from core.jobs.worker import Worker  # noqa: E402 - needs Django
from tests.core.jobs.errands import Errands  # noqa: E402

worker = Worker([Errands()])
signal.signal(signal.SIGTERM, lambda *_signal: worker.stop())
print(" ready.", flush=True)  # noqa: T201 - what the test waits for
worker.run()
