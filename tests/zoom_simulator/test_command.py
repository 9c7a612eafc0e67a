"""`manage.py zoom_simulator` as a process of its own."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests
from django.core.management import CommandError, call_command

from tests.support import services

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def process(data_dir: Path, *options: str) -> Iterator[tuple[str, str]]:
    """Its first line, and its address. Ends with the test, and with the death of whoever runs the tests."""
    command = ["manage", "zoom_simulator", "--port", "0", *options]
    running = subprocess.Popen(
        [sys.executable, "-m", "tests.support.supervised_child", *command],
        cwd=ROOT,
        env=os.environ | {"DATA_DIR": str(data_dir)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        assert running.stdout is not None
        line = running.stdout.readline().decode()
        found = re.search(r"http://\S+", line)
        assert found, line
        yield line, found[0]
    finally:
        services.stop(running)
        assert running.stdin is not None
        running.stdin.close()
        running.stdout.close()


@pytest.mark.services
def test_it_says_its_address_and_credentials_in_one_line_and_keeps_its_state(tmp_path: Path) -> None:
    state = str(tmp_path / "zoom.jsonl")
    with process(tmp_path, "--scenario", "empty", "--state", state) as (line, url):
        info = requests.get(f"{url}/simulator/info", timeout=5).json()
        for name in ("account_id", "client_id", "client_secret"):
            assert info[name] in line
        made = requests.post(
            f"{url}/simulator/do/add_webinar",
            json={"host_id": "me", "topic": "Kept", "start": info["now"]},
            timeout=5,
        )
        assert made.status_code == 200
    with process(tmp_path, "--scenario", "empty", "--state", state) as (_, url):
        assert "Kept" in requests.get(url, timeout=5).text


@pytest.mark.services
@pytest.mark.parametrize("scenario", ["demo", "nasty"])
def test_it_listens_within_a_few_seconds(tmp_path: Path, scenario: str) -> None:
    began = time.monotonic()
    with process(tmp_path, "--scenario", scenario) as (line, url):
        assert scenario in line
        assert requests.get(url, timeout=5).status_code == 200
    assert time.monotonic() - began < 20  # some two seconds on an idle machine


def test_a_time_that_is_none_is_refused() -> None:
    with pytest.raises(CommandError, match="no ISO 8601 time: tomorrow"):
        call_command("zoom_simulator", now="tomorrow")


def test_a_state_of_another_world_is_refused(tmp_path: Path) -> None:
    state = tmp_path / "zoom.jsonl"
    state.write_text('{"scenario":"demo","seed":7,"people":10,"built":"2026-11-05T12:00:00Z"}\n')
    with pytest.raises(CommandError, match="--scenario demo --seed 7"):
        call_command("zoom_simulator", scenario="empty", state=state)


def test_a_port_that_is_taken_is_said(sim: object) -> None:
    port = int(str(getattr(sim, "url", "")).rsplit(":", 1)[1])
    with pytest.raises(CommandError, match=f"Cannot listen on 127.0.0.1:{port}"):
        call_command("zoom_simulator", scenario="empty", port=port)
