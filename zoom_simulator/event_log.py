"""Keeps what happened in a file, so that a simulator that is started again is the same one.

The first line says how the world was built, the others what happened since: happenings of the world, refresh
tokens (whoever connected by OAuth stays connected). A line that was cut off by a crash is left out.
"""

import threading
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from zoom_simulator.account.base import Happening
from zoom_simulator.clock import moments
from zoom_simulator.errors import ZoomError
from zoom_simulator.simulator import Simulator


class Origin(Struct, frozen=True):
    """How the world was built."""

    scenario: str
    seed: int
    people: int
    built: datetime


class EventLogMismatch(ValueError):  # noqa: N818 - says what is the matter
    """The file belongs to another world than the one that is asked for."""


class EventLog:
    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()

    def origin(self) -> Origin | None:
        """None for a new file."""
        lines = self._lines()
        return msgspec.convert(lines[0], Origin) if lines else None

    def check(self, scenario: str, seed: int, people: int) -> Origin | None:
        found = self.origin()
        if found and (found.scenario, found.seed, found.people) != (scenario, seed, people):
            raise EventLogMismatch(
                f"{self.path} was made with --scenario {found.scenario} --seed {found.seed} "
                f"--people {found.people}. Delete it, or start with the same."
            )
        return found

    def attach(self, simulator: Simulator, origin: Origin | None) -> int:
        """Replays the file into a simulator just built, and goes on writing it; returns how many lines."""
        lines = self._lines()[1:] if origin else []
        if origin is None:
            scenario = simulator.scenario
            self._write(
                msgspec.to_builtins(Origin(scenario.name, simulator.seed, simulator.people, simulator.built))
            )
        listeners, simulator.account.listeners = simulator.account.listeners, []
        for line in lines:
            _replay(simulator, line)
        simulator.account.listeners = listeners
        simulator.account.journals.append(self._happened)
        simulator.oauth.on_refresh_token = self._refreshed
        return len(lines)

    def _happened(self, happening: Happening) -> None:
        self._write({"do": happening.name, "args": happening.args, "kwargs": happening.kwargs})

    def _refreshed(self, family: str, token: str, user_id: str) -> None:
        self._write({"refresh": [family, token, user_id]})

    def _write(self, line: Any) -> None:
        with self._lock:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self.path.open("ab") as file:
                file.write(msgspec.json.encode(line) + b"\n")

    def _lines(self) -> list[dict[str, Any]]:
        if not self.path.exists():
            return []
        found = []
        for line in self.path.read_bytes().splitlines():
            try:
                found.append(msgspec.json.decode(line))
            except msgspec.DecodeError:
                break
        return found


def keep(path: Path, simulator: Simulator) -> None:
    """Attach a file to each account: those of the neighbours are beside the first account's."""
    for number, account in enumerate(simulator.accounts, start=1):
        log = EventLog(path if number == 1 else path.with_stem(f"{path.stem}-{number}"))
        log.attach(account, log.check(account.scenario.name, account.seed, account.people))


def _replay(simulator: Simulator, line: dict[str, Any]) -> None:
    if "refresh" in line:
        simulator.tokens.restore_refresh(*line["refresh"])
        return
    kwargs = {key: moments(key, value) for key, value in line["kwargs"].items()}
    account = simulator.account
    account.building = True  # what was possible then may concern a webinar that Zoom has deleted since
    try:
        getattr(account, line["do"])(*line["args"], **kwargs)
    except ZoomError:
        return
    finally:
        account.building = False
