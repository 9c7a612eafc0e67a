"""The app in processes of its own: workers, web servers and commands upon the test's database."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import NoReturn

import pytest
import redis
from celery import current_app
from celery.beat import PersistentScheduler
from django.conf import settings
from django.db import connection

from tests.support import services
from tests.support.waiting import eventually

ROOT = Path(__file__).resolve().parent.parent.parent


def missing(problem: services.MissingServiceError) -> NoReturn:
    """Skips a test whose service is not there, in one line; where CI has to have it, fails."""
    if os.environ.get("CI") == "true":
        pytest.fail(str(problem), pytrace=False)
    pytest.skip(str(problem))


def url_of_test_database() -> str:
    """The address of this test's database, for processes that are to work upon it."""
    database = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{database['NAME']}"
    host = database["HOST"] or database["OPTIONS"].get("host", "")
    user = f"{database['USER']}:{database['PASSWORD']}"
    if host.startswith("/"):
        return f"postgresql://{user}@/{database['NAME']}?host={host}"
    return f"postgresql://{user}@{host}:{database['PORT'] or 5432}/{database['NAME']}"


def environment_of_a_newcomer(data_dir: Path, **settings: str) -> dict[str, str]:
    """What a terminal has in which nothing was set but these: not the tests' own settings."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return {**kept, "DATA_DIR": str(data_dir), "ENV_FILE": os.devnull, **settings}


class Installation:
    """Starts processes of the app and stops all of them in the end. What they say is in `log(name)`."""

    def __init__(self, **environment: str) -> None:
        self.directory = Path(tempfile.mkdtemp(prefix="installation-", dir=settings.DATA_DIR))
        self.environment = {
            **os.environ,
            "DATABASE_URL": url_of_test_database(),
            "DATA_DIR": str(settings.DATA_DIR),
            "SECRET_KEY": settings.SECRET_KEY,
            "ENCRYPTION_KEYS": ",".join(settings.ENCRYPTION_KEYS),
            "ZOOM_API_URL": settings.ZOOM_API_URL,
            "ZOOM_OAUTH_URL": settings.ZOOM_OAUTH_URL,
            "ZOOM_PLAN": "business",  # keeping to narrower limits is proven elsewhere
            "PYTHONUNBUFFERED": "1",
            **environment,
        }
        self._stack = ExitStack()

    def start(self, name: str, *command: str) -> "subprocess.Popen[bytes]":
        """A Python module with its arguments, as a process that ends with the test, or with its death."""
        with (self.directory / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "tests.support.supervised_child", *command],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._stack.callback(services.kill_with_children, process)
        return process

    def start_worker(self, name: str = "worker", *, schedule: bool = False) -> "subprocess.Popen[bytes]":
        """A worker, ready to work when this returns: a Celery worker if there is a Redis."""
        command = ["manage", "worker", "--schedule" if schedule else "--no-schedule"]
        if self.environment.get("REDIS_URL"):
            command = ["celery", "--app=zoomsync", "worker", f"--hostname={name}@%h"]
        process = self.start(name, *command)
        self.wait_for(name, " ready.", process)
        return process

    def start_beat(self, name: str = "beat") -> "subprocess.Popen[bytes]":
        """The schedule, going on where it stopped long ago: everything is due."""
        file = str(self.directory / "beat")
        scheduler = PersistentScheduler(current_app, schedule_filename=file)
        for entry in scheduler.schedule.values():
            entry.last_run_at -= timedelta(days=1)
        scheduler.close()
        return self.start(name, "celery", "--app=zoomsync", "beat", f"--schedule={file}")

    def start_web(self, name: str = "web") -> str:
        """A web server. Returns its address, without a slash at the end."""
        port = services.free_port()
        self.start(
            name,
            *(
                "gunicorn",
                "zoomsync.wsgi",
                "--no-control-socket",
                f"--bind=127.0.0.1:{port}",
                "--threads=4",
                "--worker-class=zoomsync.web_worker.Worker",
            ),
        )
        services.wait_for_port(port)
        return f"http://127.0.0.1:{port}"

    def manage(self, *arguments: str, stdin: str | None = None) -> "subprocess.CompletedProcess[str]":
        """Runs one of the commands to its end."""
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            check=False,
            cwd=ROOT,
            env=self.environment,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=120,
        )

    def log(self, name: str) -> str:
        return (self.directory / f"{name}.log").read_text(errors="replace")

    def wait_for(self, name: str, words: str, process: "subprocess.Popen[bytes]") -> None:
        """Waits until a process has said so in its log."""
        eventually(lambda: process.poll() is not None or words in self.log(name), seconds=60)
        assert process.poll() is None, self.log(name)

    def close(self) -> None:
        self._stack.close()


@pytest.fixture(scope="session")
def redis_server() -> Iterator[str]:
    """The address of a Redis: the one that `REDIS_URL` names, or one that is started for this run."""
    if given := os.environ.get("TEST_REDIS_URL"):
        yield given
        return
    try:
        with services.private_redis() as (address, _process):
            yield address
    except services.MissingServiceError as problem:
        missing(problem)


@pytest.fixture
def redis_url(redis_server: str) -> str:
    """An empty Redis."""
    redis.Redis.from_url(redis_server).flushdb()
    return redis_server


@pytest.fixture
def installation(transactional_db: None) -> Iterator[Installation]:
    """The app in processes of its own, without Redis."""
    installation = Installation()
    yield installation
    installation.close()


@pytest.fixture
def redis_installation(transactional_db: None, redis_url: str) -> Iterator[Installation]:
    """The app in processes of its own, with Redis as its broker."""
    installation = Installation(REDIS_URL=redis_url)
    yield installation
    installation.close()


@pytest.fixture
def live_worker(installation: Installation) -> "subprocess.Popen[bytes]":
    """A real worker, without Redis."""
    return installation.start_worker()
