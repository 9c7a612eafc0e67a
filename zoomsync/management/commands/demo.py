"""`manage.py demo`: fills an empty database for the demo, and says who can sign in."""

import signal
import time
from argparse import ArgumentParser
from typing import Any
from urllib.parse import urlsplit

import requests
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from zoom_simulator.simulator import Simulator
from zoomsync.local import demo, startup_message
from zoomsync.local.demo_history import age_segments
from zoomsync.models import User

LOOK_EVERY = 2.0  # seconds
START_WITHIN = 60.0  # seconds; a busy laptop needs ten


class Command(BaseCommand):
    help = "Fills an empty database with the demo's people and settings, connected to the simulated Zoom."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--beside",
            metavar="ADDRESS",
            default="",
            help="wait for the app at this address and for the simulator, then stay until stopped (make run)",
        )

        parser.add_argument(
            "--brands",
            type=int,
            default=demo.BRANDS,
            help="how many are connected, each to an account",
        )

    def handle(self, *, beside: str, brands: int, **options: Any) -> None:
        if not _is_on_this_machine(settings.ZOOM_API_URL):
            raise CommandError("ZOOM_API_URL names no simulator on this machine: `make run` sets all up.")
        if beside:
            _wait_for(settings.ZOOM_OAUTH_URL)
        is_new = demo.make(Simulator("demo"), brands)
        if beside:
            _wait_for(f"{beside}/healthz")
        people = User.objects.filter(email__in=[email for email, *_ in demo.PEOPLE]).order_by("pk")
        self.stdout.write(startup_message.of_the_demo(beside, settings.ZOOM_OAUTH_URL, people, demo.PASSWORD))
        self.stdout.flush()
        if beside:
            _complete_when_synced(is_new=is_new)
            signal.pause()


def _complete_when_synced(*, is_new: bool) -> None:
    """What needs the people of the first sync. If this is stopped, the next start does it."""
    while not demo.has_synced():
        time.sleep(LOOK_EVERY)
    if is_new:
        demo.age_contacts()
    while not demo.has_followed():
        time.sleep(LOOK_EVERY)
    if is_new:
        age_segments()
    demo.start_workflows()


def _is_on_this_machine(address: str) -> bool:
    return urlsplit(address).hostname in {"localhost", "127.0.0.1", "::1"}


def _wait_for(address: str) -> None:
    deadline = time.monotonic() + START_WITHIN
    while True:
        try:
            requests.get(address, timeout=5)
        except requests.RequestException as problem:
            if time.monotonic() > deadline:
                raise CommandError(f"{address} did not answer: {problem}") from None
            time.sleep(0.1)
        else:
            return
