"""A company with a year of webinars behind it: its hosts, its audience, and what happens in a webinar.

A seed decides who registers, cancels, comes, drops out and comes back; the scenarios say which webinars.
"""

from datetime import datetime, timedelta

from msgspec import Struct

from zoom_simulator.account import SimulatedAccount
from zoom_simulator.account.rows import Instance, Registrant, User, Webinar
from zoom_simulator.scenarios.names import Somebody, crowd
from zoom_simulator.scenarios.talk import talk


class Plan(Struct, frozen=True):
    """A webinar of the programme; `days` before now (negative: to come)."""

    topic: str
    days: float
    size: int
    host: int = 0
    minutes: int = 60
    recording: str = ""
    """ready, words (with a transcript), processing, trashed"""
    by_hand: bool = False
    guest: bool = False


class Company:
    """`team` are the hosts, the owner first; `colleagues` attend, and should not become contacts."""

    def __init__(
        self,
        account: SimulatedAccount,
        name: str,
        *,
        team: list[tuple[str, str, str]],
        colleagues: list[tuple[str, str]],
        audience: int,
        guest: tuple[str, str] = ("", ""),
    ) -> None:
        account.company, self.guest = name, guest
        self.account, self.random = account, account.random
        self.now = account.clock.now().replace(minute=0, second=0, microsecond=0)
        self.hosts = [account.add_user(*person) for person in team]
        self.hosts[0].role_name = "Owner"
        self.colleagues = [
            Somebody(
                first_name=first,
                last_name=last,
                email=f"{first}.{last}@{name}.example".lower(),
                company=name,
                job_title="Sales",
            )
            for first, last in colleagues
        ]
        self.audience = crowd(self.random, audience)

    def single(self, plan: Plan) -> None:
        webinar = self.schedule(self.hosts[plan.host], plan.topic, plan.days, plan.minutes)
        webinar.approval_type = 1 if plan.by_hand else 0
        webinar.panelists = [self.guest] if plan.guest else []
        webinar.auto_recording = "cloud" if plan.recording else "none"
        people = self.register(webinar, plan.size, waiting=plan.by_hand)
        if plan.days > 0 and webinar.start:
            late = timedelta(minutes=self.random.randint(0, 4))
            over = self.random.randint(-6, 8)
            instance = self._hold(webinar, webinar.start + late, plan.minutes + over, people)
            self._record(webinar, instance, plan.recording)

    def schedule(self, host: User, topic: str, days: float, minutes: int) -> Webinar:
        start = self.now - timedelta(days=days)
        if abs(days) >= 1:
            start = _on_a_workday(start, away=-1 if days > 0 else 1)
            start = start.replace(hour=self.random.choice((8, 9, 13, 14, 15)))
        return self.account.add_webinar(
            host.id,
            topic,
            start=start,
            duration=minutes,
            agenda=f"{topic}: what works, what does not, and your questions.",
            at=min(start, self.now) - timedelta(days=40),
        )

    def register(self, webinar: Webinar, size: int, *, waiting: bool = False) -> list[Registrant]:
        """Most of them in the last two weeks; some cancel, a few vanish, some wait for approval."""
        end = min(webinar.start or self.now, self.now)
        people = self.random.sample(self.audience, size) + self.random.sample(self.colleagues, 1)
        found = []
        for person in people:
            before = min(38.0, self.random.expovariate(1 / 8))
            kept = self.account.register(
                webinar.id,
                person.email,
                person.first_name,
                person.last_name,
                occurrence_ids=self._chosen(webinar),
                fields={"org": person.company, "job_title": person.job_title},
                status="approved",
                at=end - timedelta(days=before, minutes=5),
            )
            if self._keeps(webinar, kept, end, waiting=waiting):
                found.append(kept)
        return found

    def _chosen(self, webinar: Webinar) -> list[str]:
        if webinar.registration_type == 1:
            return []
        ids = [occurrence.id for occurrence in webinar.occurrences]
        return self.random.sample(ids, self.random.randint(1, min(3, len(ids))))

    def _keeps(self, webinar: Webinar, registrant: Registrant, end: datetime, *, waiting: bool) -> bool:
        dice, at = self.random.random(), end - timedelta(minutes=3)
        if dice < 0.02:
            self.account.cancel(webinar.id, registrant.id, at=at)
        elif dice < 0.06:
            self.account.cancel_oneself(webinar.id, registrant.id, at=at)
        elif waiting and dice < 0.16:
            registrant.status = "pending"
        return dice >= (0.16 if waiting else 0.06)

    def _hold(self, webinar: Webinar, start: datetime, minutes: float, people: list[Registrant]) -> Instance:
        instance = self.account.hold(webinar.id, start, minutes)
        for name, email in webinar.panelists:
            self._stay(instance, name, email, 0, minutes, role="panelist")
        rate = self.random.uniform(0.35, 0.6)
        for person in people:
            if self.random.random() < rate:
                self._attend(instance, person, minutes)
        for walk_in in self.random.sample(self.audience, 2):
            self._stay(instance, walk_in.name, walk_in.email, 3, minutes - 2)
        self._stay(instance, "Guest", "", 5, minutes - 10)
        return instance

    def _attend(self, instance: Instance, registrant: Registrant, minutes: float) -> None:
        """Most come in time and stay; some drop out and come back."""
        join = max(-4.0, self.random.gauss(1, 3))
        leave = min(minutes, minutes * self.random.betavariate(5, 1.3) + 3)
        name = f"{registrant.first_name} {registrant.last_name}"
        if self.random.random() < 0.15 and leave - join > 15:
            gone = self.random.uniform(join + 3, leave - 8)
            self._stay(instance, name, registrant.email, join, gone, registrant.id)
            join = gone + self.random.uniform(0.5, 4)
        self._stay(instance, name, registrant.email, join, max(leave, join + 1), registrant.id)

    def _stay(
        self,
        instance: Instance,
        name: str,
        email: str,
        join: float,
        leave: float,
        registrant_id: str = "",
        role: str = "attendee",
    ) -> None:
        begin, end = (instance.start + timedelta(minutes=minute) for minute in (join, leave))
        self.account.stay(
            instance, begin, end, name=name, user_email=email, registrant_id=registrant_id, role=role
        )

    def _record(self, webinar: Webinar, instance: Instance, state: str) -> None:
        if not state:
            return
        done = (instance.end or instance.start) + timedelta(hours=2)
        self.account.record(instance.uuid, at=done)
        if state == "processing":
            return
        self.account.recording_ready(instance.uuid, at=done)
        if state == "words":
            host = self.account.users[webinar.host_id].display_name
            speakers = [host, *(name for name, _ in webinar.panelists)]
            minutes = ((instance.end or instance.start) - instance.start).total_seconds() / 60
            self.account.transcript_ready(instance.uuid, talk(self.random, speakers, minutes), at=done)
        if state == "trashed":
            self.account.trash_recording(instance.uuid, at=done + timedelta(days=1))

    def series(
        self,
        topic: str,
        host: int,
        *,
        days: int,
        past: int,
        coming: int,
        size: int,
        registration_type: int = 1,
    ) -> None:
        """On Thursdays, every so many days; the past ones were held, the last of them recorded."""
        latest = self.now.replace(hour=11) - timedelta(days=(self.now.weekday() - 3) % 7)
        if latest > self.now - timedelta(hours=2):
            latest -= timedelta(days=7)
        starts = [latest + timedelta(days=days * number) for number in range(1 - past, coming + 1)]
        webinar = self.account.add_webinar(
            self.hosts[host].id,
            topic,
            occurrence_starts=starts,
            duration=45,
            registration_type=registration_type,
            at=starts[0] - timedelta(days=20),
        )
        people = self.register(webinar, size)
        held = []
        for occurrence in webinar.occurrences[:past]:
            coming_to = [person for person in people if person.status_for(occurrence.id) == "approved"]
            some = self.random.sample(coming_to, len(coming_to) // 3)
            held.append(self._hold(webinar, occurrence.start, 45 + self.random.randint(-3, 5), some))
        self._record(webinar, held[-1], "words")

    def timeless(self, topic: str, host: int) -> None:
        webinar = self.account.add_webinar(
            self.hosts[host].id, topic, duration=45, at=self.now - timedelta(days=80)
        )
        people = self.register(webinar, 55)
        for days in (61, 40, 26, 12, 5):
            start = (self.now - timedelta(days=days)).replace(hour=10)
            self._hold(webinar, start, 40, self.random.sample(people, 20))


def _on_a_workday(start: datetime, *, away: int) -> datetime:
    """No one holds webinars at weekends: two days further away from now."""
    return start + timedelta(days=2 * away) if start.weekday() > 4 else start
