"""An attempt after one that came to no end: what that one saw in Zoom counts as seen no more (D12)."""

import pytest
from django.utils import timezone

from core.jobs import RunResult
from integrations.audit import AuditCode
from integrations.models import AttendanceRow, DomainExclusion, Registrant, SkippedPerson, SyncRun, ZoomUser
from integrations.settings_changes import remove_exclusions
from integrations.sync.runs import runner
from integrations.sync.runs.queue import enqueue_webinar
from integrations.sync.runs.runner import claim, perform
from integrations.sync.steps import Step, page_groups
from integrations.zoom.client import ZoomClient
from integrations.zoom.errors import Unavailable
from tests.integrations.sync.helpers import Trigger, work_off

pytestmark = [pytest.mark.django_db(transaction=True)]

ANNA, BEN = "anna@customer.example", "ben@customer.example"


class KilledError(BaseException):
    """What nothing in the app catches, as nothing catches a SIGKILL."""


def try_again():
    """What the next worker does once the pause is over."""
    SyncRun.objects.active().update(not_before=timezone.now())
    return work_off()[-1].end


def test_d12_who_cancels_after_a_worker_died_is_cancelled_by_the_one_that_takes_over(company, monkeypatch):
    webinar = company.make.past("Growing roses")
    anna = company.make.register(webinar, ANNA, "Anna Ahlers")
    company.make.hold(webinar)
    company.discover()
    registrants = ZoomClient.registrants

    def dies(zoom, number, status, occurrence_id=None):
        if status == "denied":
            raise KilledError
        yield from registrants(zoom, number, status, occurrence_id)

    monkeypatch.setattr(ZoomClient, "registrants", dies)
    enqueue_webinar(company.row(webinar), Trigger.SCHEDULE)
    with pytest.raises(KilledError):
        perform(claim())
    assert Registrant.objects.get().status == "approved"

    company.account.cancel_oneself(webinar.id, anna.id)
    monkeypatch.setattr(ZoomClient, "registrants", registrants)
    SyncRun.objects.filter(state="running").update(lease_until=timezone.now())
    assert perform(claim()).end is RunResult.COMPLETE
    assert Registrant.objects.get().status == "gone"
    assert company.state(ANNA) == "cancelled"


def test_d6_a_cancellation_between_two_attempts_is_seen_by_the_second(company):
    webinar = company.make.upcoming("Growing roses")
    anna = company.make.register(webinar, ANNA, "Anna Ahlers")
    company.sync(webinar)
    company.simulator.faults.add("500", r"registrants.*status=denied", times=0)
    assert company.sync(webinar).end is RunResult.RETRY
    company.account.cancel_oneself(webinar.id, anna.id)
    company.simulator.faults.clear()
    assert try_again() is RunResult.COMPLETE
    assert company.state(ANNA) == "cancelled"


def test_d12_an_attendance_row_that_zoom_takes_back_between_two_attempts_is_removed(company, monkeypatch):
    webinar = company.make.past("Growing roses")
    anna = company.make.register(webinar, ANNA, "Anna Ahlers")
    instance = company.make.hold(webinar)
    company.make.stay(instance, anna, 0, 30)
    company.make.stay(instance, None, 0, 30, name="Ben", user_email=BEN)
    company.discover()
    participants = ZoomClient.participants

    def half(zoom, uuid):
        yield from participants(zoom, uuid)
        raise Unavailable

    monkeypatch.setattr(page_groups, "ROWS", 1)
    monkeypatch.setattr(ZoomClient, "participants", half)
    assert company.sync(webinar).end is RunResult.RETRY
    assert AttendanceRow.objects.filter(email=BEN).exists()
    monkeypatch.setattr(ZoomClient, "participants", participants)
    instance.rows.pop()
    assert try_again() is RunResult.COMPLETE
    assert (company.state(ANNA), company.state(BEN)) == ("attended", "")


def test_r47_who_is_excluded_no_more_at_the_second_attempt_leaves_the_skipped_people(company, monkeypatch):
    webinar = company.make.past("Growing roses")
    company.make.register(webinar, ANNA, "Anna Ahlers")
    company.make.hold(webinar)
    DomainExclusion.objects.create(brand=company.brand, kind="contact", domain="customer.example")
    company.discover()

    def breaks(_ctx):
        raise Unavailable

    steps = runner.WEBINAR_STEPS
    monkeypatch.setattr(runner, "WEBINAR_STEPS", (*steps[:4], Step("broken", breaks)))
    assert company.sync(webinar).end is RunResult.RETRY
    assert SkippedPerson.objects.get().email == ANNA

    monkeypatch.setattr(runner, "WEBINAR_STEPS", steps)
    remove_exclusions(company.brand, "contact", "customer.example", None)
    assert try_again() is RunResult.COMPLETE
    assert not SkippedPerson.objects.exists()
    assert AuditCode.SKIPPED_EXCLUDED_DOMAIN not in company.warnings(webinar)


def test_d12_a_webinar_and_a_user_that_vanish_between_two_attempts_are_gone(company):
    webinar = company.make.upcoming("Growing roses")
    other = company.account.add_user("olga@own.example", "Olga", "Other")
    company.discover()
    company.simulator.faults.add("500", f"users/{other.id}/webinars", times=0)
    assert company.discover().end is RunResult.RETRY
    webinar.deleted = True
    del company.account.users[other.id]
    company.simulator.faults.clear()
    assert try_again() is RunResult.COMPLETE
    assert company.row(webinar).state == "gone"
    assert ZoomUser.objects.get(zoom_id=other.id).is_gone
