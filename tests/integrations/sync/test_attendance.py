from datetime import timedelta

import pytest
from django.utils import timezone

from contacts.models import ChangeSet
from core.jobs import RunResult
from integrations.audit import AuditCode
from integrations.models import (
    AttendanceReading,
    AttendanceRow,
    SyncLogLine,
    SyncRun,
    WebinarInstance,
)
from integrations.sync.runs.queue import enqueue_webinar
from integrations.sync.steps.write_people import Batch
from integrations.webhooks.event_facts import note_ended
from integrations.zoom.client import ZoomClient
from integrations.zoom.errors import MissingScope, NotFound, TooOld
from integrations.zoom.events import EventObject
from marketing_events.models import MarketingEvent, Participation
from tests.integrations.sync.helpers import work_off
from zoom_simulator.clock import iso

pytestmark = [pytest.mark.django_db(transaction=True)]

ANNA, BEN = "anna@customer.example", "ben@customer.example"


@pytest.fixture
def webinar(company):
    """Held two days ago for an hour."""
    return company.make.past("Growing roses")


@pytest.fixture
def anna(company, webinar):
    return company.make.register(webinar, ANNA, "Anna Ahlers")


@pytest.fixture
def held(company, webinar, anna):
    return company.make.hold(webinar)


def just_ended(company, webinar):
    """Moves the only session to an hour ago, so that D8 still wants more."""
    ago = timezone.now() - timedelta(hours=1, minutes=30)
    webinar.start = ago - timedelta(minutes=60)
    return company.make.hold(webinar)


def test_d7_rejoins_and_devices_are_joined_and_clipped_to_the_session(company, webinar, anna, held):
    for join, leave in ((-10, 15), (10, 20), (40, 75)):
        company.make.stay(held, anna, join, leave)
    company.sync(webinar)
    part = company.part(ANNA)
    assert (part.state, part.duration_seconds, part.attendance_percent) == ("attended", 40 * 60, 66.67)
    assert part.intervals.count() == 2
    entry = company.contact(ANNA).timeline.get(kind="webinar_attended")
    assert (entry.joined_at, entry.left_at) == (part.first_joined_at, part.last_left_at)
    assert entry.webinar_starts_at == held.start


def test_d8_no_shows_exist_once_the_session_is_final(company, webinar, anna):
    just_ended(company, webinar)
    company.sync(webinar)
    assert (company.state(ANNA), company.event(webinar).is_final) == ("registered", False)
    past = timezone.now() - timedelta(minutes=31)
    AttendanceReading.objects.update(first_read_at=past, last_read_at=past)
    company.sync(webinar)
    assert (company.state(ANNA), company.event(webinar).is_final) == ("no_show", True)
    company.sync(webinar, full=True)
    told = [key for row in ChangeSet.objects.all() for key in row.content["finals"]]
    assert told == [company.event(webinar).pk]  # once, for those who wait for it


def test_d8_an_event_is_final_once_its_people_are_written(company, webinar, anna, held, monkeypatch):
    """Who follows that it is final finds the rows that are final, whoever stops the sync in between."""
    seen, write = [], Batch.write

    def watched(batch):
        seen.append(company.event(webinar).is_final)
        write(batch)
        if len(seen) == 1:
            raise ZeroDivisionError

    monkeypatch.setattr(Batch, "write", watched)
    company.sync(webinar)
    assert not company.event(webinar).is_final
    company.sync(webinar)
    assert len(seen) > 1
    assert not any(seen)
    assert (company.state(ANNA), company.event(webinar).is_final) == ("no_show", True)
    *people, last = [row.content["finals"] for row in ChangeSet.objects.order_by("pk")]
    assert (any(people), last) == (False, [company.event(webinar).pk])


def test_d8_two_reads_that_differ_settle_nothing(company, webinar, anna):
    instance = just_ended(company, webinar)
    company.sync(webinar)
    company.make.stay(instance, anna, 0, 30)
    past = timezone.now() - timedelta(minutes=31)
    AttendanceReading.objects.update(first_read_at=past, last_read_at=past)
    company.sync(webinar)
    assert (company.state(ANNA), company.event(webinar).is_final) == ("attended", False)


