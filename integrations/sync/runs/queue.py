"""The queue of syncs: rows, of which each webinar has at most one that is not over yet.

Decides how a wish to sync joins one that is there already. The database's constraints decide who was first,
so that several people and workers may wish at once. Knows nothing of what a sync does.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any, Protocol

from django.db import IntegrityError, transaction
from django.db.models import BigAutoField, Case, F, Q, QuerySet, Value, When
from django.db.models.functions import Least
from django.utils import timezone

from integrations.models import SyncRun, Webinar, ZoomConnection
from integrations.sync.runs.wake import wake_worker

# A wish fails to join a run only if that run ended in between: then it becomes a run of its own.
_ROUNDS = 10
# These expect Zoom to tell something new, also of a webinar that is over.
_EXPECTANT = frozenset({SyncRun.Trigger.MANUAL, SyncRun.Trigger.WEBHOOK})
# A person waits for these: the run that serves them is theirs.
_PERSONAL = frozenset({SyncRun.Trigger.MANUAL, SyncRun.Trigger.COMMAND})
# And these pull a run forward that is waiting for a retry.
_IMPATIENT = _PERSONAL | {SyncRun.Trigger.CATCH_UP}


class Requester(Protocol):
    """A user, as far as the queue is concerned."""

    pk: Any


def enqueue_webinar(
    webinar: Webinar,
    trigger: SyncRun.Trigger,
    *,
    requested_by: Requester | None = None,
    full: bool = False,
    recordings_only: bool = False,
    not_before: datetime | None = None,
) -> SyncRun:
    """Have the webinar synced: by a new run, the one that waits already, or the running one once more.

    `full` reads what is final as well; `recordings_only` nothing but recordings that are due. Returns the run
    to look at; never waits for the broker.
    """
    wished = _wish(webinar, trigger, requested_by, full)
    wished.recordings_only = recordings_only
    wished.asks_zoom = wished.asks_zoom and not recordings_only
    wished.not_before = not_before or wished.not_before
    return _enqueue(wished)


def enqueue_webinars(
    webinars: Collection[Webinar],
    trigger: SyncRun.Trigger,
    *,
    requested_by: Requester | None = None,
    full: bool = False,
) -> None:
    """The same for many webinars, in a number of statements that does not depend on how many they are."""
    same = SyncRun.objects.filter(webinar__in=[webinar.pk for webinar in webinars])
    for _round in range(_ROUNDS):
        there = set(same.filter(state__in=SyncRun.ACTIVE).values_list("webinar_id", flat=True))
        wishes = [_wish(webinar, trigger, requested_by, full) for webinar in webinars]
        try:
            with transaction.atomic():
                joined = _join(same, wishes[0]) if there else 0
                SyncRun.objects.bulk_create(wishe for wishe in wishes if wishe.webinar_id not in there)
        except IntegrityError:
            continue
        if joined == len(there):  # else one of them ended before it was joined
            wake_worker()
            return
    raise RuntimeError("The runs of these webinars came and went too fast to join.")


def _wish(webinar: Webinar, trigger: SyncRun.Trigger, requested_by: Requester | None, full: bool) -> SyncRun:
    return SyncRun(
        connection_id=webinar.connection_id,
        webinar=webinar,
        kind=SyncRun.Kind.WEBINAR,
        trigger=trigger,
        requested_by_id=requested_by.pk if requested_by else None,
        is_full=full,
        asks_zoom=trigger in _EXPECTANT,
    )


def enqueue_discovery(
    connection: ZoomConnection, trigger: SyncRun.Trigger, *, requested_by: Requester | None = None
) -> SyncRun:
    """Have the account's users and webinars listed; unless it is for the schedule, of all users."""
    return _enqueue(
        SyncRun(
            connection=connection,
            kind=SyncRun.Kind.DISCOVERY,
            trigger=trigger,
            requested_by_id=requested_by.pk if requested_by else None,
            asks_zoom=trigger != SyncRun.Trigger.SCHEDULE,
        )
    )


