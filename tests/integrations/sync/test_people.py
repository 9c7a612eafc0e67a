import threading
from collections import Counter
from datetime import timedelta
from functools import partial
from itertools import count

import pytest
from django.db import IntegrityError, InterfaceError, OperationalError, transaction
from django.db import connection as database
from django.utils import timezone

from contacts.actions import (
    NewContact,
    add_secondary,
    create_contact,
    delete_contact,
    edit_contact,
    make_primary,
)
from contacts.models import Contact, EmailAddress, TimelineEntry
from core.database import check_foreign_keys
from core.jobs import LeaseLostError, RunResult, StoppedError
from integrations.audit import AuditCode
from integrations.models import DomainExclusion, SkippedPerson, SyncRun, ZoomSettings
from integrations.settings_changes import add_exclusions, set_global, set_webinar
from integrations.sync import context
from integrations.sync.context import WebinarContext
from integrations.sync.runs.foreground import finish
from integrations.sync.runs.queue import enqueue_webinar
from integrations.sync.steps import people, write_people
from integrations.sync.steps.write_people import Batch
from marketing_events.models import MarketingEvent, Participation
from tests.integrations.sync.helpers import claim, perform, work_off
from zoomsync.models import User

pytestmark = [pytest.mark.django_db(transaction=True)]

ANNA, BEN = "anna@customer.example", "ben@customer.example"
HOST = "host@own.example"


@pytest.fixture
def held(company):
    """A webinar that Anna registered for and attended, for half of it."""
    webinar = company.make.past("Growing roses")
    anna = company.make.register(webinar, ANNA, "Anna Ahlers")
    company.make.stay(company.make.hold(webinar), anna, 0, 30)
    return webinar


def exclude(company, domain):
    return DomainExclusion.objects.create(
        brand=company.brand, kind=DomainExclusion.Kind.CONTACT, domain=domain
    )


def reasons():
    return dict(SkippedPerson.objects.values_list("email", "reason"))


def test_r25_an_account_user_who_is_a_contact_gets_nothing(company, held):
    create_contact(NewContact(email=ANNA))
    User.objects.create_user(ANNA)
    company.sync(held)
    assert company.state(ANNA) == ""
    assert company.timeline(ANNA) == []
    assert company.contact(ANNA).zoom_webinar_attendance_count == 0
    assert reasons()[ANNA] == "account_user"


def test_r28_a_deleted_contact_is_not_created_again(company, held):
    delete_contact(create_contact(NewContact(email=ANNA)).pk)
    company.sync(held)
    assert not Contact.objects.filter(email=ANNA).exists()
    assert reasons() == {"": "deleted_contact"}


def test_d11_a_contact_deleted_between_two_syncs_stays_deleted(company, held):
    company.sync(held)
    delete_contact(company.contact(ANNA).pk)
    company.sync(held, full=True)
    assert not EmailAddress.objects.filter(email=ANNA).exists()
    create_contact(NewContact(email=ANNA))
    company.sync(held)
    assert company.state(ANNA) == "attended"


def test_r26_r29_a_secondary_address_leaves_no_trace(company, held):
    contact = create_contact(NewContact(email=BEN, secondary_emails=[ANNA]))
    company.sync(held)
    assert not contact.participations.exists()
    assert not contact.timeline.exists()
    assert reasons()[ANNA] == "secondary_email"


def test_an_address_that_became_primary_syncs_from_then_on(company, held):
    contact = create_contact(NewContact(email=BEN, secondary_emails=[ANNA]))
    company.sync(held)
    make_primary(contact.pk, ANNA)
    company.sync(held)
    assert company.state(ANNA) == "attended"
    assert ANNA not in reasons()


def test_excluded_later_keeps_what_is_there_and_gets_nothing_new(company, held):
    company.sync(held)
    entry = exclude(company, "customer.example")
    another = company.make.past("Pruning roses")
    company.make.stay(company.make.hold(another), company.make.register(another, ANNA, "Anna"), 0, 30)
    company.discover()
    company.sync(another)
    company.sync(held)
    assert company.state(ANNA) == "attended"
    assert company.contact(ANNA).participations.count() == 1
    assert company.contact(ANNA).zoom_webinar_attendance_count == 1
    entry.delete()
    company.sync(another)
    assert company.contact(ANNA).participations.count() == 2
    assert company.contact(ANNA).zoom_webinar_attendance_count == 2


