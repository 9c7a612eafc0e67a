from datetime import UTC, datetime, timedelta

import pytest

from contacts.actions import NewContact, create_contact, delete_contact
from integrations.models import (
    AttendanceRow,
    Registrant,
    SkippedPerson,
    Webinar,
    ZoomConnection,
    ZoomSettings,
)
from integrations.people.explanation import CrmStatus, appearances, explain
from integrations.rules.people import Entry, Reason, Skip
from integrations.settings_changes import add_exclusions
from marketing_events.models import Participation
from tests.integrations.make import make_date, make_session, make_webinar
from tests.marketing_events.make import make_event
from zoomsync.models import User

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)

pytestmark = pytest.mark.usefixtures("on")


@pytest.fixture
def webinar(connection):
    return make_webinar(connection)


def register(webinar, email, status="approved", **fields):
    return Registrant.objects.create(
        webinar=webinar, email=email, zoom_id=f"{email}{Registrant.objects.count()}", status=status,
        first_name="Ann", last_name="Ahlers", registered_at=NOW, **fields,
    )  # fmt: skip


def attend(webinar, email, uuid="u1"):
    session = webinar.instances.filter(uuid=uuid).first() or make_session(webinar, uuid, started_at=NOW)
    number = AttendanceRow.objects.count()
    return AttendanceRow.objects.create(
        instance=session, row_key=str(number), person_key=email, email=email, name="Ann",
        joined_at=NOW + timedelta(minutes=number), left_at=NOW + timedelta(minutes=30 + number),
    )  # fmt: skip


def enter(webinar, contact, state="registered"):
    event = make_event("x", zoom_webinar_id=webinar.zoom_webinar_id)
    make_date(webinar, event=event)
    return Participation.objects.create(event=event, contact=contact, state=state)


def skip(webinar, email, reason, **fields):
    return SkippedPerson.objects.create(
        webinar=webinar, email=email, person_key=email, stage="registration", reason=reason, **fields
    )


def crm_status(email):
    found = explain(email)
    return [appearance.crm_status for appearance in appearances(found, found.webinars)]


@pytest.mark.parametrize("typed", ["ann@first.test", "  ANN@First.Test "])
def test_the_address_is_understood_as_typed(webinar, typed):
    contact = create_contact(NewContact(email="ann@first.test"))
    assert explain(typed).contact == contact


def test_d5_a_secondary_address_leads_to_its_contact_and_is_kept_out(webinar):
    contact = create_contact(NewContact(email="ann@first.test", secondary_emails=["ann@second.test"]))
    enter(webinar, contact)
    found = explain("ann@second.test")
    assert found.contact == contact
    assert [other.email for other in found.others] == ["ann@first.test"]
    assert found.verdicts[0].decision == Skip(Reason.SECONDARY_EMAIL, contact_id=contact.pk)
    assert found.webinars == []  # the other address is there, not this one


def test_nobody_knows_the_address(webinar):
    found = explain("who@is.test")
    assert (found.address, found.webinars) == (None, [])
    assert found.verdicts[0].decision == Entry(None)


def test_who_entered(webinar):
    contact = create_contact(NewContact(email="ann@first.test"))
    register(webinar, "ann@first.test")
    part = enter(webinar, contact)
    found = explain("ann@first.test")
    (appearance,) = appearances(found, found.webinars)
    assert (appearance.crm_status, appearance.participations) == (CrmStatus.ENTERED, [part])


def test_who_was_skipped_with_the_rule(webinar):
    register(webinar, "eve@rival.test")
    person = skip(webinar, "eve@rival.test", "excluded_domain", rule="rival.test")
    found = explain("eve@rival.test")
    (appearance,) = appearances(found, found.webinars)
    assert (appearance.crm_status, appearance.skipped) == (CrmStatus.SKIPPED, [person])
    assert appearance.decision == Entry(
        None
    )  # the list has no such entry any more: they enter with the next sync


def test_d6_a_registration_that_waits_for_approval_is_neither_in_nor_skipped(webinar):
    register(webinar, "ann@first.test", "pending")
    assert crm_status("ann@first.test") == [CrmStatus.PENDING]
    attend(webinar, "ann@first.test")
    assert crm_status("ann@first.test") == [CrmStatus.WAITING]


