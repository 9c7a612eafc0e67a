"""Jobs of one claim, done in one transaction: `JobQueue.perform_together` writes within this."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django.utils import timezone

from core.jobs.errors import LeaseLostError
from core.jobs.lease import LEASE, Ending, Lease
from core.jobs.models import JobState


@contextmanager
def writing_together(
    leases: Sequence[Lease], before: Callable[[], object] = lambda: None, *, also_when_stopped: bool = False
) -> Iterator[None]:
    """As `Lease.writing`, for all of them: if one lease is lost, nothing of it counts.

    `before` locks what is to be locked before the jobs. `also_when_stopped`: what was done outside is written
    while the worker's grace lasts.
    """
    for lease in leases:
        if not (also_when_stopped and lease.stop.is_set()):
            lease.check()
    try:
        with transaction.atomic():
            before()
            renew_together(leases)
            yield
    except BaseException:
        for lease in leases:
            lease.result = None
        raise


def renew_together(leases: Sequence[Lease], **changes: Any) -> None:
    """As `Lease.renew`, for all of them. Must run inside a transaction. Raises `LeaseLostError`."""
    if len(leases) > 1:  # in order, as whoever else locks several of them does
        list(_rows(leases).select_for_update(of=("self",)).order_by("pk").values_list("pk"))
    _update(leases, lease_until=timezone.now() + LEASE, **changes)


def end_together(endings: Sequence[tuple[Lease, Ending]]) -> None:
    """Let go of the jobs, with one statement for those that end alike. Raises `LeaseLostError`."""
    alike: dict[str, list[Lease]] = {}
    by_kind: dict[str, Ending] = {}
    for lease, ending in endings:
        kind = repr((ending.result, sorted(ending.changes.items())))
        alike.setdefault(kind, []).append(lease)
        by_kind[kind] = ending
    for kind, leases in alike.items():
        _update(leases, **by_kind[kind].row)
        for lease in leases:
            lease.result = by_kind[kind].result


def _rows(leases: Sequence[Lease]) -> Any:
    first = leases[0]
    keys = [lease.key for lease in leases]
    return first.model._default_manager.filter(pk__in=keys, state=JobState.RUNNING, lease_token=first.token)


def _update(leases: Sequence[Lease], **changes: Any) -> None:
    if _rows(leases).update(**changes) != len(leases):
        raise LeaseLostError("A lease of these jobs is no longer ours.")
