"""Merged and synced: as if it had always been one contact. Undone: as if they were never merged (D28)."""

from collections.abc import Callable
from functools import partial
from itertools import count
from threading import Thread
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contacts.merging.merge import merge_contacts, undo_merge
from contacts.models import Contact
from integrations.models import Registrant, SkippedPerson, SyncRun
from integrations.sync.steps.write_people import Batch
from marketing_events.models import Participation
from tests.contacts.make import make_contact
from tests.integrations.sync.company import Company
from tests.integrations.sync.helpers import work_off
from zoom_simulator.account.rows import Instance
from zoom_simulator.account.rows import Webinar as ZoomWebinar

pytestmark = [pytest.mark.django_db(transaction=True)]

minutes = st.integers(min_value=0, max_value=60)
stays = st.lists(st.tuples(minutes, minutes).map(sorted), max_size=2)
statuses = st.sampled_from(["", "approved", "denied", "pending"])
# What one address has in a webinar: how it is registered, how many days before, and when it was there.
rows = st.tuples(statuses, st.integers(min_value=1, max_value=20), stays)
# Of each person, for both addresses, in both webinars.
people = st.lists(st.lists(st.tuples(rows, rows), min_size=2, max_size=2), min_size=4, max_size=8)
_examples = count(1)


def list_in_zoom(company: Company, webinar: ZoomWebinar, instance: Instance, email: str, row: Any) -> None:
    status, days, spans = row
    one = None
    if status:
        one = company.make.register(webinar, email, "Pat Doe", status=status, days_before=days)
    for start, end in spans:
        company.make.stay(instance, one, start, end, user_email=email, name="Pat Doe")


def about(contact: Contact) -> dict[str, Any]:
    """Everything that the sync writes of the contact. When a cancellation was noticed is another matter."""
    contact.refresh_from_db()
    times = ("registered_at", "first_joined_at", "last_left_at")
    parts = contact.participations.order_by("event").prefetch_related("intervals")
    return {
        "participations": [
            (
                part.event_id,
                part.state,
                *(getattr(part, name) for name in times),
                part.cancelled_at is not None,
                part.duration_seconds,
                part.attendance_percent,
                sorted((stay.joined_at, stay.left_at) for stay in part.intervals.all()),
            )
            for part in parts
        ],
        "timeline": [
            (entry.kind, entry.subject_key, entry.event_id, entry.joined_at, entry.left_at)
            for entry in contact.timeline.exclude(kind__startswith="contact_").order_by("subject_key", "kind")
        ],
        "counters": (
            contact.zoom_webinar_registration_count,
            contact.zoom_webinar_attendance_count,
            contact.zoom_webinar_attendance_average_duration,
        ),
    }


def skipped() -> set[tuple[str, str, str]]:
    return set(SkippedPerson.objects.values_list("email", "stage", "reason"))


