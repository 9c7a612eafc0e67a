"""Answers of Zoom that failed in the field, given by the simulator over HTTP (D17-D19)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from core.jobs import RunResult
from integrations.models import AuditEntry, SyncRun, Webinar, ZoomConnection, ZoomSettings, ZoomUser
from integrations.sync.runs.queue import enqueue_discovery
from integrations.sync.steps.discovery import UNLICENSED_ROUND
from marketing_events.models import MarketingEvent, Participation
from tests.integrations.sync.company import Company
from tests.integrations.sync.helpers import work_off
from zoom_simulator.account import rows
from zoom_simulator.simulator import Simulator

pytestmark = pytest.mark.django_db(transaction=True)

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def company(simulator: Simulator, simulated_connection: ZoomConnection, unpaced: None) -> Company:
    return Company(simulator, simulated_connection)


def refuse(company: Company, path: str, status: int, code: int, message: str) -> None:
    company.simulator.faults.add("error", path, times=0, status=status, code=code, message=message)


def open_entries(company: Company, webinar: rows.Webinar | None = None) -> set[str]:
    """But for recordings, where their sync is off."""
    entries = AuditEntry.objects.open().filter(webinar=webinar and company.row(webinar))
    entries = entries.exclude(code="recordings_off")
    return set(entries.values_list("code", flat=True))


def states(webinar: rows.Webinar) -> dict[str, str]:
    """Of each event and person, but for the host's."""
    parts = Participation.objects.filter(event__zoom_webinar_id=webinar.id, role="attendee")
    return dict(parts.values_list("contact__email", "state"))


def statuses(webinar: rows.Webinar) -> list[tuple[str, bool]]:
    """Status of the webinar's events and whether each is unplanned, in the order of their start."""
    events = MarketingEvent.objects.filter(zoom_webinar_id=webinar.id).order_by("starts_at")
    return list(events.values_list("status", "is_unplanned"))


@pytest.mark.parametrize(
    ("message", "scope"),
    [
        (
            "Invalid access token, does not contain scopes:[%s].",
            "cloud_recording:read:list_recording_files:admin",
        ),
        ("Invalid access token, does not contain %s scope.", "role:read:admin"),
    ],
)
def test_case_08_a_missing_scope_under_code_4700_costs_its_part_and_is_named(
    company: Company, message: str, scope: str
) -> None:
    ZoomSettings.objects.update(recordings="all")
    webinar = company.make.past(start=company.make.now - 20 * HOUR)
    ann = company.make.register(webinar, "ann@x.example.com", "Ann Archer")
    company.make.stay(company.make.hold(webinar), ann, 0, 30)
    refuse(company, "/recordings", 400, 4700, message % scope)
    assert company.sync(webinar).end is RunResult.COMPLETE
    assert states(webinar) == {"ann@x.example.com": "attended"}
    assert open_entries(company, webinar) == {"recording_unavailable"}
    assert scope in AuditEntry.objects.open().get(code="recording_unavailable").message
    assert ZoomConnection.objects.get().state == ZoomConnection.State.CONNECTED


def test_case_09_a_host_without_a_licence_is_no_warning_and_asked_rarely(company: Company) -> None:
    other = company.account.add_user("olga@own.example", "Olga", "Other")
    webinar = company.make.upcoming()
    message = "Your user account is not allowed webinar hosting and scheduling capabilities."
    refuse(company, f"/users/{other.id}/webinars", 400, 3161, message)
    assert company.discover().end is RunResult.COMPLETE
    assert Webinar.objects.get().zoom_webinar_id == webinar.id
    assert open_entries(company) == set()
    assert ZoomUser.objects.get(zoom_id=other.id).has_webinar_plan is False
    asked = company.simulator.calls.count(f"/users/{other.id}/webinars")
    enqueue_discovery(company.connection, SyncRun.Trigger.SCHEDULE)
    ZoomUser.objects.filter(zoom_id=other.id).update(id=_not_now())
    work_off()
    assert company.simulator.calls.count(f"/users/{other.id}/webinars") == asked


