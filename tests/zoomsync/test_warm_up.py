"""Before its first request a web process loads what it needs, and is done with looking through it."""

import gc

from zoomsync.warm_up import warm_up


def test_what_was_loaded_at_the_start_is_not_garbage_collected():
    warm_up()
    try:
        assert gc.get_freeze_count() > 10_000
    finally:
        gc.unfreeze()