def test_d8_the_schedule_reads_no_more_often_than_brings_the_end_nearer(company, webinar, anna):
    just_ended(company, webinar)
    company.sync(webinar)
    company.simulator.calls.clear()
    enqueue_webinar(company.row(webinar), SyncRun.Trigger.SCHEDULE)
    work_off()
    assert not company.simulator.calls.where("participants")
    company.sync(webinar)  # someone asked
    assert company.simulator.calls.where("participants")


def test_a_later_change_in_zoom_corrects_what_was_final(company, webinar, anna, held):
    company.sync(webinar)
    assert company.state(ANNA) == "no_show"
    company.make.stay(held, anna, 0, 30)
    company.sync(webinar, full=True)
    assert company.state(ANNA) == "attended"
    held.rows.clear()
    company.sync(webinar, full=True)
    assert company.state(ANNA) == "no_show"
    assert company.timeline(ANNA) == ["webinar_registered"]
    assert company.contact(ANNA).zoom_webinar_attendance_count == 0


def test_somebody_whose_attendance_zoom_takes_back_has_nothing_to_do_with_the_event(company, webinar, held):
    company.make.stay(held, None, 0, 30, name="Ben Brandt", user_email=BEN)
    company.sync(webinar)
    assert company.state(BEN) == "attended"
    held.rows.clear()
    company.sync(webinar, full=True)
    assert company.state(BEN) == ""
    assert company.timeline(BEN) == []
    ben = company.contact(BEN)
    assert (ben.zoom_webinar_attendance_count, ben.zoom_webinar_attendance_average_duration) == (0, None)


def test_d12_a_broken_list_of_participants_takes_nothing_away(company, webinar, anna, held):
    for number in range(400):
        company.make.stay(held, None, 0, 30, name="P", user_email=f"p{number}@customer.example")
    company.sync(webinar)
    del held.rows[:200]
    company.simulator.faults.add("truncated", "participants", nth=1, times=0)
    assert company.sync(webinar, full=True).end is RunResult.RETRY
    assert AttendanceRow.objects.count() == 401
    assert Participation.objects.filter(state="attended").count() == 401


def test_a_page_that_begins_with_the_last_row_of_the_one_before_changes_nothing(company, webinar, held):
    for number in range(650):
        company.make.stay(held, None, 0, 30, name="P", user_email=f"p{number}@customer.example")
    held.repeats_rows = True
    company.sync(webinar)
    digest = AttendanceReading.objects.get().attendance_digest
    held.repeats_rows = False
    company.sync(webinar, full=True)
    assert AttendanceReading.objects.get().attendance_digest == digest
    assert AttendanceRow.objects.count() == 651


def test_without_registrant_ids_the_report_is_asked_and_without_the_report_addresses_count(
    company, webinar, anna, held
):
    company.make.stay(held, anna, 0, 30, user_email="someone.else@customer.example")
    company.account.participants_have_registrant_id = False
    company.sync(webinar)
    assert company.simulator.calls.where("/report/webinars/.*/participants")
    assert company.state(ANNA) == "attended"

    company.simulator.app.scopes = [scope for scope in company.simulator.app.scopes if "report" not in scope]
    company.simulator.tokens.__init__(company.simulator.clock)
    company.connection.__class__.objects.update(access_token="", token_expires_at=None)
    company.sync(webinar, full=True)
    assert company.state("someone.else@customer.example") == "attended"


def test_d7_bounds_come_from_the_participants_where_zoom_has_no_report(company, webinar, anna, held):
    held.report = False
    company.make.stay(held, anna, 0, 90)
    company.sync(webinar)
    session = WebinarInstance.objects.get()
    assert (session.has_official_times, session.ended_at - session.started_at) == (
        False,
        timedelta(minutes=90),
    )
    assert company.part(ANNA).attendance_percent == 100


def test_r42_rows_that_cannot_be_used_are_told_and_stop_nobody(company, webinar, anna, held):
    company.make.stay(held, anna, 0, 30)
    company.make.stay(held, None, 0, 30, name="Ben", user_email=BEN, wire={"join_time": "yesterday"})
    company.sync(webinar)
    assert company.state(ANNA) == "attended"
    assert AuditCode.PARTICIPANTS_INVALID in company.warnings(webinar)


