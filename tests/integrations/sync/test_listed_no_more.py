"""What an account lists no more, and lists again: told once, and never concluded from half a list."""

from datetime import timedelta

import msgspec
import pytest

from core.jobs import RunResult
from integrations.audit import AuditCode
from integrations.models import AuditEntry, SyncRun, Webinar, ZoomUser
from integrations.sync.runs.queue import enqueue_discovery
from integrations.sync.runs.schedule import enqueue_due
from integrations.zoom.client import ZoomClient
from integrations.zoom.errors import Unavailable
from integrations.zoom.http.decoding import BadItem
from integrations.zoom.http.pages import Page
from tests.integrations.sync.helpers import work_off

pytestmark = [pytest.mark.django_db(transaction=True)]

ANNA = "anna@customer.example"


def user(one):
    return ZoomUser.objects.get(zoom_id=one.id)


def codes():
    return list(AuditEntry.objects.order_by("pk").values_list("code", flat=True))


def test_what_is_new_and_what_is_gone_is_told_once(company):
    one = company.make.upcoming("Growing roses")
    company.make.upcoming("Pruning roses")
    company.discover()
    assert codes() == ["webinar_discovered"] * 2
    assert {entry.webinar for entry in AuditEntry.objects.all()} == set(Webinar.objects.all())
    company.discover()
    assert codes() == ["webinar_discovered"] * 2

    one.deleted = True
    company.discover()
    company.discover()
    assert codes() == ["webinar_discovered", "webinar_discovered", "webinar_gone"]
    gone = AuditEntry.objects.get(code="webinar_gone")
    assert gone.webinar == company.row(one)

    one.deleted = False
    company.discover()
    assert codes()[3:] == ["webinar_discovered"]


def test_a_webinar_that_is_gone_keeps_its_row_and_is_read_again_when_it_returns(company):
    webinar = company.make.upcoming("Growing roses")
    company.sync(webinar)
    webinar.deleted = True
    company.discover()
    assert company.row(webinar).state == Webinar.State.GONE
    webinar.deleted = False
    company.discover()
    row = company.row(webinar)
    assert row.state == Webinar.State.UPCOMING
    assert row.next_sync_at == row.connection.last_discovered_at


def test_half_a_list_of_users_marks_nobody_gone(company, monkeypatch):
    other = company.account.add_user("olga@own.example", "Olga", "Other")
    company.discover()
    users = ZoomClient.users

    def half(zoom):
        yield Page(next(users(zoom)).items[:1])
        raise Unavailable

    monkeypatch.setattr(ZoomClient, "users", half)
    assert company.discover().end is RunResult.RETRY
    assert not user(other).is_gone
    assert not ZoomUser.objects.filter(is_gone=True).exists()


def garbled(listing, *, keep):
    """The listing, but all rows after the first `keep` of each page cannot be read."""

    def read(*args):
        for page in listing(*args):
            yield Page(page.items[:keep], [BadItem("start_time", "TBD") for _ in page.items[keep:]])

    return read


def test_d12_a_webinar_whose_row_cannot_be_read_is_not_gone(company, monkeypatch):
    webinar = company.make.upcoming("Growing roses")
    company.discover()
    webinars = ZoomClient.webinars
    monkeypatch.setattr(ZoomClient, "webinars", garbled(webinars, keep=0))
    assert company.discover().end is RunResult.COMPLETE
    assert company.row(webinar).state == Webinar.State.UPCOMING
    assert AuditCode.LISTING_FAILED in AuditEntry.objects.open().values_list("code", flat=True)

    webinar.deleted = True
    monkeypatch.setattr(ZoomClient, "webinars", webinars)
    company.discover()
    assert company.row(webinar).state == Webinar.State.GONE
    assert AuditCode.LISTING_FAILED not in AuditEntry.objects.open().values_list("code", flat=True)


def test_d12_a_user_whose_row_cannot_be_read_is_not_gone(company, monkeypatch):
    other = company.account.add_user("olga@own.example", "Olga", "Other")
    company.discover()
    users = ZoomClient.users
    monkeypatch.setattr(ZoomClient, "users", garbled(users, keep=1))
    assert company.discover().end is RunResult.COMPLETE
    assert not ZoomUser.objects.filter(is_gone=True).exists()

    del company.account.users[other.id]
    monkeypatch.setattr(ZoomClient, "users", users)
    company.discover()
    assert user(other).is_gone


