import tracemalloc
from io import BytesIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from contacts.importing import queue, runner
from contacts.importing.batches import apply
from contacts.importing.errors import UnreadableFileError
from contacts.importing.reading import BATCH_SIZE, ContactFile
from contacts.models import Contact, ContactImport, PropertyDefinition
from contacts.tasks import work
from tests.support.at_once import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def files(settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def enqueue(content: str) -> ContactImport:
    return queue.enqueue(SimpleUploadedFile("people.csv", content.encode()), None)


def people(number: int) -> str:
    return "email,first_name\n" + "".join(f"p{n}@x.example,P{n}\n" for n in range(number))


def counts(job: ContactImport) -> tuple[int, int, int, int]:
    job.refresh_from_db()
    return job.added, job.changed, job.unchanged, job.refused


def stored(files: Path) -> list[Path]:
    return [path for path in files.rglob("*") if path.is_file()]


def test_an_import_ends_complete_with_its_counts_and_refused_lines(files: Path):
    job = enqueue("email,City,\na@x.example,Bonn\nnonsense,x\na@x.example,again\n")
    assert stored(files)
    assert runner.work() == 1
    assert counts(job) == (1, 0, 0, 2)
    assert (job.state, job.lines_done, job.lines_total) == ("complete", 4, 4)
    assert job.notes == ["New property: City"]
    assert list(job.problems.order_by("line").values_list("line", "email")) == [
        (3, "nonsense"),
        (4, "a@x.example"),
    ]
    assert PropertyDefinition.objects.get().label == "City"


def test_the_file_is_gone_after_the_import_for_it_holds_addresses(files: Path):
    enqueue(people(3))
    work()
    assert stored(files) == []


def test_a_file_without_an_email_column_is_not_accepted_and_not_stored(files: Path):
    with pytest.raises(UnreadableFileError):
        enqueue("name\nAnna\n")
    assert (ContactImport.objects.count(), stored(files)) == (0, [])


def test_nothing_to_do_is_an_answer():
    assert runner.work() == 0


def test_an_import_that_runs_out_of_time_goes_on_where_it_was(monkeypatch: pytest.MonkeyPatch):
    job = enqueue(people(BATCH_SIZE * 3))
    now = iter([0.0, 0.0, 1.0, 1.0, 9.0, 9.0])
    monkeypatch.setattr(runner.time, "monotonic", lambda: next(now))
    runner.work(seconds=5)
    job.refresh_from_db()
    assert (job.state, job.added, job.lines_done) == ("queued", BATCH_SIZE * 2, BATCH_SIZE * 2 + 1)
    monkeypatch.undo()
    runner.work()
    assert counts(job) == (BATCH_SIZE * 3, 0, 0, 0)
    assert job.state == "complete"


def test_d12_a_worker_killed_between_batches_loses_and_repeats_nothing(monkeypatch: pytest.MonkeyPatch):
    job = enqueue(people(BATCH_SIZE * 2))
    monkeypatch.setattr(runner, "apply", _killed_at_the_second(apply))
    with pytest.raises(KeyboardInterrupt):
        runner.work()
    monkeypatch.undo()
    assert counts(job) == (BATCH_SIZE, 0, 0, 0)
    assert runner.work() == 0, "the dead worker's lease still holds"
    ContactImport.objects.update(lease_until=timezone.now())
    assert runner.work() == 1
    assert counts(job) == (BATCH_SIZE * 2, 0, 0, 0)
    assert Contact.objects.count() == BATCH_SIZE * 2


def _killed_at_the_second(write):
    calls: list[int] = []

    def writing(batch):
        calls.append(1)
        if len(calls) == 2:
            write(batch)
            raise KeyboardInterrupt
        return write(batch)

    return writing


def test_a_worker_that_lost_its_lease_writes_nothing_more(monkeypatch: pytest.MonkeyPatch):
    job = enqueue(people(3))

    def claim_and_lose() -> queue.Lease | None:
        lease = queue.claim()
        ContactImport.objects.update(lease_holder="another")
        return lease

    monkeypatch.setattr(runner, "claim", claim_and_lose)
    assert runner.work() == 1
    job.refresh_from_db()
    assert (job.state, job.lease_holder, Contact.objects.count()) == ("running", "another", 0)


def test_an_import_that_kills_every_worker_is_given_up_with_words():
    job = enqueue(people(1))
    ContactImport.objects.update(attempts=runner.MAX_ATTEMPTS)
    runner.work()
    job.refresh_from_db()
    assert job.state == "failed"
    assert "given up" in job.error


def test_a_file_that_vanished_fails_with_words_and_without_a_path(files: Path):
    job = enqueue(people(1))
    for path in stored(files):
        path.unlink()
    runner.work()
    job.refresh_from_db()
    assert job.state == "failed"
    assert "Upload it again" in job.error
    assert str(files) not in job.error


@pytest.mark.django_db(transaction=True)
def test_several_workers_share_the_imports_and_none_is_done_twice():
    jobs = [enqueue(people(BATCH_SIZE)) for _ in range(3)]
    worked, problems = at_once(4, lambda _: runner.work())
    assert not problems
    assert sum(worked) == 3
    assert sum(counts(job)[0] for job in jobs) == BATCH_SIZE
    assert {job.state for job in jobs} == {"complete"}


def test_a_broker_that_is_down_does_not_refuse_the_upload(monkeypatch, django_capture_on_commit_callbacks):
    def down(_task: str) -> None:
        raise ConnectionError

    monkeypatch.setattr("core.wake.current_app.send_task", down)
    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        enqueue(people(1))
    assert len(callbacks) == 1


def test_the_schedule_finds_imports_that_no_worker_was_woken_for():
    scheduled = [entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()]
    assert queue.TASK in scheduled
    assert work.name == queue.TASK


def test_memory_does_not_grow_with_the_file():
    def peak(lines: int) -> int:
        content = BytesIO(people(lines).encode())
        tracemalloc.start()
        for batch in ContactFile(content).batches():
            assert batch.people
        _, highest = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return highest

    peak(BATCH_SIZE)  # what is loaded once
    assert peak(8_000) < peak(2_000) * 1.2
