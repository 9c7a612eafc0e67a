"""What a sync that found nothing new leaves behind: nothing that grows."""

import pytest

from core.messages import Message
from integrations.models import AuditEntry, SyncLogLine, SyncRun, SyncStep
from integrations.sync.runs.queue import enqueue_discovery
from tests.integrations.sync.helpers import enqueue_webinar, work_off

pytestmark = pytest.mark.django_db(transaction=True)

Trigger = SyncRun.Trigger


@pytest.fixture
def webinar(company):
    webinar = company.make.upcoming("Webinar")
    company.make.register(webinar, "anna@customer.example", "Anna")
    company.sync(webinar)
    SyncRun.objects.all().delete()
    AuditEntry.objects.all().delete()
    return webinar


def sync(company, webinar, trigger=Trigger.SCHEDULE):
    enqueue_webinar(company.row(webinar), trigger)
    work_off()
    return SyncRun.objects.latest("pk")


def test_idle_syncs_leave_one_run_and_no_audit_entry(company, webinar):
    first = sync(company, webinar)
    steps = first.steps.count()
    for _number in range(3):
        last = sync(company, webinar)
    assert SyncRun.objects.get() == last
    assert last.changes == {}
    assert SyncStep.objects.count() == steps
    assert not SyncLogLine.objects.exists()
    assert not AuditEntry.objects.exists()


def test_idle_listings_leave_one_run(company, webinar):
    for _number in range(3):
        enqueue_discovery(company.connection, Trigger.SCHEDULE)
        work_off()
    assert SyncRun.objects.filter(kind="discovery").count() == 1
    assert not AuditEntry.objects.exists()


def test_what_a_person_asked_for_what_changed_something_and_what_has_a_log_stays(company, webinar):
    asked = sync(company, webinar, Trigger.MANUAL)
    logged = sync(company, webinar)
    SyncLogLine.objects.create(run=logged, message=Message("job.internal_error"))
    named = sync(company, webinar)
    AuditEntry.objects.create(
        brand=company.brand, code="internal_error", severity="error", subject="…", state="open", run=named
    )
    company.make.register(webinar, "bert@customer.example", "Bert")
    changed = sync(company, webinar)
    idle = sync(company, webinar)
    assert list(SyncRun.objects.order_by("pk")) == [asked, logged, named, changed, idle]
    assert AuditEntry.objects.get(code="sync_completed").run == changed


def test_an_idle_run_of_another_webinar_stays(company, webinar):
    other = company.make.upcoming("Another")
    company.sync(other)
    theirs = sync(company, other)
    sync(company, webinar)
    assert SyncRun.objects.filter(pk=theirs.pk).exists()
