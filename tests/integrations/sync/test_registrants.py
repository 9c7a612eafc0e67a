from datetime import timedelta

import pytest
from django.utils import timezone

from contacts.models import Contact
from core.jobs import RunResult
from integrations.audit import AuditCode
from integrations.models import Registrant, SkippedPerson
from integrations.sync.steps import page_groups
from integrations.webhooks.event_facts import note_cancelled, note_registered
from integrations.zoom.client import ZoomClient
from integrations.zoom.events import EventObject, EventRegistrant

pytestmark = [pytest.mark.django_db(transaction=True)]

ANNA, BEN = "anna@customer.example", "ben@customer.example"


@pytest.fixture
def webinar(company):
    return company.make.upcoming("Growing roses")


def statuses(webinar):
    rows = Registrant.objects.filter(webinar__zoom_webinar_id=webinar.id)
    return dict(rows.values_list("email", "status"))


def test_r1_who_registers_is_a_contact_with_a_participation_and_a_timeline(company, webinar):
    company.make.register(webinar, ANNA, "Anna Ahlers")
    assert company.sync(webinar).end is RunResult.COMPLETE
    anna = company.contact(ANNA)
    assert (anna.name, anna.source, anna.zoom_webinar_registration_count) == ("Anna Ahlers", "zoom", 1)
    assert company.state(ANNA) == "registered"
    assert company.timeline(ANNA) == ["webinar_registered"]
    assert company.event(webinar).registered_count == 1


def test_d6_pending_is_nothing_yet_and_approved_later_is_registered(company, webinar):
    registrant = company.make.register(webinar, ANNA, "Anna Ahlers", status="pending")
    company.sync(webinar)
    assert not Contact.objects.exists()
    company.account.approve(webinar.id, registrant.id)
    company.sync(webinar)
    assert company.state(ANNA) == "registered"


def test_d6_denied_is_cancelled_since_it_was_first_seen_and_revived_it_never_was(company, webinar):
    registrant = company.make.register(webinar, ANNA, "Anna Ahlers")
    company.account.deny(webinar.id, registrant.id)
    company.sync(webinar)
    part = company.part(ANNA)
    assert (part.state, part.registered_at is not None) == ("cancelled", True)
    assert company.timeline(ANNA) == ["webinar_registered", "webinar_cancelled"]

    company.sync(webinar)
    assert company.part(ANNA).cancelled_at == part.cancelled_at

    company.account.approve(webinar.id, registrant.id)
    company.sync(webinar)
    part = company.part(ANNA)
    assert (part.state, part.cancelled_at) == ("registered", None)
    assert company.timeline(ANNA) == ["webinar_registered"]


def test_d6_gone_from_all_three_lists_is_cancelled_and_coming_back_revives(company, webinar):
    registrant = company.make.register(webinar, ANNA, "Anna Ahlers")
    company.make.register(webinar, BEN, "Ben Brandt")
    company.sync(webinar)
    company.account.cancel_oneself(webinar.id, registrant.id)
    company.sync(webinar)
    assert (company.state(ANNA), company.state(BEN)) == ("cancelled", "registered")
    assert company.event(webinar).cancelled_count == 1
    company.make.register(webinar, ANNA, "Anna Ahlers", days_before=1)
    company.sync(webinar)
    assert company.state(ANNA) == "registered"
    assert company.timeline(ANNA) == ["webinar_registered"]


def test_d21_a_cancellation_that_a_list_shows_is_noticed_then_and_was_by_the_end(company):
    webinar = company.make.past("Growing roses")
    registrant = company.make.register(webinar, ANNA, "Anna Ahlers")
    instance = company.make.hold(webinar)
    company.sync(webinar)
    company.account.cancel_oneself(webinar.id, registrant.id)
    company.sync(webinar, full=True)
    part = company.part(ANNA)
    assert (part.state, part.cancelled_at) == ("cancelled", instance.end)
    assert part.cancellation_noticed_at > instance.end
    entry = company.contact(ANNA).timeline.get(kind="webinar_cancelled")
    assert (entry.occurred_at, entry.noticed_at) == (instance.end, part.cancellation_noticed_at)
    company.sync(webinar, full=True)
    assert company.part(ANNA).cancellation_noticed_at == part.cancellation_noticed_at


def test_d21_an_event_that_comes_late_corrects_when_it_was_cancelled(company, webinar):
    registrant = company.make.register(webinar, ANNA, "Anna Ahlers")
    company.sync(webinar)
    company.account.cancel_oneself(webinar.id, registrant.id)
    company.sync(webinar)
    assert company.part(ANNA).cancellation_noticed_at == company.part(ANNA).cancelled_at
    at = company.make.now - timedelta(hours=1)
    told = EventObject(id=webinar.id, registrant=EventRegistrant(id=registrant.id, email=ANNA))
    assert note_cancelled(company.row(webinar), told, at) == 1
    company.sync(webinar)
    assert (company.part(ANNA).cancelled_at, company.part(ANNA).cancellation_noticed_at) == (at, None)
    assert note_cancelled(company.row(webinar), told, at + timedelta(minutes=1)) == 0


