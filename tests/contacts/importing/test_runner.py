import tracemalloc
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from contacts.importing import queue, reading, runner
from contacts.importing.batches import apply
from contacts.importing.columns import MAX_COLUMNS
from contacts.importing.errors import UnreadableFileError
from contacts.importing.queue import imports
from contacts.importing.reading import BATCH_SIZE, ContactFile
from contacts.models import Contact, ContactImport, PropertyDefinition
from contacts.properties.names import MAX_PROPERTIES
from core.jobs import Lease, RunResult, run_job
from tests.support.at_once import at_once
from tests.support.jobs import running, work_off

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
    assert len(work_off(imports)) == 1
    assert counts(job) == (1, 0, 0, 2)
    assert (job.state, job.lines_done, job.lines_total) == ("complete", 4, 4)
    assert job.notes_in_words == ["New property: City"]
    assert list(job.problems.order_by("line").values_list("line", "email")) == [
        (3, "nonsense"),
        (4, "a@x.example"),
    ]
    assert PropertyDefinition.objects.get().label == "City"


def test_the_file_is_gone_after_the_import_for_it_holds_addresses(
    files: Path, django_capture_on_commit_callbacks
):
    enqueue(people(3))
    with django_capture_on_commit_callbacks(execute=True):
        work_off(imports)
    assert stored(files) == []


def test_a_workbook_is_not_accepted_and_not_stored(files: Path):
    with pytest.raises(UnreadableFileError):
        enqueue("PK\x03\x04")
    assert (ContactImport.objects.count(), stored(files)) == (0, [])


def test_the_request_reads_no_more_than_the_first_bytes(monkeypatch: pytest.MonkeyPatch):
    upload = SimpleUploadedFile("people.csv", people(10_000).encode())
    reads: list[int] = []
    read = upload.file.read
    monkeypatch.setattr(upload.file, "read", lambda size=-1: reads.append(size) or read(size))
    monkeypatch.setattr("contacts.importing.table.open_table", lambda _file: pytest.fail("the file was read"))
    monkeypatch.setattr(ContactImport, "save", lambda job: setattr(job, "pk", 1))
    queue.enqueue(upload, None)
    assert reads == [4]


def test_a_file_without_an_email_column_waits_for_somebody_to_choose_one(
    files: Path, django_capture_on_commit_callbacks
):
    job = enqueue("Name,Adresse,Ort\nAnna,a@x.example,Bonn\nBen,b@x.example,Ulm\n")
    work_off(imports)
    job.refresh_from_db()
    assert (job.state, job.columns) == ("needs_columns", ["Name", "Adresse", "Ort"])
    assert (Contact.objects.count(), PropertyDefinition.objects.filter(name="ort").exists()) == (0, False)
    assert stored(files)
    assert queue.choose_columns(job, {"email": 1, "last_name": 0})
    with django_capture_on_commit_callbacks(execute=True):
        work_off(imports)
    assert counts(job) == (2, 0, 0, 0)
    anna = Contact.objects.get(email="a@x.example")
    assert (anna.last_name, anna.properties) == ("Anna", {"ort": "Bonn"})
    assert stored(files) == []
    assert not queue.choose_columns(job, {"email": 0})


@pytest.mark.parametrize("state", ["queued", "needs_columns", "running"])
def test_an_import_that_is_not_over_can_be_cancelled(
    files: Path, state: str, django_capture_on_commit_callbacks
):
    job = enqueue(people(3))
    ContactImport.objects.update(**(running() if state == "running" else {"state": state}))
    with django_capture_on_commit_callbacks(execute=True):
        assert queue.cancel(job)
    assert work_off(imports) == []
    job.refresh_from_db()
    assert (job.state, job.finished_at is not None) == ("cancelled", True)
    assert (stored(files), Contact.objects.count()) == ([], 0)


