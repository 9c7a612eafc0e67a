"""The state of the pretended Zoom account, and everything that can happen in it."""

from integrations.simulator.world.recordings import Recordings
from integrations.simulator.world.registrations import Registrations
from integrations.simulator.world.sessions import Sessions
from integrations.simulator.world.snapshots import Snapshots

__all__ = ["World"]


class World(Registrations, Sessions, Recordings, Snapshots):
    """One Zoom account: users, webinars, registrants, instances, recordings."""
