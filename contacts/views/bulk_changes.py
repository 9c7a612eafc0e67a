"""Bulk changes: how far each is, what the contacts came to, and those that there were."""

from collections.abc import Iterator
from itertools import batched

from django.db.models import QuerySet
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from contacts.bulk_changes import queue
from contacts.bulk_changes.operations import operation_of, words_of
from contacts.models import BulkChange, BulkChangeItem, Contact
from core.csv_download import ROWS_AT_ONCE, csv_download
from core.roles import Right
from core.web import Request, check_permission, paginate, render_page, require, show_error, show_success


@require_safe
@require(Right.EDIT_CONTACTS)
def changes(request: Request) -> HttpResponse:
    rows = BulkChange.objects.select_related("requested_by").order_by("-created_at", "-pk")
    page = paginate(request, rows)
    context = {"page": page, "rows": [(change, words_of(change)) for change in page.object_list]}
    return render_page(request, "contacts/bulk_changes.html", context, "changes")


@require_safe
@require(Right.EDIT_CONTACTS)
def change(request: Request, pk: int) -> HttpResponse:
    """How far it is, and then its result. The page looks again by itself while it is running."""
    row = _change_of(pk)
    page = paginate(request, _refused(row).order_by("contact_id"))
    items = list(page.object_list)
    names = Contact.objects.in_bulk([item.contact_id for item in items])
    context = {
        "change": row,
        "title": words_of(row),
        "page": page,
        "refused": [(item, names.get(item.contact_id)) for item in items],
        "changed_label": operation_of(row.operation).changed,
        "is_deletion": row.operation == "delete",
        "changed_url": f"{reverse('contacts:list')}?result=bulk-{pk}-changed",
        "unchanged_url": f"{reverse('contacts:list')}?result=bulk-{pk}-unchanged",
    }
    return render_page(request, "contacts/bulk_change.html", context, "change", "refused")


@require_POST
@require(Right.EDIT_CONTACTS)
def cancel(request: Request, pk: int) -> HttpResponse:
    """By those who may start such a change."""
    row = _change_of(pk)
    check_permission(request, operation_of(row.operation).right)
    if queue.cancel(row):
        show_success(request, _("Cancelled. Contacts that were changed stay as they are."))
    else:
        show_error(request, _("This is already over."))
    return redirect("contacts:bulk_change", pk)


@require_safe
@require(Right.EDIT_CONTACTS)
def refused(request: Request, pk: int) -> StreamingHttpResponse:
    row = _change_of(pk)
    items = _refused(row).order_by("contact_id").values_list("contact_id", "reason")
    return csv_download(f"bulk-change-{row.pk}-rejected", ["id", "email", "reason"], _lines(items))


def _lines(items: QuerySet[BulkChangeItem, tuple[int, object]]) -> Iterator[tuple[int, str, str]]:
    """With the addresses of those who are still there."""
    for some in batched(items.iterator(chunk_size=ROWS_AT_ONCE), ROWS_AT_ONCE):
        emails = dict(Contact.objects.filter(pk__in=[key for key, _r in some]).values_list("pk", "email"))
        yield from ((key, emails.get(key, ""), str(reason)) for key, reason in some)


def _refused(change: BulkChange) -> QuerySet[BulkChangeItem]:
    return change.items.filter(outcome=BulkChangeItem.Outcome.REFUSED)


def _change_of(pk: int) -> BulkChange:
    row = BulkChange.objects.select_related("requested_by").filter(pk=pk).first()
    if row is None:
        raise Http404
    return row
