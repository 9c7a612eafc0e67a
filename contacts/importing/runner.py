"""One import, from its place in the file to the end, or to the end of the time that a task may take."""

import time
from collections.abc import Callable

import structlog
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from contacts.importing.batches import Outcome, apply
from contacts.importing.errors import NoEmailColumnError, TooManyRejectedError, UnreadableFileError
from contacts.importing.queue import TASK, Lease, LeaseLostError, claim
from contacts.importing.reading import MAX_REJECTED_IN_A_ROW, Batch, ContactFile
from contacts.models import ContactImport, ImportProblem
from core.wake import wake

MAX_ATTEMPTS = 5  # without a line done: something about the file kills workers
SECONDS = 300  # then the rest is another task's: well within the time after which a broker repeats one

log = structlog.get_logger(__name__)


def work(seconds: float = SECONDS) -> int:
    """Do the imports that wait, one after the other, for about as long as told. How many were worked on."""
    end = time.monotonic() + seconds
    worked = 0
    while time.monotonic() < end and (lease := claim()):
        worked += 1
        try:
            _perform(lease, lambda: time.monotonic() < end)
        except LeaseLostError:
            log.info("import_taken_over", contact_import=lease.import_id)
    return worked


def _perform(lease: Lease, may_go_on: Callable[[], bool]) -> None:
    job = ContactImport.objects.get(pk=lease.import_id)
    if job.attempts > MAX_ATTEMPTS:
        _end(lease, job, _("The import was interrupted %d times, so it was stopped.") % MAX_ATTEMPTS)
        return
    try:
        with job.file.open("rb") as stored:
            finished = _import(ContactFile(stored.file, job.chosen_columns), job, lease, may_go_on)
    except NoEmailColumnError as error:
        lease.release(ContactImport.State.NEEDS_COLUMNS, columns=error.columns, attempts=0)
        return
    except UnreadableFileError as error:
        _end(lease, job, str(error))
        return
    except FileNotFoundError:
        _end(lease, job, _("The uploaded file no longer exists. Upload it again."))
        return
    if finished:
        _end(lease, job)
    else:
        lease.release(ContactImport.State.QUEUED, attempts=0)
        wake(TASK)


def _import(file: ContactFile, job: ContactImport, lease: Lease, may_go_on: Callable[[], bool]) -> bool:
    """Whether the end of the file was reached."""
    with lease.writing():
        notes = [*job.notes, *file.notes, file.define_properties()]
        lease.hold(notes=list(dict.fromkeys(note for note in notes if note)), lines_total=file.lines)
    job.lines_total = file.lines
    in_a_row = job.rejected_in_a_row
    for batch in file.batches(after_line=job.lines_done):
        if not may_go_on():
            return False
        with lease.writing():
            in_a_row = _count(lease, batch, apply(batch.people), in_a_row)
        if in_a_row >= MAX_REJECTED_IN_A_ROW:
            raise TooManyRejectedError(batch.last_line)
    return True


def _count(lease: Lease, batch: Batch, outcome: Outcome, in_a_row: int) -> int:
    """How many lines in a row have been rejected by the end of the batch."""
    refusals = batch.refusals + outcome.refusals
    in_a_row = batch.rejected_at_its_end(refusals, in_a_row)
    lease.hold(
        lines_done=batch.last_line,
        added=F("added") + outcome.added,
        changed=F("changed") + outcome.changed,
        unchanged=F("unchanged") + outcome.unchanged,
        refused=F("refused") + len(refusals),
        rejected_in_a_row=in_a_row,
        attempts=0,
    )
    ImportProblem.objects.bulk_create(
        ImportProblem(
            contact_import_id=lease.import_id, line=refusal.line, email=refusal.email, message=refusal.reason
        )
        for refusal in refusals
    )
    return in_a_row


def _end(lease: Lease, job: ContactImport, error: str = "") -> None:
    """The row says how it went before the file goes: it holds addresses, and nobody needs it any more."""
    state = ContactImport.State.FAILED if error else ContactImport.State.COMPLETE
    done = {} if error else {"lines_done": job.lines_total}
    lease.release(state, error=error, finished_at=timezone.now(), file="", **done)
    job.file.storage.delete(str(job.file.name))
