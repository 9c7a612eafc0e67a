"""The queue of imports: accepted from a page, done by one worker at a time.

A batch, its count and its place in the file are one transaction that holds only while the lease does. So a
line is imported once, whichever process is killed when.
"""

from datetime import datetime, timedelta
from typing import BinaryIO, cast

from django.core.files import File
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Coalesce
from django.db.models.signals import post_delete
from django.dispatch import receiver

from contacts.importing.columns import MAX_COLUMNS
from contacts.importing.encoding import refuse_workbook
from contacts.importing.errors import UnreadableFileError
from contacts.importing.review import MOST_SHOWN, SHOWN, check_mapping, read_beginning, suggest
from contacts.importing.runner import end, import_file
from contacts.models import ContactImport
from contacts.properties.definitions import custom_specs
from core.jobs import JobQueue, Lease, end_jobs, register, wake
from core.messages import Message
from core.retention import register_retention
from core.security_log import SecurityCode, record


class Imports(JobQueue[ContactImport]):
    name = "imports"
    model = ContactImport
    longest = timedelta(hours=12)  # millions of lines, at some thousand a second

    def perform(self, job: ContactImport, lease: Lease) -> None:
        import_file(job, lease)

    def fail(self, lease: Lease, reason: Message) -> None:
        end(ContactImport.objects.get(pk=lease.key), lease, reason)


imports = register(Imports())


@transaction.atomic
def enqueue(upload: "File[bytes]", requested_by_id: int | None) -> ContactImport:
    """Store the file and have it imported: a worker reads it, however long that takes.

    Raises `UnreadableFileError` for what its first bytes tell, with nothing stored.
    """
    refuse_workbook(cast("BinaryIO", upload.file))
    upload.seek(0)
    job = ContactImport(file=upload, file_name=(upload.name or "")[-255:], requested_by_id=requested_by_id)
    job.save()
    record(SecurityCode.IMPORT_STARTED, subject=job.file_name, contact_import=job.pk)
    wake()
    return job


@transaction.atomic
def enqueue_review(upload: "File[bytes]", requested_by_id: int | None) -> ContactImport:
    """Store the file for someone to say what its columns hold, before anything is read of it.

    Raises `UnreadableFileError`, with nothing stored.
    """
    refuse_workbook(cast("BinaryIO", upload.file))
    upload.seek(0)
    beginning = read_beginning(cast("BinaryIO", upload.file))
    if len(beginning.header) > MAX_COLUMNS:
        raise UnreadableFileError(Message("import.more_than_columns", most=MAX_COLUMNS))
    mapping = suggest(beginning, custom_specs())
    upload.seek(0)
    job = ContactImport(
        file=upload,
        file_name=(upload.name or "")[-255:],
        requested_by_id=requested_by_id,
        state=ContactImport.State.NEEDS_COLUMNS,
        columns=beginning.header,
        mapping=mapping,
        preview=[[cell[:MOST_SHOWN] for cell in row] for row in beginning.rows[:SHOWN]],
    )
    job.save()
    return job


@transaction.atomic
def start_reviewed(job: ContactImport, mapping: dict[str, str], existing: str, *, is_dry_run: bool) -> bool:
    """Have the file read as was chosen. False where it does not wait for that any more.

    Raises `UnreadableFileError` for a choice that cannot be.
    """
    check_mapping(job.columns, mapping)
    waiting = ContactImport.objects.filter(pk=job.pk, state=ContactImport.State.NEEDS_COLUMNS)
    fresh = dict.fromkeys(("lines_done", "added", "changed", "unchanged", "refused", "rejected_in_a_row"), 0)
    changed = waiting.update(
        state=ContactImport.State.QUEUED,
        mapping=mapping,
        existing=existing,
        is_dry_run=is_dry_run,
        was_checked=False,
        attempts=0,
        notes=[],
        rejections=[],
        **fresh,
    )
    if changed:
        job.problems.all().delete()
        if not is_dry_run:
            record(SecurityCode.IMPORT_STARTED, subject=job.file_name, contact_import=job.pk)
        wake()
    return bool(changed)


@transaction.atomic
def choose_columns(job: ContactImport, chosen: dict[str, int]) -> bool:
    """Have the import go on with these columns. False where it does not wait for that any more."""
    waiting = ContactImport.objects.filter(pk=job.pk, state=ContactImport.State.NEEDS_COLUMNS)
    changed = waiting.update(state=ContactImport.State.QUEUED, chosen_columns=chosen, attempts=0)
    wake()
    return bool(changed)


def _old(cutoff: datetime) -> QuerySet[ContactImport]:
    """Also those whose columns no one chose: their files hold people."""
    done = ContactImport.objects.exclude(state__in=ContactImport.ACTIVE)
    ended = Coalesce("finished_at", "created_at")
    return done.alias(ended_at=ended).filter(created_at__lte=cutoff, ended_at__lte=cutoff)


register_retention("contact imports", "KEEP_IMPORTS_DAYS", _old)


@receiver(post_delete, sender=ContactImport)
def _delete_file(instance: ContactImport, **_signal: object) -> None:
    if instance.file:
        storage, name = instance.file.storage, str(instance.file.name)
        transaction.on_commit(lambda: storage.delete(name), robust=True)


@transaction.atomic
def cancel(job: ContactImport) -> bool:
    """End the import: its worker loses the lease, and the batch it is writing counts whole or not at all.

    False where it was over already. What was imported before stays.
    """
    is_open = ContactImport.objects.filter(pk=job.pk, state__in=ContactImport.OPEN)
    changed = end_jobs(is_open, ContactImport.State.CANCELLED, file="")
    if changed:
        record(SecurityCode.IMPORT_CANCELLED, subject=job.file_name, contact_import=job.pk)
    if changed and job.file:
        storage, name = job.file.storage, str(job.file.name)
        transaction.on_commit(lambda: storage.delete(name))
    return bool(changed)
