"""A migration is tested against a database that was filled at the previous release (CONTRIBUTING.md)."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from django.db import IntegrityError, migrations, models
from django.db.migrations.loader import MigrationLoader

from tests.migrations.database import ALIAS, connected, new_database
from tests.migrations.filling import Filler
from tests.migrations.upgrade import (
    RELEASED,
    REMOVED,
    Keys,
    LostRowsError,
    demand_all_rows,
    keys_of,
    migrate_to_now,
    migrate_to_release,
)


class Release(NamedTuple):
    """A database as it was released, with rows; never touched again, only copied."""

    name: str
    keys: Keys


@pytest.fixture(scope="module")
def release(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Release]:
    with django_db_blocker.unblock(), new_database(tmp_path_factory.mktemp("released")) as name:
        with connected(name) as database:
            apps = migrate_to_release(database)
            Filler(apps, ALIAS).fill(set(RELEASED))
            keys = keys_of(apps, ALIAS)
        yield Release(name, keys)


@pytest.fixture(scope="module")
def upgraded(release: Release, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A copy of it, with all that came since."""
    directory = tmp_path_factory.mktemp("upgraded")
    with django_db_blocker.unblock(), new_database(directory, copy_of=release.name) as name:
        with connected(name) as database:
            migrate_to_now(database)
        yield name


@pytest.fixture
def database(upgraded: str, django_db_blocker: Any, tmp_path: Path) -> Iterator[Any]:
    """A copy of that one."""
    with django_db_blocker.unblock(), new_database(tmp_path, copy_of=upgraded) as name:
        with connected(name) as database:
            yield database


def migration_of(app: str, *operations: Any) -> migrations.Migration:
    made = migrations.Migration("9999_of_the_test", app)
    made.operations = list(operations)
    return made


def upgrade(database: Any, release: Release, *operations: Any) -> None:
    """As if there were one more migration."""
    further = [migration_of("contacts", *operations)] if operations else []
    demand_all_rows(release.keys, migrate_to_now(database, further), ALIAS)
    database.check_constraints()


def test_each_app_names_its_last_migration_of_the_previous_release() -> None:
    loader = MigrationLoader(None)  # type: ignore[arg-type]
    assert RELEASED
    assert not [item for item in RELEASED.items() if item not in loader.disk_migrations]
    assert not [label for label in REMOVED if label.split(".")[0] not in RELEASED]


def test_every_table_of_the_previous_release_is_filled(release: Release) -> None:
    assert len(release.keys) > len(RELEASED)
    assert not [label for label, keys in release.keys.items() if not keys]


def test_what_was_in_the_database_at_the_previous_release_is_in_it_now(database: Any, release: Release) -> None:
    upgrade(database, release)


# What this finds: migrations that are wrong


def test_rows_that_a_migration_deletes_are_missed(database: Any, release: Release) -> None:
    def delete_some(apps: Any, editor: Any) -> None:
        manager = apps.get_model("contacts", "TimelineEntry")._base_manager.using(editor.connection.alias)
        manager.filter(pk=manager.order_by("pk").first().pk).delete()

    with pytest.raises(LostRowsError, match=r"contacts.TimelineEntry lost 1 of"):
        upgrade(database, release, migrations.RunPython(delete_some))


def test_a_table_that_a_migration_drops_is_missed(database: Any, release: Release) -> None:
    with pytest.raises(LostRowsError, match=r"contacts.TimelineEntry is gone"):
        upgrade(database, release, migrations.DeleteModel("TimelineEntry"))


def test_a_constraint_that_old_rows_break_is_found(database: Any, release: Release) -> None:
    constraint = models.CheckConstraint(condition=models.Q(pk__lt=0), name="never")
    with pytest.raises(IntegrityError):
        upgrade(database, release, migrations.AddConstraint("Brand", constraint))


def test_a_column_that_old_rows_have_no_value_for_is_found(database: Any, release: Release) -> None:
    field: Any = models.BigIntegerField()
    with pytest.raises(IntegrityError):
        upgrade(database, release, migrations.AlterField("TimelineEntry", "zoom_webinar_id", field))


def test_a_migration_that_keeps_every_row_is_fine(database: Any, release: Release) -> None:
    upgrade(database, release, migrations.AddField("Brand", "motto", models.TextField(default="")))