def test_d12_nobody_loses_their_attendance_to_a_row_that_cannot_be_used(company, webinar, anna, held):
    company.make.stay(held, anna, 0, 30)
    company.sync(webinar)
    held.rows[-1].wire = {"join_time": "yesterday"}
    company.sync(webinar, full=True)
    assert company.state(ANNA) == "attended"
    assert AuditCode.PARTICIPANTS_INVALID in company.warnings(webinar)
    held.rows.pop()
    company.sync(webinar, full=True)
    assert company.state(ANNA) == "no_show"


def test_d8_reads_with_rows_that_cannot_be_used_make_nobody_a_no_show_before_a_day_is_over(
    company, webinar, anna
):
    company.make.stay(just_ended(company, webinar), anna, 0, 30, wire={"join_time": "yesterday"})
    for _read in range(2):
        company.sync(webinar)
        past = timezone.now() - timedelta(minutes=31)
        AttendanceReading.objects.exclude(first_read_at=None).update(first_read_at=past, last_read_at=past)
    assert (company.state(ANNA), company.event(webinar).is_final) == ("registered", False)


def test_d8_rows_that_cannot_be_used_for_a_day_hold_nothing_up_any_more(company, webinar, anna, held):
    company.make.stay(held, anna, 0, 30, wire={"join_time": "yesterday"})
    company.sync(webinar)
    assert (company.state(ANNA), company.event(webinar).is_final) == ("no_show", True)


def test_r43_a_session_that_nobody_joined_is_told_until_somebody_did(company, webinar, anna, held):
    company.sync(webinar)
    assert company.warnings(webinar) == {AuditCode.NO_PARTICIPANTS}
    company.make.stay(held, anna, 0, 30)
    company.sync(webinar, full=True)
    assert company.warnings(webinar) == set()


def test_warnings_of_a_session_that_is_not_read_again_stay(company):
    starts = [company.make.now - timedelta(days=day) for day in (9, 2)]
    webinar = company.make.past("Series", occurrence_starts=starts, start=starts[0])
    company.make.hold(webinar, start=starts[0])
    company.sync(webinar)
    assert AuditCode.NO_PARTICIPANTS in company.warnings(webinar)
    second = company.make.hold(webinar, start=starts[1])
    company.make.stay(second, company.make.register(webinar, ANNA, "Anna"), 0, 30)
    company.sync(webinar)
    assert AuditCode.NO_PARTICIPANTS in company.warnings(webinar)


def test_the_planned_session_is_taken_over_by_the_one_that_is_held(company):
    webinar = company.make.upcoming("Growing roses", in_days=1)
    anna = company.make.register(webinar, ANNA, "Anna Ahlers")
    company.sync(webinar)
    event = company.event(webinar)
    webinar.start = company.make.now - timedelta(days=2)
    company.make.stay(company.make.hold(webinar), anna, 0, 30)
    company.discover()
    company.sync(webinar)
    assert company.event(webinar).pk == event.pk
    assert company.part(ANNA).event.session_uuid == webinar.instances[0].uuid


def test_d17_speakers_alone_before_the_start_practice_and_the_date_stays_to_come(company, webinar, anna):
    practice = company.make.hold(webinar, after=-50, minutes=20)
    company.sync(webinar)
    assert (company.part(ANNA).state, company.event(webinar).session_uuid) == ("registered", "")
    assert WebinarInstance.objects.get(uuid=practice.uuid).is_practice
    assert company.row(webinar).next_sync_at is not None
    company.make.stay(company.make.hold(webinar), anna, 0, 60)
    company.sync(webinar)
    assert MarketingEvent.objects.count() == 1
    assert company.part(ANNA).attendance_percent == 100


def test_d17_a_guest_whom_zoom_lists_later_makes_it_no_practice(company, webinar, anna):
    instance = company.make.hold(webinar, after=-50, minutes=20)
    company.sync(webinar)
    company.make.stay(instance, anna, 0, 10)
    company.sync(webinar, full=True)
    assert not WebinarInstance.objects.get().is_practice
    assert company.state(ANNA) == "attended"