def test_somebody_who_only_waited_and_withdrew_was_never_registered(company, webinar):
    registrant = company.make.register(webinar, ANNA, "Anna Ahlers", status="pending")
    company.sync(webinar)
    company.account.cancel_oneself(webinar.id, registrant.id)
    company.sync(webinar)
    assert not Registrant.objects.exists()
    assert not Contact.objects.exists()


def test_d12_a_listing_that_breaks_in_the_middle_cancels_nobody(company, webinar, monkeypatch):
    monkeypatch.setattr(page_groups, "ROWS", 100)
    people = [company.make.register(webinar, f"p{n}@customer.example", "P") for n in range(700)]
    company.sync(webinar)
    for person in people[::2]:
        company.account.cancel_oneself(webinar.id, person.id)
    company.simulator.faults.add("500", r"registrants.*status=denied", times=0)
    assert company.sync(webinar).end is RunResult.RETRY
    assert set(statuses(webinar).values()) == {"approved"}
    company.simulator.faults.clear()
    company.sync(webinar)
    assert list(statuses(webinar).values()).count("gone") == 350


def test_d6_who_registers_while_the_lists_are_read_is_not_cancelled_for_missing_in_them(
    company, webinar, monkeypatch
):
    company.make.register(webinar, BEN, "Ben Brandt")
    company.sync(webinar)
    registrants = ZoomClient.registrants

    def overtaken(zoom, number, status, occurrence_id=None):
        yield from registrants(zoom, number, status, occurrence_id)
        if status == "approved":
            registrant = company.make.register(webinar, ANNA, "Anna Ahlers")
            person = EventRegistrant(id=registrant.id, email=ANNA, first_name="Anna", status="approved")
            told = EventObject(id=webinar.id, registrant=person)
            assert note_registered(company.row(webinar), told, timezone.now()) == 1

    monkeypatch.setattr(ZoomClient, "registrants", overtaken)
    company.sync(webinar)
    assert statuses(webinar) == {ANNA: "approved", BEN: "approved"}
    assert company.state(ANNA) == "registered"

    monkeypatch.setattr(ZoomClient, "registrants", registrants)
    company.account.cancel_oneself(webinar.id, Registrant.objects.get(email=ANNA).zoom_id)
    company.sync(webinar)
    assert statuses(webinar) == {ANNA: "gone", BEN: "approved"}


def test_a_page_token_that_expires_is_no_reason_to_cancel_anybody(company, webinar):
    for number in range(700):
        company.make.register(webinar, f"p{number}@customer.example", "P")
    company.sync(webinar)
    company.simulator.faults.add("expired token", "registrants", nth=2)
    assert company.sync(webinar).end is RunResult.COMPLETE
    assert set(statuses(webinar).values()) == {"approved"}


def test_rows_that_cannot_be_read_are_told_and_nobody_is_cancelled_for_being_missing(company, webinar):
    registrant = company.make.register(webinar, ANNA, "Anna Ahlers")
    company.sync(webinar)
    company.account.cancel_oneself(webinar.id, registrant.id)
    webinar.strays = [{"email": "no id"}]
    company.sync(webinar)
    assert statuses(webinar) == {ANNA: "approved"}
    assert AuditCode.BAD_ANSWER in company.warnings(webinar)
    webinar.strays = []
    company.sync(webinar)
    assert statuses(webinar) == {ANNA: "gone"}
    assert AuditCode.BAD_ANSWER not in company.warnings(webinar)


def test_no_registration_means_no_list_of_registrants(company):
    webinar = company.make.upcoming("Open to all", approval_type=2)
    company.discover()
    assert not [path for path in company.calls(webinar) if "registrants" in path]


def test_the_calls_are_those_that_the_pages_need_and_no_more(company, webinar):
    for number in range(301):
        company.make.register(webinar, f"p{number}@customer.example", "P")
    company.discover()
    paths = [path.partition("next_page_token")[0] for path in company.calls(webinar)]
    listings = [path for path in paths if "/registrants" in path]
    assert len(listings) == 4
    assert len(paths) == 6  # with the details and the instances


@pytest.mark.parametrize("kind", [2, 3])
def test_d6_registering_for_single_dates_counts_for_those(company, kind):
    now = company.make.now
    starts = [now + timedelta(days=day) for day in (1, 8)]
    webinar = company.make.upcoming("Series", occurrence_starts=starts, registration_type=kind)
    first, second = (occurrence.id for occurrence in webinar.occurrences)
    company.make.register(webinar, ANNA, "Anna Ahlers", occurrence_ids=[second])
    both = company.make.register(webinar, BEN, "Ben Brandt", occurrence_ids=[first, second])
    company.sync(webinar)
    assert company.part(ANNA).event.occurrence.occurrence_id == second
    assert [part.state for part in company.contact(BEN).participations.all()] == ["registered"] * 2
    company.account.cancel(webinar.id, both.id, occurrence_id=first)
    company.sync(webinar)
    states = company.contact(BEN).participations.order_by("event__starts_at").values_list("state", flat=True)
    assert list(states) == ["cancelled", "registered"]
    assert company.timeline(BEN) == ["webinar_registered"]


