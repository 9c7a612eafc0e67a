"""Importing contacts from a file: upload, watch, read what was refused."""

from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from contacts.forms import ColumnsForm, ImportForm
from contacts.importing import queue, review
from contacts.importing.errors import UnreadableFileError
from contacts.importing.header import FIELDS, REPORT_COLUMNS
from contacts.importing.report import Rejections
from contacts.models import ContactImport, Existing
from contacts.properties.definitions import custom_specs
from core.csv_download import ROWS_AT_ONCE, csv_download
from core.roles import Right
from core.web import Request, accepts_bytes, paginate, render_page, require, show_error, show_success

MAX_BYTES = 100 * 1024 * 1024  # about a million lines
IMPORTS_SHOWN = 20


@accepts_bytes(MAX_BYTES + 1024 * 1024)  # the form around the file; one that is a bit larger is told so there
@require_http_methods(["GET", "HEAD", "POST"])
@require(Right.EDIT_CONTACTS)
def upload(request: Request) -> HttpResponse:
    form = ImportForm(request.POST, request.FILES) if request.method == "POST" else ImportForm()
    if form.is_valid():
        file = form.cleaned_data["file"]
        if file.size > MAX_BYTES:
            limit = filesizeformat(MAX_BYTES)
            form.add_error(
                "file",
                _("The file is larger than %(limit)s. Split it into smaller files.") % {"limit": limit},
            )
        else:
            enqueue = queue.enqueue_review if request.POST.get("do") == "review" else queue.enqueue
            try:
                job = enqueue(file, request.user.pk)
            except UnreadableFileError as refusal:
                form.add_error("file", str(refusal))
            else:
                return redirect("contacts:import_report", job.pk)
    imports = ContactImport.objects.select_related("requested_by").order_by("-created_at", "-pk")
    context = {"form": form, "imports": imports[:IMPORTS_SHOWN]}
    return render_page(request, "contacts/import.html", context, status=422 if form.errors else 200)


@require_safe
@require(Right.EDIT_CONTACTS)
def import_page(request: Request, pk: int) -> HttpResponse:
    """How far an import is, and then its report. The page looks again by itself while it is running."""
    return _report(request, _import_of(pk))


@require_POST
@require(Right.EDIT_CONTACTS)
def cancel(request: Request, pk: int) -> HttpResponse:
    if queue.cancel(_import_of(pk)):
        message = _("The import was cancelled. Contacts that it had added or changed stay as they are.")
        show_success(request, message)
    else:
        show_error(request, _("This import is already over."))
    return redirect("contacts:import_report", pk)


@require_POST
@require(Right.EDIT_CONTACTS)
def choose_columns(request: Request, pk: int) -> HttpResponse:
    """What the columns hold, of a file whose header does not tell."""
    job = _import_of(pk)
    form = ColumnsForm(request.POST, columns=job.columns)
    if job.mapping:
        return _reviewed(request, job)
    if not form.is_valid():
        return _report(request, job, form)
    if not queue.choose_columns(job, form.chosen()):
        show_error(request, _("This import is already over."))
    return redirect("contacts:import_report", pk)


def _reviewed(request: Request, job: ContactImport) -> HttpResponse:
    """What each column holds was chosen on the review: check it in a dry run, or import."""
    known = {value for value, _label in review.targets()}
    chosen = {str(at): request.POST.get(f"column_{at}", "") for at in range(len(job.columns))}
    mapping = {at: target for at, target in chosen.items() if target in known}
    existing = request.POST.get("existing", "")
    existing = existing if existing in Existing.values else Existing.UPDATE
    is_dry_run = request.POST.get("do") == "check"
    try:
        if not queue.start_reviewed(job, mapping, existing, is_dry_run=is_dry_run):
            show_error(request, _("This import is already over."))
    except UnreadableFileError as refusal:
        job.mapping, job.existing = mapping, existing
        return _report(request, job, problem=str(refusal))
    return redirect("contacts:import_report", job.pk)


@require_safe
@require(Right.EDIT_CONTACTS)
def template(request: Request) -> StreamingHttpResponse:
    """A file to fill in: a column for each field and each property, and no rows."""
    specs = [spec for spec in custom_specs().values() if not spec.is_archived]
    return csv_download("contacts-template", [*FIELDS, *(spec.label for spec in specs)], [])


def _report(
    request: Request, job: ContactImport, form: ColumnsForm | None = None, problem: str = ""
) -> HttpResponse:
    is_review = job.state == ContactImport.State.NEEDS_COLUMNS and bool(job.mapping)
    listed = f"{reverse('contacts:list')}?result=import-{job.pk}-"
    context = {
        "job": job,
        "added_url": "" if is_review else f"{listed}added",  # a dry run only counted them
        "changed_url": "" if is_review else f"{listed}changed",
        "is_review": is_review,
        "review": review.columns_of(job) if is_review else [],
        "targets": review.targets() if is_review else [],
        "existing": Existing.choices,
        "problem": problem,
        "form": form or ColumnsForm(columns=job.columns),
        "rejections": Rejections(job.rejections).most_first(),
        "page": paginate(request, job.problems.order_by("line")),
    }
    status = 422 if form or problem else 200
    return render_page(request, "contacts/import_report.html", context, "import", "refused", status=status)


@require_safe
@require(Right.EDIT_CONTACTS)
def refused_lines(request: Request, pk: int) -> StreamingHttpResponse:
    """The refused rows as CSV, each with its reason: what is put right can be imported again."""
    job = _import_of(pk)
    problems = job.problems.order_by("line").values_list("line", "message", "email", "cells")
    problem_rows = problems.iterator(chunk_size=ROWS_AT_ONCE)
    rows = ((line, str(message), *(cells or [email])) for line, message, email, cells in problem_rows)
    return csv_download(f"import-{job.pk}-refused", [*REPORT_COLUMNS, *(job.columns or ["email"])], rows)


def _import_of(pk: int) -> ContactImport:
    job = ContactImport.objects.select_related("requested_by").filter(pk=pk).first()
    if job is None:
        raise Http404
    return job
