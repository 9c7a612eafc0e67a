"""The queue of errands: each does what its script says."""

import time
from datetime import timedelta

import structlog
from django.db import InterfaceError, OperationalError
from django.utils import timezone

from core.jobs import JobFailedError, JobQueue, Lease, RetryLater
from core.messages import Message
from tests.core.jobs.models import Errand, Receipt

NOT_AT_HOME = Message("errand.not_at_home")
MOVED_AWAY = Message("errand.moved_away")


class Errands(JobQueue[Errand]):
    name = "errands"
    model = Errand
    at_once = 4
    max_attempts = 3

    def perform(self, job: Errand, lease: Lease) -> None:
        getattr(self, job.script)(job, lease)

    def write(self, job: Errand, lease: Lease) -> None:
        with lease.writing():
            Receipt.objects.create(errand=job)
            lease.complete()

    def quickly(self, job: Errand, lease: Lease) -> None:
        time.sleep(0.02)
        self.write(job, lease)

    def slowly(self, job: Errand, lease: Lease) -> None:
        """Page by page, as a sync does."""
        for _page in range(600):
            time.sleep(0.05)
            with lease.writing():
                pass
        self.write(job, lease)

    def hang(self, job: Errand, lease: Lease) -> None:
        """In one long call that looks at nothing."""
        time.sleep(15)
        self.write(job, lease)

    def ask_for_time(self, job: Errand, lease: Lease) -> None:
        raise RetryLater(NOT_AT_HOME, timezone.now() + timedelta(hours=2))

    def say_whose_it_is(self, job: Errand, lease: Lease) -> None:
        structlog.get_logger().info("said")
        structlog.contextvars.bind_contextvars(leak=job.pk)

    def give_up(self, job: Errand, lease: Lease) -> None:
        raise JobFailedError(MOVED_AWAY)

    def break_down(self, job: Errand, lease: Lease) -> None:
        raise ZeroDivisionError

    def be_cut_off(self, job: Errand, lease: Lease) -> None:
        raise OperationalError("server closed the connection unexpectedly")

    def find_it_closed(self, job: Errand, lease: Lease) -> None:
        raise InterfaceError("connection already closed")
