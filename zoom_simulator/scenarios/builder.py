"""Short words for scenarios that are written by hand: a past webinar, its people, their stays in minutes."""

from datetime import datetime, timedelta
from typing import Any

from zoom_simulator.account import SimulatedAccount
from zoom_simulator.account.rows import Attendance, Instance, Registrant, User, Webinar
from zoom_simulator.policy import Policy


class Builder:
    def __init__(self, account: SimulatedAccount, host: User, policy: Policy) -> None:
        self.account, self.host, self.policy = account, host, policy
        self.now = account.clock.now().replace(minute=0, second=0, microsecond=0)
        self.case = ""
        """The topic of webinars that are given none."""
        self._days_ago = 2

    def past(
        self,
        topic: str = "",
        *,
        days_ago: int = 0,
        start: datetime | None = None,
        host: User | None = None,
        **more: Any,
    ) -> Webinar:
        """A webinar whose scheduled time is over; without one given, each is a day older than the last."""
        if not days_ago:
            self._days_ago = self._days_ago % 60 + 1
            days_ago = self._days_ago + 1
        start = start or self.now - timedelta(days=days_ago)
        return self._webinar(topic, host, start=start, at=start - timedelta(days=30), **more)

    def upcoming(
        self, topic: str = "", *, in_days: int = 7, host: User | None = None, **more: Any
    ) -> Webinar:
        start = self.now + timedelta(days=in_days)
        return self._webinar(topic, host, start=start, at=self.now - timedelta(days=20), **more)

    def timeless(self, topic: str = "", *, host: User | None = None, **more: Any) -> Webinar:
        """A recurring webinar without a fixed time."""
        return self._webinar(topic, host, at=self.now - timedelta(days=40), **more)

    def _webinar(self, topic: str, host: User | None, **more: Any) -> Webinar:
        return self.account.add_webinar((host or self.host).id, topic or self.case, **more)

    def register(
        self,
        webinar: Webinar,
        email: str,
        name: str = "",
        *,
        status: str = "approved",
        days_before: float = 7,
        wire: dict[str, Any] | None = None,
        **more: Any,
    ) -> Registrant:
        first, _, last = name.partition(" ")
        moment = min(self.starts(webinar), self.now) - timedelta(days=days_before)
        registrant = self.account.register(webinar.id, email, first, last, status=status, at=moment, **more)
        registrant.wire = wire
        return registrant

    def hold(
        self,
        webinar: Webinar,
        *,
        after: float = 0,
        minutes: float = 60,
        shape: str = "",
        practice: bool = False,
        start: datetime | None = None,
    ) -> Instance:
        """An instance that started `after` minutes past the scheduled time; the host is in it throughout."""
        begin = (start or self.starts(webinar)) + timedelta(minutes=after)
        return self.account.hold(webinar.id, begin, minutes, practice=practice, shape=shape)

    def stay(
        self,
        instance: Instance,
        who: Registrant | None,
        join: float,
        leave: float,
        *,
        wire: dict[str, Any] | None = None,
        **row: Any,
    ) -> Attendance:
        """From minute to minute of the instance."""
        if who:
            row = {
                "registrant_id": who.id,
                "name": f"{who.first_name} {who.last_name}".strip(),
                "user_email": who.email,
            } | row
        start, end = (instance.start + timedelta(minutes=minute) for minute in (join, leave))
        return self.account.stay(instance, start, end, wire=wire, **{"name": "", **row})

    def starts(self, webinar: Webinar) -> datetime:
        return webinar.start or self.now - timedelta(days=3)