@pytest.fixture
def meanwhile(monkeypatch):
    """Has something happen after the first batch of people of a sync was judged and before it is written."""

    def do(act):
        write, acts = people._write, [act]

        def act_first(*given):
            if acts:
                acts.pop()()
            write(*given)

        monkeypatch.setattr(people, "_write", act_first)

    return do


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (
            lambda company: add_exclusions(company.brand, "contact", "customer.example", None),
            "excluded_domain",
        ),
        (lambda company: User.objects.create_user(ANNA), "account_user"),
        (lambda company: set_global(company.brand, create_contacts=False, actor=None), "creation_off"),
    ],
    ids=["R15", "R24", "R9"],
)
def test_r15_r24_a_rule_saved_during_a_sync_holds_for_whom_it_has_not_written_yet(
    company, held, meanwhile, change, reason
):
    company.discover()
    meanwhile(lambda: change(company))
    company.sync(held)
    assert not Contact.objects.filter(email=ANNA).exists()
    assert reasons()[ANNA] == reason


def test_r15_a_rule_saved_between_two_batches_spares_those_who_are_in(company, monkeypatch):
    webinar = company.make.upcoming("Growing roses")
    everyone = [f"p{number}@customer.example" for number in range(8)]
    for email in everyone:
        company.make.register(webinar, email, "Some Body")
    company.discover()
    monkeypatch.setattr(people, "PARTS_AT_ONCE", 1)
    begin, write, begun = Batch.__init__, Batch.write, count()
    once, saved = iter([True]), threading.Event()

    def begin_late(one, *args):
        if next(begun) >= 2:  # two may be under way at once when the rule is saved
            assert saved.wait(20)
        begin(one, *args)

    def save_rule():
        if next(once, False):
            exclude(company, "customer.example")
            saved.set()

    def write_and_save_rule(one):
        write(one)
        transaction.on_commit(save_rule)

    monkeypatch.setattr(Batch, "__init__", begin_late)
    monkeypatch.setattr(Batch, "write", write_and_save_rule)
    company.sync(webinar)
    entered = set(Contact.objects.values_list("email", flat=True))
    assert 1 <= len(entered) <= 2
    assert reasons() == dict.fromkeys(set(everyone) - entered, "excluded_domain")


@pytest.mark.parametrize(
    ("switch_off", "warning"),
    [
        (lambda company, held: set_global(company.brand, sync_webinars=False, actor=None), "sync_off"),
        (lambda company, held: set_webinar(company.row(held), sync=False, actor=None), "webinar_sync_off"),
        (lambda company, held: add_exclusions(company.brand, "host", "own.example", None), "host_excluded"),
    ],
    ids=["R10", "R21", "R13"],
)
def test_r10_a_switch_turned_off_during_a_sync_ends_it_before_anybody_else_enters(
    company, held, meanwhile, switch_off, warning
):
    company.discover()
    meanwhile(lambda: switch_off(company, held))
    assert company.sync(held).end is RunResult.COMPLETE
    assert not Contact.objects.exists()
    assert company.warnings(held) == {warning}
    assert company.row(held).last_synced_at is None


def test_r35_what_a_switch_kept_out_during_a_sync_is_caught_up_with_once_it_is_on(company, held, meanwhile):
    company.discover()
    meanwhile(lambda: set_global(company.brand, sync_webinars=False, actor=None))
    company.sync(held)
    set_global(company.brand, sync_webinars=True, actor=None)
    work_off()
    assert company.state(ANNA) == "attended"
    assert company.warnings(held) == set()


def test_r9_with_creation_off_only_contacts_get_their_activity(company, held):
    ZoomSettings.objects.update(create_contacts=False)
    company.sync(held)
    assert not Contact.objects.exists()
    assert reasons()[ANNA] == "creation_off"
    create_contact(NewContact(email=ANNA))
    company.sync(held)
    assert company.state(ANNA) == "attended"