@pytest.mark.parametrize(
    ("call", "error"),
    [
        *((call, error) for call in ("participants", "panelists") for error in (NotFound, TooOld)),
        ("panelists", MissingScope),
    ],
)
def test_d19_a_list_that_zoom_refuses_costs_only_what_it_is_for(
    company, webinar, anna, held, monkeypatch, call, error
):
    early = company.make.hold(webinar, after=-90, minutes=30)
    company.make.stay(held, anna, 0, 60)
    ask = getattr(ZoomClient, call)

    def refuse(zoom, key):
        if key in (early.uuid, webinar.id):
            raise error
        return ask(zoom, key)

    monkeypatch.setattr(ZoomClient, call, refuse)
    assert company.sync(webinar).end is RunResult.COMPLETE
    assert SyncLogLine.objects.filter(level="warning").exists()
    assert company.part(ANNA, event__session_uuid=held.uuid).attendance_percent == 100


def test_a_new_topic_is_on_the_event_and_the_timeline(company, webinar, anna, held):
    company.sync(webinar)
    company.account.rename_webinar(webinar.id, "Pruning roses")
    company.sync(webinar, full=True)
    assert company.event(webinar).name == "Pruning roses"
    assert set(company.contact(ANNA).timeline.values_list("title", flat=True)) == {"Pruning roses"}


def test_finished_webinars_cost_no_call_when_they_are_synced_again(company, webinar, anna, held):
    company.make.stay(held, anna, 0, 30)
    company.discover()
    assert len(company.calls(webinar)) > 0
    assert company.row(webinar).next_sync_at is None
    assert company.calls(webinar) == []
    paths = [path.split("?")[0].rsplit("/", 1)[1] for path in company.calls(webinar, full=True)]
    assert sorted(paths) == sorted(
        [str(webinar.id), "instances", *["registrants"] * 3, "panelists", "participants"]
    )


def test_the_calls_of_a_first_sync_are_exactly_those_that_are_needed(company, webinar, anna, held):
    company.make.stay(held, anna, 0, 30)
    for number in range(298):
        company.make.stay(held, None, 0, 30, name="P", user_email=f"p{number}@customer.example")
    company.discover()
    calls = company.calls(webinar)
    assert len([call for call in calls if "participants" in call]) == 1  # 300 rows are one page
    # details, instances, registrants, report, panelists, participants
    assert len(calls) == 1 + 1 + 3 + 1 + 1 + 1


def test_a_session_under_way_is_no_attendance_yet(company, webinar, anna):
    webinar.start = timezone.now()
    company.account.start_webinar(webinar.id)
    company.account.join(webinar.id, registrant_id=anna.id)
    assert company.sync(webinar).end is RunResult.COMPLETE
    assert company.state(ANNA) == "registered"
    company.account.end_webinar(webinar.id)
    company.sync(webinar)
    assert company.state(ANNA) == "attended"
    assert iso(company.part(ANNA).first_joined_at)


@pytest.mark.parametrize("practice", [False, True])
def test_d7_a_session_that_a_message_tells_of_while_zoom_is_asked_is_as_it_tells(
    company, webinar, anna, held, monkeypatch, practice
):
    """The guest makes it look as if the early instance counted."""
    early = company.make.hold(webinar, after=-90, minutes=30)
    company.make.stay(early, anna, 0, 30)
    told = EventObject(
        id=webinar.id,
        uuid=early.uuid if practice else "not listed yet",
        start_time=early.start if practice else held.end + timedelta(hours=1),
        end_time=early.end if practice else held.end + timedelta(hours=2),
        practice_session=practice,
    )
    report = ZoomClient.session_report

    def overtaken(zoom, uuid):
        if uuid == early.uuid:
            note_ended(company.connection, told)
        return report(zoom, uuid)

    company.discover()
    monkeypatch.setattr(ZoomClient, "session_report", overtaken)
    assert company.sync(webinar).end is RunResult.COMPLETE
    instance = WebinarInstance.objects.get(uuid=told.uuid)
    assert (instance.is_practice, instance.webhook_ended_at) == (practice, told.end_time)