@pytest.mark.parametrize("state", ["complete", "failed", "cancelled"])
def test_an_import_that_is_over_stays_as_it_ended(state: str):
    job = enqueue(people(1))
    ContactImport.objects.update(state=state)
    assert not queue.cancel(job)
    job.refresh_from_db()
    assert job.state == state


@pytest.mark.parametrize("at", [1, 2, 3])
def test_cancelling_stops_the_worker_at_the_next_batch_and_keeps_whole_batches(
    monkeypatch: pytest.MonkeyPatch, at: int
):
    job = enqueue(people(BATCH_SIZE * 4))
    begun: list[int] = []
    writing = Lease.writing

    @contextmanager
    def cancelled_meanwhile(lease: Lease):
        begun.append(1)
        if len(begun) == at + 1:  # the first one writes what the file is like
            queue.cancel(job)
        with writing(lease):
            yield

    monkeypatch.setattr(Lease, "writing", cancelled_meanwhile)
    work_off(imports)
    job.refresh_from_db()
    assert len(begun) == at + 1
    assert (job.state, job.added) == ("cancelled", BATCH_SIZE * (at - 1))
    assert Contact.objects.count() == job.added


@pytest.mark.django_db(transaction=True)
def test_cancelling_while_a_worker_writes_leaves_counts_and_contacts_the_same():
    job = enqueue(people(BATCH_SIZE * 6))
    _answers, problems = at_once(2, lambda number: work_off(imports) if number else queue.cancel(job))
    assert not problems
    job.refresh_from_db()
    assert job.state in ("cancelled", "complete")
    assert Contact.objects.count() == job.added


MOST = reading.MAX_REJECTED_IN_A_ROW


@pytest.mark.parametrize(
    ("good", "bad", "state"),
    [
        (0, MOST, "failed"),
        (3, MOST + BATCH_SIZE, "failed"),
        (3, MOST - 1, "complete"),
        (0, MOST - 1, "complete"),
    ],
)
def test_a_file_whose_lines_are_all_rejected_is_not_read_to_its_end(good: int, bad: int, state: str):
    lines = [f"p{n}@x.example" for n in range(good)] + ["nonsense"] * bad + ["last@x.example"]
    job = enqueue("email\n" + "\n".join(lines))
    work_off(imports)
    job.refresh_from_db()
    assert job.state == state
    assert ("too many rows in a row" in str(job.error)) is (state == "failed")
    assert job.problems.count() == job.refused


def test_rejected_lines_are_counted_on_from_where_the_worker_stopped(monkeypatch: pytest.MonkeyPatch):
    job = enqueue("email\n" + "nonsense\n" * (MOST + BATCH_SIZE))
    (lease,) = imports.claim()
    stop_after(1, lease, monkeypatch)
    assert run_job(imports, lease) is RunResult.HANDED_BACK
    work_off(imports)
    job.refresh_from_db()
    assert (job.state, job.refused) == ("failed", MOST)


def stop_after(batches: int, lease: Lease, monkeypatch: pytest.MonkeyPatch) -> None:
    """The worker is told to stop while it writes this batch."""
    begun: list[int] = []

    def stopping(batch, manner):
        begun.append(1)
        if len(begun) == batches:
            lease.stop.set()
        return apply(batch, manner=manner)

    monkeypatch.setattr(runner, "apply", stopping)


def test_rejected_lines_between_good_ones_are_no_reason_to_stop():
    job = enqueue("email\n" + "".join(f"p{n}@x.example\n" + "nonsense\n" * 40 for n in range(60)))
    work_off(imports)
    assert counts(job) == (60, 0, 0, 2_400)
    assert job.state == "complete"


@pytest.mark.parametrize("columns", [MAX_COLUMNS, MAX_COLUMNS + 1, 5_000])
def test_a_file_has_not_more_columns_than_people_can_edit(columns: int):
    names = ",".join(["email", *(f"Column {n}" for n in range(columns - 1))])
    job = enqueue(f"{names}\na@x.example\n")
    work_off(imports)
    job.refresh_from_db()
    assert job.state == ("complete" if columns == MAX_COLUMNS else "failed")
    assert ("remove those you don't need" in str(job.error)) is (columns > MAX_COLUMNS)


