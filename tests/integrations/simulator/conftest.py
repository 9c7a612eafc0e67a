from collections.abc import Iterator

import pytest

from integrations.simulator.server import running_simulator
from integrations.simulator.simulator import Simulator
from tests.integrations.simulator.client import Zoom


@pytest.fixture
def sim() -> Iterator[Simulator]:
    """An account with one host and nothing else; the clock stands still."""
    with running_simulator("empty") as simulator:
        simulator.clock.freeze()
        yield simulator


@pytest.fixture
def zoom(sim: Simulator) -> Zoom:
    return Zoom(sim)
