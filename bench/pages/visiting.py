"""Seeds the database of `DATABASE_URL`, then asks for each page as a signed-in admin; tells JSON.

A process of its own, so that nothing but the app is in it. Server time is all that Django does for an answer,
templates and middleware included; no web server, no network.
"""

import json
import sys
import time
from statistics import median

import django
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

RUNS = 5
ZOOM = "/settings/integrations/connected-apps/zoom/acme/"


def pages() -> dict[str, str]:
    """The address of each page, by its name. The first is the one that others are compared with."""
    from bench.pages import seeding  # noqa: PLC0415  needs Django to be set up

    largest, person = seeding.the_largest(), seeding.somebody()
    audit, skipped, events = "/audit/", "/skipped-people/", "/marketing-events/"
    return {
        "change of password (baseline)": "/account/password/",
        "dashboard": "/",
        "home": ZOOM,
        "home, search": f"{ZOOM}?q=topic+17",
        "home, with open warnings": f"{ZOOM}?warnings=any",
        "home, last page": f"{ZOOM}?page=200",
        "global settings": f"{ZOOM}global-settings/",
        "known domains of people": f"{ZOOM}exclusions/contact/",
        "Zoom users": f"{ZOOM}users/",
        "Zoom users, search": f"{ZOOM}users/?q=host42",
        "audit log": audit,
        "audit log, severity": f"{audit}?severity=warning",
        "audit log, code": f"{audit}?code=E3",
        "audit log, host": f"{audit}?host=host42@acme.example",
        "audit log, webinar": f"{audit}?webinar={largest}",
        "audit log, time": f"{audit}?from=2026-06-01&to=2026-06-30",
        "audit log, severity and host": f"{audit}?severity=warning&host=host42@acme.example",
        "audit log, search for a rare word": f"{audit}?q=123456",
        "audit log, search for a common word": f"{audit}?q=registrants",
        "audit log, search that finds nothing": f"{audit}?q=nowhere",
        "audit log of a webinar": f"{ZOOM}webinars/{80_000_000_000 + largest}/",
        "history of settings": f"{audit}settings/",
        "history of settings, search": f"{audit}settings/?q=Webinar+42",
        "skipped people": skipped,
        "skipped people, rule": f"{skipped}?reason=creation_off",
        "skipped people, host": f"{skipped}?host=host42@acme.example",
        "skipped people, search": f"{skipped}?q=excluded42.example",
        "skipped people, search that finds nothing": f"{skipped}?q=nowhere",
        "explain a person": f"/explain/?q={person.email}",
        "explain an unknown person": "/explain/?q=nobody@nowhere.example",
        "contacts": "/contacts/",
        "contacts, search": "/contacts/?q=person12345",
        "contacts, search that finds nothing": "/contacts/?q=nowhere",
        "contacts, last page": "/contacts/?page=4000",
        "contact": f"/contacts/{person.pk}/",
        "marketing events": events,
        "marketing events, search": f"{events}?q=topic+17",
        "marketing events, each date": f"{events}?fold=no",
        "two events compared": f"{events}compare/?event={largest}&event={largest + 1}",
        "difference to Zoom": f"{skipped}of-event/{largest}/",
        "search everything, a person": "/search/?q=person12345",
        "search everything, a word that each person has": "/search/?q=example",
        "search everything, a word that is always said": "/search/?q=number",
        "search everything, an event": "/search/?q=topic+17",
        "search everything, what was said": "/search/?q=number+150042",
        "profile": "/account/profile/",
        "help": "/help/",
        "event with 40,000 participants": f"{events}{largest}/",
        "event with 40,000 participants, hosts": f"{events}{largest}/?role=staff",
        "event with 40,000 participants, who stayed": f"{events}{largest}/?stay=p50&domain=example",
        "event with 40,000 participants, search": f"{events}{largest}/?q=person12345",
        "calls": "/calls/",
        "calls, search": "/calls/?q=number+150042",
        "calls, search that finds nothing": "/calls/?q=nowhere",
        "call": f"/calls/{largest}/",
    }


def visit(client: Client, path: str, part: str = "") -> dict[str, float]:
    """Milliseconds of the first visit, and of the middle one of those after it; how many queries.

    `part`: only the element with this ID is asked for, as htmx does while somebody types.
    """
    headers = {"HX-Request": "true", "HX-Target": part} if part else {}
    first = _ask(client, path, headers)
    later = [_ask(client, path, headers) for _run in range(RUNS)]
    with CaptureQueriesContext(connection) as captured:
        _ask(client, path, headers)
    return {"first": first, "milliseconds": median(later), "queries": len(captured)}


def _ask(client: Client, path: str, headers: dict[str, str]) -> float:
    started = time.perf_counter()
    answer = client.get(path, headers=headers)
    milliseconds = (time.perf_counter() - started) * 1000
    if answer.status_code != 200:
        raise SystemExit(f"{path} answered {answer.status_code}")
    return milliseconds


def signed_in() -> Client:
    from zoomsync.models import User  # noqa: PLC0415  needs Django to be set up

    user, _created = User.objects.get_or_create(email="admin@acme.example", defaults={"role": "admin"})
    client = Client(headers={"host": settings.ALLOWED_HOSTS[0]})
    client.force_login(user)
    return client


def main(*, seeds: bool) -> None:
    django.setup()
    call_command("collectstatic", verbosity=0, interactive=False)
    if seeds:
        from bench.pages.seeding import seed  # noqa: PLC0415

        call_command("migrate", verbosity=0)
        seed()
    client = signed_in()
    for name, path in pages().items():
        print(json.dumps({"page": name, "path": path, **visit(client, path)}), flush=True)


if __name__ == "__main__":
    main(seeds="--seeded" not in sys.argv)
