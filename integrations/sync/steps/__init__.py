"""The sync of one webinar, step by step, and the sync of an account's list of webinars.

To add a step, write a function that takes a `WebinarContext` and put it into `WEBINAR_STEPS` behind those
whose rows it reads. It must be able to run twice, write through `ctx.writing()`, and take nothing away
because of a listing that it did not read to its end.
"""

from collections.abc import Callable
from dataclasses import dataclass

from integrations.sync.context import WebinarContext
from integrations.sync.steps.details import read_details
from integrations.sync.steps.instances import read_instances
from integrations.sync.steps.listings import read_listings
from integrations.sync.steps.people import sync_people
from integrations.sync.steps.recordings import read_recordings
from integrations.sync.steps.summary import summarise, summarise_recordings


@dataclass(frozen=True, slots=True)
class Step:
    """A part of a webinar's sync. One that `asks_zoom` is left out when Zoom could tell nothing new."""

    name: str
    run: Callable[[WebinarContext], None]
    asks_zoom: bool = False


WEBINAR_STEPS = (
    Step("details", read_details, asks_zoom=True),
    Step("instances", read_instances, asks_zoom=True),
    Step("listings", read_listings, asks_zoom=True),
    Step("people", sync_people),
    Step("recordings", read_recordings),
    Step("summary", summarise),
)

# When nothing but a recording is due.
RECORDING_STEPS = (
    Step("recordings", read_recordings),
    Step("summary", summarise_recordings),
)
