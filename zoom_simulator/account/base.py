"""What all happenings share: the account's data, looking things up, telling listeners, and one lock.

Whoever changes the world does it through a method marked `happening`, so that it is done under the lock and
can be written to a journal and replayed. Readers that need a consistent view take `world.lock`.
"""

import threading
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from random import Random
from typing import Concatenate

from msgspec import Struct

from zoom_simulator import errors
from zoom_simulator.account.rows import (
    Attendance,
    Instance,
    Occurrence,
    Registrant,
    User,
    Webinar,
)
from zoom_simulator.account.unconfirmed import Unconfirmed
from zoom_simulator.clock import Clock


class Event(Struct, kw_only=True):
    """Something that Zoom would tell by webhook."""

    name: str
    at: datetime
    webinar: Webinar
    instance: Instance | None = None
    registrant: Registrant | None = None
    row: Attendance | None = None
    by_host: bool = True
    old_topic: str = ""
    occurrence: Occurrence | None = None


class Happening(Struct, kw_only=True):
    """A change as a journal keeps it: the method's name and its arguments."""

    name: str
    args: tuple[object, ...]
    kwargs: dict[str, object]


def happening[W: "WorldBase", **P, R](
    method: Callable[Concatenate[W, P], R],
) -> Callable[Concatenate[W, P], R]:
    """Marks a method that changes the world; the method takes `at`, the time at which it happens."""

    @wraps(method)
    def act(self: W, /, *args: P.args, **kwargs: P.kwargs) -> R:
        with self.lock:
            kwargs["at"] = kwargs.get("at") or self.clock.now()
            outermost, self.acting = not self.acting, True
            try:
                result = method(self, *args, **kwargs)
            finally:
                self.acting = not outermost
            if outermost:
                for write in self.journals:
                    write(Happening(name=method.__name__, args=args, kwargs=dict(kwargs)))
            return result

    act.is_happening = True  # type: ignore[attr-defined]
    return act


class WorldBase:
    def __init__(self, *, seed: int = 1, clock: Clock | None = None) -> None:
        self.random = Random(seed)  # noqa: S311 - a toy world, the same for the same seed
        self.clock = clock or Clock()
        self.lock = threading.RLock()
        self.acting = False
        self.journals: list[Callable[[Happening], None]] = []
        self.listeners: list[Callable[[Event], None]] = []
        self.account_id = f"simulator-account-{seed}"
        self.owner_id = ""
        self.company = ""
        """Whose account it is, for people who choose between several."""
        self.users: dict[str, User] = {}
        self.webinars: dict[int, Webinar] = {}
        self.by_uuid: dict[str, tuple[Webinar, Instance]] = {}
        self.base_url = "http://127.0.0.1"
        """Where it is served; the server sets it when it listens."""
        self.participants_have_registrant_id = True
        """Whether /past_webinars tells registrant_id (unconfirmed for the real Zoom)."""
        self.instances_have_occurrence_id = True
        self.unconfirmed = Unconfirmed()
        self.self_cancel_vanishes = True
        """A person who cancels is in no listing any more; otherwise in the one of the denied."""
        self.building = True
        """While a scenario is built, webinars that are too old to be listed can still be filled."""

    def tell(self, name: str, webinar: Webinar, at: datetime, **details: object) -> None:
        event = Event(name=name, webinar=webinar, at=at, **details)  # type: ignore[arg-type]
        for listener in self.listeners:
            listener(event)

    def moment(self, at: datetime | None) -> datetime:
        return at or self.clock.now()

    def user(self, user_id: str) -> User:
        """By id, by email or `me` (the account's owner)."""
        if user_id == "me":
            user_id = self.owner_id
        found = self.users.get(user_id) or next(
            (user for user in self.users.values() if user.email.lower() == user_id.lower()), None
        )
        if found is None:
            raise errors.user_missing(user_id)
        return found

    def webinar(self, webinar_id: int) -> Webinar:
        """An existing webinar: neither deleted nor past the 90 days for which Zoom keeps it."""
        webinar = self.webinars.get(int(webinar_id))
        if webinar is None or self.is_gone(webinar):
            raise errors.webinar_missing(webinar_id)
        return webinar

    def is_gone(self, webinar: Webinar) -> bool:
        return webinar.deleted or self.is_expired(webinar)

    def is_expired(self, webinar: Webinar) -> bool:
        """Zoom deletes webinars 90 days after their scheduled end; those without a fixed time stay."""
        end = webinar.scheduled_end
        return not self.building and end is not None and (self.clock.now() - end).days >= 90

    def instance(self, uuid: str) -> tuple[Webinar, Instance]:
        found = self.by_uuid.get(uuid)
        if found is None:
            raise errors.meeting_missing(uuid)
        return found

    def registrant(self, webinar_id: int, registrant_id: str) -> Registrant:
        found = self.webinar(webinar_id).registrants.get(registrant_id)
        if found is None:
            raise errors.ZoomError(400, 3000, f"Registrant {registrant_id} was not found.")
        return found
