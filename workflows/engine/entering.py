"""Contacts who entered a segment that workflows wait for: a batch for each of these workflows."""

from datetime import datetime
from typing import Any

from django.dispatch import receiver

from contacts.models import Segment
from contacts.signals import segment_entered
from workflows.engine.enrolment_batches import enrol_entered
from workflows.models import PublishedTrigger

TRIGGER = "segment_entered"


@receiver(segment_entered, dispatch_uid="workflows.segment_entered")
def follow_entries(segment: Segment, at: datetime, number: int, **_: Any) -> None:
    """Runs inside the transaction that writes the entries; the batch reads them."""
    rows = PublishedTrigger.objects.filter(trigger=TRIGGER, segment=segment).select_related(
        "version__workflow"
    )
    versions = {row.version_id: row.version for row in rows.select_related("version__workflow")}
    for version in versions.values():
        enrol_entered(version, segment.pk, at, number)
