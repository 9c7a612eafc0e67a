"""Rules of this house that a machine can keep."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command

from zoomsync.celery import app as celery_app

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGES = ("zoomsync", "workflows", "integrations", "marketing_events", "contacts")
OWN_MODELS = [model for model in apps.get_models() if model.__module__.split(".")[0] in PACKAGES]


def sources(*packages: str) -> Iterator[Path]:
    for package in packages or PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path


@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


@pytest.mark.parametrize("model", OWN_MODELS, ids=lambda model: model.__name__)
def test_no_model_orders_itself(model):
    """An ordering of the model sorts every query, also those that only count."""
    assert model._meta.ordering == []


@pytest.mark.parametrize("model", OWN_MODELS, ids=lambda model: model.__name__)
def test_every_constraint_and_index_of_a_model_has_a_name_of_its_own_making(model):
    for row in (*model._meta.constraints, *model._meta.indexes):
        assert re.fullmatch(r"[a-z]+(_[a-z]+)*", row.name), row.name
    assert not model._meta.unique_together


@pytest.mark.parametrize("path", list(sources()), ids=lambda path: str(path.relative_to(ROOT)))
def test_every_module_says_what_it_decides(path):
    """Packages that only hold others, and lists of addresses or names, explain themselves."""
    tree = ast.parse(path.read_text())
    definitions = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    if any(isinstance(node, definitions) for node in tree.body) and path.name != "apps.py":
        assert ast.get_docstring(tree)


def lengths(path: Path) -> Iterator[int]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef) and node.end_lineno:
            yield node.end_lineno - node.lineno + 1


def test_nine_in_ten_functions_have_fewer_than_30_lines():
    found = sorted(length for path in sources() for length in lengths(path))
    assert found[len(found) * 9 // 10] < 30


def test_no_file_has_outgrown_a_readers_patience():
    too_long = {
        str(path.relative_to(ROOT)): count
        for path in sources()
        if (count := len(path.read_text().splitlines())) > 400
    }
    assert too_long == {}


def test_nothing_is_left_to_be_done_later():
    marks = re.compile(r"#.*\b(TODO|FIXME|XXX|HACK)\b")
    found = [str(path) for path in sources(*PACKAGES, "bench") if marks.search(path.read_text())]
    assert found == []


@pytest.mark.django_db
def test_every_task_has_limits():
    """A task that hangs must not hold a worker for ever; the soft limit comes first, so it can tidy up."""
    celery_app.loader.import_default_modules()
    ours = {name: task for name, task in celery_app.tasks.items() if name.split(".")[0] in PACKAGES}
    assert ours
    for name, task in ours.items():
        assert task.soft_time_limit, name
        assert task.time_limit > task.soft_time_limit, name


@pytest.mark.django_db
def test_everything_scheduled_is_a_task():
    celery_app.loader.import_default_modules()
    for name, entry in settings.CELERY_BEAT_SCHEDULE.items():
        assert entry["task"] in celery_app.tasks, name
