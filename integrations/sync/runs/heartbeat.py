"""Signs of life of workers and of the schedule, in the database: the health page needs no broker."""

from datetime import timedelta

from django.utils import timezone

from integrations.models import WorkerHeartbeat

SCHEDULE = WorkerHeartbeat.SCHEDULE
FORGOTTEN_AFTER = timedelta(days=1)


def beat(name: str) -> None:
    now = timezone.now()
    WorkerHeartbeat.objects.update_or_create(name=name, defaults={"seen_at": now})
    WorkerHeartbeat.objects.filter(seen_at__lt=now - FORGOTTEN_AFTER).delete()
