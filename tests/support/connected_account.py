"""What the journeys stand on: a company connected to the simulated account, and looking at what came out."""

from collections.abc import Callable

import pytest

from integrations.models import SyncRun, ZoomConnection
from tests.integrations.sync.helpers import DATASETS, differences_from_truth, exported
from tests.support.waiting import eventually
from zoom_simulator.simulator import Simulator
from zoomsync.local import demo


@pytest.fixture
def company(simulator: Simulator, transactional_db: None) -> ZoomConnection:
    """One account is connected, its sync switched on, its first discovery queued; no one works yet."""
    demo.make(simulator, brands=1)
    return ZoomConnection.objects.get()


@pytest.fixture
def in_step(simulator: Simulator) -> Callable[[], None]:
    """Waits until nothing is queued, then compares what the app exports with the simulator's truth."""

    def compare() -> None:
        eventually(all_done, seconds=240)
        assert [dataset for dataset in DATASETS if not exported(dataset)] == []
        assert differences_from_truth(simulator) == []

    return compare


def all_done() -> bool:
    """At least one webinar has been read, and no run waits or works."""
    return (
        SyncRun.objects.filter(state=SyncRun.State.COMPLETE, kind=SyncRun.Kind.WEBINAR).exists()
        and not SyncRun.objects.active().exists()
    )
