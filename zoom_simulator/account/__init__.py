"""The state of the pretended Zoom account, and everything that can happen in it."""

from zoom_simulator.account.recordings import Recordings
from zoom_simulator.account.registrations import Registrations
from zoom_simulator.account.sessions import Sessions
from zoom_simulator.account.snapshots import Snapshots

__all__ = ["SimulatedAccount"]


class SimulatedAccount(Registrations, Sessions, Recordings, Snapshots):
    """One Zoom account: users, webinars, registrants, instances, recordings."""
