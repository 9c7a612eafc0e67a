"""An index costs each write. None is there twice, and each one says which query it is for."""

import re
from collections.abc import Iterator
from pathlib import Path

from django.apps import apps
from django.db import models

ROOT = Path(__file__).parent.parent.parent
APPS = ("contacts", "integrations", "marketing_events", "workflows", "zoomsync")
INDEX = re.compile(r"\b\w*Index\((fields|\"|WordsVector|\s*$)")


def ours() -> Iterator[type[models.Model]]:
    return (model for model in apps.get_models() if model._meta.app_label in APPS)


def beginnings(model: type[models.Model]) -> set[str]:
    """The first columns of its indexes of several columns that have all rows."""
    unique = [item for item in model._meta.constraints if isinstance(item, models.UniqueConstraint)]
    whole = [item for item in (*model._meta.indexes, *unique) if item.fields and item.condition is None]
    return {item.fields[0].lstrip("-") for item in whole}


def test_no_foreign_key_has_an_index_that_another_one_begins_with() -> None:
    twice = [
        f"{model._meta.label}.{field.name}"
        for model in ours()
        for field in model._meta.concrete_fields
        if field.is_relation and field.db_index and not field.unique and field.name in beginnings(model)
    ]
    assert twice == [], "set db_index=False"


def test_no_two_indexes_of_a_table_are_the_same() -> None:
    for model in ours():
        columns = [(tuple(index.fields), index.condition) for index in model._meta.indexes if index.fields]
        assert len(columns) == len(set(columns)), model


def test_each_index_says_which_query_it_is_for() -> None:
    files = [path for app in APPS for path in (ROOT / app).rglob("*.py") if "models" in path.as_posix()]
    silent = [f"{path.relative_to(ROOT)}:{number}" for path in files for number in _without_comment(path)]
    assert files
    assert silent == [], "write the page or the query above the index"


def _without_comment(path: Path) -> Iterator[int]:
    lines = path.read_text().splitlines()
    for number, line in enumerate(lines):
        if INDEX.search(line) and not lines[number - 1].strip().startswith("#"):
            yield number + 1
