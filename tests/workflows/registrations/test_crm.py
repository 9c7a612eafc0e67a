"""What a registration from here writes into the CRM at once, and what the next sync makes of it (R61)."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from contacts.models import ChangeSet, Contact
from integrations.models import Registrant, Webinar
from marketing_events.models import Participation
from tests.contacts.make import make_contact
from tests.integrations.sync.company import Company
from tests.integrations.sync.helpers import work_off
from tests.workflows.registrations.helpers import make_due, register, work
from workflows.models import RegistrationStatus as Status
from workflows.registrations.jobs import Options, Source, enqueue
from zoom_simulator.account.rows import Webinar as ZoomWebinar
from zoomsync.models import User

pytestmark = pytest.mark.django_db(transaction=True)

ANA = "ana@customer.example"
MOST_STATEMENTS = 53  # from the wish to its end, with the commits


@pytest.fixture
def webinar(company: Company) -> ZoomWebinar:
    webinar = company.make.upcoming("Growing roses")
    company.sync(webinar)
    return webinar


@pytest.fixture
def contact() -> Contact:
    return make_contact(ANA, first_name="Ana", last_name="Silva")


def test_the_event_and_the_timeline_have_it_at_once(
    company: Company, webinar: ZoomWebinar, contact: Contact
) -> None:
    assert register(contact, webinar).status == Status.REGISTERED
    contact.refresh_from_db()
    assert company.state(ANA) == "registered"
    assert company.timeline(ANA) == ["webinar_registered"]
    assert contact.zoom_webinar_registration_count == 1
    assert company.event(webinar).registered_count == 1


def test_all_that_it_changes_is_one_change_set_in_few_statements(
    company: Company, webinar: ZoomWebinar, contact: Contact
) -> None:
    """A bulk keeps up with Zoom's 30 a second beside what follows from each change set."""
    register(contact, webinar)
    other = make_contact("ben@customer.example", first_name="Ben", last_name="Okafor")
    before = ChangeSet.objects.count()
    with CaptureQueriesContext(connection) as captured:
        assert register(other, webinar).status == Status.REGISTERED
    assert ChangeSet.objects.count() == before + 1
    sent = [row["sql"] for row in captured if not row["sql"].startswith(("SAVEPOINT", "RELEASE", "BEGIN"))]
    assert len(sent) <= MOST_STATEMENTS


def test_it_is_ours_until_a_sync_confirms_it(
    company: Company, webinar: ZoomWebinar, contact: Contact
) -> None:
    register(contact, webinar)
    row = Registrant.objects.get()
    assert (row.contact, row.seen_in_run) == (contact, None)
    company.sync(webinar)
    row.refresh_from_db()
    assert row.seen_in_run is not None
    assert Registrant.objects.count() == 1
    assert company.state(ANA) == "registered"
    assert company.timeline(ANA) == ["webinar_registered"]


def test_the_sync_knows_the_person_whatever_address_zoom_returns(
    company: Company, webinar: ZoomWebinar, contact: Contact
) -> None:
    register(contact, webinar)
    (person,) = webinar.registrants.values()
    person.email = "someone.else@other.example"
    company.sync(webinar)
    assert list(Contact.objects.values_list("email", flat=True)) == [ANA]
    assert company.state(ANA) == "registered"


def test_zooms_lists_may_lag_behind_for_some_minutes(
    company: Company, webinar: ZoomWebinar, contact: Contact
) -> None:
    register(contact, webinar)
    webinar.registrants.clear()
    company.sync(webinar)
    assert company.state(ANA) == "registered"
    Registrant.objects.update(registered_at=company.make.now - timedelta(minutes=11))
    company.sync(webinar)
    assert company.state(ANA) == "cancelled"


def test_somebody_pending_has_no_participation_until_approved(company: Company, contact: Contact) -> None:
    webinar = company.make.upcoming("By hand", approval_type=1)
    company.sync(webinar)
    assert register(contact, webinar).status == Status.PENDING_APPROVAL
    assert not Participation.objects.exists()
    (person,) = webinar.registrants.values()
    company.account.approve(webinar.id, person.id)
    company.sync(webinar)
    assert company.state(ANA) == "registered"


def test_r25_an_account_users_activity_is_not_written(
    company: Company, webinar: ZoomWebinar, contact: Contact
) -> None:
    User.objects.create_user(ANA, name="Ana")
    assert register(contact, webinar).status == Status.REGISTERED
    assert not Participation.objects.exists()
    assert company.timeline(ANA) == []


def test_d3_a_webinar_that_does_not_sync_gets_no_activity_but_the_link(
    company: Company, webinar: ZoomWebinar, contact: Contact
) -> None:
    Webinar.objects.update(sync_enabled=False)
    register(contact, webinar)
    contact.refresh_from_db()
    assert contact.zoom_webinar_joinlink
    assert not Participation.objects.exists()


def test_a_webinar_that_no_listing_has_shown_is_looked_for(company: Company, contact: Contact) -> None:
    webinar = company.make.upcoming("Brand new")
    assert register(contact, webinar).status == Status.REGISTERED
    work_off()
    company.sync(webinar)
    assert company.state(ANA) == "registered"


