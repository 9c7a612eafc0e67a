"""Indexes for lists in the order of a custom property: the worker makes them, and drops them again.

A list in the order of a value in the JSON of a million contacts is a sort of all of them for each page: half
a second, where an index answers in milliseconds. Which properties there are is known at run time alone, so
no migration can make these indexes. Each holds the contacts that have a value, and serves both directions
(`core.blanks_last`). It costs every write of such a contact a little: few contacts get none, and of very many
properties the first ones do, in the order of the settings. PostgreSQL alone has them.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from hashlib import blake2b

import structlog
from django.db import OperationalError, connection, models
from django.db.models.lookups import IsNull

from contacts.models import Contact, PropertyDefinition
from contacts.properties.kinds import PropertyKind
from contacts.properties.sorting import sort_value

log = structlog.get_logger(__name__)

PREFIX = "contact_by_property_"
LEAST_CONTACTS = 50_000
"""Fewer are sorted in some 30 ms."""
MOST_INDEXES = 12
SORTED_SELDOM = (PropertyKind.LONG_TEXT, PropertyKind.CHOICES)
LONGEST_WAIT = timedelta(seconds=60)
"""For transactions that began before: an index waits for all of them, and its thread with it."""
_WAITED_TOO_LONG = "55P03"
_LOCK = 7_310_551
"""This work among PostgreSQL's advisory locks: an index that is being built looks like one that failed."""


def index_properties() -> None:
    """Bring the indexes up to date. Writes to contacts go on meanwhile.

    What would have to wait too long for somebody else's transaction is left to the next time.
    """
    if connection.vendor != "postgresql":
        return
    with _alone() as is_alone:
        if not is_alone:
            return
        try:
            with _waiting_at_most(LONGEST_WAIT):
                _bring_up_to_date()
        except OperationalError as error:
            if getattr(error.__cause__, "pgcode", "") != _WAITED_TOO_LONG:
                raise
            log.info("property_index_put_off")


def _bring_up_to_date() -> None:
    existing = _existing()
    wanted = {index.name: index for index in _wanted()} if existing or _has_many_contacts() else {}
    for name, is_valid in existing.items():
        if name not in wanted or not is_valid:
            _drop(name)
    for name, index in wanted.items():
        if not existing.get(name):
            _build(index)


@contextmanager
def _waiting_at_most(longest: timedelta) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, false)", [f"{longest.total_seconds():.0f}s"])
        try:
            yield
        finally:
            cursor.execute("RESET lock_timeout")


@contextmanager
def _alone() -> Iterator[bool]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK])
        (is_alone,) = cursor.fetchone()
        try:
            yield is_alone
        finally:
            if is_alone:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])


def _has_many_contacts() -> bool:
    """By the database's own estimate."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE oid = %s::regclass", [Contact._meta.db_table])
        (estimate,) = cursor.fetchone()
    return bool(estimate >= LEAST_CONTACTS)


def _existing() -> dict[str, bool]:
    """By name, whether it is complete: a build that was broken off leaves an index that serves no one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, indisvalid FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid"
            " WHERE indrelid = %s::regclass AND starts_with(relname, %s)",
            [Contact._meta.db_table, PREFIX],
        )
        return dict(cursor.fetchall())


def _wanted() -> Iterator[models.Index]:
    rows = PropertyDefinition.objects.custom().active().exclude(kind__in=SORTED_SELDOM).in_order()
    return map(index_of, rows[:MOST_INDEXES])


def index_of(row: PropertyDefinition) -> models.Index:
    """Its name tells how it sorts, too: another kind does otherwise, or another version of the app."""
    value = sort_value(row.spec)
    has_value = models.Q(IsNull(value, False))
    index = models.Index(value, "id", condition=has_value, name=f"{PREFIX}{row.pk}")
    sql = str(index.create_sql(Contact, connection.schema_editor()))
    index.name += f"_{blake2b(sql.encode(), digest_size=4).hexdigest()}"
    return index


def _build(index: models.Index) -> None:
    with connection.schema_editor(atomic=False) as editor:
        editor.add_index(Contact, index, concurrently=True)  # type: ignore[call-arg]  # of PostgreSQL's editor
    log.info("property_index_built", index=index.name)


def _drop(name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {connection.ops.quote_name(name)}")
    log.info("property_index_dropped", index=name)
