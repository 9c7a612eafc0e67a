"""What could be seen at some moment: an app may know of people who are gone from Zoom by now."""

from copy import deepcopy
from datetime import datetime

from msgspec import Struct

from zoom_simulator.account.base import WorldBase
from zoom_simulator.account.rows import Webinar


class Snapshot(Struct, frozen=True):
    at: datetime
    webinars: dict[int, Webinar]


class Snapshots(WorldBase):
    def snapshot(self) -> Snapshot:
        """The webinars as they can be read now; keep it if a sync ran at this moment."""
        with self.lock:
            seen = {key: deepcopy(one) for key, one in self.webinars.items() if not self.is_gone(one)}
            return Snapshot(at=self.clock.now(), webinars=seen)