def test_d5_names_are_filled_in_where_blank_and_never_overwritten(company, held):
    create_contact(NewContact(email=ANNA, last_name="Zacharias"))
    company.sync(held)
    assert company.contact(ANNA).name == "Anna Zacharias"


def test_d27_a_registration_corrects_a_name_that_only_attendance_gave(company, held):
    first = company.make.past("Open to all", approval_type=2)
    company.make.stay(company.make.hold(first), None, 0, 30, name="Annie B. (she/her)", user_email=ANNA)
    company.sync(first)
    assert (company.contact(ANNA).name, company.contact(ANNA).name_source) == ("Annie B.", "display_name")
    company.sync(held)
    assert (company.contact(ANNA).name, company.contact(ANNA).name_source) == ("Anna Ahlers", "registration")
    company.sync(first, full=True)
    assert company.contact(ANNA).name == "Anna Ahlers"


def test_d27_a_device_gives_no_name_and_a_persons_edit_stays(company, held):
    first = company.make.past("Open to all", approval_type=2)
    company.make.stay(company.make.hold(first), None, 0, 30, name="Anna's iPhone", user_email=ANNA)
    company.sync(first)
    assert company.contact(ANNA).name == ""
    edit_contact(company.contact(ANNA).pk, first_name="Ann", last_name="Archer")
    company.sync(held)
    assert (company.contact(ANNA).name, company.contact(ANNA).name_source) == ("Ann Archer", "person")


def test_r6_guests_without_an_address_are_listed_by_name(company):
    webinar = company.make.past("Open to all", approval_type=2)
    instance = company.make.hold(webinar)
    company.make.stay(instance, None, 0, 10, name="Grace Guest")
    company.make.stay(instance, None, 20, 30, name="Grace Guest")
    company.make.stay(instance, None, 0, 30, name="Wanda Walker", user_email=BEN)
    company.sync(webinar)
    guest = SkippedPerson.objects.get(reason="no_email")
    assert (guest.name, guest.stage, guest.session_uuid) == ("Grace Guest", "attendance", instance.uuid)
    assert company.contact(BEN).name == "Wanda Walker"
    assert AuditCode.SKIPPED_NO_REGISTRATION in company.warnings(webinar)  # R7


def test_somebody_adds_the_address_elsewhere_while_the_sync_creates_the_person(company, held, monkeypatch):
    """The constraint decides: no second contact with the address, and the person is skipped."""
    ben = create_contact(NewContact(email=BEN))
    create, additions = write_people.create_contacts, [ANNA]

    def add_first(new, *more):
        while additions:
            in_another_connection(partial(add_secondary, ben.pk, additions.pop()))
        return create(new, *more)

    if database.vendor == "sqlite":
        pytest.skip("SQLite lets nobody write while the sync does")
    monkeypatch.setattr(write_people, "create_contacts", add_first)
    company.sync(held)
    assert not Contact.objects.filter(email=ANNA).exists()
    assert EmailAddress.objects.get(email=ANNA).contact == ben
    assert reasons()[ANNA] == "secondary_email"


def test_somebody_deletes_the_contact_while_the_sync_writes_it(company, held, monkeypatch):
    anna = create_contact(NewContact(email=ANNA))
    known_among, deletions = write_people.known_among, [anna.pk]

    def delete_after(emails):
        known = known_among(emails)
        while deletions:
            in_another_connection(partial(delete_contact, deletions.pop()))
        return known

    if database.vendor == "sqlite":
        pytest.skip("SQLite lets nobody write while the sync does")
    monkeypatch.setattr(write_people, "known_among", delete_after)
    company.sync(held)
    assert not Contact.objects.filter(email=ANNA).exists()
    assert reasons() == {"": "deleted_contact"}


