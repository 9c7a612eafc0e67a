import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from contacts import actions
from contacts.actions import NewContact
from contacts.importing import batches
from contacts.importing.columns import Person
from contacts.models import Contact, EmailAddress
from contacts.signals import addresses_changed
from contacts.suppression import deleted_among
from tests.contacts.make import make_contact
from tests.support.at_once import at_once

pytestmark = pytest.mark.django_db


def person(line: int, email: str, **fields: object) -> Person:
    return Person(line=line, email=email, **fields)  # type: ignore[arg-type]


def counts(outcome: batches.Outcome) -> tuple[int, int, int, int]:
    return outcome.added, outcome.changed, outcome.unchanged, len(outcome.refusals)


def apply(*people: Person) -> batches.Outcome:
    return batches.apply(list(people))


def test_new_people_become_contacts_with_all_their_addresses():
    outcome = apply(
        person(2, "a@x.example", first_name="Anna", secondary_emails=("a@y.example",), properties={"c": "1"})
    )
    contact = Contact.objects.get()
    assert counts(outcome) == (1, 0, 0, 0)
    assert (contact.first_name, contact.source, contact.properties) == ("Anna", "import", {"c": "1"})
    assert {address.email: address.is_primary for address in contact.addresses.all()} == {
        "a@x.example": True,
        "a@y.example": False,
    }


def test_d12_the_same_again_changes_nothing():
    people = [person(2, "a@x.example", first_name="Anna", secondary_emails=("a@y.example",))]
    apply(*people)
    before = list(Contact.objects.values())
    assert counts(apply(*people)) == (0, 0, 1, 0)
    assert list(Contact.objects.values()) == before


def test_cells_overwrite_and_blank_cells_do_not():
    apply(person(2, "a@x.example", first_name="Anna", last_name="Berg", properties={"c": "1", "d": "2"}))
    outcome = apply(person(2, "a@x.example", last_name="Baum", properties={"d": "3"}))
    contact = Contact.objects.get()
    assert counts(outcome) == (0, 1, 0, 0)
    assert (contact.name, contact.properties) == ("Anna Baum", {"c": "1", "d": "3"})


def test_d27_a_name_from_a_file_is_no_display_name_any_more():
    apply(person(2, "a@x.example", first_name="Annie"))
    Contact.objects.update(name_source="display_name")
    apply(person(2, "a@x.example", first_name="Anna", last_name="Berg"))
    assert Contact.objects.get().name_source == "person"


def test_a_further_address_is_added_and_none_is_taken_away():
    apply(person(2, "a@x.example", secondary_emails=("a@y.example",)))
    outcome = apply(person(2, "a@x.example", secondary_emails=("a@z.example",)))
    assert counts(outcome) == (0, 1, 0, 0)
    assert EmailAddress.objects.count() == 3


def test_r27_a_line_with_the_secondary_address_of_a_contact_is_refused():
    apply(person(2, "a@x.example", secondary_emails=("a@y.example",)))
    outcome = apply(person(2, "a@y.example", first_name="Wrong"), person(3, "b@x.example"))
    (refusal,) = outcome.refusals
    assert (refusal.line, outcome.added) == (2, 1)
    assert str(refusal.reason) == "a@y.example is a secondary address of a@x.example."


def test_d28_a_line_with_a_merged_address_is_about_the_contact_that_has_it():
    contact = make_contact("a@x.example", merged_emails=("a@old.example",), first_name="Anna")
    outcome = apply(
        person(2, "a@old.example", last_name="Berg", secondary_emails=("a@y.example", "a@x.example")),
        person(3, "a@x.example", first_name="Anne"),
    )
    contact.refresh_from_db()
    assert counts(outcome) == (0, 2, 0, 0)
    assert (contact.first_name, contact.last_name) == ("Anne", "Berg")
    assert contact.addresses.count() == 3
    assert contact.addresses.get(is_merged=True).email == "a@old.example"


def test_an_address_of_another_contact_in_secondary_emails_refuses_the_line():
    apply(person(2, "a@x.example"))
    outcome = apply(person(2, "b@x.example", secondary_emails=("a@x.example",)))
    assert counts(outcome) == (0, 0, 0, 1)
    assert Contact.objects.count() == 1


def test_within_a_batch_the_lines_count_in_their_order():
    outcome = apply(
        person(2, "a@x.example", secondary_emails=("shared@x.example",)),
        person(3, "b@x.example", secondary_emails=("shared@x.example",)),
        person(4, "shared@x.example"),
    )
    assert [refusal.line for refusal in outcome.refusals] == [3, 4]
    assert list(Contact.objects.values_list("email", flat=True)) == ["a@x.example"]


def test_r28_an_import_does_not_bring_a_deleted_contact_back():
    contact = actions.create_contact(NewContact(email="a@x.example", secondary_emails=["a@y.example"]))
    actions.delete_contact(contact.pk)
    outcome = apply(
        person(2, "a@x.example"),
        person(3, "b@x.example", secondary_emails=("a@y.example",)),
        person(4, "c@x.example"),
    )
    assert [refusal.line for refusal in outcome.refusals] == [2, 3]
    assert "deleted" in str(outcome.refusals[0].reason)
    assert list(Contact.objects.values_list("email", flat=True)) == ["c@x.example"]


def test_a_batch_costs_the_same_queries_however_many_people_are_in_it():
    def cost(prefix: str, people: int) -> int:
        old = [person(n, f"{prefix}old{n}@x.example", first_name="A") for n in range(people)]
        apply(*old)
        mixed = [person(n, f"{prefix}old{n}@x.example", first_name="B") for n in range(people)]
        mixed += [
            person(n, f"{prefix}new{n}@x.example", secondary_emails=(f"{prefix}s{n}@x.example",))
            for n in range(people)
        ]
        with CaptureQueriesContext(connection) as queries:
            apply(*mixed)
        return len(queries)

    assert cost("few", 2) == cost("many", 250)


def test_the_apps_above_hear_of_new_addresses_and_of_nothing_else():
    heard: list[set[str]] = []

    def listen(emails: set[str], **_: object) -> None:
        heard.append(emails)

    addresses_changed.connect(listen)
    apply(person(2, "a@x.example"), person(3, "b@x.example", secondary_emails=("c@x.example",)))
    apply(person(2, "a@x.example", first_name="Anna"))
    addresses_changed.disconnect(listen)
    assert heard == [{"a@x.example", "b@x.example", "c@x.example"}]


@pytest.mark.django_db(transaction=True)
def test_two_imports_of_the_same_people_at_once_add_each_once():
    people = [person(n, f"p{n}@x.example", secondary_emails=(f"s{n}@x.example",)) for n in range(200)]
    outcomes, problems = at_once(4, lambda n: apply(*(people if n % 2 else reversed(people))))
    assert not problems
    assert sum(outcome.added for outcome in outcomes) == 200
    assert sum(outcome.unchanged for outcome in outcomes) == 600
    assert (Contact.objects.count(), EmailAddress.objects.count()) == (200, 400)


def test_r28_a_contact_deleted_while_an_import_looks_does_not_come_back(monkeypatch: pytest.MonkeyPatch):
    actions.delete_contact(actions.create_contact(NewContact(email="a@x.example")).pk)
    looks: list[int] = []

    def look_too_early_once(emails: set[str]) -> set[str]:
        looks.append(1)
        return set() if len(looks) == 1 else deleted_among(emails)

    monkeypatch.setattr(batches, "deleted_among", look_too_early_once)
    assert counts(apply(person(2, "a@x.example"))) == (0, 0, 0, 1)
    assert not Contact.objects.exists()
