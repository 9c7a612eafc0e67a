"""What programs get: the command, the task, the export and the representation of a job (API.md)."""

import json
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from core.jobs import JobState
from integrations.models import ZoomConnection
from integrations.rules.registration_reasons import RefusalReason, WaitReason
from tests.contacts.make import make_contact
from tests.workflows.registrations.helpers import ana, register, schedule, work
from workflows.models import DailyAdditions, RegistrationForm, RegistrationJob
from workflows.models import RegistrationStatus as Status
from workflows.registrations.jobs import Options, Source, enqueue
from workflows.registrations.representation import EXPORT_FIELDS, as_dict
from workflows.registrations.results import FailureReason
from workflows.registrations.wording import REASONS, detail_of
from workflows.tasks import add_contact_to_webinar, forget_old
from zoom_simulator.simulator import Simulator

WEBINAR = 93112345678
FIELDS = [
    "id", "url", "state", "contact", "webinar_id", "occurrence_id", "reason", "source", "attempts",
    "next_attempt_at", "created_at", "finished_at", "registrant_id",
]  # fmt: skip


def command(*arguments: str) -> tuple[str, int]:
    """What it prints, and its exit code."""
    out = StringIO()
    try:
        call_command("register_contact", *arguments, stdout=out)
    except SystemExit as end:
        return out.getvalue().strip(), int(str(end.code))
    except CommandError as error:
        return str(error), error.returncode
    return out.getvalue().strip(), 0


def exported() -> list[dict[str, Any]]:
    out = StringIO()
    call_command("export", "registrations", stdout=out)
    return [json.loads(line) for line in out.getvalue().splitlines()]


@pytest.mark.usefixtures("account")
class TestCommand:
    def test_it_registers_and_says_so(self, simulator: Simulator) -> None:
        webinar = schedule(simulator)
        ana()
        pasted = f"{str(webinar.id)[:3]} {str(webinar.id)[3:]}"
        assert command("--email", " ANA@customer.example", "--webinar", pasted) == ("registered", 0)
        again = command("--email", "ana@customer.example", "--webinar", str(webinar.id))
        assert again == ("already_registered", 0)

    def test_waiting_for_approval_is_success(self, simulator: Simulator) -> None:
        webinar = schedule(simulator, approval_type=1)
        assert command("--email", ana().email, "--webinar", str(webinar.id)) == ("pending_approval", 0)

    def test_a_refusal_says_why_and_what_to_do(self, simulator: Simulator) -> None:
        webinar = schedule(simulator, alternative_hosts=["ana@customer.example"])
        output, code = command("--email", ana().email, "--webinar", str(webinar.id))
        assert output.startswith("refused: The host of the webinar cannot register for the webinar")
        assert code == 1

    @pytest.mark.parametrize(
        "arguments",
        [
            ["--email", "nobody@customer.example", "--webinar", "93112345678"],
            ["--email", "ana@customer.example", "--webinar", "abc"],
        ],
    )
    def test_bad_arguments_are_2_and_queue_nothing(self, arguments: list[str]) -> None:
        ana()
        assert command(*arguments)[1] == 2
        assert not RegistrationJob.objects.exists()

    def test_without_waiting_it_is_queued(self, simulator: Simulator) -> None:
        webinar = schedule(simulator)
        arguments = ["--email", ana().email, "--webinar", str(webinar.id), "--key", "k"]
        assert command(*arguments, "--no-wait") == ("queued", 3)
        assert command(*arguments) == ("registered", 0)
        assert RegistrationJob.objects.count() == 1

    def test_what_waits_for_tomorrow_is_3(self, simulator: Simulator) -> None:
        webinar, contact = schedule(simulator), ana()
        simulator.faults.add("error", "/registrants", method="POST", times=0, code=3000, message="Novel.")
        for _ in range(3):
            register(contact, webinar)
        output, code = command("--email", contact.email, "--webinar", str(webinar.id))
        assert (output.partition(":")[0], code) == ("waiting", 3)

    def test_the_chosen_date_is_registered_for(self, simulator: Simulator) -> None:
        webinar = schedule(simulator)
        arguments = ["--email", ana().email, "--webinar", str(webinar.id), "--occurrence", "123"]
        assert command(*arguments)[0].startswith("refused: The webinar has no such date.")