def test_r64_two_webinars_at_once_count_the_same_person_right(company):
    webinars = [company.make.past(f"Webinar {number}") for number in range(6)]
    for webinar in webinars:
        instance = company.make.hold(webinar)
        for number in range(20):
            registrant = company.make.register(webinar, f"p{number}@customer.example", "P")
            company.make.stay(instance, registrant, 0, 30)
    company.discover()
    finish([enqueue_webinar(company.row(webinar), "command") for webinar in webinars], lambda _result: None)
    counts = Contact.objects.values_list(
        "zoom_webinar_registration_count",
        "zoom_webinar_attendance_count",
        "zoom_webinar_attendance_average_duration",
    )
    assert set(counts.filter(email__startswith="p")) == {(6, 6, 50.0)}


def test_a_series_registered_for_and_attended_twice_counts_once(company):
    webinar = company.make.timeless(topic="Office hour")
    registrant = company.make.register(webinar, ANNA, "Anna Ahlers")
    for days, until in ((9, 30), (2, 60)):
        instance = company.make.hold(webinar, start=company.make.now - timedelta(days=days))
        company.make.stay(instance, registrant, 0, until)
    company.sync(webinar)
    anna = company.contact(ANNA)
    assert Participation.objects.filter(contact=anna, state="attended").count() == 2
    assert anna.zoom_webinar_attendance_count == 1
    assert anna.zoom_webinar_attendance_average_duration == 75.0


def in_another_connection(act):
    def run():
        try:
            act()
        finally:
            database.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(timeout=20)
    assert not thread.is_alive()


@pytest.fixture
def refusal(monkeypatch):
    """The database takes nothing of this function that has to do with a contact whose address is ANNA."""

    def refuse(name, contact_of):
        write = getattr(write_people, name)

        def refusing(rows, *rest):
            contacts = {contact_of(row) for row in rows}
            if Contact.objects.filter(pk__in=contacts, email=ANNA).exists():
                raise IntegrityError("not this one")
            return write(rows, *rest)

        monkeypatch.setattr(write_people, name, refusing)

    return refuse


@pytest.mark.parametrize(
    ("code", "function", "contact_of"),
    [
        ("timeline_not_written", "write_timeline", lambda moment: moment.contact_id),  # R56
        ("properties_not_written", "recount_contacts", lambda contact: contact),  # R57
    ],
)
def test_a_person_whom_the_database_refuses_is_told_of_and_stops_nobody_else(
    company, held, refusal, monkeypatch, code, function, contact_of
):
    create_contact(NewContact(email=ANNA))
    company.make.register(held, BEN, "Ben Bauer")
    refusal(function, contact_of)
    company.sync(held)
    assert (company.state(ANNA), company.state(BEN)) == ("", "no_show")
    assert code in company.warnings(held)
    monkeypatch.undo()
    company.sync(held, full=True)
    assert company.state(ANNA) == "attended"
    assert code not in company.warnings(held)


def crowd(company, size=40):
    """A webinar that so many registered for, of whom every second came and every seventh is excluded."""
    webinar = company.make.past("Growing roses")
    instance = company.make.hold(webinar)
    for number in range(size):
        domain = "excluded.example" if number % 7 == 0 else "customer.example"
        registrant = company.make.register(webinar, f"p{number}@{domain}", f"Some Body{number}")
        if number % 2:
            company.make.stay(instance, registrant, 0, 10 + number % 40)
    exclude(company, "excluded.example")
    exclude(company, "own.example")  # the host's
    company.discover()
    return webinar


def crm():
    return (
        sorted(Participation.objects.values_list("contact__email", "state", "attendance_percent")),
        sorted(TimelineEntry.objects.values_list("contact__email", "kind")),
        sorted(SkippedPerson.objects.values_list("email", "reason")),
        sorted(Contact.objects.values_list("email", "zoom_webinar_attendance_count")),
        list(MarketingEvent.objects.values_list("registered_count", "attended_count", "no_show_count")),
    )


