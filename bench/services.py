"""What the benchmarks talk to: a PostgreSQL and a simulated Zoom, each as a process of its own."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

import psycopg2
import requests
import yaml
from psycopg2 import sql

from bench.measuring import ROOT
from tests.support import services

_SAID = re.compile(r" at (\S+) +account (\S+) +client (\S+) +secret (\S+)")


class PostgreSQL:
    """A server for all rounds. Each round has a database of its own."""

    def __init__(self, url: str) -> None:
        self.url = url

    def fresh(self, name: str, template: str = "template1") -> str:
        """An empty database, or a copy of another one; an older one of the same name is dropped."""
        with closing(psycopg2.connect(self.url)) as connection:
            connection.autocommit = True
            cursor = connection.cursor()
            names = {"name": sql.Identifier(name), "template": sql.Identifier(template)}
            cursor.execute(sql.SQL("DROP DATABASE IF EXISTS {name} WITH (FORCE)").format(**names))
            cursor.execute(sql.SQL("CREATE DATABASE {name} TEMPLATE {template}").format(**names))
        return self.url.replace("/postgres?", f"/{name}?")


def shipped_settings() -> str:
    """The settings with which docker-compose.yml starts PostgreSQL, as lines of its configuration file."""
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    _postgres, *arguments = compose["services"]["postgres"]["command"]
    return "".join(argument.removeprefix("-c") + "\n" for argument in arguments)


@contextmanager
def postgresql() -> Iterator[PostgreSQL]:
    with services.private_postgresql(shipped_settings()) as url:
        yield PostgreSQL(url)


@dataclass(frozen=True, kw_only=True)
class Zoom:
    """A simulated account."""

    url: str
    account_id: str
    client_id: str
    client_secret: str
    plan: str = "business"

    @property
    def environment(self) -> dict[str, str]:
        """What programs find it by."""
        return {
            "ZOOM_API_URL": f"{self.url}/v2",
            "ZOOM_OAUTH_URL": self.url,
            "ZOOM_ACCOUNT_ID": self.account_id,
            "ZOOM_CLIENT_ID": self.client_id,
            "ZOOM_CLIENT_SECRET": self.client_secret,
            "ZOOM_PLAN": self.plan,
        }

    def calls(self, **filters: str) -> list[dict[str, Any]]:
        """What was asked so far; the filters are the simulator's (path, method, label)."""
        answer = requests.get(f"{self.url}/simulator/calls", params=filters, timeout=60)
        found: list[dict[str, Any]] = answer.json()["calls"]
        return found

    def forget_calls(self) -> None:
        requests.delete(f"{self.url}/simulator/calls", timeout=60).raise_for_status()

    def happens(self, name: str, **arguments: str) -> None:
        """Something happens in the simulated world."""
        requests.post(f"{self.url}/simulator/do/{name}", json=arguments, timeout=60).raise_for_status()

    def the_webinar(self) -> tuple[int, str]:
        """Its ID and the UUID of its only session."""
        session = signed_in(self.environment)
        user = session.get(f"{self.url}/v2/users", timeout=60).json()["users"][0]["id"]
        webinar = session.get(f"{self.url}/v2/users/{user}/webinars", timeout=60).json()["webinars"][0]["id"]
        held = session.get(f"{self.url}/v2/past_webinars/{webinar}/instances", timeout=60).json()["webinars"]
        return int(webinar), str(held[0]["uuid"])


def signed_in(environment: dict[str, str] | os._Environ[str]) -> requests.Session:
    """A session with a token, as the plainest client would get it."""
    session = requests.Session()
    answer = session.post(
        f"{environment['ZOOM_OAUTH_URL']}/oauth/token",
        params={"grant_type": "account_credentials", "account_id": environment["ZOOM_ACCOUNT_ID"]},
        auth=(environment["ZOOM_CLIENT_ID"], environment["ZOOM_CLIENT_SECRET"]),
        timeout=60,
    )
    answer.raise_for_status()
    session.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
    return session


def in_path(uuid: str) -> str:
    """A UUID as Zoom wants it in a path: encoded, and once more where it has slashes at the wrong place."""
    once = quote(uuid, safe="")
    return quote(once, safe="") if uuid.startswith("/") or "//" in uuid else once


@contextmanager
def zoom(people: int, latency: float, scenario: str = "large", limits: str = "off") -> Iterator[Zoom]:
    """`limits`: the plan whose limits it enforces."""
    command = [
        *("-m", "tests.support.supervised_child", "manage"),
        "zoom_simulator",
        f"--scenario={scenario}",
        f"--people={people}",
        f"--latency={latency}",
        f"--rate-limits={limits}",
    ]
    process = subprocess.Popen(
        [sys.executable, *command],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        output = process.stdout.readline() if process.stdout else ""
        found = _SAID.search(output)
        if not found:
            raise RuntimeError(f"The simulator did not start: {output!r}")
        url, account_id, client_id, client_secret = found.groups()
        account = Zoom(url=url, account_id=account_id, client_id=client_id, client_secret=client_secret)
        yield account if limits == "off" else replace(account, plan=limits)
    finally:
        process.terminate()
        process.wait()
