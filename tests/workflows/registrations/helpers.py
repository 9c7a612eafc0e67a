"""A simulated webinar, contacts to register for it, and a worker that does what is queued."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from contacts.models import Contact
from core.jobs.run import run_jobs
from tests.contacts.make import make_contact
from workflows.models import RegistrationJob
from workflows.registrations.jobs import Options, Source, enqueue
from workflows.registrations.queue import bulk_queue, queue
from zoom_simulator.account.rows import Webinar as ZoomWebinar
from zoom_simulator.simulator import Simulator


def schedule(simulator: Simulator, **more: Any) -> ZoomWebinar:
    """A webinar in Zoom that takes place tomorrow."""
    more.setdefault("start", simulator.clock.now() + timedelta(days=1))
    return simulator.account.add_webinar("me", "Growing roses", **more)


def schedule_series(simulator: Simulator, *days: int, **more: Any) -> ZoomWebinar:
    starts = [simulator.clock.now() + timedelta(days=day) for day in days]
    return simulator.account.add_webinar("me", "Weekly roses", occurrence_starts=starts, **more)


def ana(**fields: Any) -> Contact:
    return make_contact(
        **{"email": "ana@customer.example", "first_name": "Ana", "last_name": "Silva"} | fields
    )


def register(contact: Contact, webinar: ZoomWebinar, **options: Any) -> RegistrationJob:
    """Queue it, and have it done as far as that goes at once."""
    job = enqueue(contact, webinar.id, Source.PAGE, Options(**options))
    work()
    job.refresh_from_db()
    return job


def work() -> int:
    """Do what is ready; how many attempts that took."""
    attempts = 0
    for some in (queue, bulk_queue):
        while leases := some.claim():
            attempts += len(run_jobs(some, leases))
    return attempts


def make_due() -> None:
    """As if the pauses were over."""
    RegistrationJob.objects.active().update(not_before=timezone.now())


def additions(simulator: Simulator) -> int:
    """How often Zoom was asked to register someone."""
    return len(simulator.calls.where("/registrants", method="POST"))
