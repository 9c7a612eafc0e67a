"""How much of a catch-up is still to be done (R35, D14): counted from the runs, in at most two queries."""

from dataclasses import dataclass

from django.db.models import Count, Min, Q

from contacts.models import Brand
from integrations.models import SyncRun


@dataclass(frozen=True, slots=True)
class Backlog:
    """The webinars of the catch-up that is under way."""

    left: int
    total: int

    @property
    def done(self) -> int:
        return self.total - self.left


def backlog_of(brand: Brand | None = None) -> Backlog | None:
    """The catch-up of one brand, or of all. None if nothing is being caught up.

    What is queued together is one catch-up: none of it is over before all of it is there.
    """
    runs = SyncRun.objects.filter(trigger=SyncRun.Trigger.CATCH_UP)
    if brand is not None:
        runs = runs.filter(connection__brand=brand)
    waiting = Q(state__in=SyncRun.ACTIVE)
    active = runs.filter(waiting).aggregate(left=Count("pk"), since=Min("created_at"))
    if not active["left"]:
        return None
    total = runs.filter(waiting | Q(finished_at__gte=active["since"])).count()
    return Backlog(active["left"], total)
