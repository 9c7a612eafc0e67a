"""Importing contacts from a file: upload, watch, read what was refused."""

from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from contacts.forms import ImportForm
from contacts.importing.errors import UnreadableFileError
from contacts.importing.queue import enqueue
from contacts.models import ContactImport
from core.csv_download import ROWS_AT_ONCE, csv_download
from core.roles import Right
from core.web import Request, accepts_bytes, paginate, render_page, require

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
            form.add_error("file", _("The file is larger than %(limit)s. Split it.") % {"limit": limit})
        else:
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
    job = _import_of(pk)
    context = {"job": job, "page": paginate(request, job.problems.order_by("line"))}
    return render_page(request, "contacts/import_report.html", context, "import", "refused")


@require_safe
@require(Right.EDIT_CONTACTS)
def refused_lines(request: Request, pk: int) -> StreamingHttpResponse:
    """The refused lines as CSV, with an email column, so that what is put right can be imported again."""
    job = _import_of(pk)
    problems = job.problems.order_by("line").values_list("line", "email", "message")
    rows = problems.iterator(chunk_size=ROWS_AT_ONCE)
    return csv_download(f"import-{job.pk}-refused", ["line", "email", "reason"], rows)


def _import_of(pk: int) -> ContactImport:
    job = ContactImport.objects.select_related("requested_by").filter(pk=pk).first()
    if job is None:
        raise Http404
    return job
