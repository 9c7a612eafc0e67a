import pytest
from django.db import ProgrammingError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from contacts.models import Contact, EmailAddress, Segment
from contacts.segments.json_values import HoldsValue
from core.blanks_last import BlanksLast
from core.indexes import has_trigrams
from core.sorted_anew import sorted_anew
from core.text_search import some_holding
from integrations.audit.retention import old_information
from integrations.models import (
    AttendanceRow,
    AuditEntry,
    Registrant,
    SkippedPerson,
    SyncLogLine,
    SyncRun,
    SyncStep,
    Webinar,
)
from integrations.sync.runs.retention import replaced_runs
from marketing_events.models import Call, MarketingEvent, Utterance
from tests.contacts.make import make_contact

NOW = timezone.now()

pytestmark = pytest.mark.django_db


def names_of_indexes(table: str) -> set[str]:
    with connection.cursor() as cursor:
        return set(connection.introspection.get_constraints(cursor, table))


@pytest.mark.parametrize(
    ("model", "name"), [(Utterance, "utterance_words"), (AuditEntry, "auditentry_words")]
)
def test_a_gin_index_is_there_on_postgresql_alone(model, name: str):
    assert (name in names_of_indexes(model._meta.db_table)) == (connection.vendor == "postgresql")


@pytest.mark.skipif("connection.vendor != 'postgresql'")
def test_words_are_looked_up_in_the_index():
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    assert "utterance_words" in Utterance.objects.filter(text__holds_words="water light").explain()


def test_a_gin_index_can_be_dropped_and_made_again(transactional_db):
    index = next(index for index in Utterance._meta.indexes if index.name == "utterance_words")
    before = names_of_indexes(Utterance._meta.db_table)
    with connection.schema_editor() as editor:
        editor.remove_index(Utterance, index)
        editor.remove_index(Utterance, index)
    assert names_of_indexes(Utterance._meta.db_table) == before - {"utterance_words"}
    with connection.schema_editor() as editor:
        editor.add_index(Utterance, index)
    assert names_of_indexes(Utterance._meta.db_table) == before


# Trigrams, where the server has them


def has_pg_trgm() -> bool:
    return connection.vendor == "postgresql" and has_trigrams(connection)


@pytest.mark.parametrize(
    ("model", "name"), [(Contact, "contact_trigrams"), (EmailAddress, "emailaddress_trigrams")]
)
def test_an_index_of_trigrams_is_there_where_the_server_offers_them(model, name: str):
    assert (name in names_of_indexes(model._meta.db_table)) == has_pg_trgm()


@pytest.mark.parametrize(
    ("typed", "whom"),
    [
        ("nna", {"anna@x.example"}),
        ("ANNA berg", {"anna@x.example"}),
        ("x.example", {"anna@x.example", "bert@x.example"}),
        ("other.example", {"bert@x.example"}),
        ("100%", {"bert@x.example"}),
        ("an_a", set()),
        ("a", {"anna@x.example", "bert@x.example"}),
    ],
)
def test_a_search_finds_the_same_with_and_without_trigrams(typed: str, whom: set[str]):
    make_contact("anna@x.example", first_name="Anna", last_name="Berg")
    make_contact("bert@x.example", first_name="100%", secondary_emails=("bert@other.example",))
    assert set(Contact.objects.search(typed).values_list("email", flat=True)) == whom


def test_trigrams_that_may_not_be_installed_are_done_without(monkeypatch):
    """As on a managed server whose database user may not."""

    class Cursor:
        def __enter__(self):
            return self

        def __exit__(self, *_error):
            return None

        def execute(self, statement: str) -> None:
            self.answer = (1,) if "available" in statement else None
            if "CREATE" in statement:
                raise ProgrammingError("permission denied to create extension")

        def fetchone(self):
            return self.answer

    monkeypatch.setattr(connection, "cursor", Cursor)
    assert has_trigrams(connection) is False


# What is asked often, or of a long table, is read by an index

