"""`manage.py worker`: does jobs until it is stopped, and without Redis keeps the schedule as well."""

import os
import signal
import sys
from argparse import ArgumentParser, BooleanOptionalAction
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from zoomsync.warm_up import warm_up_worker
from zoomsync.worker import build_schedule, build_worker, is_alive


class Command(BaseCommand):
    help = "Does the background work; without REDIS_URL it also keeps the schedule."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--schedule",
            action=BooleanOptionalAction,
            default=not settings.REDIS_URL,
            help="keep the schedule, too; without REDIS_URL that is the default, else Celery's beat does it",
        )

        parser.add_argument("--check", action="store_true", help="exit with 0 if this machine's worker lives")

    def handle(self, *, schedule: bool, check: bool, **options: Any) -> None:
        if check:
            if not is_alive():
                raise CommandError("No worker of this machine looked for jobs within the last minute.")
            return
        worker = build_worker()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_signal: worker.stop())
        if schedule:
            build_schedule().start()
        warm_up_worker()
        self.stdout.write("The worker is ready.")
        self.stdout.flush()
        worker.run()
        # Threads that still wait for Zoom have lost their jobs by now: nothing is to wait for them.
        sys.stdout.flush()
        os._exit(0)