def _not_now() -> int:
    """A key whose turn is half a day away."""
    turn = int(timezone.now().timestamp()) // (15 * 60)
    return UNLICENSED_ROUND * 1000 + (turn + UNLICENSED_ROUND // 2) % UNLICENSED_ROUND


@pytest.mark.parametrize(("status", "code"), [(400, 300), (404, 404)])
def test_case_10_attendance_is_kept_where_registrants_are_refused(
    company: Company, status: int, code: int
) -> None:
    webinar = company.make.past()
    company.make.stay(
        company.make.hold(webinar), None, 0, 10, name="Ann Archer", user_email="ann6001@x.example.com"
    )
    message = f"Registration has not been enabled for this meeting: {webinar.id}."
    refuse(company, f"/webinars/{webinar.id}/registrants", status, code, message)
    assert company.sync(webinar).end is RunResult.COMPLETE
    assert states(webinar) == {"ann6001@x.example.com": "attended"}
    assert open_entries(company, webinar) == {"registrants_rejected"}
    assert message in AuditEntry.objects.open().get(code="registrants_rejected").message


def test_case_11_a_row_without_a_leave_time_is_attendance(company: Company) -> None:
    webinar = company.make.past(start=company.make.now - 31 * HOUR)
    cleo = company.make.register(webinar, "c@x.example.com", "C")
    company.make.stay(company.make.hold(webinar), cleo, 1, 51, wire={"leave_time": None})
    company.sync(webinar)
    part = company.part("c@x.example.com")
    assert (part.state, part.duration_seconds) == ("attended", 59 * 60)  # to the session's end
    assert company.event(webinar).is_final
    assert open_entries(company, webinar) == set()


def test_case_12_a_row_that_leaves_before_it_joins_is_attendance_of_no_length(company: Company) -> None:
    webinar = company.make.past()
    ann = company.make.register(webinar, "ann2@x.example.com", "Ann A")
    company.make.stay(company.make.hold(webinar), ann, 45, 45 - 2 / 60)
    company.sync(webinar)
    part = company.part("ann2@x.example.com")
    assert (part.state, part.duration_seconds, part.first_joined_at) == ("attended", 0, part.last_left_at)
    assert open_entries(company, webinar) == set()


def test_case_13_a_list_shorter_than_its_total_cancels_nobody(company: Company) -> None:
    webinar = company.make.upcoming()
    registrants = [company.make.register(webinar, f"t{n}@x.example.com", "T") for n in range(5)]
    company.sync(webinar)
    for registrant in registrants[3:]:
        del webinar.registrants[registrant.id]
    company.simulator.pages.left_out["registrants"] = 2
    company.sync(webinar)
    assert set(states(webinar).values()) == {"registered"}
    assert len(states(webinar)) == 5
    assert open_entries(company, webinar) == {"list_incomplete"}


def test_case_13_attendance_shorter_than_its_total_makes_no_no_show(company: Company) -> None:
    webinar = company.make.past()
    people = [company.make.register(webinar, f"t{n}@x.example.com", "T") for n in range(2)]
    company.make.stay(company.make.hold(webinar), people[0], 0, 30)
    company.simulator.pages.left_out["participants"] = 1
    company.sync(webinar)
    assert states(webinar) == {"t0@x.example.com": "attended", "t1@x.example.com": "registered"}
    assert not company.event(webinar).is_final
    assert open_entries(company, webinar) == {"list_incomplete"}


def test_case_14_a_host_deleted_with_the_webinars_cancels_their_events(company: Company) -> None:
    host = company.account.add_user("b@own.example", "Bea", "Host")
    webinar = company.make.upcoming(host=host, in_days=3)
    company.make.register(webinar, "h1@x.example.com", "H")
    company.sync(webinar)
    del company.account.users[host.id]
    webinar.deleted = True
    company.discover()
    work_off()
    company.sync(webinar)
    assert company.row(webinar).state == Webinar.State.GONE
    assert statuses(webinar) == [("cancelled", False)]
    assert open_entries(company, webinar) == set()


def test_case_15_one_refused_date_costs_only_that_date(company: Company) -> None:
    starts = [company.make.now + days * DAY for days in (-9, -2, 5)]
    webinar = company.make.past(occurrence_starts=starts, start=starts[0], registration_type=2)
    first, second, third = (occurrence.id for occurrence in webinar.occurrences)
    company.make.register(webinar, "one@x.example.com", "One", occurrence_ids=[first])
    two = company.make.register(webinar, "two@x.example.com", "Two", occurrence_ids=[second])
    company.make.register(webinar, "three@x.example.com", "Three", occurrence_ids=[third])
    company.make.stay(company.make.hold(webinar, start=starts[1]), two, 0, 30)
    refuse(company, f"registrants.*{first}", 400, 300, "Invalid occurrence_id.")
    assert company.sync(webinar).end is RunResult.COMPLETE
    assert states(webinar) == {"two@x.example.com": "attended", "three@x.example.com": "registered"}
    assert open_entries(company, webinar) == {"registrants_rejected"}
    assert first in AuditEntry.objects.open().get(code="registrants_rejected").message


def test_case_16_who_registers_after_the_end_is_no_no_show(company: Company) -> None:
    webinar = company.make.past(start=company.make.now - 49 * HOUR, settings_wire={"on_demand": True})
    company.make.hold(webinar)
    late = company.account.register(
        webinar.id, "late4@x.example.com", "L", "", at=company.make.now - 20 * HOUR
    )
    assert late.status == "approved"
    company.make.register(webinar, "early@x.example.com", "E")
    company.sync(webinar)
    assert company.event(webinar).is_final
    assert states(webinar) == {"late4@x.example.com": "registered", "early@x.example.com": "no_show"}


@pytest.mark.parametrize("who", ["the host", "one registrant", "no one", "of a series"])
def test_case_19_a_webinar_opened_days_early_leaves_its_date_upcoming(company: Company, who: str) -> None:
    planned = company.make.now + 2 * DAY
    series = {"occurrence_starts": [planned, planned + 7 * DAY]} if who == "of a series" else {}
    webinar = company.make.upcoming(in_days=2, **series)
    people = [company.make.register(webinar, f"p{n}@x.example.com", "P") for n in range(3)]
    early = company.make.hold(webinar, start=company.make.now - 3 * DAY, minutes=5)
    if who == "no one":
        early.rows.clear()
    if who == "one registrant":
        early.rows.clear()
        company.make.stay(early, people[0], 0, 5)
    company.sync(webinar)
    dates = 2 if who == "of a series" else 1
    assert statuses(webinar) == [("ended", True), *[("upcoming", False)] * dates]
    unplanned = Participation.objects.filter(event__is_unplanned=True, role="attendee")
    attended = ["p0@x.example.com"] if who == "one registrant" else []
    assert list(unplanned.values_list("contact__email", flat=True)) == attended
    planned_parts = Participation.objects.filter(event__is_unplanned=False)
    assert set(planned_parts.values_list("state", flat=True)) == {"registered"}
    assert planned_parts.count() == 3 * dates
    assert company.row(webinar).state == Webinar.State.UPCOMING


def test_case_20_a_webinar_opened_again_makes_no_false_no_shows(company: Company) -> None:
    webinar = company.make.past(start=company.make.now - 4 * DAY)
    people = [company.make.register(webinar, f"p{n}@x.example.com", "P") for n in range(3)]
    instance = company.make.hold(webinar)
    for person in people[:2]:
        company.make.stay(instance, person, 0, 50)
    company.make.hold(webinar, start=company.make.now - 2 * DAY, minutes=2)
    company.sync(webinar)
    assert statuses(webinar) == [("ended", False), ("ended", True)]
    assert states(webinar) == {
        "p0@x.example.com": "attended",
        "p1@x.example.com": "attended",
        "p2@x.example.com": "no_show",
    }
    again = MarketingEvent.objects.get(is_unplanned=True)
    assert (again.registered_count, again.no_show_count, again.attended_count) == (0, 0, 0)
