"""The contacts that a bulk change or an import counts, as a filter of the list: "bulk-5-changed"."""

from typing import NamedTuple

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from contacts.models import BulkChange, BulkChangeItem, ContactImport, ImportedContact
from core.row_keys import row_key

type Keys = QuerySet[BulkChangeItem, int] | QuerySet[ImportedContact, int]


class JobResult(NamedTuple):
    words: str
    keys: Keys


def result_of(text: str) -> JobResult | None:
    """None for what names no result."""
    kind, key, outcome = [*text.split("-"), "", ""][:3]
    match kind:
        case "bulk":
            return _of_bulk_change(row_key(key), outcome)
        case "import":
            return _of_import(row_key(key), outcome)
        case _:
            return None


def _of_bulk_change(key: int, outcome: str) -> JobResult | None:
    change = BulkChange.objects.filter(pk=key).first()
    if change is None or outcome not in BulkChangeItem.Outcome.values:
        return None
    words = _("%(outcome)s by bulk change %(number)s")
    label = BulkChangeItem.Outcome(outcome).label
    items = change.items.filter(outcome=outcome).values_list("contact_id", flat=True)
    return JobResult(words % {"outcome": label, "number": key}, items)


def _of_import(key: int, outcome: str) -> JobResult | None:
    job = ContactImport.objects.filter(pk=key).first()
    words = {"added": _("Added by %s"), "changed": _("Changed by %s")}.get(outcome)
    if job is None or words is None:
        return None
    rows = job.contacts.filter(is_new=outcome == "added").values_list("contact_id", flat=True)
    return JobResult(words % job.file_name, rows)
