"""From the previous release to now: what was in the database is there still, and what must hold holds."""

import json
from collections.abc import Iterable
from pathlib import Path

from django.apps import apps as django_apps
from django.apps.registry import Apps
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations import Migration
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState

ROOT = Path(__file__).parent.parent.parent


def _released() -> dict[str, str]:
    """The last migration of each app at the previous release. An app that isn't there is newer than it.

    Before the first release the file is empty: what there is now is what will be released.
    """
    named: dict[str, str] = json.loads((Path(__file__).parent / "released.json").read_text())
    return named or dict(leaf for leaf in MigrationLoader(None).graph.leaf_nodes() if _is_ours(*leaf))  # type: ignore[arg-type]


def _is_ours(app: str, _name: str) -> bool:
    return (ROOT / django_apps.get_app_config(app).name.split(".")[0]).is_dir()


RELEASED = _released()

# Models that have been removed or renamed since, with the reason.
REMOVED: dict[str, str] = {}

type Keys = dict[str, set[object]]


class LostRowsError(AssertionError):
    """A migration lost rows that were there at the previous release."""


def migrate_to_release(database: BaseDatabaseWrapper) -> Apps:
    """An empty database becomes as it was released. Returns the models of then."""
    executor = MigrationExecutor(database)
    others = [leaf for leaf in executor.loader.graph.leaf_nodes() if not _is_ours(*leaf)]
    state = executor.migrate([*others, *RELEASED.items()])
    return state.apps


def migrate_to_now(database: BaseDatabaseWrapper, further: Iterable[Migration] = ()) -> Apps:
    """All that came since, and what a test adds to it. Returns the models of now."""
    executor = MigrationExecutor(database)
    state = executor.migrate(executor.loader.graph.leaf_nodes())
    for migration in further:
        state = _applied(migration, state, database)
    return state.apps


def keys_of(apps: Apps, alias: str) -> Keys:
    """The keys of all rows of the released apps, by model."""
    ours = [model for model in apps.get_models() if model._meta.app_label in RELEASED]
    return {model._meta.label: _keys(model, alias) for model in ours}


def demand_all_rows(before: Keys, apps: Apps, alias: str) -> None:
    """Each row of then is a row of now that can be read, and no constraint is broken."""
    now = {model._meta.label: model for model in apps.get_models()}
    for label, keys in before.items():
        if label in REMOVED:
            continue
        if label not in now:
            raise LostRowsError(f"{label} is gone. If that is meant, say why in REMOVED.")
        if lost := keys - _keys(now[label], alias):
            raise LostRowsError(f"{label} lost {len(lost)} of {len(keys)} rows: {sorted(map(str, lost))}")
        list(now[label]._base_manager.using(alias).all())  # each value can be read


def _keys(model: type[models.Model], alias: str) -> set[object]:
    return set(model._base_manager.using(alias).values_list("pk", flat=True))


def _applied(migration: Migration, state: ProjectState, database: BaseDatabaseWrapper) -> ProjectState:
    with database.schema_editor(atomic=migration.atomic) as editor:
        return migration.apply(state, editor)
