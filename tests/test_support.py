"""That the tests stand on what they believe to stand on."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psycopg2
import pytest
import redis
import requests
from django.conf import settings
from django.db import connection

from tests.support import services
from tests.support.installation import Installation, missing
from tests.support.waiting import eventually
from zoomsync.models import User

pytestmark = pytest.mark.django_db


def test_the_data_directory_is_not_the_developers():
    assert settings.DATA_DIR != settings.BASE_DIR / "var"
    assert str(settings.DATA_DIR) == os.environ["DATA_DIR"]
    assert settings.DATA_DIR.exists()


def test_each_person_of_the_world_has_another_role(alice, bob, charlie):
    assert {user.role for user in (alice, bob, charlie)} == {"admin", "operator", "marketer"}


@pytest.mark.services
def test_another_process_sees_the_rows_of_this_one(alice: User, installation: Installation):
    listed = installation.manage(
        "shell", "-v0", "-c", "from zoomsync.models import User; print(User.objects.get())"
    )
    assert listed.stdout.strip() == "Alice Admin", listed.stderr


@pytest.mark.services
def test_a_worker_without_redis_gets_ready(live_worker: "subprocess.Popen[bytes]"):
    assert live_worker.poll() is None


def ping(address: str) -> bool:
    try:
        return bool(redis.Redis.from_url(address).ping())
    except redis.ConnectionError:
        return False


def connect(address: str) -> bool:
    try:
        psycopg2.connect(address).close()
    except psycopg2.OperationalError:
        return False
    return True


STARTER = """
import subprocess, sys, time
command = [sys.executable, "-m", "tests.support.supervised_child", "http.server", "0", "--bind", "127.0.0.1"]
print(subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True).pid, flush=True)
time.sleep(60)
"""


@pytest.mark.services
def test_a_process_ends_with_the_run_that_started_it_however_that_ends():
    starter = subprocess.Popen([sys.executable, "-c", STARTER], cwd=settings.BASE_DIR, stdout=subprocess.PIPE)
    assert starter.stdout is not None
    started = int(starter.stdout.readline())
    os.kill(started, 0)  # it is there
    starter.kill()
    eventually(lambda: is_over(started))


HOLDER = """
import sys, time
from tests.support import services
with getattr(services, sys.argv[1])() as held:
    print(held[0] if isinstance(held, tuple) else held, flush=True)
    time.sleep(60)
"""


@pytest.mark.services
@pytest.mark.parametrize(("server", "answers"), [("private_redis", ping), ("private_postgresql", connect)])
def test_so_does_a_server_that_was_started_for_the_run(server: str, answers: Callable[[str], bool]):
    try:
        services.demand_redis()
    except services.MissingServiceError as problem:
        missing(problem)
    command = [sys.executable, "-c", HOLDER, server]
    holder = subprocess.Popen(command, cwd=settings.BASE_DIR, stdout=subprocess.PIPE)
    assert holder.stdout is not None
    address = holder.stdout.readline().decode().strip()
    assert answers(address)
    holder.kill()
    eventually(lambda: not answers(address))


def is_over(process: int) -> bool:
    """Gone, or dead and waiting for someone to ask how it ended."""
    status = Path(f"/proc/{process}/stat")
    return not status.exists() or status.read_text().rpartition(")")[2].split()[0] == "Z"


@pytest.mark.services
def test_a_worker_on_redis_gets_ready(redis_installation: Installation):
    assert redis_installation.start_worker().poll() is None


def test_the_database_is_a_real_one_that_other_processes_can_open():
    assert connection.vendor in {"sqlite", "postgresql"}
    assert "memory" not in str(connection.settings_dict["NAME"])


@pytest.mark.simulator("demo", seed=2)
def test_the_simulator_stands_where_the_settings_look_for_zoom(simulator, simulated_connection):
    assert simulator.api_url == settings.ZOOM_API_URL
    assert simulated_connection.account_id == simulator.account_id
    assert requests.get(settings.ZOOM_API_URL + "/users", timeout=10).status_code == 401


@pytest.mark.browser
def test_a_browser_opens_the_live_server(page):
    page.goto("/")
    assert page.title()
