"""Says what was written, in the same transaction, so that segments, workflows and callbacks can follow it.

    with one_change_set():
        create_contacts(…)
        write_participations(…)

The functions that write call `record`; what is recorded within the block becomes one row, and outside of a
block each a row of its own. Every registered follower gets a job for it, which is done at least once: what a
follower writes must be the same when it is written again.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import NamedTuple

from django.db.models import Exists, OuterRef, QuerySet

from contacts.models import ChangeFollowUp, ChangeSet
from core.jobs import JobQueue, Lease, register, wake
from core.jobs.bulk import BULK, in_bulk, inherited_priority
from core.messages import Message
from core.retention import register_retention


class ParticipationChange(NamedTuple):
    """States as in `Participation.State`; "" for none. The same twice: only times or minutes changed."""

    event_id: int
    contact_id: int
    before: str
    after: str


@dataclass
class Changes:
    """IDs; `events` are those whose name, date or finality changed, `finals` those whose attendance became
    final, `calls` the contacts on changed calls, `recordings` and `transcripts` the calls that can be played,
    or read, or have further attendees."""

    contacts_created: list[int] = field(default_factory=list)
    contacts_changed: list[int] = field(default_factory=list)
    participations: list[ParticipationChange] = field(default_factory=list)
    events: list[int] = field(default_factory=list)
    finals: list[int] = field(default_factory=list)
    calls: list[int] = field(default_factory=list)
    recordings: list[int] = field(default_factory=list)
    transcripts: list[int] = field(default_factory=list)

    def add(self, other: "Changes") -> None:
        for name, values in vars(other).items():
            getattr(self, name).extend(values)

    def __bool__(self) -> bool:
        return any(vars(self).values())

    @classmethod
    def of(cls, change_set: ChangeSet) -> "Changes":
        content = dict(change_set.content)
        content["participations"] = [ParticipationChange(*row) for row in content.get("participations", [])]
        return cls(**content)


_collected: ContextVar[Changes | None] = ContextVar("collected", default=None)


@contextmanager
def one_change_set() -> Iterator[None]:
    """One row for all that is recorded in here. Must run inside the transaction that writes."""
    if _collected.get() is not None:
        yield
        return
    changes = Changes()
    token = _collected.set(changes)
    try:
        yield
    finally:
        _collected.reset(token)
    _write(changes)


def record(changes: Changes) -> None:
    """Call it inside the transaction that writes the changes."""
    collected = _collected.get()
    if collected is None:
        _write(changes)
    else:
        collected.add(changes)


def record_contacts(*, created: Collection[int] = (), changed: Collection[int] = ()) -> None:
    record(Changes(contacts_created=list(created), contacts_changed=list(changed)))


def _write(changes: Changes) -> None:
    if not changes or not _followers:
        return
    change_set = ChangeSet.objects.create(content=asdict(changes))
    ChangeFollowUp.objects.bulk_create(
        ChangeFollowUp(change_set=change_set, follower=name, priority=inherited_priority())
        for name in _followers
    )
    wake()


type Follower = Callable[[Changes, Lease], None]


class _Registered(NamedTuple):
    follow: Follower
    given_up: Callable[[], None]


_followers: dict[str, _Registered] = {}


def register_follower(name: str, follower: Follower, *, given_up: Callable[[], None] = lambda: None) -> None:
    """`follower` writes inside `with lease.writing():`. `given_up` puts right what a change that could not be
    followed has left wrong; it runs in the transaction that says so."""
    _followers[name] = _Registered(follower, given_up)


class FollowUpQueue(JobQueue[ChangeFollowUp]):
    name = "follow-ups"
    model = ChangeFollowUp

    def jobs(self) -> QuerySet[ChangeFollowUp]:
        return ChangeFollowUp.objects.select_related("change_set")

    def perform(self, job: ChangeFollowUp, lease: Lease) -> None:
        if follower := _followers.get(job.follower):
            with in_bulk(job.priority >= BULK):
                follower.follow(Changes.of(job.change_set), lease)

    def fail(self, lease: Lease, reason: Message) -> None:
        super().fail(lease, reason)
        name = ChangeFollowUp.objects.values_list("follower", flat=True).get(pk=lease.key)
        if follower := _followers.get(name):
            follower.given_up()


register(FollowUpQueue())


def _followed(cutoff: datetime) -> QuerySet[ChangeSet]:
    """Change sets that every follower is done with."""
    waiting = ChangeFollowUp.objects.filter(state__in=ChangeFollowUp.ACTIVE, change_set=OuterRef("pk"))
    return ChangeSet.objects.filter(~Exists(waiting), created_at__lte=cutoff)


register_retention("change sets", "KEEP_CHANGE_SETS_DAYS", _followed)


def affected_contacts(changes: Changes) -> set[int]:
    """The contacts that a change names, without those of its events."""
    participations: Iterable[int] = (row.contact_id for row in changes.participations)
    return {*changes.contacts_created, *changes.contacts_changed, *changes.calls, *participations}
