"""Which rows of workflows are forgotten. Enrolments and their steps stay: they are the history."""

from datetime import datetime

from django.db.models import QuerySet

from core.retention import register_retention
from workflows.models import EnrolmentBatch, OutgoingMessage


def _batches(until: datetime) -> QuerySet[EnrolmentBatch]:
    return EnrolmentBatch.objects.filter(finished_at__lte=until)


def _messages(until: datetime) -> QuerySet[OutgoingMessage]:
    """Messages of people who have left: until then a later branch may use the answer."""
    return OutgoingMessage.objects.filter(finished_at__lte=until, enrolment__finished_at__lte=until)


register_retention("enrolment batches", "KEEP_CHANGE_SETS_DAYS", _batches)
register_retention("messages of workflows", "KEEP_CALLBACKS_DAYS", _messages)
