"""Registers a contact for a webinar, and waits for the end.

Prints the state and the reason. Exit code 0: registered, already registered or waiting for approval; 1:
refused, failed or cancelled; 2: bad arguments; 3: still waiting.
"""

import time
from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Q
from django.utils import timezone

from core.jobs import run_job
from integrations.rules.registration_checks import normalise_webinar_id
from workflows.models import RegistrationJob
from workflows.models.registrations import SUCCESSES
from workflows.registrations.jobs import ContactRef, Options, Source, enqueue, find_contact
from workflows.registrations.queue import queue
from workflows.registrations.wording import detail_of, remedy_of

BAD_ARGUMENTS, REFUSED, WAITING = 2, 1, 3
# A job that Zoom keeps waiting for longer is left to the workers.
LONGEST_PAUSE = timedelta(seconds=60)
POLL_SECONDS = 0.3


class Command(BaseCommand):
    help = "Register a contact for a Zoom webinar of the primary brand."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--email", required=True, metavar="E", help="an address of the contact")
        parser.add_argument("--webinar", required=True, metavar="ID", help="spaces and dashes don't matter")
        parser.add_argument("--occurrence", default="", metavar="O", help="the date of a series")
        parser.add_argument("--key", default="", metavar="K", help="the same key is the same registration")
        parser.add_argument("--no-wait", action="store_true", help="queue it, and don't wait for the end")

    def handle(self, *, email: str, webinar: str, **options: Any) -> None:
        contact, zoom_webinar_id = find_contact(ContactRef(email=email)), normalise_webinar_id(webinar)
        if contact is None:
            raise CommandError(f"There is no contact with the address {email}.", returncode=BAD_ARGUMENTS)
        if zoom_webinar_id is None:
            raise CommandError(f"“{webinar}” is not a webinar ID.", returncode=BAD_ARGUMENTS)
        job_options = Options(occurrence_id=options["occurrence"], key=options["key"])
        job = enqueue(contact, zoom_webinar_id, Source.COMMAND, job_options)
        if not options["no_wait"]:
            _finish(job)
        self._tell(job)

    def _tell(self, job: RegistrationJob) -> None:
        job.refresh_from_db()
        text = " ".join(filter(None, [detail_of(job), remedy_of(job)]))
        self.stdout.write(f"{job.status}: {text}" if text else str(job.status))
        if job.is_active:
            raise SystemExit(WAITING)
        if job.status not in SUCCESSES:
            raise SystemExit(REFUSED)


def _finish(job: RegistrationJob) -> None:
    """Do the job here, or watch the worker that does it, until it is over or put off for long."""
    while job.is_active and job.not_before <= timezone.now() + LONGEST_PAUSE:
        leases = queue.claim(1, among=Q(pk=job.pk))
        for lease in leases:
            run_job(queue, lease)
        if not leases:
            time.sleep(POLL_SECONDS)
        job.refresh_from_db()
