"""Imports as rows: accepted from a page, claimed by one worker at a time, taken over when that one dies.

A batch, its count and its place in the file are one transaction that holds only while the lease does. So a
line is imported once, whoever is killed when. Knows nothing of CSV.
"""

import os
import secrets
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, BinaryIO, cast

from django.core.files import File
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from contacts.importing.encoding import refuse_workbook
from contacts.models import ContactImport
from core.security_log import SecurityCode, record
from core.wake import wake

TASK = "contacts.tasks.work"  # by its name: the tasks import this
LEASE = timedelta(minutes=2)  # a batch takes about a second


class LeaseLostError(Exception):
    """Another worker has taken the import over. Whatever this one does now must not count."""


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
    wake(TASK)
    return job


@transaction.atomic
def choose_columns(job: ContactImport, chosen: dict[str, int]) -> bool:
    """Have the import go on with these columns. False where it does not wait for that any more."""
    waiting = ContactImport.objects.filter(pk=job.pk, state=ContactImport.State.NEEDS_COLUMNS)
    changed = waiting.update(state=ContactImport.State.QUEUED, chosen_columns=chosen, attempts=0)
    wake(TASK)
    return bool(changed)


@transaction.atomic
def cancel(job: ContactImport) -> bool:
    """End the import: its worker loses the lease, and the batch it is writing counts whole or not at all.

    False where it was over already. What was imported before stays.
    """
    is_open = ContactImport.objects.filter(pk=job.pk, state__in=ContactImport.OPEN)
    changed = is_open.update(
        state=ContactImport.State.CANCELLED,
        lease_holder="",
        lease_until=None,
        finished_at=timezone.now(),
        file="",
    )
    if changed:
        record(SecurityCode.IMPORT_CANCELLED, subject=job.file_name, contact_import=job.pk)
    if changed and job.file:
        storage, name = job.file.storage, str(job.file.name)
        transaction.on_commit(lambda: storage.delete(name))
    return bool(changed)


@dataclass(frozen=True, slots=True)
class Lease:
    import_id: int
    holder: str

    @contextmanager
    def writing(self) -> Iterator[None]:
        """A transaction whose writes count only while the lease holds. Raises `LeaseLostError`."""
        with transaction.atomic():
            self.hold(lease_until=timezone.now() + LEASE)
            yield

    def hold(self, **changes: Any) -> None:
        """Change the import's row, if it is still ours. Raises `LeaseLostError`."""
        held = ContactImport.objects.filter(
            pk=self.import_id, state=ContactImport.State.RUNNING, lease_holder=self.holder
        )
        if not held.update(**changes):
            raise LeaseLostError(f"Import {self.import_id} is no longer ours.")

    def release(self, state: str, **changes: Any) -> None:
        self.hold(state=state, lease_holder="", lease_until=None, **changes)


def claim() -> Lease | None:
    """Take the import that has waited longest, or None. No two workers get the same one."""
    while candidate := ContactImport.objects.claimable().order_by("pk").values_list("pk", flat=True).first():
        holder = f"{socket.gethostname()[:30]}:{os.getpid()}:{secrets.token_hex(8)}"
        taken = (
            ContactImport.objects.claimable()
            .filter(pk=candidate)
            .update(
                state=ContactImport.State.RUNNING,
                lease_holder=holder,
                lease_until=timezone.now() + LEASE,
                attempts=F("attempts") + 1,
            )
        )
        if taken:
            return Lease(candidate, holder)
    return None
