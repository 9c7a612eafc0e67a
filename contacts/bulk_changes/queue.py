"""The queues of bulk changes: asked for on a page, done by one worker at a time, or at once if it is little.

A batch and what its contacts came to are one transaction that holds only while the lease does. So each
contact is changed once, whoever is killed when.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from contacts.bulk_changes.operations import queueing_operations
from contacts.bulk_changes.runner import change_contacts
from contacts.models import BulkChange, BulkChangeItem
from core.jobs import JobQueue, Lease, end_jobs, register, run_job, wake
from core.retention import register_retention


class BulkChanges(JobQueue[BulkChange]):
    name = "bulk_changes"
    model = BulkChange
    longest = timedelta(hours=12)  # a million deletions, at some dozens a second

    def jobs(self) -> QuerySet[BulkChange]:
        return BulkChange.objects.select_related("requested_by")

    def share(self) -> Q:
        return ~Q(operation__in=queueing_operations())

    def perform(self, job: BulkChange, lease: Lease) -> None:
        change_contacts(job, lease)


class QueueingChanges(BulkChanges):
    """Those that only queue jobs for their contacts: none waits for hours behind a million deletions."""

    name = "queueing_changes"

    def share(self) -> Q:
        return Q(operation__in=queueing_operations())


bulk_changes = register(BulkChanges())
queueing_changes = register(QueueingChanges())


@dataclass(frozen=True)
class Targets:
    """The contacts with these keys or, if it is not None, all of the list with the address `matching`."""

    contacts: Sequence[int] = ()
    matching: str | None = None


@transaction.atomic
def enqueue(
    operation: str,
    values: Mapping[str, Any],
    targets: Targets,
    *,
    requested_by_id: int | None,
    expected: int | None = None,
) -> BulkChange:
    """`expected` is the number of contacts that a person confirmed: if there are more, nothing is done."""
    keys = sorted(set(targets.contacts)) if targets.matching is None else []
    change = BulkChange.objects.create(
        operation=operation,
        values=dict(values),
        matching=targets.matching or "",
        is_listed=targets.matching is None,
        expected=expected,
        total=len(keys),
        requested_by_id=requested_by_id,
        time_zone=timezone.get_current_timezone_name(),
    )
    BulkChangeItem.objects.bulk_create(BulkChangeItem(bulk_change=change, contact_id=key) for key in keys)
    wake()
    return change


def run_now(change: BulkChange) -> None:
    """Do it in this process, unless a worker has it already. A process that dies leaves it to a worker."""
    queue = queueing_changes if change.operation in queueing_operations() else bulk_changes
    for lease in queue.claim(1, among=Q(pk=change.pk)):
        run_job(queue, lease)
    change.refresh_from_db()


@transaction.atomic
def cancel(change: BulkChange) -> bool:
    """End it: the worker loses its lease, and the batch it is writing counts whole or not at all.

    False where it was over already. What was changed before stays.
    """
    active = BulkChange.objects.filter(pk=change.pk, state__in=BulkChange.ACTIVE)
    return bool(end_jobs(active, BulkChange.State.CANCELLED))


def _old(cutoff: datetime) -> QuerySet[BulkChange]:
    return BulkChange.objects.exclude(state__in=BulkChange.ACTIVE).filter(finished_at__lte=cutoff)


register_retention("bulk changes", "KEEP_IMPORTS_DAYS", _old)
