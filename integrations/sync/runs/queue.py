"""Requests for a sync, as rows: of each webinar at most one that waits and one that is running.

A request joins the run that waits, or makes one. The database's constraints decide who was first, so that
several people and workers may ask at once.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any, Protocol

from django.db import IntegrityError, transaction
from django.db.models import BigAutoField, Case, Q, QuerySet, Value, When
from django.db.models.functions import Greatest, Least

from core.jobs import wake
from integrations.models import SyncRun, Webinar, ZoomConnection

Depth, Kind, Trigger = SyncRun.Depth, SyncRun.Kind, SyncRun.Trigger

# A request fails to join a run only if that run began in between: then it becomes a run of its own.
_ROUNDS = 10
# These expect news from Zoom, also of a webinar that is over.
_EXPECTANT = frozenset({Trigger.MANUAL, Trigger.WEBHOOK})
# A person waits for these: the run that serves them is theirs.
_PERSONAL = frozenset({Trigger.MANUAL, Trigger.COMMAND})
# And these pull a run forward that is waiting for a retry.
_IMPATIENT = _PERSONAL | {Trigger.CATCH_UP}


class Requester(Protocol):
    """A user, as far as the queue is concerned."""

    pk: Any


def enqueue_webinar(
    webinar: Webinar,
    trigger: SyncRun.Trigger,
    *,
    requested_by: Requester | None = None,
    depth: SyncRun.Depth | None = None,
    not_before: datetime | None = None,
) -> SyncRun:
    """Have the webinar synced. Returns the run to look at, which may be one that waited already.

    Unless told, `depth` is what may have changed, and for a person or a webhook event also what is over.
    """
    run = _request(webinar, trigger, requested_by, depth)
    run.not_before = not_before or run.not_before
    return _enqueue(run)


def enqueue_webinars(
    webinars: Collection[Webinar],
    trigger: SyncRun.Trigger,
    *,
    requested_by: Requester | None = None,
    depth: SyncRun.Depth | None = None,
) -> None:
    """The same for many webinars, in a number of statements that does not depend on how many they are."""
    if not webinars:
        return
    same = SyncRun.objects.filter(webinar__in=[webinar.pk for webinar in webinars])
    for _round in range(_ROUNDS):
        queued = set(same.filter(state=SyncRun.State.QUEUED).values_list("webinar_id", flat=True))
        runs = [_request(webinar, trigger, requested_by, depth) for webinar in webinars]
        try:
            with transaction.atomic():
                joined = _join(same, runs[0]) if queued else 0
                SyncRun.objects.bulk_create(run for run in runs if run.webinar_id not in queued)
        except IntegrityError:
            continue
        if joined == len(queued):  # else one of them began before it was joined
            wake()
            return
    raise RuntimeError("The runs of these webinars came and went too fast to join.")


def enqueue_discovery(
    connection: ZoomConnection, trigger: SyncRun.Trigger, *, requested_by: Requester | None = None
) -> SyncRun:
    """Have the account's users and webinars listed; unless it is for the schedule, of all users."""
    return _enqueue(
        SyncRun(
            connection=connection,
            kind=Kind.DISCOVERY,
            trigger=trigger,
            requested_by_id=requested_by.pk if requested_by else None,
            depth=Depth.DUE if trigger == Trigger.SCHEDULE else Depth.NEWS,
            priority=_priority(Kind.DISCOVERY, trigger),
        )
    )


def _request(
    webinar: Webinar,
    trigger: SyncRun.Trigger,
    requested_by: Requester | None,
    depth: SyncRun.Depth | None,
) -> SyncRun:
    usual = Depth.NEWS if trigger in _EXPECTANT else Depth.DUE
    return SyncRun(
        connection_id=webinar.connection_id,
        webinar=webinar,
        kind=Kind.WEBINAR,
        trigger=trigger,
        requested_by_id=requested_by.pk if requested_by else None,
        depth=usual if depth is None else depth,
        priority=_priority(Kind.WEBINAR, trigger),
    )


def _priority(kind: SyncRun.Kind, trigger: SyncRun.Trigger) -> int:
    """People first, then lists of webinars, then webhook events, then the schedule."""
    if trigger in _PERSONAL:
        return 0
    if kind == Kind.DISCOVERY:
        return 1
    return 2 if trigger == Trigger.WEBHOOK else 3


def _enqueue(run: SyncRun) -> SyncRun:
    same = SyncRun.objects.filter(connection_id=run.connection_id, webinar=run.webinar_id, kind=run.kind)
    for _round in range(_ROUNDS):
        if _join(same, run):
            wake()
            return same.order_by("-pk")[:1].get()
        try:
            with transaction.atomic():
                run.save(force_insert=True)
        except IntegrityError:
            run.pk = None
            continue
        wake()
        return run
    raise RuntimeError(f"The runs of {run.webinar or run.connection} came and went too fast to join.")


def _join(same: QuerySet[SyncRun], run: SyncRun) -> int:
    """Have the runs that wait serve this request too; how many they are.

    They become as deep as is asked, and as early where someone waits for it. One statement, so that none
    begins in between.
    """
    sooner = Least("not_before", Value(run.not_before))
    is_pulled_forward = run.trigger in _IMPATIENT
    return same.filter(state=SyncRun.State.QUEUED).update(
        depth=Greatest("depth", Value(run.depth)),
        priority=Least("priority", Value(run.priority)),
        # What waits for a retry keeps its pause, unless a person waits for it.
        not_before=sooner if is_pulled_forward else Case(When(attempts=0, then=sooner), default="not_before"),
        **_owner(run),
    )


def _owner(run: SyncRun) -> dict[str, Any]:
    """Where a person waits, the run that serves them is theirs, unless it is another person's already."""
    if run.trigger not in _PERSONAL:
        return {}
    is_free = ~Q(trigger=Trigger.MANUAL)
    owner = {"trigger": Value(run.trigger), "requested_by": Value(run.requested_by_id, BigAutoField())}
    return {name: Case(When(is_free, then=value), default=name) for name, value in owner.items()}
