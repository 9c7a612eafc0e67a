"""`manage.py start`, as `make run` calls it: everything on this machine, until Ctrl-C."""

import os
import signal
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from honcho.environ import parse_procfile

from core import data_settings
from core.roles import Role
from zoomsync.local import startup_message
from zoomsync.local.processes import CannotStartError, Plan
from zoomsync.local.single_instance import single_instance
from zoomsync.local.supervisor import Supervisor
from zoomsync.models import User

STOPPED_BY_HAND = {130, 143}  # SIGINT, SIGTERM


class Command(BaseCommand):
    help = (
        "Runs the web server, a worker and the schedule; without ZOOM_… settings the demo, with a simulator."
    )

    def handle(self, **options: Any) -> None:
        try:
            with single_instance(settings.DATA_DIR) as tell:
                plan = Plan.of(os.environ, settings.DATA_DIR)
                tell(plan.address)
                self._start(plan)
        except CannotStartError as problem:
            raise CommandError(str(problem)) from None

    def _start(self, plan: Plan) -> None:
        self.stdout.write(f"Preparing {plan.data_dir} …")
        call_command("migrate", verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        if plan.simulated_zoom:
            data_settings.save(plan.data_dir, plan.simulated_zoom)
        else:
            has_admin = User.objects.filter(role=Role.ADMIN).exists()
            self.stdout.write(startup_message.of_ones_own_zoom(plan.address, has_admin))
        self.stdout.flush()
        returned = _run(plan)
        if returned not in STOPPED_BY_HAND:
            sys.exit(returned)


def _run(plan: Plan) -> int:
    """Runs until the processes are stopped, or one of them can't be kept alive."""
    manager = Supervisor()
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    environment = {**os.environ, **plan.environment, "PATH": path}
    procfile = parse_procfile((settings.BASE_DIR / "Procfile").read_text())
    for name, command in plan.processes(procfile.processes).items():
        manager.add_process(name, f"exec {command}", env=environment, cwd=str(settings.BASE_DIR))
    # Closing the terminal would end this process and leave the others behind, each in a session of its own.
    signal.signal(signal.SIGHUP, lambda *_: signal.raise_signal(signal.SIGTERM))
    manager.loop()
    return int(manager.returncode or 0)
