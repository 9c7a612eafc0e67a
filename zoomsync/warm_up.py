"""What a web process does before its first request, so that no request waits for it."""

import gc

from django.urls import get_resolver


def warm_up() -> None:
    """Load all views, and keep what is loaded out of garbage collection.

    Python looks through everything that is alive about each thousandth request, and stops all threads
    meanwhile. What was loaded by now stays anyway; without it such a pause takes a few milliseconds.
    """
    get_resolver()._populate()  # Django has no public call for it
    gc.collect()
    gc.freeze()
