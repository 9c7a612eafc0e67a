"""Hosts, co-hosts and panelists: told apart from attendees, or kept out of the CRM (D26)."""

import pytest

from contacts.models import Contact
from integrations.models import AuditEntry, SkippedPerson, SyncRun
from integrations.settings_changes import preview, set_global, undo
from tests.integrations.sync.helpers import work_off

pytestmark = [pytest.mark.django_db(transaction=True)]

ANNA, PAULA, COHOST = "anna@customer.example", "paula@speakers.example", "co.host@own.example"
HOST = "host@own.example"


@pytest.fixture
def webinar(company):
    """Anna, the host, a co-host and a panelist attended; one panelist and one guest only registered."""
    webinar = company.make.past("Growing roses", alternative_hosts=[COHOST])
    webinar.panelists += [("Paula Panel", "Paula@Speakers.example"), ("Max", "max@speakers.example")]
    anna = company.make.register(webinar, ANNA, "Anna Ahlers")
    company.make.register(webinar, "max@speakers.example", "Max Panel")
    company.make.register(webinar, "ben@customer.example", "Ben Brandt")
    instance = company.make.hold(webinar)
    company.make.stay(instance, anna, 0, 30)
    company.make.stay(instance, None, 0, 60, name="Paula Panel", user_email=PAULA)
    company.make.stay(instance, None, 0, 60, name="Co Host", user_email=COHOST)
    return webinar


def roles(company, webinar):
    parts = company.event(webinar).participations
    return dict(parts.filter(state="attended").values_list("contact__email", "role"))


def test_d26_staff_are_written_with_their_role_and_counted_apart(company, webinar):
    company.sync(webinar)
    assert roles(company, webinar) == {ANNA: "attendee", HOST: "host", COHOST: "host", PAULA: "panelist"}
    event = company.event(webinar)
    assert (event.attended_count, event.staff_count, event.no_show_count) == (1, 3, 1)


def test_d26_a_setting_keeps_staff_out_and_lets_them_in_again(company, webinar):
    set_global(company.brand, exclude_staff=True, actor=None)
    company.sync(webinar)
    assert set(Contact.objects.values_list("email", flat=True)) == {ANNA, "ben@customer.example"}
    assert set(SkippedPerson.objects.filter(reason="staff").values_list("email", flat=True)) == {
        HOST,
        COHOST,
        PAULA,
        "max@speakers.example",
    }
    assert AuditEntry.objects.open().filter(code="skipped_staff").exists()

    set_global(company.brand, exclude_staff=False, actor=None)
    assert SyncRun.objects.active().get().trigger == "catch_up"
    work_off()
    assert roles(company, webinar).keys() == {ANNA, HOST, COHOST, PAULA}
    assert not SkippedPerson.objects.exists()
    assert not AuditEntry.objects.open().filter(code__startswith="skipped_").exists()


def test_d26_who_is_in_already_keeps_what_is_there_and_gets_nothing_new(company, webinar):
    company.sync(webinar)
    set_global(company.brand, exclude_staff=True, actor=None)
    second = company.make.past("Pruning roses")
    company.make.hold(second)
    company.sync(webinar, full=True)
    company.sync(second)
    assert roles(company, webinar).keys() == {ANNA, HOST, COHOST, PAULA}
    assert company.contact(HOST).participations.count() == 1


def test_d26_a_panelist_of_one_webinar_is_an_attendee_of_another(company, webinar):
    set_global(company.brand, exclude_staff=True, actor=None)
    other = company.make.past("Pruning roses")
    company.make.stay(company.make.hold(other), None, 0, 30, name="Paula Panel", user_email=PAULA)
    company.sync(webinar)
    company.sync(other)
    assert company.part(PAULA).role == "attendee"
    assert SkippedPerson.objects.filter(email=PAULA).count() == 1


def test_x6_the_forecast_counts_staff_and_the_change_can_be_undone(company, webinar):
    company.sync(webinar)
    told = preview(company.brand, lambda: set_global(company.brand, exclude_staff=True, actor=None))
    assert told.staff == 4
    [change] = set_global(company.brand, exclude_staff=True, actor=None).changes
    company.sync(webinar, full=True)
    staff = SkippedPerson.objects.filter(reason="staff")
    back = preview(company.brand, lambda: set_global(company.brand, exclude_staff=False, actor=None), staff)
    assert (back.staff, back.entrance.people, back.entrance.resuming) == (0, 0, 4)
    still = preview(company.brand, lambda: set_global(company.brand, recordings="all", actor=None), staff)
    assert (still.entrance.people, still.entrance.staying) == (0, {"staff": 4})
    undo(company.brand, [change.pk], None)
    company.brand.zoom_settings.refresh_from_db()
    assert not company.brand.zoom_settings.exclude_staff
