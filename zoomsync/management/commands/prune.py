"""Deletes rows whose time is over. Ctrl-C is safe: what was deleted is deleted, the next run continues."""

from typing import Any

from django.core.management.base import BaseCommand

from core.retention import retentions


class Command(BaseCommand):
    help = "Delete old rows, as the KEEP_…_DAYS settings say. The app does so once a day."

    def handle(self, **options: Any) -> None:
        for retention in retentions():
            deleted = sum(retention.prune())
            self.stdout.write(
                f"{retention.name}: {deleted:,} deleted (before {retention.cutoff:%Y-%m-%d %H:%M} UTC)"
            )
