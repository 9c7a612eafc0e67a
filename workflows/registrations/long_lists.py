"""Registering all contacts of a long list: a bulk change queues their jobs, some at a time."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contacts.bulk_changes.operations import Applied, Operation, register_operation
from contacts.bulk_changes.queue import Targets, enqueue
from contacts.models import BulkChange
from core.roles import Right
from integrations.models import Webinar
from workflows.models import RegistrationBatch, RegistrationJob
from workflows.registrations.jobs import Options, Source, add_to_batch, create_batch


@transaction.atomic
def enqueue_list(
    targets: Targets, zoom_webinar_id: int, options: Options, *, expected: int
) -> RegistrationBatch:
    """A batch that fills while its first contacts are being registered.

    `expected` contacts were confirmed: if there are more when the worker reads the list, none is queued.
    """
    batch = create_batch(zoom_webinar_id, options)
    known = Webinar.objects.filter(zoom_webinar_id=zoom_webinar_id).first()
    webinar = known or Webinar(zoom_webinar_id=zoom_webinar_id)
    values = {"batch": batch.pk, "webinar": str(webinar)}
    requested_by_id = options.requested_by.pk if options.requested_by else None
    batch.bulk_change = enqueue(
        "register", values, targets, requested_by_id=requested_by_id, expected=expected
    )
    batch.save(update_fields=["bulk_change"])
    return batch


def _words(values: Mapping[str, Any]) -> str:
    return _("Add to the webinar “%(webinar)s”") % {"webinar": values["webinar"]}


def _register(ids: Sequence[int], change: BulkChange) -> Applied:
    batch = RegistrationBatch.objects.get(pk=change.values["batch"])
    add_to_batch(batch, ids, Source.PAGE, Options(requested_by=change.requested_by))
    queued = RegistrationJob.objects.filter(batch=batch, contact__in=ids)
    return Applied(set(queued.values_list("contact_id", flat=True)))


register_operation(
    Operation(
        "register",
        Right.REGISTER_CONTACTS,
        _words,
        _register,
        changed=gettext_lazy("Queued"),
        only_queues=True,
    )
)
