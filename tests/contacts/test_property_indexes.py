"""Indexes for lists in the order of a custom property, which the worker makes."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection

from contacts.models import Contact, PropertyDefinition
from contacts.properties import indexing, sorting
from contacts.properties.kinds import PropertyKind
from contacts.properties.sorting import sort_value
from core.blanks_last import BlanksLast
from tests.contacts.make import make_contact

pytestmark = [
    pytest.mark.django_db(transaction=True),  # an index is made beside other writes, in no transaction
    pytest.mark.skipif(connection.vendor != "postgresql", reason="indexes of PostgreSQL"),
]


@pytest.fixture(autouse=True)
def many_contacts(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(indexing, "LEAST_CONTACTS", -1)
    yield
    PropertyDefinition.objects.all().delete()
    indexing.index_properties()


def names() -> set[str]:
    with connection.cursor() as cursor:
        return {
            name
            for name in connection.introspection.get_constraints(cursor, Contact._meta.db_table)
            if name.startswith(indexing.PREFIX)
        }


def plan(row: PropertyDefinition, *, descending: bool) -> str:
    contacts = Contact.objects.annotate(sorted_by=sort_value(row.spec))
    with connection.cursor() as cursor:
        cursor.execute("SET enable_seqscan = off; SET enable_sort = off; SET enable_bitmapscan = off")
        try:
            return BlanksLast(contacts, "sorted_by", descending=descending).known[:50].explain()
        finally:
            cursor.execute("RESET enable_seqscan; RESET enable_sort; RESET enable_bitmapscan")


def test_an_index_has_the_order_of_each_kind_of_property_until_it_is_archived() -> None:
    rows = [PropertyDefinition.objects.create(name=f"p-{kind}", label=kind, kind=kind) for kind in KINDS]
    make_contact(properties={f"p-{PropertyKind.TEXT}": "x" * 5_000, f"p-{PropertyKind.NUMBER}": "no number"})
    make_contact(properties={f"p-{PropertyKind.NUMBER}": f"0.{'0' * 400}1"})  # too small for PostgreSQL
    indexing.index_properties()
    assert names() == {indexing.index_of(row).name for row in rows}
    for row in rows:
        for descending in (False, True):
            found = plan(row, descending=descending)
            assert indexing.index_of(row).name in found
            assert "Sort" not in found
    first, *_others = rows
    first.kind = PropertyKind.NUMBER  # with no value of it left
    first.save()
    indexing.index_properties()
    assert names() == {indexing.index_of(row).name for row in rows}
    PropertyDefinition.objects.custom().update(archived_at="2026-01-01T00:00Z")
    indexing.index_properties()
    assert names() == set()


KINDS = [kind for kind in PropertyKind if kind not in indexing.SORTED_SELDOM]


def test_few_contacts_get_none_and_of_many_properties_the_first_do(monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3):
        PropertyDefinition.objects.create(name=f"p{number}", label=f"{number}", position=number)
    monkeypatch.setattr(indexing, "LEAST_CONTACTS", 1_000_000)
    indexing.index_properties()
    assert names() == set()
    monkeypatch.setattr(indexing, "LEAST_CONTACTS", -1)
    monkeypatch.setattr(indexing, "MOST_INDEXES", 2)
    indexing.index_properties()
    first, second, _third = PropertyDefinition.objects.custom().in_order()
    assert names() == {indexing.index_of(first).name, indexing.index_of(second).name}
    PropertyDefinition.objects.all().delete()
    indexing.index_properties()
    assert names() == set()


def test_a_version_that_sorts_otherwise_makes_its_own_index(monkeypatch: pytest.MonkeyPatch) -> None:
    row = PropertyDefinition.objects.create(name="p", label="P")
    indexing.index_properties()
    monkeypatch.setattr(sorting, "LONGEST", 50)
    indexing.index_properties()
    assert names() == {indexing.index_of(row).name}
    assert indexing.index_of(row).name in plan(row, descending=False)


def test_while_one_worker_builds_another_leaves_what_looks_broken_off() -> None:
    PropertyDefinition.objects.create(name="p", label="P")
    another = connection.copy()
    with another.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [indexing._LOCK])
        indexing.index_properties()
        assert names() == set()
        cursor.execute("SELECT pg_advisory_unlock(%s)", [indexing._LOCK])  # closing is noticed later
    another.close()
    indexing.index_properties()
    assert len(names()) == 1


def test_a_build_that_was_broken_off_is_done_again() -> None:
    row = PropertyDefinition.objects.create(name="p", label="P")
    indexing.index_properties()
    (name,) = names()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE pg_index SET indisvalid = false WHERE indexrelid = %s::regclass", [name])
    indexing.index_properties()
    assert indexing._existing() == {indexing.index_of(row).name: True}


def test_a_build_does_not_wait_long_for_somebody_elses_transaction(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(indexing, "LONGEST_WAIT", timedelta(seconds=1))
    row = PropertyDefinition.objects.create(name="p", label="P")
    another = connection.copy()
    with another.cursor() as cursor:
        cursor.execute("BEGIN; UPDATE contacts_contact SET first_name = first_name; SELECT 1")
        make_contact("late@x.example")
        indexing.index_properties()
        assert True not in indexing._existing().values()
        cursor.execute("ROLLBACK")
    another.close()
    indexing.index_properties()
    assert indexing._existing() == {indexing.index_of(row).name: True}
    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone() == ("0",)
