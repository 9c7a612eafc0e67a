"""Before its first request or job a process loads what it needs, and is done with looking through it."""

import gc

import pytest

from zoomsync.warm_up import OBJECTS_IN_A_BATCH, warm_up, warm_up_worker
from zoomsync.worker import _InCelery


@pytest.fixture(autouse=True)
def as_before():
    thresholds = gc.get_threshold()
    gc.unfreeze()  # what the tests keep out of it since they began (`tests/conftest.py`)
    yield
    gc.set_threshold(*thresholds)
    gc.freeze()


@pytest.mark.parametrize("prepare", [warm_up, warm_up_worker])
def test_what_was_loaded_at_the_start_is_not_garbage_collected(prepare):
    prepare()
    assert gc.get_freeze_count() > 10_000


def test_a_worker_looks_for_garbage_rarely(monkeypatch):
    monkeypatch.setattr("zoomsync.worker.build_worker", IdleWorker)
    worker = _InCelery()
    worker.start()
    worker.join()
    assert gc.get_threshold()[0] == OBJECTS_IN_A_BATCH


class IdleWorker:
    def run(self):
        """Ends at once."""

    def stop(self):
        """Has ended."""
