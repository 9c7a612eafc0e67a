"""While the migrations of an upgrade run, processes of the version before go on (docs/operations.md).

They know nothing of a new column, and could write no row of its table if it had no default in the database.
"""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import models
from django.db.migrations import AddField, CreateModel
from django.db.migrations.loader import MigrationLoader

APPS = ("contacts", "integrations", "marketing_events", "workflows", "zoomsync")


def added_later() -> Iterator[tuple[str, "models.Field[Any, Any]"]]:
    """The columns that tables got after they were made, as they are now."""
    for (app, name), migration in MigrationLoader(None).disk_migrations.items():
        if app not in APPS:
            continue
        made = {part.name_lower for part in migration.operations if isinstance(part, CreateModel)}
        for part in migration.operations:
            if isinstance(part, AddField) and part.model_name_lower not in made and _is_kept(app, part):
                yield name, apps.get_model(app, part.model_name)._meta.get_field(part.name)


def _is_kept(app: str, part: AddField) -> bool:
    fields = {field.name for field in apps.get_model(app, part.model_name)._meta.concrete_fields}
    return part.name in fields


def test_the_version_before_can_write_to_tables_with_new_columns() -> None:
    without = [
        f"{name}: {field}" for name, field in added_later() if not field.null and not field.has_db_default()
    ]
    assert without == []
