"""The queue of enrolments: those whose wait is over join it, single ones before those of a bulk."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from itertools import groupby
from threading import Event

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from core.jobs import JobQueue, Lease, register
from core.messages import Message
from workflows.engine.runner import Runner
from workflows.models import Enrolment, EnrolmentState

# Of those whose time has come, how many join the queue at one look.
DUE_AT_ONCE = 1_000


class EnrolmentQueue(JobQueue[Enrolment]):
    """A batch takes a fraction of a second, so that is how long a single one waits behind a bulk."""

    name = "workflows"
    model = Enrolment
    at_once = 4
    batch = 100
    longest = timedelta(minutes=10)

    def jobs(self) -> QuerySet[Enrolment]:
        return Enrolment.objects.select_related("workflow", "version__workflow", "contact", "requested_by")

    def performer(self) -> Callable[[Enrolment, Lease], None]:
        return Runner()

    def perform_together(self, work: Sequence[tuple[Enrolment, Lease]]) -> None:
        """Single ones first, and for themselves: what follows from them is not part of a bulk."""
        runner, in_order = Runner(), sorted(work, key=lambda pair: pair[0].priority)
        for _priority, alike in groupby(in_order, key=lambda pair: pair[0].priority):
            runner.together(list(alike))

    def claim(
        self, limit: int | None = None, *, among: Q | None = None, stop: Event | None = None
    ) -> list[Lease]:
        queue_due()
        return super().claim(limit, among=among, stop=stop)

    def fail(self, lease: Lease, reason: Message) -> None:
        lease.fail(reason, reason_code="internal_error", waits_for="")


def queue_due() -> int:
    """Those who wait are not in the index that workers look through, however many they are."""
    due = Enrolment.objects.filter(state=EnrolmentState.WAITING, not_before__lte=timezone.now())
    if not due.exists():
        return 0
    with transaction.atomic():
        rows = due.select_for_update(skip_locked=True).order_by("not_before", "pk")
        keys = list(rows.values_list("pk", flat=True)[:DUE_AT_ONCE])
        return Enrolment.objects.filter(pk__in=keys).update(state=EnrolmentState.QUEUED, reason_code="")


queue = register(EnrolmentQueue())
