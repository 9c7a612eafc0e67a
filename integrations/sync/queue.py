"""The queue of syncs: rows, of which each webinar has at most one that is not over yet.

Decides how a wish to sync joins one that is there already. The database's constraints decide who was first,
so that several people and workers may wish at once. Knows nothing of what a sync does.
"""

from datetime import datetime
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import IntegrityError, transaction
from django.db.models import Case, QuerySet, Value, When
from django.db.models.functions import Least
from django.utils import timezone

from integrations.models import SyncRun, Webinar, ZoomConnection
from integrations.sync.wake import wake_worker

# A wish fails to join a run only if that run ended in between: then it becomes a run of its own.
_ROUNDS = 10
# Somebody waits for these: they pull a run forward that is waiting for a retry.
_IMPATIENT = frozenset({SyncRun.Trigger.MANUAL, SyncRun.Trigger.COMMAND, SyncRun.Trigger.CATCH_UP})


def enqueue_webinar(
    webinar: Webinar,
    trigger: SyncRun.Trigger,
    *,
    requested_by: AbstractBaseUser | None = None,
    full: bool = False,
    recordings_only: bool = False,
    not_before: datetime | None = None,
) -> SyncRun:
    """Have the webinar synced: by a new run, the one that waits already, or the running one once more.

    `full` reads what is final as well; `recordings_only` nothing but recordings that are due. Returns the run
    to look at; never waits for the broker.
    """
    return _enqueue(
        SyncRun(
            connection_id=webinar.connection_id,
            webinar=webinar,
            kind=SyncRun.Kind.WEBINAR,
            trigger=trigger,
            requested_by_id=requested_by.pk if requested_by else None,
            is_full=full,
            recordings_only=recordings_only,
            not_before=not_before or timezone.now(),
        )
    )


def enqueue_discovery(
    connection: ZoomConnection, trigger: SyncRun.Trigger, *, requested_by: AbstractBaseUser | None = None
) -> SyncRun:
    """Have the account's users and webinars listed."""
    return _enqueue(
        SyncRun(
            connection=connection,
            kind=SyncRun.Kind.DISCOVERY,
            trigger=trigger,
            requested_by_id=requested_by.pk if requested_by else None,
        )
    )


def enqueue_again(run: SyncRun) -> None:
    """What was asked for while the run was under way, as a run of its own. The run must be over."""
    _enqueue(
        SyncRun(
            connection_id=run.connection_id,
            webinar_id=run.webinar_id,
            kind=run.kind,
            trigger=run.trigger,
            requested_by_id=run.requested_by_id,
            is_full=run.is_full,
            recordings_only=run.recordings_only,
        )
    )


def _enqueue(wished: SyncRun) -> SyncRun:
    same = SyncRun.objects.filter(
        connection_id=wished.connection_id, webinar=wished.webinar_id, kind=wished.kind
    )
    at = wished.not_before if wished.not_before > timezone.now() else None
    for _round in range(_ROUNDS):
        if _join_waiting(same, wished) or _join_running(same, wished):
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


def _join_waiting(same: QuerySet[SyncRun], wished: SyncRun) -> int:
    """The waiting run serves this wish too, if it becomes as full, and as early where somebody waits."""
    changes = _widened(wished)
    if wished.trigger in _IMPATIENT:
        changes |= {
            "trigger": wished.trigger,
            "requested_by": wished.requested_by_id,
            "not_before": Least("not_before", Value(wished.not_before)),
        }
    else:  # what waits for a retry keeps its pause
        changes["not_before"] = Case(
            When(attempts=0, then=Least("not_before", Value(wished.not_before))), default="not_before"
        )
    return same.filter(state=SyncRun.State.QUEUED).update(**changes)


def _join_running(same: QuerySet[SyncRun], wished: SyncRun) -> int:
    """The running run may be past what changed: it is followed by another one."""
    return same.filter(state=SyncRun.State.RUNNING).update(run_again=True, **_widened(wished))


def _widened(wished: SyncRun) -> dict[str, Any]:
    """A run that serves several wishes reads as much as the widest of them."""
    changes = {"is_full": True} if wished.is_full else {}
    return changes if wished.recordings_only else {**changes, "recordings_only": False}
