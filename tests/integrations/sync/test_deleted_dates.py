"A date of a series that is deleted in Zoom before it is held: what was planned stays, as cancelled."

from datetime import timedelta

import pytest

from core.jobs import Lease
from integrations.models import DomainExclusion, SyncRun, Webinar, WebinarOccurrence
from integrations.sync.runs.queue import enqueue_webinar
from integrations.sync.runs.runner import claim, perform
from integrations.sync.steps import people
from marketing_events.models import MarketingEvent
from tests.integrations.sync.helpers import differences_from_truth, everything, work_off

pytestmark = [pytest.mark.django_db(transaction=True)]

ANNA, BEN, CLEO = (f"{name}@customer.example" for name in ("anna", "ben", "cleo"))
PER_DATE = [2, 3]


def series(company, registration_type=2):
    starts = [company.make.now + timedelta(days=day) for day in (1, 8)]
    return company.make.upcoming("Series", occurrence_starts=starts, registration_type=registration_type)


@pytest.fixture
def look(company):
    """Sync a webinar, and have the truth know what was to be seen then."""

    def sync(webinar):
        company.simulator.scenario.policy.snapshots.append(company.account.snapshot())
        return company.sync(webinar)

    return sync


def delete(company, webinar, number=1):
    company.account.delete_occurrence(webinar.id, webinar.occurrences[number].id)


def truth_differs(company):
    return differences_from_truth(company.simulator)


def statuses(webinar):
    """Of the webinar's events, in the order of their dates."""
    events = MarketingEvent.objects.filter(zoom_webinar_id=webinar.id).order_by("starts_at")
    return list(events.values_list("status", flat=True))


def states(company, email):
    parts = company.contact(email).participations.order_by("event__starts_at")
    return list(parts.values_list("event__status", "state"))


@pytest.mark.parametrize("registration_type", PER_DATE)
def test_d6_d9_who_registered_for_a_date_that_is_deleted_is_cancelled_and_still_counted(
    company, look, registration_type
):
    webinar = series(company, registration_type)
    first, second = (occurrence.id for occurrence in webinar.occurrences)
    company.make.register(webinar, ANNA, "Anna Ahlers", occurrence_ids=[second])
    company.make.register(webinar, BEN, "Ben Brandt", occurrence_ids=[first, second])
    look(webinar)
    event = company.part(ANNA).event
    delete(company, webinar)
    look(webinar)
    assert statuses(webinar) == ["upcoming", "cancelled"]
    assert states(company, ANNA) == [("cancelled", "cancelled")]
    assert states(company, BEN) == [("upcoming", "registered"), ("cancelled", "cancelled")]
    part = company.part(ANNA)
    assert part.event == event
    assert part.registered_at is not None
    assert part.cancelled_at is not None
    assert (part.event.registered_count, part.event.cancelled_count) == (2, 2)
    assert company.contact(ANNA).zoom_webinar_registration_count == 1
    assert company.contact(BEN).zoom_webinar_registration_count == 1
    assert company.timeline(ANNA) == ["webinar_registered", "webinar_cancelled"]
    assert company.timeline(BEN) == ["webinar_registered"]
    assert company.row(webinar).state == Webinar.State.UPCOMING
    assert truth_differs(company) == []


def test_d12_a_deleted_date_is_the_same_after_each_further_sync(company, look):
    webinar = series(company)
    company.make.register(webinar, ANNA, "Anna Ahlers", occurrence_ids=[webinar.occurrences[1].id])
    look(webinar)
    delete(company, webinar)
    look(webinar)
    before = everything()
    look(webinar)
    company.sync(webinar, full=True)
    assert everything() == before
    assert truth_differs(company) == []


@pytest.mark.parametrize("registration_type", [1, 2])
@pytest.mark.parametrize("step", range(13))
def test_d12_a_date_that_is_deleted_when_a_sync_is_killed(
    company, look, monkeypatch, registration_type, step
):
    webinar = series(company, registration_type)
    dates = [occurrence.id for occurrence in webinar.occurrences] if registration_type == 2 else []
    company.make.register(webinar, ANNA, "Anna Ahlers", occurrence_ids=dates[1:])
    company.make.register(webinar, BEN, "Ben Brandt", occurrence_ids=dates)
    look(webinar)
    delete(company, webinar)
    enqueue_webinar(company.row(webinar), SyncRun.Trigger.MANUAL)
    lease = claim()
    with monkeypatch.context() as patch:
        kill_after(patch, step)
        with pytest.raises(KilledError):
            perform(lease)
    SyncRun.objects.filter(pk=lease.key).update(lease_until=company.make.now)
    work_off()
    look(webinar)
    assert statuses(webinar) == ["upcoming", "cancelled"]
    assert truth_differs(company) == []