INFORMATION = {"severity": "info"}
ASKED = {
    "contacts by a property": lambda: Contact.objects.filter(
        HoldsValue("properties", "size", ["large"], is_list=False)
    ),
    "which contacts use a property": lambda: Contact.objects.filter(properties__has_key="size"),
    "contacts, newest first": lambda: Contact.objects.order_by("-updated_at", "-pk")[:50],
    "contacts by name": lambda: Contact.objects.order_by("last_name", "first_name", "pk")[:50],
    "webinars that an address registered for": lambda: Registrant.objects.filter(email="a@x.example"),
    "webinars that an address was in": lambda: AttendanceRow.objects.filter(person_key="a@x.example"),
    "skipped people of an address": lambda: SkippedPerson.objects.filter(email="a@x.example"),
    "webinars of a brand": lambda: Webinar.objects.filter(connection=1).order_by("-starts_at", "-pk")[:50],
    "webinars that are due": lambda: Webinar.objects.filter(next_sync_at__lte=NOW).order_by("next_sync_at"),
    "webinars of a user": lambda: Webinar.objects.filter(host=1).order_by("-starts_at"),
    "the newest run of a webinar": lambda: SyncRun.objects.filter(webinar=1).order_by("-created_at", "-pk")[
        :1
    ],
    "steps of a run": lambda: SyncStep.objects.filter(run=1),
    "log of a run": lambda: SyncLogLine.objects.filter(run=1).order_by("pk"),
    "audit entries, newest first": lambda: AuditEntry.objects.order_by("-created_at", "-pk")[:50],
    "audit entries of a webinar": lambda: AuditEntry.objects.filter(webinar=1).order_by("-created_at", "-pk"),
    "audit entries of a brand": lambda: AuditEntry.objects.filter(brand=1).order_by("-created_at", "-pk")[
        :50
    ],
    "audit entries of a severity": lambda: AuditEntry.objects.filter(**INFORMATION).order_by("-created_at")[
        :50
    ],
    "open warnings of a brand": lambda: AuditEntry.objects.open().filter(brand=1),
    "audit entries that name a run": lambda: AuditEntry.objects.filter(run=1),
    "old information": lambda: old_information(NOW),
    "runs that were replaced": lambda: replaced_runs(NOW),
    "utterances of a call": lambda: Utterance.objects.filter(call=1).order_by("position"),
    "calls of an event": lambda: Call.objects.filter(event=1),
}


@pytest.mark.skipif("connection.vendor != 'postgresql'")
@pytest.mark.parametrize("question", ASKED)
def test_an_index_answers(question: str):
    assert "Seq Scan" not in explained(ASKED[question]())


AVERAGE = "zoom_webinar_attendance_average_duration"
ORDERS = {
    "contacts, newest first": lambda: Contact.objects.order_by("-updated_at", "-pk"),
    "contacts, oldest first": lambda: Contact.objects.order_by("updated_at", "pk"),
    "contacts by name": lambda: Contact.objects.order_by("last_name", "first_name", "pk"),
    "contacts by address": lambda: Contact.objects.order_by("email"),
    "contacts by creation": lambda: Contact.objects.order_by("-created_at"),
    "contacts by registrations": lambda: Contact.objects.order_by("-zoom_webinar_registration_count", "-pk"),
    "contacts by attendance": lambda: Contact.objects.order_by("zoom_webinar_attendance_count", "pk"),
    "contacts by source": lambda: Contact.objects.order_by("-source", "-pk"),
    "contacts with an average": lambda: BlanksLast(Contact.objects.all(), AVERAGE, descending=False).known,
    "contacts with an average, downwards": lambda: (
        BlanksLast(Contact.objects.all(), AVERAGE, descending=True).known
    ),
    "events, newest first": lambda: MarketingEvent.objects.order_by("-starts_at", "-pk"),
    "segments, newest first": lambda: Segment.objects.order_by("-updated_at", "-pk"),
}


@pytest.mark.skipif("connection.vendor != 'postgresql'")
@pytest.mark.parametrize("order", ORDERS)
def test_an_index_has_the_order_of_a_list(order: str):
    """A sort of a million rows for each page is what must not be."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_sort = off")
    assert "Sort" not in explained(ORDERS[order]()[:50])


@pytest.mark.skipif("connection.vendor != 'postgresql'")
@pytest.mark.parametrize(
    "order", [("last_name", "first_name", "pk"), ("-updated_at", "-pk")], ids=("up", "down")
)
def test_few_rows_are_not_looked_for_along_the_order_of_all(order: tuple[str, ...]):
    """The participants of one event, and the members of one segment, were found in a quarter of a second."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_sort = off")
    assert "Sort" not in explained(Contact.objects.order_by(*order)[:50])
    assert "Sort" in explained(Contact.objects.order_by(*sorted_anew(order))[:50])


@pytest.mark.skipif("connection.vendor != 'postgresql'")
def test_common_words_are_looked_for_in_the_newest_rows():
    """Not in the index, which lists all contacts with such a word before it gives the first."""
    with connection.cursor() as cursor, CaptureQueriesContext(connection) as captured:
        some_holding(Contact.objects.filter(searched_text__holds_words="x.example person"), 5)
        newest, _any = captured.captured_queries
        cursor.execute(f"EXPLAIN {newest['sql']}")
        plan = str(cursor.fetchall())
    assert "contact_words" not in plan


@pytest.mark.skipif("connection.vendor != 'postgresql'")
@pytest.mark.parametrize("search", ["search", "search_similar"])
@pytest.mark.parametrize("typed", ["annabel", "annabel berg"])
def test_contacts_are_searched_in_the_trigrams(search: str, typed: str):
    if not has_pg_trgm():
        pytest.skip("this server has no pg_trgm")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_indexscan = off")  # along the order of the list, past every contact
    found = explained(getattr(Contact.objects, search)(typed).order_by("-updated_at", "-pk")[:50])
    assert "contact_trigrams" in found
    assert ("emailaddress_trigrams" in found) == (search == "search")


def explained(rows) -> str:
    """The plan with reading a whole table as the last resort: of a table this small it is the best way."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    return rows.explain()