@settings(max_examples=2, deadline=None, suppress_health_check=list(HealthCheck))
@given(drawn=people)
def test_d28_merged_and_synced_again_it_is_as_if_there_had_always_been_one_contact(
    company: Company, drawn: list[Any]
) -> None:
    example = next(_examples)
    webinars = [company.make.past(f"Webinar {example}-{number}") for number in range(2)]
    instances = [company.make.hold(webinar) for webinar in webinars]
    trios = []
    for number, person in enumerate(drawn):
        emails = [f"{name}{number}-{example}@customer.example" for name in ("own", "former", "always")]
        trios.append([make_contact(email) for email in emails])
        for webinar, instance, (own, former) in zip(webinars, instances, person, strict=True):
            listed = [(emails[0], own), (emails[1], former), (emails[2], own), (emails[2], former)]
            for email, row in listed:
                list_in_zoom(company, webinar, instance, email, row)

    def sync() -> None:
        for webinar in webinars:
            company.sync(webinar, full=True)

    company.discover()
    sync()
    before = [(about(own), about(former)) for own, former, _always in trios]
    others = skipped()

    merges = [merge_contacts(own.pk, former.pk) for own, former, _always in trios]
    work_off()  # what the merges asked for
    for own, _former, always in trios:
        assert about(own)["participations"] == about(always)["participations"]
    sync()
    for own, _former, always in trios:
        assert about(own) == about(always)
    assert skipped() == others

    for merge in merges:
        undo_merge(merge.pk)
    sync()
    for (own, former, _always), was in zip(trios, before, strict=True):
        assert (about(own), about(Contact.objects.get(pk=former.pk))) == was
    assert skipped() == others


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
@pytest.mark.parametrize("undoes", [False, True])
@pytest.mark.parametrize("step", ["_decide", "_write_timeline"])
def test_d28_a_merge_in_the_middle_of_a_batch_comes_to_the_same_as_one_before_it(
    company: Company, monkeypatch: pytest.MonkeyPatch, step: str, undoes: bool
) -> None:
    """On another connection, started before any step of the batch; it waits, or the batch is written anew."""
    own, former = make_contact("own@customer.example"), make_contact("former@customer.example")
    webinar = company.make.past("Growing roses")
    instance = company.make.hold(webinar)
    for email, start, end in (("own@customer.example", 0, 20), ("former@customer.example", 40, 60)):
        company.make.stay(instance, company.make.register(webinar, email, "Pat"), start, end)
    company.discover()
    act = partial(undo_merge, merge_contacts(own.pk, former.pk).pk) if undoes else None
    other = in_another_connection(act or partial(merge_contacts, own.pk, former.pk))
    write = getattr(Batch, step)

    def interrupted(batch: Batch) -> None:
        if not other.ident:
            other.start()
            other.join(timeout=0.5)  # it may have to wait for this batch
        write(batch)

    monkeypatch.setattr(Batch, step, interrupted)
    company.sync(webinar)
    other.join(timeout=20)
    assert other.ident
    assert not other.is_alive()
    work_off()  # what the merge asked for
    both = Participation.objects.filter(contact__in=[own.pk, former.pk])
    percents = {part.contact_id: round(part.attendance_percent or 0) for part in both}
    assert percents == ({own.pk: 33, former.pk: 33} if undoes else {own.pk: 67})


def in_another_connection(act: Callable[[], object]) -> Thread:
    def run() -> None:
        try:
            act()
        finally:
            connection.close()

    return Thread(target=run)


def test_d28_what_arrived_under_the_merged_address_goes_back_with_it(company: Company) -> None:
    own, former = make_contact("own@customer.example"), make_contact("former@customer.example")
    merge = merge_contacts(own.pk, former.pk)
    webinar = company.make.past("Growing roses")
    instance = company.make.hold(webinar)
    company.make.stay(instance, company.make.register(webinar, "former@customer.example", "Pat"), 0, 30)
    company.sync(webinar)
    assert company.state("own@customer.example") == "attended"
    undo_merge(merge.pk)
    work_off()  # undoing asks for the sync
    assert company.state("own@customer.example") == ""
    assert company.timeline("own@customer.example") == ["contact_merged", "contact_merge_undone"]
    assert company.state("former@customer.example") == "attended"


def test_d28_a_merge_asks_for_the_sync_of_the_webinars_concerned(company: Company) -> None:
    webinar = company.make.past("Growing roses")
    instance = company.make.hold(webinar)
    company.make.stay(instance, company.make.register(webinar, "former@customer.example", "Pat"), 0, 30)
    company.sync(webinar)
    merge_contacts(make_contact("own@customer.example").pk, company.contact("former@customer.example").pk)
    assert SyncRun.objects.filter(state=SyncRun.State.QUEUED, webinar=company.row(webinar)).exists()
    assert company.state("own@customer.example") == "attended"


def test_d28_a_registration_made_from_here_has_its_contacts_address_again(company: Company) -> None:
    own, former = make_contact("own@customer.example"), make_contact("former@customer.example")
    webinar = company.make.upcoming("Pruning roses")
    person = company.make.register(webinar, "former@customer.example", "Pat")
    company.sync(webinar)
    Registrant.objects.filter(zoom_id=person.id).update(contact=former)
    person.email = "alias@customer.example"
    merge = merge_contacts(own.pk, former.pk)
    company.sync(webinar)
    row = Registrant.objects.get()
    assert (row.contact, row.email) == (own, "own@customer.example")
    undo_merge(merge.pk)
    row.refresh_from_db()
    assert (row.contact_id, row.email) == (former.pk, "former@customer.example")
    company.sync(webinar)
    assert company.state("former@customer.example") == "registered"
    assert company.state("own@customer.example") == ""