def test_a_webinar_whose_switch_is_off_is_not_read(webinar):
    register(webinar, "ann@first.test")
    Webinar.objects.update(sync_enabled=False)
    assert crm_status("ann@first.test") == [CrmStatus.NOT_READ]


def test_who_is_listed_and_may_enter_waits_for_the_next_sync(webinar):
    attend(webinar, "ann@first.test")
    assert crm_status("ann@first.test") == [CrmStatus.WAITING]


def test_r28_who_was_deleted_since_is_kept_out_although_no_sync_has_listed_it_yet(webinar):
    delete_contact(create_contact(NewContact(email="ann@first.test")).pk)
    register(webinar, "ann@first.test")
    assert crm_status("ann@first.test") == [CrmStatus.SKIPPED]
    assert explain("ann@first.test").verdicts[0].decision == Skip(Reason.DELETED_CONTACT)


def test_d7_stays_are_told_by_session(webinar):
    for uuid in ("u1", "u1", "u2"):
        attend(webinar, "ann@first.test", uuid)
    found = explain("ann@first.test")
    (appearance,) = appearances(found, found.webinars)
    assert [(stay.session_uuid, stay.joined_at, stay.left_at) for stay in appearance.stays] == [
        ("u1", NOW, NOW + timedelta(minutes=31)),
        ("u2", NOW + timedelta(minutes=2), NOW + timedelta(minutes=32)),
    ]


def test_d6_several_registrations_come_to_one_state(webinar):
    register(webinar, "ann@first.test", "denied", cancelled_at=NOW)
    register(webinar, "ann@first.test", "approved")
    found = explain("ann@first.test")
    (appearance,) = appearances(found, found.webinars)
    assert appearance.registration.state == "registered"


@pytest.mark.parametrize(
    ("email", "decision"),
    [
        ("nonsense", Skip(Reason.INVALID_EMAIL)),
        ("colleague@acme.test", Skip(Reason.ACCOUNT_USER)),
        ("eve@mail.rival.test", Skip(Reason.EXCLUDED_DOMAIN, "rival.test")),
    ],
)
def test_the_rules_are_asked_what_would_become_of_them_today(brand, webinar, email, decision):
    User.objects.create_user("colleague@acme.test")
    add_exclusions(brand, "contact", ["rival.test"], None)
    assert explain(email).verdicts[0].decision == decision


def test_d2_each_brand_has_its_own_verdict(brand, webinar, other_brand):
    theirs = ZoomConnection.objects.create(
        brand=other_brand, auth_kind="oauth", account_id="b", client_id="b"
    )
    add_exclusions(other_brand, "contact", ["rival.test"], None)
    register(make_webinar(theirs), "eve@rival.test")
    found = explain("eve@rival.test")
    assert [(verdict.brand, verdict.is_on, type(verdict.decision)) for verdict in found.verdicts] == [
        (brand, True, Entry),
        (other_brand, False, Skip),
    ]


def test_webinars_that_are_not_read_are_counted(brand, connection, webinar):
    make_webinar(connection, sync_enabled=False)
    make_webinar(connection, is_zoom_event=True)
    make_webinar(connection, host_email="max@partner.test")
    add_exclusions(brand, "host", ["partner.test"], None)
    assert explain("ann@first.test").verdicts[0].unread == 3
    ZoomSettings.objects.update(sync_webinars=False)
    assert explain("ann@first.test").verdicts[0].unread == 4


def test_the_newest_webinar_is_first_and_one_without_a_date_last(connection):
    old, new, undated = (
        make_webinar(connection, starts_at=start) for start in (NOW, NOW + timedelta(days=1), None)
    )
    for row in (undated, old, new):
        register(row, "ann@first.test")
    assert explain("ann@first.test").webinars == [new.pk, old.pk, undated.pk]


def test_the_number_of_queries_does_not_grow(connection, django_assert_max_num_queries):
    contact = create_contact(NewContact(email="ann@first.test"))
    for number in range(15):
        webinar = make_webinar(connection)
        register(webinar, "ann@first.test")
        attend(webinar, "ann@first.test", f"u{number}")
        enter(webinar, contact)
        skip(webinar, "ann@first.test", "account_user")
    with django_assert_max_num_queries(28):
        found = explain("ann@first.test")
        assert len(appearances(found, found.webinars)) == 15
