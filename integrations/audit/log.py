"""Writes the audit log: what happened, and what is wrong until it is right again.

Decides when two warnings are the same one (same subject, code and cause, while open) and keeps that true when
several workers warn at once. It does not know when a warning is due; the sync and the actions do.
Whatever is written here has gone through `redact`.
"""

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from contacts.models import Brand
from core.redact import redact, redact_json
from integrations.audit.codes import Severity
from integrations.audit.registry import definition
from integrations.models import AuditEntry, SyncRun, Webinar

Details = Mapping[str, Any]

# Each round of `warn` fails only if another worker opened or resolved the same warning in between.
_ROUNDS = 5
_REFRESHED = ["last_seen_at", "message", "details", "severity", "run"]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that a sync found wrong. Without a message the words of the code's meaning are used."""

    code: str
    cause: str
    message: str = ""
    session_uuid: str = ""
    details: Details = field(default_factory=dict)


def record(
    brand: Brand,
    code: str,
    message: str = "",
    *,
    webinar: Webinar | None = None,
    run: SyncRun | None = None,
    severity: Severity | None = None,
    details: Details | None = None,
) -> AuditEntry:
    """Something that happened. It was never open, so it is not resolved by anything either."""
    entry = _event(brand, code, message, webinar, run, severity, details)
    entry.save()
    return entry


def record_many(brand: Brand, code: str, messages: Iterable[tuple[Webinar | None, str]]) -> None:
    """The same thing that happened to many webinars (None: to the brand), in one statement."""
    events = (_event(brand, code, message, webinar) for webinar, message in messages)
    AuditEntry.objects.bulk_create(events)


def warn(
    brand: Brand,
    code: str,
    cause: str,
    *,
    webinar: Webinar | None = None,
    session_uuid: str = "",
    run: SyncRun | None = None,
    message: str = "",
    details: Details | None = None,
) -> AuditEntry:
    """Open a warning, or refresh the one that is open already. Safe from several workers at once."""
    found = Finding(code, cause, message, session_uuid, details or {})
    entry = _entry(brand, webinar, run, found)
    for _round in range(_ROUNDS):
        same = AuditEntry.objects.open().filter(subject=entry.subject, code=code, cause=cause)
        if same.update(**{name: getattr(entry, name) for name in _REFRESHED}):
            return same.order_by("pk").first() or entry
        try:
            with transaction.atomic():
                entry.save(force_insert=True)
        except IntegrityError:
            continue
        return entry
    raise RuntimeError(f"{code}/{cause} of {entry.subject} was opened and resolved too often at once.")


def clear(
    brand: Brand,
    code: str,
    cause: str | None = None,
    *,
    webinar: Webinar | None = None,
    session_uuid: str | None = None,
    because: str = "",
) -> int:
    """Resolve what is open of this code: of the webinar, or (without one) what is about the brand itself.

    `cause` and `session_uuid` narrow it down; None stands for all of them. Returns how many it resolved.
    """
    if cause is not None:
        definition(code, cause)
    entries = AuditEntry.objects.open().filter(brand=brand, code=code, webinar=webinar)
    if cause is not None:
        entries = entries.filter(cause=cause)
    if session_uuid is not None:
        entries = entries.filter(session_uuid=session_uuid)
    return resolve(entries, because)


def resolve(entries: QuerySet[AuditEntry], because: str) -> int:
    """Close those of the entries that are open, with when and why."""
    return entries.filter(state=AuditEntry.State.OPEN).update(
        state=AuditEntry.State.RESOLVED,
        resolved_at=timezone.now(),
        resolution=redact(because) or _("The cause was fixed."),
    )


def reconcile_warnings(
    brand: Brand,
    webinar: Webinar | None,
    run: SyncRun | None,
    checked: Set[tuple[str, str]],
    found: Iterable[Finding],
    because: str = "",
) -> None:
    """Make the open warnings of a webinar (or of the brand) those that were found, as far as was judged.

    What was found is opened or refreshed. What is open, was judged and was not found is resolved. What was
    not judged stays as it is: a sync that did not look cannot tell. Costs a constant number of queries.
    """
    for code, cause in checked:
        definition(code, cause)
    new = {_key(entry): entry for entry in (_entry(brand, webinar, run, one) for one in found)}
    with transaction.atomic():
        still_open = AuditEntry.objects.open().filter(brand=brand, webinar=webinar)
        opened = {_key(entry): entry for entry in still_open}
        gone = [
            entry.pk
            for key, entry in opened.items()
            if key not in new and (entry.code, entry.cause) in checked
        ]
        if gone:
            resolve(
                AuditEntry.objects.filter(pk__in=gone), because or _("The last sync did not find it again.")
            )
        _refresh([(opened[key], entry) for key, entry in new.items() if key in opened])
        _open([entry for key, entry in new.items() if key not in opened])


def open_many(brand: Brand, found: Iterable[tuple[Webinar, Finding]]) -> None:
    """Open warnings of many webinars in one statement. Those that are open already stay as they are."""
    _open([_entry(brand, webinar, None, one) for webinar, one in found])


def subject_of(brand: Brand, webinar: Webinar | None, session_uuid: str = "") -> str:
    """The key of what an entry is about: the brand, a webinar, or one session of it."""
    if webinar is None:
        return f"brand:{brand.pk}"
    return f"webinar:{webinar.pk}:{session_uuid}" if session_uuid else f"webinar:{webinar.pk}"


def _event(
    brand: Brand,
    code: str,
    message: str,
    webinar: Webinar | None,
    run: SyncRun | None = None,
    severity: Severity | None = None,
    details: Details | None = None,
) -> AuditEntry:
    """An entry of something that happened, not saved. Raises `UnknownCodeError`."""
    now = timezone.now()
    words = definition(code)
    return AuditEntry(
        brand=brand,
        webinar=webinar,
        run=run,
        subject=subject_of(brand, webinar),
        code=code,
        severity=severity or words.severity,
        state=AuditEntry.State.RESOLVED,
        message=redact(message) or str(words.meaning),
        details=redact_json(dict(details or {})),
        created_at=now,
        last_seen_at=now,
    )


def _entry(brand: Brand, webinar: Webinar | None, run: SyncRun | None, found: Finding) -> AuditEntry:
    """An open entry, not saved. Raises `UnknownCodeError`."""
    words = definition(found.code, found.cause)
    now = timezone.now()
    return AuditEntry(
        brand=brand,
        webinar=webinar,
        session_uuid=found.session_uuid,
        run=run,
        subject=subject_of(brand, webinar, found.session_uuid),
        code=found.code,
        cause=found.cause,
        severity=words.severity,
        state=AuditEntry.State.OPEN,
        message=redact(found.message) or str(words.meaning),
        details=redact_json(dict(found.details)),
        created_at=now,
        last_seen_at=now,
    )


def _key(entry: AuditEntry) -> tuple[str, str, str]:
    return (entry.subject, entry.code, entry.cause)


def _refresh(pairs: list[tuple[AuditEntry, AuditEntry]]) -> None:
    for old, new in pairs:
        for name in _REFRESHED:
            setattr(old, name, getattr(new, name))
    AuditEntry.objects.bulk_update([old for old, _new in pairs], _REFRESHED)


def _open(entries: list[AuditEntry]) -> None:
    """Another worker may have opened one of them since: then its row stands."""
    AuditEntry.objects.bulk_create(entries, ignore_conflicts=True)
