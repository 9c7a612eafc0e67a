from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
from django.apps import apps
from django.db.models import Model
from django.utils import timezone

from contacts.actions import NewContact, create_contact, delete_contact
from contacts.models import Brand
from integrations.models import DomainExclusion, SkippedPerson, SyncRun, Webinar, ZoomConnection
from integrations.rules.people import Reason
from integrations.rules.retention import Availability
from integrations.rules.switches import Switch
from integrations.settings_changes import (
    BadDomainsError,
    NotAllowed,
    Outcome,
    add_exclusions,
    preview,
    remove_exclusions,
    set_global,
)
from integrations.settings_changes.preview import contacts_with, rolled_back
from tests.integrations.make import make_held, make_host, make_session, make_webinar
from zoomsync.models import User

type Change = Callable[[Brand], Outcome]

CHANGES: dict[str, Change] = {
    "on": lambda brand: set_global(brand, sync_webinars=True, actor=None),
    "off": lambda brand: set_global(brand, sync_webinars=False, actor=None),
    "recordings": lambda brand: set_global(brand, sync_webinars=True, recordings="all", actor=None),
    "creation": lambda brand: set_global(brand, create_contacts=False, actor=None),
    "staff": lambda brand: set_global(brand, exclude_staff=True, actor=None),
    "hosts": lambda brand: add_exclusions(brand, "host", "partner.test", None),
    "contacts": lambda brand: add_exclusions(brand, "contact", "acme.test", None),
    "removal": lambda brand: remove_exclusions(brand, "contact", "rival.test", None),
}


@pytest.fixture
def several(brand: Brand, connection: ZoomConnection) -> Brand:
    """A brand with webinars of every kind of switch."""
    make_held(connection, make_host(connection))
    make_held(connection, make_host(connection, "host@partner.test"))
    make_webinar(connection, sync_enabled=False)
    make_webinar(connection, is_zoom_event=True)
    add_exclusions(brand, "contact", ["rival.test"], None)
    skip(make_webinar(connection), "eve@rival.test")
    return brand


def skip(webinar: Webinar, email: str, **fields: str) -> SkippedPerson:
    given = {"reason": "excluded_domain", "rule": email.rpartition("@")[2], "stage": "registration", **fields}
    return SkippedPerson.objects.create(webinar=webinar, person_key=email, email=email, **given)


def everything() -> Iterator[tuple[type[Model], list[dict[str, object]]]]:
    for model in apps.get_models():
        yield model, list(model._default_manager.order_by("pk").values())


@pytest.mark.parametrize("name", CHANGES)
def test_x6_a_rehearsal_leaves_nothing_behind_and_tells_what_the_change_then_does(
    several: Brand, name: str, django_capture_on_commit_callbacks: Callable[..., object]
) -> None:
    before = list(everything())
    with django_capture_on_commit_callbacks() as sent:
        foretold = preview(several, lambda: CHANGES[name](several)).outcome
    assert list(everything()) == before
    assert sent == []
    done = CHANGES[name](several)
    assert (foretold.webinars, foretold.recordings, foretold.queued) == (
        done.webinars,
        done.recordings,
        done.queued,
    )
    assert [(row.field, row.old, row.new) for row in foretold.changes] == [
        (row.field, row.old, row.new) for row in done.changes
    ]


def test_x6_a_change_that_is_refused_is_refused_when_rehearsed(several: Brand, bob: User) -> None:
    with pytest.raises(NotAllowed):
        preview(several, lambda: set_global(several, sync_webinars=True, actor=bob))
    with pytest.raises(BadDomainsError):
        preview(several, lambda: add_exclusions(several, "host", "nonsense", None))


def test_a_rehearsal_inside_a_transaction_leaves_what_was_there_before(several: Brand) -> None:
    Brand.objects.filter(pk=several.pk).update(name="Renamed")
    with rolled_back():
        Brand.objects.all().delete()
    assert Brand.objects.get(pk=several.pk).name == "Renamed"


def test_x6_it_says_which_webinars_stay_out_and_why(several: Brand) -> None:
    add_exclusions(several, "host", ["partner.test"], None)
    told = preview(several, lambda: set_global(several, sync_webinars=True, actor=None))
    assert told.webinars == 5
    assert told.outcome.started == 2
    assert told.blocked == {Switch.HOST_EXCLUDED: 1, Switch.WEBINAR: 1, Switch.ZOOM_EVENTS: 1}


def test_x6_it_counts_the_people_of_the_webinars_that_are_turned(
    brand: Brand, connection: ZoomConnection
) -> None:
    make_webinar(connection, registered_count=30, attended_count=20, last_synced_at=timezone.now())
    make_webinar(connection)
    make_webinar(connection, sync_enabled=False, registered_count=500)
    told = preview(brand, lambda: set_global(brand, sync_webinars=True, actor=None))
    assert (told.registered, told.attended, told.unread) == (30, 20, 1)


def ended(days_ago: int) -> datetime:
    return timezone.now() - timedelta(days=days_ago)


@pytest.mark.parametrize(
    ("days_ago", "registrants", "participants"),
    [
        (100, Availability.NO, Availability.YES),
        (200, Availability.NO, Availability.PERHAPS),
        (400, Availability.NO, Availability.NO),
    ],
)
def test_d14_it_names_what_zoom_does_not_keep_any_more(
    brand: Brand, connection: ZoomConnection, days_ago: int, registrants: str, participants: str
) -> None:
    make_webinar(connection, starts_at=ended(80))
    old = make_webinar(connection, starts_at=ended(days_ago))
    told = preview(brand, lambda: set_global(brand, sync_webinars=True, actor=None))
    (lost,) = told.lost
    assert (lost.webinar, told.losses) == (old, 1)
    assert (lost.loss.registrants, lost.loss.participants) == (registrants, participants)


