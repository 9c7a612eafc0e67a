import pytest

from contacts import actions
from contacts.actions import NewContact
from contacts.models import Contact, TimelineEntry
from integrations.models import SkippedPerson, SyncRun, Webinar, ZoomConnection
from tests.contacts.make import make_contact
from tests.integrations.make import make_webinar
from tests.marketing_events.make import START

pytestmark = pytest.mark.django_db


@pytest.fixture
def webinar(connection: ZoomConnection) -> Webinar:
    return make_webinar(connection)


def skip(webinar: Webinar, email: str, reason: str) -> None:
    SkippedPerson.objects.create(
        webinar=webinar, stage="registration", person_key=email, email=email, reason=reason
    )


def tell(contact: Contact, webinar: Webinar) -> None:
    TimelineEntry.objects.create(
        contact=contact,
        kind="webinar_registered",
        subject_key=f"zoom:webinar:{webinar.zoom_webinar_id}",
        zoom_webinar_id=webinar.zoom_webinar_id,
        occurred_at=START,
    )


@pytest.fixture
def queued(django_capture_on_commit_callbacks):
    """The webinars that are queued for a sync after the change."""

    def after(change) -> list[Webinar]:
        with django_capture_on_commit_callbacks(execute=True):
            change()
        return [run.webinar for run in SyncRun.objects.select_related("webinar").order_by("pk")]

    return after


def test_d11_whom_the_deletion_kept_out_is_judged_again_when_created_by_hand(webinar, queued):
    skip(webinar, "anna@x.example", SkippedPerson.Reason.DELETED_CONTACT)
    make_webinar(webinar.connection)
    assert queued(lambda: actions.create_contact(NewContact(email="Anna@x.example"))) == [webinar]
    assert not SyncRun.objects.get().is_full, "what is final is judged from the rows that are here"


def test_r28_a_deleted_contact_is_judged_again_where_it_took_part(webinar, queued):
    anna = make_contact()
    tell(anna, webinar)
    assert queued(lambda: actions.delete_contact(anna.pk)) == [webinar]


def test_r29_a_secondary_address_that_is_taken_away_is_judged_again(webinar, queued):
    anna = make_contact(secondary_emails=("a@y.example",))
    skip(webinar, "a@y.example", SkippedPerson.Reason.SECONDARY_EMAIL)
    assert queued(lambda: actions.remove_secondary(anna.pk, "a@y.example")) == [webinar]


def test_r26_another_primary_address_is_judged_for_both(webinar, queued):
    anna = make_contact(secondary_emails=("a@y.example",))
    other = make_webinar(webinar.connection)
    tell(anna, webinar)
    skip(other, "a@y.example", SkippedPerson.Reason.SECONDARY_EMAIL)
    assert set(queued(lambda: actions.make_primary(anna.pk, "a@y.example"))) == {webinar, other}


def test_who_has_nothing_to_do_with_a_webinar_queues_nothing(webinar, queued):
    assert queued(lambda: actions.create_contact(NewContact(email="anna@x.example"))) == []


def test_a_change_that_is_taken_back_queues_nothing(webinar, queued):
    skip(webinar, "anna@x.example", SkippedPerson.Reason.DELETED_CONTACT)
    make_contact("ben@x.example")

    def refused() -> None:
        with pytest.raises(actions.AddressTakenError):
            actions.create_contact(NewContact(email="anna@x.example", secondary_emails=["ben@x.example"]))

    assert queued(refused) == []


def test_a_brand_that_is_not_connected_queues_nothing(webinar, queued):
    ZoomConnection.objects.update(state=ZoomConnection.State.DISCONNECTED)
    skip(webinar, "anna@x.example", SkippedPerson.Reason.DELETED_CONTACT)
    assert queued(lambda: actions.create_contact(NewContact(email="anna@x.example"))) == []
