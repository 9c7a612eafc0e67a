"""Steering a simulator that runs as a process of its own, with JSON."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest
import requests

from tests.oracle import truth
from tests.zoom_simulator.client import Zoom
from zoom_simulator.clock import iso
from zoom_simulator.simulator import Simulator


def post(sim: Simulator, path: str, body: Any = None) -> requests.Response:
    return requests.post(f"{sim.url}/simulator/{path}", json=body, timeout=10)


def test_it_says_how_to_connect_and_how_to_sync(sim: Simulator) -> None:
    info = requests.get(f"{sim.url}/simulator/info", timeout=5).json()
    assert info["api_url"] == sim.api_url
    assert info["account_id"] == sim.account_id
    assert info["policy"]["exclude_contacts"] == ["own.example"]


def test_things_happen_and_the_truth_follows(sim: Simulator) -> None:
    start = sim.clock.now() + timedelta(days=1)
    made = post(sim, "do/add_webinar", {"host_id": "me", "topic": "Talk", "start": iso(start)}).json()
    person = {"webinar_id": made["id"], "email": "ana@customer.example", "first_name": "Ana"}
    assert post(sim, "do/register", person).json()["status"] == "approved"
    assert len(truth(sim.account, sim.scenario.policy)["participations"]) == 1


def test_a_series_is_scheduled(sim: Simulator) -> None:
    starts = [iso(sim.clock.now() + timedelta(days=day)) for day in (1, 8)]
    made = post(sim, "do/add_webinar", {"host_id": "me", "topic": "Series", "occurrence_starts": starts})
    assert made.status_code == 200
    series = sim.account.webinars[made.json()["id"]]
    assert (series.type, [iso(occurrence.start) for occurrence in series.occurrences]) == (9, starts)


def test_a_snapshot_remembers_who_vanished(sim: Simulator) -> None:
    webinar = sim.account.add_webinar("me", "Talk", start=sim.clock.now() + timedelta(days=1))
    registrant = sim.account.register(webinar.id, "ana@customer.example", "Ana")
    post(sim, "snapshot")
    post(sim, "do/cancel_oneself", {"webinar_id": webinar.id, "registrant_id": registrant.id})
    policy = msgspec.structs.replace(sim.scenario.policy, snapshots=sim.snapshots)
    (row,) = truth(sim.account, policy)["participations"]
    assert (row["state"], row["cancelled_at"]) == ("cancelled", "*")


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("do/explode", {}, 404),
        ("do/webinar", {"webinar_id": 1}, 404),
        ("do/register", {"wrong": 1}, 400),
        ("do/add_webinar", {"host_id": "me", "topic": "Talk", "start": "soon"}, 400),
        ("do/add_webinar", {"host_id": "me", "topic": "Talk", "occurrence_starts": 7}, 400),
        ("do/add_webinar", {"host_id": "me", "topic": "Talk", "occurrence_starts": [7]}, 400),
        ("do/register", {"webinar_id": 1, "email": "a@b.example"}, 400),
        ("faults", {"colour": "red"}, 400),
        ("faults", {"kind": "unheard of"}, 400),
        ("faults", {"kind": "500", "path": "("}, 400),
        ("limits", {"plan": "gold"}, 400),
    ],
)
def test_what_cannot_happen_is_refused(sim: Simulator, path: str, body: Any, status: int) -> None:
    assert post(sim, path, body).status_code == status


def test_faults_limits_clock_and_calls_are_steered(sim: Simulator) -> None:
    zoom = Zoom(sim)
    post(sim, "faults", {"kind": "500", "path": "/users"})
    assert zoom.call("GET", "/users").status_code == 500
    assert post(sim, "faults", {"rate": 0.5}).json()["rate"] == 0.5
    requests.delete(f"{sim.url}/simulator/faults", timeout=5)
    assert zoom.call("GET", "/users").status_code == 200
    assert post(sim, "limits", {"plan": "free"}).json() == {"plan": "free"}
    before = sim.clock.now()
    post(sim, "clock", {"advance": {"minutes": 30}})
    assert sim.clock.now() - before == timedelta(minutes=30)
    post(sim, "clock", {"set": "2026-11-05T12:00:00Z"})
    assert iso(sim.clock.now()) == "2026-11-05T12:00:00Z"
    counted = requests.get(f"{sim.url}/simulator/calls", params={"path": "/users"}, timeout=5).json()
    assert counted["count"] == 2
    requests.delete(f"{sim.url}/simulator/calls", timeout=5)
    assert len(sim.calls) == 0


def test_webhooks_are_steered(sim: Simulator) -> None:
    said = post(sim, "webhooks", {"url": "http://127.0.0.1:9/", "secret": "s"}).json()
    assert said == {"url": "http://127.0.0.1:9/", "valid": False, "sent": 0}
    post(sim, "webhooks", {"hold": True})
    sim.account.add_webinar("me", "Talk", start=sim.clock.now())
    assert post(sim, "webhooks", {"release": ""}).json()["sent"] == 1