def series(company, **facts):
    starts = [company.make.now + timedelta(days=day) for day in (1, 8)]
    return company.make.upcoming("Series", occurrence_starts=starts, **facts)


@pytest.mark.parametrize(("before", "after"), [(2, 1), (1, 2)])
def test_d6_who_cancels_after_registration_came_to_count_for_something_else_is_cancelled(
    company, before, after
):
    webinar = series(company, registration_type=before)
    dates = [occurrence.id for occurrence in webinar.occurrences]
    anna = company.make.register(webinar, ANNA, "Anna Ahlers", occurrence_ids=dates if before == 2 else ())
    company.sync(webinar)
    webinar.registration_type = after
    anna.occurrences = dict.fromkeys(dates, "approved") if after == 2 else None
    company.sync(webinar)
    assert company.state(ANNA) == "registered"
    assert company.timeline(ANNA) == ["webinar_registered"]
    company.account.cancel_oneself(webinar.id, anna.id)
    company.sync(webinar)
    assert set(Registrant.objects.values_list("status", flat=True)) == {"gone"}
    assert company.state(ANNA) == "cancelled"
    assert company.timeline(ANNA) == ["webinar_registered", "webinar_cancelled"]


def test_d6_a_date_that_is_deleted_cancels_who_registered_for_no_other(company):
    webinar = series(company, registration_type=2)
    first, second = (occurrence.id for occurrence in webinar.occurrences)
    company.make.register(webinar, ANNA, "Anna Ahlers", occurrence_ids=[second])
    company.make.register(webinar, BEN, "Ben Brandt", occurrence_ids=[first, second])
    company.sync(webinar)
    webinar.occurrences[1].status = "deleted"
    company.sync(webinar)
    assert company.timeline(ANNA) == ["webinar_registered", "webinar_cancelled"]
    assert (company.state(BEN), company.timeline(BEN)) == ("registered", ["webinar_registered"])


@pytest.mark.parametrize("zoom_tells_which_date", [True, False])
def test_a_date_that_is_deleted_after_it_was_held_cancels_nobody(company, zoom_tells_which_date):
    company.account.instances_have_occurrence_id = zoom_tells_which_date
    starts = [company.make.now + timedelta(days=day) for day in (-2, 8)]
    webinar = company.make.past("Series", occurrence_starts=starts, start=starts[0], registration_type=2)
    company.make.register(webinar, ANNA, "Anna Ahlers", occurrence_ids=[webinar.occurrences[0].id])
    company.make.hold(webinar, start=starts[0])
    company.sync(webinar)
    assert company.state(ANNA) == "no_show"
    webinar.occurrences[0].status = "deleted"
    company.sync(webinar)
    assert statuses(webinar) == {ANNA: "approved"}
    assert company.state(ANNA) == "no_show"
    assert company.timeline(ANNA) == ["webinar_registered"]


def test_d12_rows_that_cannot_be_read_cancel_nobody_of_another_date_either(company):
    webinar = series(company, registration_type=2)
    second = webinar.occurrences[1].id
    company.make.register(webinar, ANNA, "Anna Ahlers", occurrence_ids=[second])
    company.sync(webinar)
    webinar.occurrences[1].status = "deleted"
    webinar.strays = [{"email": "no id"}]
    company.sync(webinar)
    assert statuses(webinar) == {ANNA: "approved"}


def test_an_address_that_changes_at_zoom_moves_the_registration(company, webinar):
    registrant = company.make.register(webinar, ANNA, "Anna Ahlers")
    company.sync(webinar)
    registrant.email = BEN
    company.sync(webinar)
    assert (company.state(ANNA), company.state(BEN)) == ("", "registered")
    assert company.timeline(ANNA) == []
    assert company.contact(ANNA).zoom_webinar_registration_count == 0


def test_skipped_people_are_listed_and_leave_the_list_with_their_reason(company, webinar):
    registrant = company.make.register(webinar, "not an address", "No Body")
    company.sync(webinar)
    row = SkippedPerson.objects.get()
    assert (row.reason, row.stage, row.name) == ("invalid_email", "registration", "No Body")
    assert {AuditCode.SKIPPED_INVALID_EMAIL, AuditCode.SKIPPED_INVALID_EMAIL} <= company.warnings(webinar)
    registrant.email = ANNA
    company.sync(webinar)
    assert not SkippedPerson.objects.exists()
    assert company.warnings(webinar) == set()
    assert company.state(ANNA) == "registered"