def test_r58_a_webinar_that_zoom_does_not_have_is_told_until_the_list_shows_that_it_was_deleted(company):
    webinar = company.make.upcoming("Growing roses")
    company.sync(webinar)
    webinar.deleted = True
    company.sync(webinar)
    assert AuditCode.WEBINAR_NOT_FOUND in company.warnings(webinar)
    company.discover()
    assert company.row(webinar).state == Webinar.State.GONE
    company.sync(webinar)
    assert AuditCode.WEBINAR_NOT_FOUND not in company.warnings(webinar)

    webinar.deleted = False
    company.discover()
    company.sync(webinar)
    assert AuditCode.WEBINAR_NOT_FOUND not in company.warnings(webinar)


def test_d12_an_answer_without_the_dates_of_a_series_deletes_none(company, monkeypatch):
    starts = [company.make.now + timedelta(days=day) for day in (1, 8)]
    webinar = company.make.upcoming("Series", occurrence_starts=starts)
    company.make.register(webinar, ANNA, "Anna Ahlers")
    company.sync(webinar)
    asked = ZoomClient.webinar

    def without_dates(zoom, number):
        return msgspec.structs.replace(asked(zoom, number), occurrences=[])

    monkeypatch.setattr(ZoomClient, "webinar", without_dates)
    assert company.sync(webinar).end is RunResult.RETRY
    assert company.contact(ANNA).participations.count() == 2

    monkeypatch.setattr(ZoomClient, "webinar", asked)
    assert company.sync(webinar).end is RunResult.COMPLETE
    assert company.contact(ANNA).participations.count() == 2


def test_a_series_that_becomes_a_single_webinar_has_no_dates_any_more_but_those_that_are_cancelled(company):
    starts = [company.make.now + timedelta(days=day) for day in (1, 8)]
    webinar = company.make.upcoming("Series", occurrence_starts=starts)
    company.sync(webinar)
    webinar.type, webinar.occurrences = Webinar.Kind.SINGLE, []
    assert company.sync(webinar).end is RunResult.COMPLETE
    sessions = company.row(webinar).occurrences.order_by("pk")
    statuses = sessions.values_list("event__status", flat=True)
    assert list(statuses) == ["cancelled", "cancelled", "upcoming"]


def test_d13_a_webinar_that_is_opened_again_is_noticed_by_polling(company):
    """Its date is final, so that nothing else would make it due."""
    webinar = company.make.past("Growing roses")
    company.make.hold(webinar)
    company.sync(webinar)
    company.discover()
    work_off()
    assert company.row(webinar).next_sync_at is None
    again = company.make.hold(webinar, start=company.make.now - timedelta(days=1), minutes=5)
    company.discover()
    enqueue_due(company.connection)
    work_off()
    assert (
        company.row(webinar).instances.filter(uuid=again.uuid, reading__last_read_at__isnull=False).exists()
    )
    company.discover()
    assert company.row(webinar).next_sync_at != company.row(webinar).connection.last_discovered_at


def test_r58_nothing_is_missed_while_a_list_is_awaited_that_tells_what_was_deleted(company):
    webinar = company.make.upcoming("Growing roses")
    company.sync(webinar)
    webinar.deleted = True
    waiting = enqueue_discovery(company.connection, SyncRun.Trigger.WEBHOOK)
    SyncRun.objects.filter(pk=waiting.pk).update(not_before=company.make.now + timedelta(days=9))
    company.sync(webinar)
    assert company.warnings(webinar) == set()


def test_r58_what_was_missed_is_over_once_it_is_known_to_be_deleted_also_of_a_webinar_that_is_off(company):
    webinar = company.make.upcoming("Growing roses")
    company.sync(webinar)
    webinar.deleted = True
    company.sync(webinar)
    Webinar.objects.update(sync_enabled=False)
    assert AuditCode.WEBINAR_NOT_FOUND in company.warnings(webinar)
    company.discover()
    assert AuditCode.WEBINAR_NOT_FOUND not in company.warnings(webinar)
