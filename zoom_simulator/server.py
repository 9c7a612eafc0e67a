"""Serves a simulator with waitress: in threads of this process, or as the process itself."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from waitress.channel import HTTPChannel
from waitress.server import TcpWSGIServer, create_server
from waitress.task import WSGITask

from zoom_simulator.all_accounts import AllAccounts
from zoom_simulator.fault_answers import CHANNEL
from zoom_simulator.simulator import Simulator

THREADS = 32


class _Task(WSGITask):  # type: ignore[misc]
    """Leaves the connection in the environment, so that a fault can break it."""

    def get_environment(self) -> dict[str, Any]:
        environ: dict[str, Any] = super().get_environment()
        return environ | {CHANNEL: self.channel}


class _Channel(HTTPChannel):  # type: ignore[misc]
    task_class = _Task


def listen(simulator: Simulator, host: str = "127.0.0.1", port: int = 0, *, public_url: str = "") -> Any:
    """A server bound to its port, not yet serving; the simulator knows its address from here on."""
    logging.getLogger("waitress").setLevel(logging.ERROR)  # warns of answers that are broken on purpose
    server = create_server(
        AllAccounts(simulator.accounts),
        host=host,
        port=port,
        threads=THREADS,
        ident="zoom-simulator",
        clear_untrusted_proxy_headers=True,
        asyncore_use_poll=True,  # copes with connections that a fault closes from another thread
    )
    assert isinstance(server, TcpWSGIServer)  # noqa: S101 - one address, so one server
    server.channel_class = _Channel
    reachable = "127.0.0.1" if host in ("0.0.0.0", "::", "") else host  # noqa: S104 - only compared
    for one in simulator.accounts:
        one.account.base_url = public_url.rstrip("/") or f"http://{reachable}:{server.effective_port}"
    return server


def serve(
    simulator: Simulator, host: str, port: int, *, public_url: str = "", ready: Callable[[], None]
) -> None:
    """Until interrupted."""
    server = listen(simulator, host, port, public_url=public_url)
    with _telling(simulator):
        ready()
        server.run()


@contextmanager
def _telling(simulator: Simulator) -> Iterator[None]:
    """Each account delivers its webhook events."""
    with ExitStack() as stack:
        for one in simulator.accounts:
            stack.enter_context(one.webhooks.running())
        yield


@contextmanager
def running_simulator(
    scenario: str = "nasty", *, host: str = "127.0.0.1", port: int = 0, **options: Any
) -> Iterator[Simulator]:
    """A simulator on a free port, in threads of this process; the options are `Simulator`'s."""
    simulator = Simulator(scenario, **options)
    server = listen(simulator, host, port)
    stopping = threading.Event()
    thread = threading.Thread(target=_run, args=(server, stopping), name="zoom-simulator", daemon=True)
    thread.start()
    try:
        with _telling(simulator):
            yield simulator
    finally:
        stopping.set()
        server.pull_trigger()
        thread.join(timeout=5)
        server.task_dispatcher.shutdown(timeout=1)
        server.asyncore.close_all(server._map)


def _run(server: Any, stopping: threading.Event) -> None:
    while not stopping.is_set():
        try:
            server.asyncore.loop(timeout=1, map=server._map, use_poll=True, count=1)
        except OSError:
            continue  # a socket was closed while the loop looked at it