def test_only_the_chosen_date_of_a_series_has_it(company: Company, contact: Contact) -> None:
    dates = [company.make.now + timedelta(days=days) for days in (7, 14)]
    webinar = company.make.timeless("Series", occurrence_starts=dates, registration_type=2)
    company.sync(webinar)
    register(contact, webinar, occurrence_id=webinar.occurrences[1].id)
    (part,) = Participation.objects.select_related("event")
    assert part.event.starts_at == webinar.occurrences[1].start


def test_d16_somebody_whom_a_sync_has_seen_is_registered_already(
    company: Company, webinar: ZoomWebinar, contact: Contact
) -> None:
    company.make.register(webinar, ANA, "Ana Silva")
    company.sync(webinar)
    calls = len(company.simulator.calls.where("/registrants", method="POST"))
    job = register(contact, webinar)
    (person,) = webinar.registrants.values()
    assert (job.status, job.registrant_id) == (Status.ALREADY_REGISTERED, person.id)
    assert len(company.simulator.calls.where("/registrants", method="POST")) == calls


def test_d28_whoever_is_registered_with_a_merged_address_is_registered_already(
    company: Company, webinar: ZoomWebinar
) -> None:
    contact = make_contact("ana@new.example", merged_emails=(ANA,), first_name="Ana")
    company.make.register(webinar, ANA, "Ana Silva")
    company.sync(webinar)
    assert register(contact, webinar).status == Status.ALREADY_REGISTERED
    (person,) = webinar.registrants.values()
    assert person.email == ANA


def test_d28_removing_a_contact_cancels_the_registrations_of_both_addresses(
    company: Company, webinar: ZoomWebinar
) -> None:
    contact = make_contact("ana@new.example", merged_emails=(ANA,), first_name="Ana")
    company.make.register(webinar, ANA, "Ana Silva")
    company.make.register(webinar, contact.email, "Ana Silva")
    company.sync(webinar)
    assert register(contact, webinar, action="remove").status == Status.REMOVED
    assert {person.status for person in webinar.registrants.values()} == {"denied"}
    assert company.state(contact.email) == "cancelled"
    company.sync(webinar)
    assert company.state(contact.email) == "cancelled"


def test_somebody_who_cancelled_since_is_registered_again(
    company: Company, webinar: ZoomWebinar, contact: Contact
) -> None:
    first = register(contact, webinar)
    company.sync(webinar)
    company.account.cancel_oneself(webinar.id, first.registrant_id)
    company.sync(webinar)
    assert company.state(ANA) == "cancelled"
    again = register(contact, webinar)
    assert again.status == Status.REGISTERED
    assert again.registrant_id != first.registrant_id
    assert company.state(ANA) == "registered"


class TestRemoval:
    @pytest.mark.parametrize("may_register_again", [False, True])
    def test_x9_a_removed_registration_is_cancelled_here_and_in_zoom(
        self, company: Company, webinar: ZoomWebinar, contact: Contact, may_register_again: bool
    ) -> None:
        register(contact, webinar)
        job = register(contact, webinar, action="remove", may_register_again=may_register_again)
        assert job.status == Status.REMOVED
        statuses = [person.status for person in webinar.registrants.values()]
        assert statuses == ([] if may_register_again else ["denied"])
        assert company.state(ANA) == "cancelled"
        assert company.timeline(ANA) == ["webinar_registered", "webinar_cancelled"]
        company.sync(webinar)
        assert company.state(ANA) == "cancelled"

    def test_somebody_whom_zoom_alone_knows_is_removed(
        self, company: Company, webinar: ZoomWebinar, contact: Contact
    ) -> None:
        company.make.register(webinar, ANA, "Ana Silva")
        assert register(contact, webinar, action="remove").status == Status.REMOVED
        assert [person.status for person in webinar.registrants.values()] == ["denied"]

    def test_removing_somebody_who_is_not_registered_changes_nothing(
        self, company: Company, webinar: ZoomWebinar, contact: Contact
    ) -> None:
        job = register(contact, webinar, action="remove")
        assert (job.status, job.reason_values) == (Status.REMOVED, {"was_registered": False})

    def test_after_a_removal_a_registration_is_made_anew(
        self, company: Company, webinar: ZoomWebinar, contact: Contact
    ) -> None:
        register(contact, webinar)
        register(contact, webinar, action="remove", may_register_again=True)
        assert register(contact, webinar).status == Status.REGISTERED
        assert company.state(ANA) == "registered"
        assert company.timeline(ANA) == ["webinar_registered"]

    def test_after_a_cancellation_somebody_must_be_let_in(
        self, company: Company, webinar: ZoomWebinar, contact: Contact
    ) -> None:
        register(contact, webinar)
        register(contact, webinar, action="remove")
        assert register(contact, webinar).reason_code == "denied_before"
        enqueue(contact, webinar.id, Source.PAGE, Options(lifts_denial=True))
        make_due()
        work()
        assert company.state(ANA) == "registered"