def test_all_files_together_do_not_make_more_properties_than_people_can_edit():
    PropertyDefinition.objects.bulk_create(
        PropertyDefinition(name=f"p{n}", label=f"P{n}") for n in range(MAX_PROPERTIES - 1)
    )
    for header, state in (("email,new", "complete"), ("email,newer", "failed"), ("email,p1,new", "complete")):
        job = enqueue(f"{header}\na@x.example,1\n")
        work_off(imports)
        job.refresh_from_db()
        assert job.state == state
    assert PropertyDefinition.objects.exclude(group="Zoom").count() == MAX_PROPERTIES


def test_nothing_to_do_is_an_answer():
    assert work_off(imports) == []


def test_an_import_whose_worker_stops_goes_on_where_it_was(monkeypatch: pytest.MonkeyPatch):
    job = enqueue(people(BATCH_SIZE * 3))
    (lease,) = imports.claim()
    stop_after(2, lease, monkeypatch)
    assert run_job(imports, lease) is RunResult.HANDED_BACK
    assert counts(job) == (BATCH_SIZE * 2, 0, 0, 0)
    work_off(imports)
    assert counts(job) == (BATCH_SIZE * 3, 0, 0, 0)
    assert job.state == "complete"


def test_d12_a_worker_killed_between_batches_loses_and_repeats_nothing(monkeypatch: pytest.MonkeyPatch):
    job = enqueue(people(BATCH_SIZE * 2))
    monkeypatch.setattr(runner, "apply", _killed_at_the_second(apply))
    with pytest.raises(KeyboardInterrupt):
        work_off(imports)
    monkeypatch.undo()
    assert counts(job) == (BATCH_SIZE, 0, 0, 0)
    assert work_off(imports) == [], "the dead worker's lease still holds"
    ContactImport.objects.update(lease_until=timezone.now())
    assert len(work_off(imports)) == 1
    assert counts(job) == (BATCH_SIZE * 2, 0, 0, 0)
    assert Contact.objects.count() == BATCH_SIZE * 2


def _killed_at_the_second(write):
    calls: list[int] = []

    def writing(batch, manner):
        calls.append(1)
        if len(calls) == 2:
            write(batch, manner=manner)
            raise KeyboardInterrupt
        return write(batch, manner=manner)

    return writing


def test_a_worker_that_lost_its_lease_writes_nothing_more():
    job = enqueue(people(3))
    (lease,) = imports.claim()
    ContactImport.objects.update(lease_token="another")
    assert run_job(imports, lease) is RunResult.LEASE_LOST
    job.refresh_from_db()
    assert (job.state, job.lease_token, Contact.objects.count()) == ("running", "another", 0)


def test_an_import_that_kills_every_worker_is_given_up_with_words():
    job = enqueue(people(1))
    ContactImport.objects.update(crashes=imports.max_crashes)
    work_off(imports)
    job.refresh_from_db()
    assert job.state == "failed"
    assert "lost 5 times" in str(job.error)


def test_a_file_that_vanished_fails_with_words_and_without_a_path(files: Path):
    job = enqueue(people(1))
    for path in stored(files):
        path.unlink()
    work_off(imports)
    job.refresh_from_db()
    assert job.state == "failed"
    assert "Upload it again" in str(job.error)
    assert str(files) not in str(job.error)


@pytest.mark.django_db(transaction=True)
def test_several_workers_share_the_imports_and_none_is_done_twice():
    jobs = [enqueue(people(BATCH_SIZE)) for _ in range(3)]
    worked, problems = at_once(4, lambda _: len(work_off(imports)))
    assert not problems
    assert sum(worked) == 3
    assert sum(counts(job)[0] for job in jobs) == BATCH_SIZE
    assert {job.state for job in jobs} == {"complete"}


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