def test_d14_what_is_final_here_is_not_lost_however_old(brand: Brand, connection: ZoomConnection) -> None:
    webinar = make_webinar(connection, starts_at=ended(300), last_synced_at=ended(298))
    make_session(webinar, "old", started_at=ended(300), ended_at=ended(300), final_at=ended(298))
    assert preview(brand, lambda: set_global(brand, sync_webinars=True, actor=None)).lost == []
    make_session(webinar, "practice", ended_at=ended(290), is_practice=True)
    assert preview(brand, lambda: set_global(brand, sync_webinars=True, actor=None)).lost == []


def test_d14_nothing_is_lost_when_a_switch_goes_off(syncing_brand: Brand, connection: ZoomConnection) -> None:
    make_webinar(connection, starts_at=ended(400))
    assert (
        preview(syncing_brand, lambda: set_global(syncing_brand, sync_webinars=False, actor=None)).lost == []
    )


def removal(brand: Brand) -> Callable[[], Outcome]:
    return lambda: remove_exclusions(brand, "contact", ["rival.test"], None)


def test_x6_an_exclusion_that_goes_lets_in_those_whom_no_other_rule_keeps_out(
    syncing_brand: Brand, connection: ZoomConnection
) -> None:
    add_exclusions(syncing_brand, "contact", ["rival.test", "eu.rival.test"], None)
    first, second = make_webinar(connection), make_webinar(connection)
    gone = create_contact(NewContact(email="gone@rival.test"))
    delete_contact(gone.pk)
    User.objects.create_user("colleague@rival.test")
    create_contact(NewContact(email="ann@else.test", secondary_emails=["ann@rival.test"]))
    for email in ("eve@rival.test", "gone@rival.test", "colleague@rival.test", "ann@rival.test"):
        skip(first, email)
    skip(second, "eve@rival.test")
    skip(second, "eve@rival.test", stage="attendance")
    skip(second, "max@eu.rival.test")
    told = preview(syncing_brand, removal(syncing_brand), SkippedPerson.objects.all()).entrance
    assert told is not None
    assert (told.people, told.webinars, told.waiting) == (1, 2, 0)
    assert told.staying == {
        Reason.ACCOUNT_USER: 1,
        Reason.DELETED_CONTACT: 1,
        Reason.SECONDARY_EMAIL: 1,
        Reason.EXCLUDED_DOMAIN: 1,
    }


def test_x6_who_is_in_the_crm_already_does_not_enter_but_goes_on(
    syncing_brand: Brand, connection: ZoomConnection
) -> None:
    create_contact(NewContact(email="eve@rival.test"))
    add_exclusions(syncing_brand, "contact", ["rival.test"], None)
    webinar = make_webinar(connection)
    for email in ("eve@rival.test", "max@rival.test"):
        skip(webinar, email)
    told = preview(syncing_brand, removal(syncing_brand), SkippedPerson.objects.all()).entrance
    assert told is not None
    assert (told.people, told.resuming, told.webinars) == (1, 1, 1)


def test_x6_people_of_webinars_that_do_not_sync_have_to_wait(
    syncing_brand: Brand, connection: ZoomConnection
) -> None:
    add_exclusions(syncing_brand, "contact", ["rival.test"], None)
    skip(make_webinar(connection, sync_enabled=False), "eve@rival.test")
    told = preview(syncing_brand, removal(syncing_brand), SkippedPerson.objects.all()).entrance
    assert told is not None
    assert (told.people, told.waiting) == (0, 1)


def test_d2_people_of_another_brand_are_not_counted(
    syncing_brand: Brand, connection: ZoomConnection, other_brand: Brand
) -> None:
    add_exclusions(syncing_brand, "contact", ["rival.test"], None)
    theirs = ZoomConnection.objects.create(
        brand=other_brand, auth_kind="oauth", account_id="b", client_id="b"
    )
    skip(make_webinar(theirs), "eve@rival.test")
    told = preview(syncing_brand, removal(syncing_brand), SkippedPerson.objects.all()).entrance
    assert told is not None
    assert (told.people, told.waiting) == (0, 0)


def test_d4_an_exclusion_touches_contacts_of_the_domain_and_its_subdomains_alone(
    syncing_brand: Brand,
) -> None:
    for email in ("a@acme.test", "b@eu.acme.test", "c@notacme.test", "d@else.test"):
        create_contact(NewContact(email=email, secondary_emails=[f"x.{email.replace('@', '@sub.')}"]))
    create_contact(NewContact(email="e@else.test", secondary_emails=["e@acme.test"]))
    assert contacts_with(syncing_brand, ["acme.test"]) == 2
    add_exclusions(syncing_brand, "contact", ["eu.acme.test"], None)
    assert contacts_with(syncing_brand, ["acme.test"]) == 1


def test_the_number_of_queries_does_not_depend_on_the_number_of_webinars(
    brand: Brand, connection: ZoomConnection, django_assert_max_num_queries: Callable[..., object]
) -> None:
    for _number in range(30):
        make_held(connection)
    with django_assert_max_num_queries(40):
        preview(brand, lambda: set_global(brand, sync_webinars=True, recordings="all", actor=None))
    assert not DomainExclusion.objects.exists()
    assert not SyncRun.objects.exists()
