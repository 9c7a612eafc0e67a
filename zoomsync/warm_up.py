"""What a process does before its first request or job, so that none of them waits for it."""

import gc

from django.urls import get_resolver

# New objects after which Python looks for garbage (by default 2,000). A batch of people makes 100,000.
OBJECTS_IN_A_BATCH = 50_000


def warm_up() -> None:
    """Load all views, and keep what is loaded out of garbage collection."""
    get_resolver()._populate()  # Django has no public call for it
    freeze_loaded()


def warm_up_worker() -> None:
    """Look for garbage rarely, and never among what is loaded: a tenth of writing 10,000 people was that."""
    freeze_loaded()
    gc.set_threshold(OBJECTS_IN_A_BATCH)


def freeze_loaded() -> None:
    """Keep what was loaded by now out of garbage collection: it stays anyway.

    Else Python looks through everything that is alive about each thousandth request, and several times in a
    sync of 10,000 people. All threads stop meanwhile, for up to 100 ms; without it, for a few.
    """
    gc.collect()
    gc.freeze()
