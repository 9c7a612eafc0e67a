import pytest
from django.db import connection

from integrations.models import AuditEntry
from marketing_events.models import Utterance

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
