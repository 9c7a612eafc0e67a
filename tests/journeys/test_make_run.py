"""What a newcomer does first: `make run`, look, Ctrl-C, and again."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
import requests

from tests.support import services
from tests.support.http_client import Visitor
from tests.support.installation import ROOT, environment_of_a_newcomer
from tests.support.waiting import eventually

pytestmark = [pytest.mark.services, pytest.mark.timeout(400)]

FIRST_WEBINARS_WITHIN = 60.0  # seconds; promised for a fresh clone
STOPPED_WITHIN = 5.0


class Run:
    """`make run` without the environment, which is there already."""

    def __init__(self, data_dir: Path, **environment: str) -> None:
        self.port = services.free_port()
        self.log = data_dir.with_suffix(f".{self.port}.log")
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "start"],
                cwd=ROOT,
                env=environment_of_a_newcomer(data_dir, **{"PORT": str(self.port), **environment}),
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def said(self) -> str:
        return self.log.read_text(errors="replace")

    def wait_for(self, words: str) -> None:
        eventually(lambda: words in self.said() or self.process.poll() is not None, seconds=120)
        assert self.process.poll() is None, self.said()

    def started(self) -> list[int]:
        """The process groups that were started so far, in order."""
        return [int(pid) for pid in re.findall(r"started \(pid=(\d+)\)", self.said())]

    def answers(self) -> bool:
        with suppress(requests.RequestException):
            return requests.get(f"http://127.0.0.1:{self.port}/healthz", timeout=5).ok
        return False

    def sign_in(self) -> Visitor:
        return Visitor(f"http://127.0.0.1:{self.port}").sign_in("admin@brightline.example", "demo")


@contextmanager
def running(data_dir: Path, **environment: str) -> Iterator[Run]:
    run = Run(data_dir, **environment)
    try:
        yield run
    finally:
        run.process.send_signal(signal.SIGINT)
        run.process.wait(timeout=30)


def command_beside(data_dir: Path, *arguments: str) -> str:
    """What a command says in a second terminal; it succeeds."""
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=environment_of_a_newcomer(data_dir),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def contacts_of(visitor: Visitor) -> int:
    found = re.search(r" of ([\d,]+)", visitor.open("/contacts/").text)
    return int(found[1].replace(",", "")) if found else 0


def test_make_run_shows_people_within_a_minute_keeps_them_and_itself_up_and_stops_with_ctrl_c(
    tmp_path: Path,
) -> None:
    data_dir = tmp_path / "var"
    started = time.monotonic()
    with running(data_dir) as run:
        run.wait_for("Zoomsync is running")
        visitor = run.sign_in()
        eventually(lambda: contacts_of(visitor) > 100, seconds=FIRST_WEBINARS_WITHIN, pause=0.5)
        assert time.monotonic() - started < 2 * FIRST_WEBINARS_WITHIN  # tests may share the machine
        assert "Brightline" in command_beside(data_dir, "sync_zoom")
        second = Run(data_dir)
        assert second.process.wait(timeout=60) == 1
        assert f"It is running already, at http://127.0.0.1:{run.port}," in second.said()
    assert run.process.returncode == 0, run.said()
    with running(data_dir) as again:
        again.wait_for("Zoomsync is running")
        assert contacts_of(again.sign_in()) > 100
        what_dies_is_started_again(again)
        began = time.monotonic()
        again.process.send_signal(signal.SIGINT)  # Ctrl-C stops all of it
        assert again.process.wait(timeout=30) == 0
        assert time.monotonic() - began < 2 * STOPPED_WITHIN  # tests may share the machine
    assert "SIGKILL" not in again.said()
    assert len(again.started()) == 8
    assert [pid for pid in again.started() if Path(f"/proc/{pid}").exists()] == []


def what_dies_is_started_again(run: Run) -> None:
    run.wait_for("The worker is ready.")
    for pid in run.started():
        os.killpg(pid, signal.SIGKILL)
    eventually(lambda: len(run.started()) == 8, seconds=60)
    eventually(lambda: run.said().count("The worker is ready.") == 2, seconds=60)
    eventually(run.answers, seconds=60)


def test_with_a_zoom_account_of_ones_own_there_is_no_demo(tmp_path: Path) -> None:
    with running(tmp_path / "var", ZOOM_CLIENT_ID="mine", ZOOM_CLIENT_SECRET="mine") as run:
        run.wait_for(" ready.")
        assert "createsuperuser" in run.said()
        assert "simulator" not in run.said().lower()


def test_a_port_that_is_taken_is_told_in_one_sentence(tmp_path: Path) -> None:
    with services.silent_port() as port:
        done = Run(tmp_path / "var", PORT=str(port))
        assert done.process.wait(timeout=60) == 1
    assert done.said().strip().splitlines()[-1].startswith(f"CommandError: Port {port} is taken")
