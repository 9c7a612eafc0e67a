"""One import, from its place in the file to the end."""

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from contacts.importing.batches import Change, Manner, Outcome, apply
from contacts.importing.columns import Refusal
from contacts.importing.errors import NoEmailColumnError, TooManyRejectedError, UnreadableFileError
from contacts.importing.reading import MAX_REJECTED_IN_A_ROW, Batch, ContactFile
from contacts.importing.report import Report
from contacts.models import ContactImport, ImportedContact, ImportProblem
from core.formulas import unescape_formulas
from core.jobs import JobFailedError, Lease
from core.messages import Message

MOST_OF_CELL = 1_000  # letters, of what a report keeps


def import_file(job: ContactImport, lease: Lease) -> None:
    """Raises `JobFailedError` where the file can't be read."""
    try:
        with job.file.open("rb") as stored:
            _import(ContactFile(stored.file, job.chosen_columns, job.mapping), job, lease)
    except NoEmailColumnError as error:
        lease.release(ContactImport.State.NEEDS_COLUMNS, columns=error.columns)
    except UnreadableFileError as error:
        raise JobFailedError(error.reason) from error
    except FileNotFoundError:
        raise JobFailedError(Message("import.file_gone")) from None
    else:
        if job.is_dry_run:
            end_dry_run(job, lease)
        else:
            end(job, lease)


def _import(file: ContactFile, job: ContactImport, lease: Lease) -> None:
    report = Report(job)
    manner = Manner(
        who=_("Import of %s") % job.file_name,
        existing=job.existing,
        is_dry_run=job.is_dry_run,
        new_specs=file.new_specs(),
    )
    with lease.writing():
        report.note(file.notes)
        lease.update(notes=report.notes, lines_total=file.lines, columns=file.header)
    job.lines_total = file.lines
    for batch in file.batches(after_line=job.lines_done):
        with lease.writing():
            outcome = apply(batch.people, manner=manner)
            refusals = batch.refusals + outcome.refusals
            report.add(batch, refusals, outcome.new_properties)
            _count(lease, batch, outcome, refusals, report)
            if not job.is_dry_run:
                _list_contacts(lease, outcome)
        if report.rejected_in_a_row >= MAX_REJECTED_IN_A_ROW:
            raise TooManyRejectedError(batch.last_line)


def _count(lease: Lease, batch: Batch, outcome: Outcome, refusals: list[Refusal], report: Report) -> None:
    lease.update(
        lines_done=batch.last_line,
        added=F("added") + outcome.added,
        changed=F("changed") + outcome.changed,
        unchanged=F("unchanged") + outcome.unchanged,
        refused=F("refused") + len(refusals),
        rejected_in_a_row=report.rejected_in_a_row,
        rejections=report.rejections.as_json(),
        notes=report.notes,
        crashes=0,  # a line was done: whatever ended its workers, it was not this file
    )
    ImportProblem.objects.bulk_create(
        ImportProblem(
            contact_import_id=lease.key,
            line=refusal.line,
            email=refusal.email,
            message=refusal.reason,
            cells=[unescape_formulas(cell)[:MOST_OF_CELL] for cell in refusal.cells],
        )
        for refusal in refusals
    )


def _list_contacts(lease: Lease, outcome: Outcome) -> None:
    """So that the report opens those whom it counts."""
    results = (result for result in outcome.by_line.values() if isinstance(result, tuple))
    ImportedContact.objects.bulk_create(
        (
            ImportedContact(contact_import_id=lease.key, contact_id=contact.pk, is_new=change is Change.ADDED)
            for change, contact in results
            if change is not Change.UNCHANGED
        ),
        ignore_conflicts=True,
    )


def end_dry_run(job: ContactImport, lease: Lease) -> None:
    """Back to the review, with what the import would come to. The file stays."""
    lease.release(ContactImport.State.NEEDS_COLUMNS, was_checked=True, is_dry_run=False)


@transaction.atomic
def end(job: ContactImport, lease: Lease, error: Message | None = None) -> None:
    """Report the result and delete the file: it holds addresses, and nothing needs it any more."""
    if error:
        lease.fail(error, file="")
    else:
        lease.complete(file="", lines_done=job.lines_total)
    transaction.on_commit(lambda: job.file.storage.delete(str(job.file.name)), robust=True)
