"""The step that reads the people of a webinar: who registered, and beside it who attended.

Each listing fetches its next page while a page of another one is written. Rows are kept as Zoom has them;
what they mean is decided when all are there.
"""

from collections import deque
from collections.abc import Generator, Iterable, Iterator
from contextlib import ExitStack, closing

from django.db.models import Exists, OuterRef, Subquery

from integrations.models import AttendanceRow, Registrant, WebinarInstance
from integrations.sync.context import WebinarContext
from integrations.sync.steps.attendance import is_due, is_surely_due, read_attendance
from integrations.sync.steps.dates import reported_practice
from integrations.sync.steps.instances import read_times
from integrations.sync.steps.registrants import read_registrants
from integrations.sync.steps.staff import read_staff

# As many pages in memory at once, whatever a webinar has of sessions.
AT_ONCE = 4


def read_listings(ctx: WebinarContext) -> None:
    instances = _instances(ctx)
    attendance = (read_attendance(ctx, instance) for instance in instances)
    side_by_side([_read_times_and_staff(ctx, instances), read_registrants(ctx), *attendance])
    _reattribute(ctx)


def _instances(ctx: WebinarContext) -> list[WebinarInstance]:
    """Those of practice sessions too, unless a webhook event said so: more rows may show that it was none."""
    reported = reported_practice(ctx.webinar)
    instances = ctx.webinar.instances.select_related("reading").order_by("pk")
    return [instance for instance in instances if not reported.get(instance.uuid)]


def _read_times_and_staff(ctx: WebinarContext, instances: list[WebinarInstance]) -> Generator[None]:
    """The first reader: done in its second turn, before attendance is read, which goes by the times."""
    staff = read_staff(ctx)
    times = read_times(ctx, instances)
    next(times)
    if any(is_surely_due(instance, ctx.run) for instance in instances):
        next(staff)
    yield
    exhaust(times)
    if any(is_due(instance, ctx.run) for instance in instances):
        exhaust(staff)


def exhaust(reader: Iterator[None]) -> None:
    for _stop in reader:
        pass


def side_by_side(readers: Iterable[Generator[None]], at_once: int = AT_ONCE) -> None:
    """Let the readers take turns, a page each, until all are through. One that fails ends all of them.

    In its first turn a reader only sends its first request: so these go side by side.
    """
    with ExitStack() as stack:
        waiting = deque(stack.enter_context(closing(reader)) for reader in readers)
        reading: deque[Iterator[None]] = deque()
        while waiting or reading:
            while waiting and len(reading) < at_once:
                reading.append(waiting.popleft())
            reader = reading.popleft()
            if next(reader, _THROUGH) is not _THROUGH:
                reading.append(reader)


_THROUGH = object()


def _reattribute(ctx: WebinarContext) -> None:
    """Give attendance to whose it is: the registrant was read later, or has another address now."""
    registrants = Registrant.objects.filter(webinar=ctx.webinar).exclude(email="")
    owners = registrants.filter(zoom_id=OuterRef("registrant_id"))
    email = Subquery(owners.order_by("pk").values("email")[:1])
    instances = list(ctx.webinar.instances.values_list("pk", flat=True))
    rows = AttendanceRow.objects.filter(instance__in=instances).exclude(registrant_id="")
    with ctx.writing():
        rows.filter(Exists(owners.exclude(email=OuterRef("email")))).update(email=email, person_key=email)
