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
def writing_together(leases: Sequence[Lease], before: Callable[[], object] = lambda: None) -> Iterator[None]:
    """As `Lease.writing`, for all of them: if one lease is lost, nothing of it counts.

    `before` locks what is to be locked before the jobs.
    """
    for lease in leases:
        lease.check()
    try:
        with transaction.atomic():
            before()
            # In order, as whoever else locks several of them does.
            list(_rows(leases).select_for_update(of=("self",)).order_by("pk").values_list("pk"))
            _update(leases, lease_until=timezone.now() + LEASE)
            yield
    except BaseException:
        for lease in leases:
            lease.result = None
        raise


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
