from collections.abc import Iterator

import pytest

from tests.zoom_simulator.client import Zoom
from zoom_simulator.server import running_simulator
from zoom_simulator.simulator import Simulator


@pytest.fixture
def sim() -> Iterator[Simulator]:
    """An account with one host and nothing else; the clock stands still."""
    with running_simulator("empty") as simulator:
        simulator.clock.freeze()
        yield simulator


@pytest.fixture
def zoom(sim: Simulator) -> Zoom:
    return Zoom(sim)