@pytest.mark.usefixtures("account")
class TestTask:
    def test_a_message_that_comes_twice_is_one_job(self, simulator: Simulator) -> None:
        webinar, contact = schedule(simulator), ana()
        arguments = {"email": contact.email, "webinar_id": f" {webinar.id}"}
        first = add_contact_to_webinar.apply(kwargs=arguments, task_id="t1").get()
        work()
        second = add_contact_to_webinar.apply(kwargs=arguments, task_id="t1").get()
        assert (first["state"], second["state"]) == ("queued", "registered")
        assert first["id"] == second["id"]

    def test_a_contact_may_be_named_by_id(self) -> None:
        job = add_contact_to_webinar.apply(kwargs={"contact_id": ana().pk, "webinar_id": WEBINAR}).get()
        assert (job["source"], job["webinar_id"]) == ("task", str(WEBINAR))

    @pytest.mark.parametrize(
        ("arguments", "code"),
        [
            ({"email": "nobody@customer.example", "webinar_id": WEBINAR}, "contact_not_found"),
            ({"email": "ana@customer.example", "webinar_id": "abc"}, "webinar_not_found"),
        ],
    )
    def test_what_cannot_be_queued_says_why(self, arguments: dict[str, Any], code: str) -> None:
        ana()
        found = add_contact_to_webinar.apply(kwargs=arguments).get()
        assert found == {"state": "refused", "reason": {"code": code}}


def test_a_job_has_the_documented_fields(db: None) -> None:
    contact = make_contact("ana@customer.example")
    job = enqueue(contact, WEBINAR, Source.API, Options(occurrence_id="7"))
    row = as_dict(job)
    assert list(row) == FIELDS
    assert row["contact"] == {"id": contact.pk, "email": "ana@customer.example"}
    assert (row["webinar_id"], row["occurrence_id"], row["state"]) == (str(WEBINAR), "7", "queued")
    assert (row["reason"], row["next_attempt_at"], row["finished_at"]) == (None, None, None)
    assert json.dumps(row)


def test_a_reason_has_code_sentence_and_fields(db: None) -> None:
    job = enqueue(make_contact(), WEBINAR, Source.API)
    job.state, job.outcome = JobState.COMPLETE, Status.REFUSED
    job.reason_code, job.reason_values = "form_requires_fields", {"fields": ["org", "Why?"]}
    assert as_dict(job)["reason"] == {
        "code": "form_requires_fields",
        "detail": "The webinar's registration form requires more than name and email: org, Why?.",
        "fields": ["org", "Why?"],
    }


def test_what_waits_says_until_when(db: None) -> None:
    job = enqueue(make_contact(), WEBINAR, Source.API)
    job.reason_code = WaitReason.RATE_LIMITED
    row = as_dict(job)
    assert (row["state"], row["reason"]["code"]) == ("waiting", "rate_limited")
    assert row["next_attempt_at"].endswith("Z")


@pytest.mark.parametrize("code", [*RefusalReason, *WaitReason, *FailureReason])
def test_each_reason_has_one_sentence_for_people(code: str) -> None:
    assert str(REASONS[code].detail)


@pytest.mark.parametrize("code", ["host", "connected_user"])
def test_r82_word_for_word(db: None, code: str) -> None:
    job = enqueue(make_contact(), WEBINAR, Source.API)
    job.reason_code = code
    assert detail_of(job) == "The host of the webinar cannot register for the webinar"


@pytest.mark.usefixtures("account")
def test_the_export_has_each_registration_as_its_row(simulator: Simulator) -> None:
    good, full = schedule(simulator), schedule(simulator, capacity=0)
    contact = ana()
    jobs = [register(contact, good), register(contact, full)]
    register(contact, good, action="remove")
    enqueue(contact, WEBINAR, Source.API)
    rows = exported()
    assert list(rows[0]) == list(EXPORT_FIELDS)
    assert [(row["webinar_id"], row["state"], row["reason"], row["source"]) for row in rows] == [
        (good.id, "registered", "", "page"),
        (full.id, "refused", "webinar_full", "page"),
        (WEBINAR, "queued", "", "api"),
    ]
    assert rows[0]["id"] == jobs[0].pk
    assert rows[0]["email"] == "ana@customer.example"


@pytest.mark.usefixtures("account")
def test_r60_the_join_link_is_in_no_row_log_or_answer(
    simulator: Simulator, caplog: pytest.LogCaptureFixture
) -> None:
    contact = ana()
    job = register(contact, schedule(simulator))
    contact.refresh_from_db()
    job.refresh_from_db()
    link = contact.zoom_webinar_joinlink
    assert link
    shown = json.dumps([as_dict(job), exported()], default=str) + caplog.text
    stored = str(RegistrationJob.objects.values().get())
    assert link not in shown + stored
    assert "tk=" not in shown + stored


def test_what_no_limit_needs_any_more_is_forgotten(db: None, connection: ZoomConnection) -> None:
    contact, now = make_contact(), timezone.now()
    for days in (0, 1, 2):
        DailyAdditions.objects.create(
            contact=contact, zoom_webinar_id=1, day=(now - timedelta(days=days)).date()
        )
    for days in (89, 91):
        RegistrationForm.objects.create(
            connection=connection, zoom_webinar_id=days, checked_at=now - timedelta(days=days)
        )
    forget_old.apply()
    assert DailyAdditions.objects.count() == 2
    assert [form.zoom_webinar_id for form in RegistrationForm.objects.all()] == [89]