def enqueue_again(run: SyncRun) -> None:
    """What was asked for while the run was under way, as a run of its own. The run must be over."""
    _enqueue(
        SyncRun(
            connection_id=run.connection_id,
            webinar_id=run.webinar_id,
            kind=run.kind,
            trigger=run.again_trigger,
            requested_by_id=run.again_requested_by_id,
            is_full=run.is_full,
            asks_zoom=run.asks_zoom,
            recordings_only=run.recordings_only,
        )
    )


def _enqueue(wished: SyncRun) -> SyncRun:
    same = SyncRun.objects.filter(
        connection_id=wished.connection_id, webinar=wished.webinar_id, kind=wished.kind
    )
    at = wished.not_before if wished.not_before > timezone.now() else None
    for _round in range(_ROUNDS):
        if _join(same, wished):
            wake_worker(at)
            return same.order_by("-pk")[:1].get()
        try:
            with transaction.atomic():
                wished.save(force_insert=True)
        except IntegrityError:
            wished.pk = None
            continue
        wake_worker(at)
        return wished
    raise RuntimeError(f"The runs of {wished.webinar or wished.connection} came and went too fast to join.")


def _join(same: QuerySet[SyncRun], wished: SyncRun) -> int:
    """Have the runs that are not over yet serve this wish too; how many they are.

    One that waits becomes as full as is wished, and as early where somebody waits. One that is running may be
    past what changed: it is followed by another. One statement, so that none changes its state in between.
    """
    is_running = Q(state=SyncRun.State.RUNNING)
    sooner = Least("not_before", Value(wished.not_before))
    changes: dict[str, Any] = {"run_again": Case(When(is_running, then=True), default="run_again")}
    if wished.trigger in _IMPATIENT:
        changes["not_before"] = sooner
    else:  # what waits for a retry keeps its pause
        changes["not_before"] = Case(When(attempts=0, then=sooner), default="not_before")
    changes |= _whose(wished, is_running)
    return same.filter(state__in=SyncRun.ACTIVE).update(**changes, **_widened(wished))


def _whose(wished: SyncRun, is_running: Q) -> dict[str, Any]:
    """Where a person waits, the run that serves them is theirs, unless it is another person's already.

    Of one that is running that is the run after it.
    """
    owner = Value(wished.trigger), Value(wished.requested_by_id, BigAutoField())
    if wished.trigger not in _PERSONAL:
        return _owned_by(*owner, when=is_running & Q(again_trigger=""), prefix="again_")
    waits = _owned_by(*owner, when=~is_running & ~Q(trigger=SyncRun.Trigger.MANUAL))
    follows = is_running & ~Q(again_trigger=SyncRun.Trigger.MANUAL)
    return waits | _owned_by(*owner, when=follows, prefix="again_")


def for_who_joined() -> dict[str, Any]:
    """Changes to a run that goes back into the queue: it serves whoever joined it while it was running."""
    theirs = Q(again_trigger__in=_PERSONAL) & ~Q(trigger=SyncRun.Trigger.MANUAL)
    changes = _owned_by(F("again_trigger"), F("again_requested_by"), when=theirs)
    return {**changes, "run_again": False, "again_trigger": "", "again_requested_by": None}


def _owned_by(trigger: Any, requested_by: Any, *, when: Q, prefix: str = "") -> dict[str, Any]:
    return {
        name: Case(When(when, then=new), default=name)
        for name, new in ((f"{prefix}trigger", trigger), (f"{prefix}requested_by", requested_by))
    }


def _widened(wished: SyncRun) -> dict[str, Any]:
    """A run that serves several wishes reads as much as the widest of them."""
    changes = {name: True for name in ("is_full", "asks_zoom") if getattr(wished, name)}
    return changes if wished.recordings_only else {**changes, "recordings_only": False}
