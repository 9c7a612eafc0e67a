"""What triggers are about: as publishing writes it, and as the migration gave it to older ones."""

from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection

from contacts.models import Segment
from tests.workflows.definition.examples import note, trigger, workflow
from tests.workflows.engine.helpers import publish
from workflows.models import PublishedTrigger

pytestmark = pytest.mark.django_db
migration = import_module("workflows.migrations.0004_published_trigger_about")


def rows() -> list[tuple[int, str, str]]:
    columns = PublishedTrigger.objects.values_list("position", "trigger", "about")
    return list(columns.order_by("position", "about"))


def test_a_row_for_each_webinar_or_event_and_one_for_any_also_after_the_migration_and_back() -> None:
    segment = Segment.objects.create(name="Called", kind=Segment.Kind.STATIC)
    chosen = (
        trigger("event_registered", events={"webinar_ids": ["931 1234 5678", "7000000"]}),
        trigger("event_attended", events={"event_ids": [3, 4], "webinar_ids": [7000000]}),
        trigger("recording_available", events={"name": {"is": "contains", "value": "roses"}}),
        trigger("segment_entered", segment=segment.pk),
        trigger("event_no_show"),
    )
    publish(workflow(note("hi"), triggers=chosen))
    written = rows()
    assert written == [
        (0, "event_registered", "webinar:7000000"),
        (0, "event_registered", "webinar:93112345678"),
        (1, "event_attended", "event:3"),
        (1, "event_attended", "event:4"),
        (2, "recording_available", ""),
        (3, "segment_entered", ""),
        (4, "event_no_show", ""),
    ]
    migration.forget_subjects(apps, connection.schema_editor())
    assert [(position, about) for position, _trigger, about in rows()] == [(n, "") for n in range(5)]
    migration.name_subjects(apps, connection.schema_editor())
    assert rows() == written
    assert PublishedTrigger.objects.get(position=3).segment == segment


def test_a_process_of_the_version_before_can_publish_during_the_upgrade() -> None:
    """It names no subject: then the trigger is asked whatever a change is about."""
    publish(workflow(note("hi"), triggers=(trigger("event_no_show"),)))
    known = ["workflow_id", "version_id", "trigger", "segment_id", "property"]
    columns, table = ", ".join(known), PublishedTrigger._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {table} ({columns}, position) SELECT {columns}, 1 FROM {table}")
    assert rows() == [(0, "event_no_show", ""), (1, "event_no_show", "")]
