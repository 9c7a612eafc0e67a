"""What the journeys stand on: a company connected to the simulated account, and looking at what came out."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from integrations.models import SyncRun, ZoomConnection
from integrations.simulator.simulator import Simulator
from integrations.simulator.truth import differences, truth
from tests.support.installation import Installation
from tests.support.waiting import eventually
from zoomsync.local import demo

DATASETS = ("contacts", "participations", "timeline", "skipped")


@pytest.fixture
def company(simulator: Simulator, transactional_db: None, embedded_broker: Path) -> ZoomConnection:
    """Connected, the sync switched on, the first discovery queued; nobody works yet."""
    demo.make(simulator)
    return ZoomConnection.objects.get()


@pytest.fixture
def in_step(simulator: Simulator) -> Callable[[Installation], None]:
    """Waits until nothing is queued, then compares what the app exports with the simulator's truth."""

    def compare(installation: Installation) -> None:
        eventually(all_done, seconds=240)
        expected = truth(simulator.world, simulator.scenario.policy)
        for dataset in DATASETS:
            exported = installation.manage("export", dataset, "--format", "jsonl")
            actual: list[dict[str, Any]] = [json.loads(line) for line in exported.stdout.splitlines()]
            assert actual, dataset
            assert differences(dataset, expected[dataset], actual) == []

    return compare


def all_done() -> bool:
    """At least one webinar has been read, and no run waits or works."""
    return (
        SyncRun.objects.filter(state=SyncRun.State.COMPLETE, kind=SyncRun.Kind.WEBINAR).exists()
        and not SyncRun.objects.active().exists()
    )