def test_in_small_batches_and_two_connections_the_same_is_written(company, monkeypatch):
    webinar = crowd(company)
    company.sync(webinar)
    expected = crm()
    assert len(expected[0]) == 34
    Contact.objects.all().delete()
    SkippedPerson.objects.all().delete()
    monkeypatch.setattr(people, "PARTS_AT_ONCE", 3)
    company.sync(webinar, full=True)
    assert crm() == expected
    run = SyncRun.objects.latest("pk")
    assert (run.changes["contacts_new"], run.changes["participations_new"]) == (34, 34)
    step = run.steps.get(name="people")
    assert (step.done, step.total) == (41, 41)
    company.sync(webinar, full=True)
    assert crm() == expected


@pytest.mark.skipif(database.vendor == "sqlite", reason="SQLite has one writer")
def test_neither_of_two_writers_holds_what_the_other_needs_while_foreign_keys_are_checked(
    company, monkeypatch
):
    webinar = crowd(company, size=8)
    both, calls = threading.Barrier(2, timeout=5), count()

    def check_at_once():
        if next(calls) < 2:
            both.wait()
        check_foreign_keys()

    monkeypatch.setattr(people, "PARTS_AT_ONCE", 4)
    monkeypatch.setattr(people, "check_foreign_keys", check_at_once)
    company.sync(webinar)
    assert not both.broken
    assert Contact.objects.count() == 6


def test_r15_rules_that_another_thread_loaded_before_do_not_replace_the_newer_ones(company, monkeypatch):
    webinar = company.make.upcoming("Growing roses")
    company.discover()
    enqueue_webinar(company.row(webinar), SyncRun.Trigger.MANUAL)
    run = SyncRun.objects.active().get()
    ctx = WebinarContext(run, claim(), None)
    before, load_webinar = ctx.look_at_rules(), context._with_switches

    def the_other_is_done(pk):
        ctx.policy = before
        return load_webinar(pk)

    monkeypatch.setattr(context, "_with_switches", the_other_is_done)
    exclude(company, "customer.example")
    assert ctx.look_at_rules() != before


def test_what_half_of_a_rejected_batch_changed_is_reported_where_the_other_half_breaks(company, monkeypatch):
    webinar = company.make.upcoming("Growing roses")
    for email in (ANNA, BEN):
        company.make.register(webinar, email, "Some Body")
    company.discover()
    monkeypatch.setattr(people, "TRIES", 1)
    write = Batch.write

    def write_the_first(batch):
        if len(batch.persons) > 1:
            batch.writing = "timeline"
            raise IntegrityError
        if batch.persons[0][0].email == BEN:
            raise ValueError
        write(batch)

    monkeypatch.setattr(Batch, "write", write_the_first)
    enqueue_webinar(company.row(webinar), SyncRun.Trigger.MANUAL)
    perform(claim())
    assert SyncRun.objects.latest("pk").changes["contacts_new"] == 1


@pytest.mark.parametrize(
    ("dies", "at"),
    [
        (LeaseLostError, 1),
        (LeaseLostError, 5),
        (StoppedError, 2),
        (OperationalError, 3),
        (InterfaceError, 2),
        (ValueError, 2),
    ],
)
def test_a_run_that_ends_in_the_middle_of_small_batches_is_made_good_by_the_next(
    company, monkeypatch, dies, at
):
    webinar = crowd(company)
    monkeypatch.setattr(people, "PARTS_AT_ONCE", 4)
    write, calls = Batch.write, count(1)

    def die(one):
        if next(calls) >= at:  # from then on
            raise dies("the end")
        write(one)

    monkeypatch.setattr(Batch, "write", die)
    enqueue_webinar(company.row(webinar), SyncRun.Trigger.MANUAL)
    perform(claim())
    assert Contact.objects.count() < 34
    monkeypatch.setattr(Batch, "write", write)
    SyncRun.objects.active().update(
        state="failed", finished_at=timezone.now(), lease_token="", lease_until=None
    )
    company.sync(webinar, full=True)
    states = Counter(Participation.objects.values_list("state", flat=True))
    assert states == {"attended": 17, "no_show": 17}
    excluded = [HOST, *(f"p{number}@excluded.example" for number in range(0, 40, 7))]
    assert reasons() == dict.fromkeys(excluded, "excluded_domain")
