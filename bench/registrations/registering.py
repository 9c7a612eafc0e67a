"""Registers contacts for one webinar with one worker, and says how long that took."""

import json
import os
import sys
import threading
import time
from datetime import timedelta
from io import StringIO

import django
import requests

django.setup()

from django.core.management import call_command  # noqa: E402 - models need Django set up
from django.db import transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from contacts.models import Contact, EmailAddress  # noqa: E402
from core.jobs import registered  # noqa: E402
from core.jobs.worker import Worker  # noqa: E402
from marketing_events.models import Participation  # noqa: E402
from workflows.models import RegistrationJob  # noqa: E402
from workflows.registrations.jobs import ContactRef, Source, enqueue, enqueue_batch  # noqa: E402

BRAND = "Benchmark"


def main(size: int) -> None:
    webinar_id = _schedule()
    _prepare()
    print(json.dumps(_register(webinar_id, size)))


def _schedule() -> int:
    """An upcoming webinar in the simulated account."""
    start = (timezone.now() + timedelta(days=7)).strftime("%Y-%m-%dT%H:%M:%SZ")
    body = {"host_id": "me", "topic": "Growing roses", "start": start, "capacity": 20_000}
    url = f"{os.environ['ZOOM_OAUTH_URL']}/simulator/do/add_webinar"
    return int(requests.post(url, json=body, timeout=60).json()["id"])


def _prepare() -> None:
    """A connected brand whose sync is on, and which has read the webinar."""
    account = {"account_id": os.environ["ZOOM_ACCOUNT_ID"], "client_id": os.environ["ZOOM_CLIENT_ID"]}
    call_command("migrate", verbosity=0)
    call_command("connect_zoom", brand=BRAND, primary=True, **account, stdout=StringIO())
    call_command("zoom_settings", brand=BRAND, sync_webinars="on", stdout=StringIO())
    call_command("sync_zoom", stdout=StringIO())


def _register(webinar_id: int, size: int) -> dict[str, float]:
    contacts = _make_contacts(size + 1)
    started = time.monotonic()
    enqueue_batch([ContactRef(id=contact.pk) for contact in contacts[1:]], webinar_id, Source.PAGE)
    worker = Worker(registered())  # as it runs: what follows from a registration is done beside
    thread = threading.Thread(target=worker.run)
    thread.start()
    while RegistrationJob.objects.active().count() > size // 2:
        time.sleep(0.5)
    single = _time_of(contacts[0], webinar_id)
    while RegistrationJob.objects.active().exists():
        time.sleep(0.5)
    seconds = time.monotonic() - started
    worker.stop()
    thread.join()
    _expect_all_registered(size + 1)
    return {"seconds": seconds, "single_seconds": single}


def _time_of(contact: Contact, webinar_id: int) -> float:
    """Of one registration, from the wish to its end."""
    started = time.monotonic()
    job = enqueue(contact, webinar_id, Source.PAGE)
    while job.is_active:
        time.sleep(0.05)
        job.refresh_from_db()
    return time.monotonic() - started


def _make_contacts(number: int) -> list[Contact]:
    people = [
        Contact(email=f"person{index}@customer.example", first_name="Ana", last_name=f"Number {index}")
        for index in range(number)
    ]
    with transaction.atomic():  # a contact's address is checked at the end
        contacts = Contact.objects.bulk_create(people, batch_size=1_000)
        addresses = [EmailAddress(contact=contact, email=contact.email) for contact in contacts]
        EmailAddress.objects.bulk_create(addresses, batch_size=1_000)
    return contacts


def _expect_all_registered(number: int) -> None:
    registered = RegistrationJob.objects.in_status("registered").count()
    participations = Participation.objects.filter(state="registered").count()
    if (registered, participations) != (number, number):
        raise SystemExit(f"{registered} registered and {participations} participations of {number}")


if __name__ == "__main__":
    main(int(sys.argv[1]))
