"""`manage.py zoom_simulator`: a stand-in for Zoom on this machine, until Ctrl-C."""

from argparse import ArgumentParser
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from zoom_simulator.clock import parse_iso
from zoom_simulator.event_log import EventLog, EventLogMismatch, keep
from zoom_simulator.scenarios import SCENARIOS
from zoom_simulator.server import serve
from zoom_simulator.simulator import Simulator


class Command(BaseCommand):
    help = "Serves Zoom's API, OAuth pages, recordings and webhooks from memory, for development and tests."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
        parser.add_argument("--public-url", default="", help="its address as others see it, if different")
        parser.add_argument("--scenario", choices=sorted(SCENARIOS), default="demo")
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument(
            "--people", type=int, default=10_000, help="for the scenarios 'large' and 'backlog'"
        )
        parser.add_argument(
            "--latency", type=float, default=0, help="milliseconds for each answer of the API"
        )
        parser.add_argument("--rate-limits", choices=("off", "free", "pro", "business"), default="off")
        parser.add_argument("--faults", type=float, default=0, help="share of the calls that fail, 0 to 1")
        parser.add_argument("--webhook-url", default="", help="where events are sent")
        parser.add_argument("--webhook-secret", default="", help="the secret token that signs them")
        parser.add_argument("--state", type=Path, help="a file that keeps what happens, for the next start")
        parser.add_argument(
            "--now", default="", help="start with this time (ISO 8601) instead of the real one"
        )

    def handle(self, **options: Any) -> None:
        simulator = self._simulator(options)
        try:
            serve(
                simulator,
                options["host"],
                options["port"],
                public_url=options["public_url"],
                ready=lambda: self._say(simulator),
            )
        except OSError as problem:
            raise CommandError(f"Cannot listen on {options['host']}:{options['port']}: {problem}") from None

    def _simulator(self, options: dict[str, Any]) -> Simulator:
        account = {name: options[name] for name in ("scenario", "seed", "people")}
        try:
            origin = EventLog(options["state"]).check(**account) if options["state"] else None
        except EventLogMismatch as problem:
            raise CommandError(str(problem)) from None
        simulator = Simulator(
            **account,
            latency=options["latency"],
            rate_limits=options["rate_limits"],
            faults=options["faults"],
            now=_moment(options["now"]),
            built=origin.built if origin else None,
            webhook_url=options["webhook_url"],
            webhook_secret=options["webhook_secret"],
        )
        if options["state"]:
            keep(options["state"], simulator)
        return simulator

    def _say(self, simulator: Simulator) -> None:
        for one in simulator.accounts:
            self.stdout.write(
                f"Zoom simulator ({one.scenario.name}) at {one.url}  account {one.account_id}  "
                f"client {one.client_id}  secret {one.client_secret}"
            )
        self.stdout.flush()


def _moment(text: str) -> datetime | None:
    try:
        return parse_iso(text) if text else None
    except ValueError:
        raise CommandError(f"--now is no ISO 8601 time: {text}") from None
