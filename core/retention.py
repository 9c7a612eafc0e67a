"""How long old rows are kept, and their deletion.

Each app registers what it forgets; `manage.py prune` and a daily task delete it. Periods are settings.
"""

import time
from collections.abc import Callable, Generator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

BATCH = 500  # rows in one transaction: others wait for it no longer than for a page of a sync

type OldRows = Callable[[datetime], QuerySet[Any]]


@dataclass(frozen=True, slots=True)
class Retention:
    """`old` selects the rows that were over at a moment or before, and that no one needs any more."""

    name: str
    setting: str
    old: OldRows

    @property
    def cutoff(self) -> datetime:
        return timezone.now() - timedelta(days=getattr(settings, self.setting))

    def prune(self, until: float = float("inf")) -> Generator[int]:
        """Deletes what is old; the number of rows after each batch, each a transaction of its own.

        Rows are selected again when they are deleted: one that changed in between stays. Ends early at
        `until` (`time.monotonic`).
        """
        rows = self.old(self.cutoff).order_by("pk")
        keys = list(rows.values_list("pk", flat=True)[:BATCH])
        while keys and time.monotonic() < until:
            with transaction.atomic():
                _total, by_model = rows.filter(pk__in=keys).delete()
            yield by_model.get(rows.model._meta.label, 0)
            keys = list(rows.filter(pk__gt=keys[-1]).values_list("pk", flat=True)[:BATCH])


_registered: dict[str, Retention] = {}


def register_retention(name: str, setting: str, old: OldRows) -> Retention:
    retention = _registered[name] = Retention(name, setting, old)
    return retention


def retentions() -> list[Retention]:
    return list(_registered.values())


def prune_all(seconds: float = float("inf")) -> dict[str, int]:
    """How many rows of each kind were deleted. Stops between two batches when the time is over."""
    until = time.monotonic() + seconds
    return {retention.name: sum(retention.prune(until)) for retention in retentions()}