class KilledError(BaseException):
    """As abrupt as a process can be within itself: nothing catches it."""


def kill_after(patch, times):
    renew, left = Lease.renew, iter(range(times))

    def perhaps_die(lease):
        if next(left, None) is None:
            raise KilledError
        renew(lease)

    patch.setattr(Lease, "renew", perhaps_die)


@pytest.mark.parametrize("registration_type", [1, 2])
def test_d6_a_date_that_comes_back_is_the_same_event_and_registers_again(company, look, registration_type):
    webinar = series(company, registration_type)
    dates = [occurrence.id for occurrence in webinar.occurrences] if registration_type == 2 else []
    company.make.register(webinar, ANNA, "Anna Ahlers", occurrence_ids=dates[1:])
    look(webinar)
    before, events = everything(), set(MarketingEvent.objects.values_list("pk", flat=True))
    delete(company, webinar)
    look(webinar)
    webinar.occurrences[1].status = "available"
    look(webinar)
    assert everything() == before
    assert set(MarketingEvent.objects.values_list("pk", flat=True)) == events
    assert statuses(webinar) == ["upcoming", "upcoming"]
    assert truth_differs(company) == []


def test_d6_who_registered_once_for_a_series_stays_registered_for_what_a_deleted_date_was(company, look):
    """As for a whole webinar that is deleted: Zoom approves them still, and no one has cancelled."""
    webinar = series(company, registration_type=1)
    company.make.register(webinar, ANNA, "Anna Ahlers")
    look(webinar)
    delete(company, webinar)
    company.make.register(webinar, BEN, "Ben Brandt")
    look(webinar)
    assert states(company, ANNA) == [("upcoming", "registered"), ("cancelled", "registered")]
    assert states(company, BEN) == [("upcoming", "registered")]  # that date was no more
    assert company.contact(ANNA).zoom_webinar_registration_count == 1
    assert company.timeline(ANNA) == ["webinar_registered"]
    assert truth_differs(company) == []


def test_d6_d12_a_whole_webinar_that_is_deleted_cancels_its_other_dates_and_nobody_whom_no_list_tells_of(
    company, look
):
    """Zoom also deletes webinars by itself, 90 days after their end: that tells nothing of a registration."""
    webinar = series(company)
    first, second = (occurrence.id for occurrence in webinar.occurrences)
    company.make.register(webinar, ANNA, "Anna Ahlers", occurrence_ids=[second])
    company.make.register(webinar, BEN, "Ben Brandt", occurrence_ids=[first])
    look(webinar)
    delete(company, webinar)
    look(webinar)
    company.account.delete_webinar(webinar.id)
    company.discover()
    company.sync(webinar)
    assert states(company, ANNA) == [("cancelled", "cancelled")]
    assert states(company, BEN) == [("cancelled", "registered")]
    assert company.contact(ANNA).zoom_webinar_registration_count == 1
    assert truth_differs(company) == []


def test_who_has_another_address_at_zoom_leaves_a_deleted_date_with_the_old_one(company):
    webinar = series(company, registration_type=1)
    anna = company.make.register(webinar, ANNA, "Anna Ahlers")
    company.sync(webinar)
    delete(company, webinar)
    company.sync(webinar)
    anna.email = BEN
    company.sync(webinar)
    assert company.timeline(ANNA) == []
    assert states(company, ANNA) == []
    assert company.contact(ANNA).zoom_webinar_registration_count == 0
    assert states(company, BEN) == [("upcoming", "registered")]


def test_a_date_that_was_deleted_before_anybody_looked_leaves_nothing(company, look):
    webinar = series(company)
    company.make.register(webinar, ANNA, "Anna Ahlers", occurrence_ids=[webinar.occurrences[1].id])
    delete(company, webinar)
    look(webinar)
    assert statuses(webinar) == ["upcoming"]
    assert truth_differs(company) == []


