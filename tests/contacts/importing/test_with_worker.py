import subprocess

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from contacts.importing.queue import enqueue
from contacts.models import Contact, ContactImport
from tests.support.waiting import eventually


@pytest.mark.services
def test_a_real_worker_imports_what_was_uploaded(live_worker: "subprocess.Popen[bytes]"):
    lines = "".join(f"p{number}@x.example\n" for number in range(1200))
    job = enqueue(SimpleUploadedFile("people.csv", f"email\n{lines}".encode()), None)

    def finished() -> bool:
        job.refresh_from_db()
        return job.state == ContactImport.State.COMPLETE

    eventually(finished)
    assert (job.added, Contact.objects.count(), job.file.name) == (1200, 1200, "")
