"""What `make run` starts: decided from the environment alone, so that it can be tested without starting any.

With no setting whose name starts with `ZOOM_`, it is the demo: a simulator stands in for Zoom. With one, it
is the Zoom account of whoever set it, and the demo's processes stay away.
"""

import socket
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from zoom_simulator.oauth import App

FIRST_PORT = 8000
OF_THE_DEMO = frozenset({"simulator", "guide"})

# Shared by the simulator and the app; both are on this machine, so that it needs no secrecy.
WEBHOOK_SECRET = "demo-webhook-secret"  # noqa: S105


class CannotStartError(Exception):
    """`str(error)` says what is in the way and what to do."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    data_dir: Path
    port: int
    simulator_port: int | None
    """None: no demo, Zoom itself."""

    @classmethod
    def of(cls, environment: Mapping[str, str], data_dir: Path) -> Self:
        is_demo = not any(name.startswith("ZOOM_") and value for name, value in environment.items())
        _refuse_mixture(is_demo, data_dir)
        ports = _free_ports(environment.get("PORT", ""))
        return cls(data_dir=data_dir, port=next(ports), simulator_port=next(ports) if is_demo else None)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """What the processes get beside the environment that there is."""
        everywhere = {
            "PORT": str(self.port),
            "PYTHONUNBUFFERED": "1",
            # In a container one is root, and the worker's warning of that is longer than what we have to say.
            "PYTHONWARNINGS": "ignore:::celery.platforms",
        }
        if self.simulator_port is None:
            return everywhere
        return {
            **everywhere,
            "SIMULATOR_PORT": str(self.simulator_port),
            "SIMULATOR_STATE": str(state_file(self.data_dir)),
            **self.simulated_zoom,
        }

    @property
    def simulated_zoom(self) -> dict[str, str]:
        """Settings by which the app finds the simulator; none without the demo."""
        if self.simulator_port is None:
            return {}
        zoom = f"http://127.0.0.1:{self.simulator_port}"
        app = App(account_id="", scopes=[])
        return {
            "ZOOM_API_URL": f"{zoom}/v2",
            "ZOOM_OAUTH_URL": zoom,
            "ZOOM_CLIENT_ID": app.client_id,
            "ZOOM_CLIENT_SECRET": app.client_secret,
            "ZOOM_WEBHOOK_SECRET_TOKEN": WEBHOOK_SECRET,
        }

    def processes(self, procfile: Mapping[str, str]) -> dict[str, str]:
        """Those of the Procfile that this run needs, each with its command."""
        return {
            name: command
            for name, command in procfile.items()
            if self.simulator_port is not None or name not in OF_THE_DEMO
        }


def state_file(data_dir: Path) -> Path:
    """What happened in the simulated account; that it is there marks a directory as the demo's."""
    return data_dir / "zoom-simulator.jsonl"


def _refuse_mixture(is_demo: bool, data_dir: Path) -> None:
    """Invented people must not get in among real ones."""
    if not is_demo and state_file(data_dir).exists():
        raise CannotStartError(
            f"{data_dir} holds the demo, and the settings name a Zoom account of your own (ZOOM_…).\n"
            "Give your account a directory of its own, for instance DATA_DIR=var/mine make run, "
            "or take the demo away with `make clean`."
        )


def _free_ports(setting: str) -> Iterator[int]:
    """The port that was asked for, or the first free one; then further free ones after it."""
    if setting and not setting.isdecimal():
        raise CannotStartError(f"PORT must be a number, and is “{setting}”.")
    if setting and not _is_free(int(setting)):
        raise CannotStartError(
            f"Port {setting} is taken by another program. Stop that one, or take another port, "
            "for instance: PORT=8080 make run."
        )
    for port in range(int(setting or FIRST_PORT), 65_536):
        if _is_free(port):
            yield port


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except (OSError, OverflowError):
            return False
    return True
