"""Fills a database with made-up rows that its constraints accept, whatever its models are.

A row is guessed field by field, and the database says whether it may be: what it rejects is guessed again.
"""

import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import takewhile
from typing import Any

from django.apps.registry import Apps
from django.db import IntegrityError, models, transaction

ROWS = 6
GUESSES = 3000  # most tables need a few; a workflow's enrolments, with their many rules, some hundred
EXTREME_GUESSES = 50
SHORT_OF_NULLS = 0.25

type Row = dict[str, Any]


class UnfillableError(Exception):
    """No guess was accepted: the model needs a recipe."""


class Filler:
    """Of one database, by the models as they were at one state of the migrations. The same seed, the same rows."""

    def __init__(self, apps: Apps, alias: str, seed: int = 1) -> None:
        self._apps, self._alias = apps, alias
        self._random = random.Random(seed)
        self._count = 0
        self._nulls = SHORT_OF_NULLS

    def fill(self, labels: set[str]) -> None:
        """Rows for each model of these apps: those that refer to others after them."""
        for model in in_order([model for model in self._apps.get_models() if model._meta.app_label in labels]):
            if not sum(takewhile(bool, (self._add(model, number) for number in range(ROWS)))):
                raise UnfillableError(f"{model._meta.label}: {GUESSES} guesses were rejected; give it a recipe.")

    def _add(self, model: type[models.Model], number: int) -> bool:
        """False if no guess is accepted: a table may be full, such as with one row for each brand.

        If it may be, the first row has no value that it can be without, and the second has all.
        """
        for guess in range(GUESSES):
            extreme = {0: 1.0, 1: 0.0}.get(number, SHORT_OF_NULLS)
            self._nulls = extreme if guess < EXTREME_GUESSES else SHORT_OF_NULLS
            try:
                with transaction.atomic(using=self._alias):
                    self._create(model, self._guess(model))
            except IntegrityError:
                continue
            return True
        return False

    def _create(self, model: type[models.Model], row: Row) -> None:
        created = model._base_manager.using(self._alias).create(**row)
        if recipe := RECIPES.get(model._meta.label):
            recipe(self._apps, self._alias, created)

    def _guess(self, model: type[models.Model]) -> Row:
        fields = (field for field in model._meta.concrete_fields if not _is_made(field))
        return {field.attname: self._value(field) for field in fields}

    def _value(self, field: Any) -> Any:
        if field.null and self._random.random() < self._nulls:
            return None
        if field.is_relation:
            return self._key(field)
        if field.choices:
            return self._random.choice([value for value, _label in field.flatchoices])
        for kind, guess in GUESSED.items():
            if isinstance(field, kind):
                self._count += 1
                return guess(self._random, self._count, field)
        raise UnfillableError(f"{field}: a kind of field that no one guessed yet.")

    def _key(self, field: Any) -> Any:
        """Null only where there is no row to refer to."""
        rows = field.related_model._base_manager.using(self._alias).order_by("pk")
        keys = list(rows.values_list("pk", flat=True))
        return self._random.choice(keys or [None])


def in_order(unordered: list[type[models.Model]]) -> Iterator[type[models.Model]]:
    """Each after those that it can't be without."""
    waiting = {model._meta.label: model for model in sorted(unordered, key=lambda model: model._meta.label)}
    while waiting:
        ready = [label for label, model in waiting.items() if not _needed(model) & (waiting.keys() - {label})]
        if not ready:
            raise UnfillableError(f"These need each other: {', '.join(waiting)}.")
        for label in ready:
            yield waiting.pop(label)


def _needed(model: type[models.Model]) -> set[str]:
    fields = model._meta.concrete_fields
    return {field.related_model._meta.label for field in fields if field.is_relation and not field.null}


def _is_made(field: Any) -> bool:
    """By the database itself."""
    return field.generated or isinstance(field, models.AutoField | models.BigAutoField)


def _text(guess: random.Random, count: int, field: Any) -> str:
    if field.blank and guess.random() < SHORT_OF_NULLS:
        return ""
    if "email" in field.name or field.name == "address":
        return f"p{count}@customer.example"
    if isinstance(field, models.URLField):
        return f"https://customer.example/{count}"
    return f"{count}-ä{field.name}"[: field.max_length or None]


def _moment(guess: random.Random, _count: int, _field: Any) -> datetime:
    return datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=guess.randrange(500_000))


# The narrower kind first.
GUESSED: dict[type[Any], Callable[[random.Random, int, Any], Any]] = {
    models.BooleanField: lambda guess, _count, _field: guess.random() < 0.5,
    models.BigIntegerField: lambda _guess, count, _field: 80_000_000_000 + count,
    models.IntegerField: lambda guess, _count, _field: guess.randrange(4),
    models.FloatField: lambda guess, _count, _field: guess.uniform(0, 100),
    models.DateTimeField: _moment,
    models.DateField: lambda guess, count, field: _moment(guess, count, field).date(),
    models.JSONField: lambda _guess, count, field: field.get_default() or {"key": count},
    models.BinaryField: lambda _guess, count, _field: str(count).encode(),
    models.FileField: lambda _guess, count, _field: f"files/{count}.csv",
    models.CharField: _text,
    models.TextField: _text,
}


def _own_address(apps: Apps, alias: str, contact: Any) -> None:
    """The two refer to each other."""
    addresses: Any = apps.get_model("contacts", "EmailAddress")
    addresses._base_manager.using(alias).create(contact_id=contact.pk, email=contact.email)


# What makes a row whole that no guess can: called with the row, in its transaction.
RECIPES: dict[str, Callable[[Apps, str, Any], None]] = {"contacts.Contact": _own_address}
