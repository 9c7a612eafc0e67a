"""R3, R76-R82, D16: a contact is registered in Zoom, or the job says why not."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from contacts.models import Brand
from integrations.models import ZoomConnection
from tests.integrations.make import make_webinar
from tests.workflows.registrations.helpers import (
    additions,
    ana,
    make_due,
    register,
    schedule,
    schedule_series,
    work,
)
from workflows.models import RegistrationForm, RegistrationJob
from workflows.models import RegistrationStatus as Status
from workflows.registrations.jobs import retry
from zoom_simulator.simulator import Simulator

pytestmark = pytest.mark.usefixtures("account")


def test_r81_names_and_address_are_registered_in_zoom(simulator: Simulator) -> None:
    webinar = schedule(simulator)
    job = register(ana(), webinar)
    (person,) = webinar.registrants.values()
    assert (job.status, job.registrant_id) == (Status.REGISTERED, person.id)
    assert (person.first_name, person.last_name, person.email) == ("Ana", "Silva", "ana@customer.example")


def test_r61_the_join_link_becomes_the_contacts_property(simulator: Simulator) -> None:
    webinar, contact = schedule(simulator), ana()
    register(contact, webinar)
    contact.refresh_from_db()
    (person,) = webinar.registrants.values()
    assert contact.zoom_webinar_joinlink.endswith(person.id)


def test_manual_approval_ends_as_pending_without_a_join_link(simulator: Simulator) -> None:
    contact = ana()
    job = register(contact, schedule(simulator, approval_type=1))
    contact.refresh_from_db()
    assert job.status == Status.PENDING_APPROVAL
    assert contact.zoom_webinar_joinlink == ""


@pytest.mark.parametrize("setting", [{"answer_has_status": False}, {"pending_has_join_url": True}])
def test_pending_is_recognised_whatever_zoom_answers_about_it(
    simulator: Simulator, setting: dict[str, bool]
) -> None:
    for name, value in setting.items():
        setattr(simulator.account.unconfirmed, name, value)
    contact = ana()
    job = register(contact, schedule(simulator, approval_type=1))
    contact.refresh_from_db()
    assert (job.status, contact.zoom_webinar_joinlink) == (Status.PENDING_APPROVAL, "")


@pytest.mark.parametrize("existing", ["returned", "refused"])
def test_d16_a_second_job_finds_the_registration(simulator: Simulator, existing: Any) -> None:
    simulator.account.unconfirmed.existing_registrant = existing
    webinar, contact = schedule(simulator), ana()
    first = register(contact, webinar)
    second = register(contact, webinar)
    assert second.pk != first.pk
    assert (second.status, second.registrant_id) == (Status.ALREADY_REGISTERED, first.registrant_id)
    assert len(webinar.registrants) == 1


@pytest.mark.parametrize("existing", ["returned", "refused"])
def test_after_an_hour_zoom_is_asked_whether_it_still_holds(simulator: Simulator, existing: Any) -> None:
    simulator.account.unconfirmed.existing_registrant = existing
    webinar, contact = schedule(simulator), ana()
    first = register(contact, webinar)
    RegistrationJob.objects.update(finished_at=timezone.now() - timedelta(hours=2))
    again = register(contact, webinar)
    assert (again.status, again.registrant_id) == (Status.ALREADY_REGISTERED, first.registrant_id)
    assert additions(simulator) == 2


REFUSALS: list[tuple[dict[str, Any], str, dict[str, Any]]] = [
    ({"approval_type": 2}, "registration_off", {}),
    ({"is_events_webinar": True}, "registration_off", {}),
    ({"paid": True}, "paid_registration", {}),
    ({"closed": True}, "registration_closed", {}),
    ({"capacity": 0}, "webinar_full", {}),
    ({"panelists": [("Ana", "Ana@customer.example")]}, "panelist", {}),
    ({"alternative_hosts": ["ana@customer.example"]}, "host", {}),
    ({"questions": [{"field_name": "org", "required": True}]}, "form_requires_fields", {"fields": ["org"]}),
    (
        {"custom_questions": [{"title": "Why?", "type": "short", "required": True, "answers": []}]},
        "form_requires_fields",
        {"fields": ["Why?"]},
    ),
]


@pytest.mark.parametrize(("webinar_settings", "code", "values"), REFUSALS)
def test_d16_a_webinar_that_takes_nobody_refuses_with_its_reason(
    simulator: Simulator, webinar_settings: dict[str, Any], code: str, values: dict[str, Any]
) -> None:
    webinar = schedule(simulator, **webinar_settings)
    job = register(ana(), webinar)
    assert (job.status, job.reason_code) == (Status.REFUSED, code)
    assert job.reason_values | values == job.reason_values
    assert not webinar.registrants


@pytest.mark.parametrize("code", [3000, 3035, 3043])
def test_a_full_webinar_is_recognised_by_whichever_code(simulator: Simulator, code: Any) -> None:
    simulator.account.unconfirmed.full_code = code
    assert register(ana(), schedule(simulator, capacity=0)).reason_code == "webinar_full"


def test_a_webinar_restricted_to_some_registrants_is_full(simulator: Simulator) -> None:
    webinar = schedule(simulator, restrict_number=1)
    simulator.account.register(webinar.id, "first@customer.example", "First")
    assert register(ana(), webinar).reason_code == "webinar_full"


@pytest.mark.parametrize(
    ("fields", "more", "code"),
    [
        ({"first_name": ""}, {}, "missing_first_name"),
        (
            {"last_name": ""},
            {"questions": [{"field_name": "last_name", "required": True}]},
            "missing_last_name",
        ),
        ({"email": "owner@own.example"}, {}, "host"),
        ({"email": "ana@freemail.example"}, {"work_email_only": True}, "email_not_allowed"),
    ],
)
def test_a_person_who_cannot_register_is_told_why(
    simulator: Simulator, fields: dict[str, str], more: dict[str, Any], code: str
) -> None:
    job = register(ana(**fields), schedule(simulator, **more))
    assert (job.status, job.reason_code) == (Status.REFUSED, code)


def test_r22_the_last_name_is_optional_unless_the_form_asks(simulator: Simulator) -> None:
    assert register(ana(last_name=""), schedule(simulator)).status == Status.REGISTERED


def test_r82_the_connected_user_cannot_register(simulator: Simulator, account: ZoomConnection) -> None:
    account.owner_email = "ana@customer.example"
    account.save()
    assert register(ana(), schedule(simulator)).reason_code == "connected_user"


def test_names_longer_than_zoom_takes_are_cut(simulator: Simulator) -> None:
    webinar = schedule(simulator)
    assert register(ana(first_name="A" * 100, last_name="B" * 100), webinar).status == Status.REGISTERED
    (person,) = webinar.registrants.values()
    assert (len(person.first_name), len(person.last_name)) == (64, 64)


def test_a_webinar_that_is_over_takes_nobody(simulator: Simulator) -> None:
    webinar = schedule(simulator, start=simulator.clock.now() - timedelta(days=1))
    assert register(ana(), webinar).reason_code == "webinar_over"
    assert additions(simulator) == 0


def test_an_unknown_webinar_is_not_found(simulator: Simulator) -> None:
    webinar = schedule(simulator)
    simulator.account.delete_webinar(webinar.id)
    assert register(ana(), webinar).reason_code == "webinar_not_found"


def test_r78_another_brands_webinar_is_refused_without_asking_zoom(
    simulator: Simulator, other_brand: Brand
) -> None:
    foreign = ZoomConnection.objects.create(
        brand=other_brand, auth_kind="server_to_server", account_id="other", client_id="other"
    )
    webinar = schedule(simulator)
    make_webinar(foreign, zoom_webinar_id=webinar.id)
    job = register(ana(), webinar)
    assert (job.status, job.reason_code) == (Status.REFUSED, "other_brand")
    assert len(simulator.calls) == 0


def test_r5_a_zoom_event_is_not_supported(simulator: Simulator, account: ZoomConnection) -> None:
    webinar = schedule(simulator)
    make_webinar(account, zoom_webinar_id=webinar.id, is_zoom_event=True)
    assert register(ana(), webinar).reason_code == "not_supported"


def test_r77_without_a_connection_of_the_primary_brand_nobody_is_registered(
    simulator: Simulator, account: ZoomConnection
) -> None:
    webinar = schedule(simulator)
    account.delete()
    assert register(ana(), webinar).reason_code == "no_primary_connection"


def test_a_disconnected_account_must_be_connected_first(
    simulator: Simulator, account: ZoomConnection
) -> None:
    account.state = ZoomConnection.State.DISCONNECTED
    account.save()
    assert register(ana(), schedule(simulator)).reason_code == "not_connected"


def test_credentials_that_zoom_rejects_are_no_connection(
    simulator: Simulator, account: ZoomConnection
) -> None:
    account.client_secret = "wrong"
    account.save()
    assert register(ana(), schedule(simulator)).reason_code == "not_connected"


def test_a_missing_scope_is_named(simulator: Simulator) -> None:
    simulator.app.scopes = [scope for scope in simulator.app.scopes if "write:registrant" not in scope]
    job = register(ana(), schedule(simulator))
    assert job.reason_code == "scope_missing"
    assert job.reason_values["scopes"] == ["webinar:write:registrant:admin"]


def test_without_permission_to_read_the_form_zoom_names_the_fields(simulator: Simulator) -> None:
    simulator.app.scopes = [scope for scope in simulator.app.scopes if "questions" not in scope]
    job = register(ana(), schedule(simulator, questions=[{"field_name": "org", "required": True}]))
    assert (job.reason_code, job.reason_values["fields"]) == ("form_requires_fields", ["org"])


def test_words_that_nobody_knows_fail_with_zooms_words(simulator: Simulator) -> None:
    simulator.faults.add("error", "/registrants", method="POST", code=4242, message="Novel reason.")
    job = register(ana(), schedule(simulator))
    assert (job.status, job.reason_code) == (Status.FAILED, "unknown_refusal")
    assert job.reason_values == {"zoom": "Novel reason."}


def test_what_somebody_changed_in_zoom_is_seen_by_the_next_job(simulator: Simulator) -> None:
    """A refusal is not decided upon what was true an hour ago."""
    webinar = schedule(simulator, approval_type=2)
    job = register(ana(), webinar)
    assert job.reason_code == "registration_off"
    webinar.approval_type = 0
    RegistrationForm.objects.update(checked_at=timezone.now() - timedelta(minutes=2))
    retry(job)
    work()
    job.refresh_from_db()
    assert job.status == Status.REGISTERED


def test_a_form_is_asked_for_once_an_hour(simulator: Simulator) -> None:
    webinar = schedule(simulator)
    for number in range(3):
        register(ana(email=f"person{number}@customer.example"), webinar)
    assert len(simulator.calls.where("/questions")) == 1
    assert len(simulator.calls.where(f"/webinars/{webinar.id}[?]")) == 1


class TestSeries:
    def test_a_chosen_date_is_registered_for(self, simulator: Simulator) -> None:
        webinar = schedule_series(simulator, 7, 14, registration_type=2)
        second = webinar.occurrences[1].id
        assert register(ana(), webinar, occurrence_id=second).status == Status.REGISTERED
        (person,) = webinar.registrants.values()
        assert list(person.occurrences or {}) == [second]

    def test_without_a_date_the_next_one_is_taken(self, simulator: Simulator) -> None:
        webinar = schedule_series(simulator, -7, 7, 14, registration_type=3)
        assert register(ana(), webinar).status == Status.REGISTERED
        (person,) = webinar.registrants.values()
        assert list(person.occurrences or {}) == [webinar.occurrences[1].id]

    def test_after_a_lost_answer_no_other_date_is_registered_for(self, simulator: Simulator) -> None:
        """The date that was next when the call was made is over when it is made again."""
        webinar = schedule_series(simulator, 7, 14, registration_type=2)
        simulator.faults.add("lost answer", "/registrants", method="POST")
        job = register(ana(), webinar)
        first = webinar.occurrences[0]
        assert (job.status, job.sent_date) == (Status.WAITING, first.id)
        first.start -= timedelta(days=14)
        RegistrationForm.objects.all().delete()
        make_due()
        work()
        job.refresh_from_db()
        assert job.status == Status.REGISTERED
        (person,) = webinar.registrants.values()
        assert list(person.occurrences or {}) == [first.id]
        assert additions(simulator) == 1

    @pytest.mark.parametrize("arrived", [True, False])
    def test_after_a_lost_answer_zoom_is_asked_although_the_last_date_is_over(
        self, simulator: Simulator, arrived: bool
    ) -> None:
        webinar = schedule_series(simulator, 7, registration_type=2)
        simulator.faults.add("lost answer" if arrived else "reset", "/registrants", method="POST")
        job = register(ana(), webinar)
        webinar.occurrences[0].start -= timedelta(days=14)
        RegistrationForm.objects.all().delete()
        make_due()
        work()
        job.refresh_from_db()
        expected = (Status.REGISTERED, "") if arrived else (Status.REFUSED, "webinar_over")
        assert (job.status, job.reason_code) == expected
        assert len(webinar.registrants) == (1 if arrived else 0)
        assert additions(simulator) == 1

    def test_one_registration_for_all_dates_names_none(self, simulator: Simulator) -> None:
        webinar = schedule_series(simulator, 7, 14, registration_type=1)
        assert register(ana(), webinar, occurrence_id=webinar.occurrences[0].id).status == Status.REGISTERED
        (call,) = simulator.calls.where("/registrants", method="POST")
        assert "occurrence_ids" not in call.query

    @pytest.mark.parametrize(("number", "code"), [(0, "webinar_over"), (None, "occurrence_not_found")])
    def test_a_date_that_cannot_be_had_is_refused(
        self, simulator: Simulator, number: int | None, code: str
    ) -> None:
        webinar = schedule_series(simulator, -7, 7, registration_type=2)
        date = "123" if number is None else webinar.occurrences[number].id
        assert register(ana(), webinar, occurrence_id=date).reason_code == code

    def test_two_dates_are_two_jobs_and_one_registrant(self, simulator: Simulator) -> None:
        webinar, contact = schedule_series(simulator, 7, 14, registration_type=2), ana()
        ids = {register(contact, webinar, occurrence_id=date.id).pk for date in webinar.occurrences}
        assert len(ids) == 2
        (person,) = webinar.registrants.values()
        assert len(person.occurrences or {}) == 2


class TestDenied:
    def test_somebody_denied_before_is_refused_and_can_be_let_in(self, simulator: Simulator) -> None:
        webinar, contact = schedule(simulator), ana()
        denied = simulator.account.register(webinar.id, contact.email, "Ana", status="denied")
        job = register(contact, webinar)
        assert (job.status, job.reason_code) == (Status.REFUSED, "denied_before")
        retry(job, lifts_denial=True)
        work()
        job.refresh_from_db()
        contact.refresh_from_db()
        assert (job.status, job.registrant_id) == (Status.REGISTERED, denied.id)
        assert contact.zoom_webinar_joinlink
        assert webinar.registrants[denied.id].status == "approved"

    def test_where_zoom_takes_them_again_they_are_registered(self, simulator: Simulator) -> None:
        simulator.account.unconfirmed.denied_can_register_again = True
        webinar, contact = schedule(simulator), ana()
        simulator.account.register(webinar.id, contact.email, "Ana", status="denied")
        assert register(contact, webinar).status == Status.REGISTERED


class TestWaiting:
    @pytest.mark.parametrize(
        ("fault", "code"),
        [
            ("500", "zoom_unavailable"),
            ("reset", "zoom_unavailable"),
            ("lost answer", "zoom_unavailable"),
            ("html", "zoom_unavailable"),
            ("429 seconds", "rate_limited"),
        ],
    )
    def test_d16_what_is_temporary_is_tried_again(self, simulator: Simulator, fault: str, code: str) -> None:
        webinar = schedule(simulator)
        simulator.faults.add(fault, "/registrants", method="POST")
        job = register(ana(), webinar)
        assert (job.status, job.reason_code) == (Status.WAITING, code)
        assert job.not_before > timezone.now()
        make_due()
        work()
        job.refresh_from_db()
        assert job.status == Status.REGISTERED
        assert len(webinar.registrants) == 1

    def test_zoom_is_asked_before_a_call_is_repeated_whose_answer_was_lost(
        self, simulator: Simulator
    ) -> None:
        webinar = schedule(simulator)
        simulator.faults.add("lost answer", "/registrants", method="POST")
        contact = ana()
        job = register(contact, webinar)
        make_due()
        work()
        job.refresh_from_db()
        contact.refresh_from_db()
        assert (job.status, additions(simulator)) == (Status.REGISTERED, 1)
        assert contact.zoom_webinar_joinlink

    def test_a_refused_token_request_waits_for_the_token(self, simulator: Simulator) -> None:
        simulator.faults.add("500", "/oauth/token", times=0)
        job = register(ana(), schedule(simulator))
        assert (job.status, job.reason_code) == (Status.WAITING, "token_refresh")

    def test_d15_three_additions_a_day_are_counted_before_the_call(self, simulator: Simulator) -> None:
        simulator.limits.per_registrant = True
        webinar, contact = schedule(simulator), ana()
        simulator.faults.add("error", "/registrants", method="POST", times=0, code=3000, message="Novel.")
        for _ in range(3):
            assert register(contact, webinar).status == Status.FAILED
        job = register(contact, webinar)
        assert (job.status, job.reason_code) == (Status.WAITING, "daily_limit")
        assert job.not_before > timezone.now()
        assert (job.not_before.hour, job.not_before.minute) == (0, 0)
        assert additions(simulator) == 3

    def test_d15_the_limit_can_be_of_an_address_in_all_webinars(
        self, simulator: Simulator, settings: Any
    ) -> None:
        settings.ZOOM_ADDITIONS_LIMITED_BY = "address"
        contact = ana()
        states = [register(contact, schedule(simulator)).status for _ in range(4)]
        assert states == [Status.REGISTERED] * 3 + [Status.WAITING]

    def test_it_gives_up_after_a_day_of_failures(self, simulator: Simulator) -> None:
        simulator.faults.add("500", "/webinars", times=0)
        job = register(ana(), schedule(simulator))
        RegistrationJob.objects.update(attempts=30)
        make_due()
        work()
        job.refresh_from_db()
        assert (job.status, job.reason_code) == (Status.FAILED, "zoom_unavailable")