def test_a_date_that_is_moved_is_the_same_event_if_zoom_says_that_it_is_the_same_date(company, look):
    webinar = series(company)
    moved = webinar.occurrences[1]
    company.make.register(webinar, ANNA, "Anna Ahlers", occurrence_ids=[moved.id])
    look(webinar)
    event = company.part(ANNA).event
    moved.start += timedelta(days=2)
    look(webinar)
    part = company.part(ANNA)
    assert (part.event, part.state) == (event, "registered")
    assert part.event.starts_at == moved.start
    assert truth_differs(company) == []


def test_a_date_that_is_moved_by_deleting_it_and_adding_another_is_cancelled_and_the_other_is_new(
    company, look
):
    webinar = series(company)
    old = webinar.occurrences[1]
    anna = company.make.register(webinar, ANNA, "Anna Ahlers", occurrence_ids=[old.id])
    look(webinar)
    delete(company, webinar)
    new = type(old)(id="moved", start=old.start + timedelta(days=2), duration=old.duration)
    webinar.occurrences.append(new)
    anna.occurrences[new.id] = "approved"
    look(webinar)
    assert states(company, ANNA) == [("cancelled", "cancelled"), ("upcoming", "registered")]
    assert company.contact(ANNA).zoom_webinar_registration_count == 1
    assert company.timeline(ANNA) == ["webinar_registered"]
    assert truth_differs(company) == []


def test_a_deleted_date_that_was_held_after_all_is_one_session(company, look):
    starts = [company.make.now - timedelta(days=2), company.make.now + timedelta(days=8)]
    webinar = company.make.past("Series", occurrence_starts=starts, start=starts[0])
    DomainExclusion.objects.create(brand=company.brand, kind="contact", domain="own.example")
    anna = company.make.register(webinar, ANNA, "Anna Ahlers")
    look(webinar)
    delete(company, webinar, 0)
    look(webinar)
    instance = company.make.hold(webinar, start=starts[0])
    company.make.stay(instance, anna, 0, 30)
    look(webinar)
    assert states(company, ANNA) == [("ended", "attended"), ("upcoming", "registered")]
    assert truth_differs(company) == []


@pytest.mark.parametrize("registration_type", [1, 2])
@pytest.mark.parametrize("zoom_tells_which_date", [True, False])
def test_x5_a_date_that_is_deleted_after_it_was_held_takes_no_other_over(
    company, look, registration_type, zoom_tells_which_date
):
    company.account.instances_have_occurrence_id = zoom_tells_which_date
    DomainExclusion.objects.create(brand=company.brand, kind="contact", domain="own.example")
    morning = company.make.now - timedelta(days=2)
    starts = [morning, morning + timedelta(hours=3), company.make.now + timedelta(days=8)]
    webinar = company.make.past(
        "Series", occurrence_starts=starts, start=morning, registration_type=registration_type
    )
    dates = [occurrence.id for occurrence in webinar.occurrences] if registration_type == 2 else []
    anna = company.make.register(webinar, ANNA, "Anna Ahlers", occurrence_ids=dates[:1])
    company.make.register(webinar, BEN, "Ben Brandt", occurrence_ids=dates[:2])
    company.make.stay(company.make.hold(webinar, start=morning), anna, 0, 30)
    look(webinar)
    before = everything()
    delete(company, webinar, 0)
    look(webinar)
    assert everything() == before
    assert truth_differs(company) == []


def test_a_deleted_date_makes_its_webinar_due_no_more(company):
    webinar = series(company)
    company.sync(webinar)
    soon = company.row(webinar).next_sync_at
    delete(company, webinar, 0)
    company.sync(webinar)
    assert company.row(webinar).next_sync_at > soon + timedelta(minutes=30)


def test_d12_people_are_taken_off_dates_that_stand_and_not_off_a_deleted_one(company, look, monkeypatch):
    """In however many batches: who registers for the other date only is in none of the deleted one."""
    monkeypatch.setattr(people, "PARTS_AT_ONCE", 2)
    webinar = series(company)
    first, second = (occurrence.id for occurrence in webinar.occurrences)
    for email, dates in ((ANNA, [second]), (BEN, [first, second]), (CLEO, [first])):
        company.make.register(webinar, email, "Some Body", occurrence_ids=dates)
    look(webinar)
    delete(company, webinar)
    company.account.cancel(webinar.id, next(iter(webinar.registrants)), occurrence_id=second)
    look(webinar)
    assert states(company, CLEO) == [("upcoming", "registered")]
    assert WebinarOccurrence.objects.filter(event__status="cancelled").count() == 1
    assert truth_differs(company) == []
