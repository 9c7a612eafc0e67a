"""Writes the audit log: what happened, and what is wrong until it is right again.

Two warnings are the same one while it is open if they have the same subject and code; that stays true when
several workers warn at once. When a warning is due is for the sync and the settings to say. Whatever is
written here has gone through `redact`.
"""

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from contacts.models import Brand
from core.messages import Message, as_json, plain_values
from core.redact import redact_json
from integrations.audit import wording  # noqa: F401  registers the words
from integrations.audit.acknowledge import CLEARED, is_worse
from integrations.audit.codes import AuditCode
from integrations.audit.registry import codes_of, definition
from integrations.models import AuditEntry, SyncRun, Webinar

Values = Mapping[str, Any]

CAUSE_FIXED = Message("resolution.cause_fixed")
NOT_FOUND_AGAIN = Message("resolution.not_found_again")

# Each round of `warn` fails only if another worker opened or resolved the same warning in between.
_ROUNDS = 5
_REFRESHED = ["last_seen_at", "values", "search_text", "severity", "run"]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that a sync found wrong."""

    code: AuditCode
    session_uuid: str = ""
    values: Values = field(default_factory=dict)


def record(
    brand: Brand,
    code: AuditCode,
    values: Values | None = None,
    *,
    webinar: Webinar | None = None,
    run: SyncRun | None = None,
) -> AuditEntry:
    """Something that happened. It was never open, so it is not resolved by anything either."""
    entry = _event(brand, webinar, run, Finding(code, values=values or {}))
    entry.save()
    return entry


def record_many(
    brand: Brand, code: AuditCode, events: Iterable[tuple[Webinar | None, Values]], run: SyncRun | None = None
) -> None:
    """The same thing that happened to many webinars (None: to the brand), in one statement."""
    AuditEntry.objects.bulk_create(
        _event(brand, webinar, run, Finding(code, values=values)) for webinar, values in events
    )


def warn(
    brand: Brand,
    code: AuditCode,
    values: Values | None = None,
    *,
    webinar: Webinar | None = None,
    session_uuid: str = "",
    run: SyncRun | None = None,
) -> AuditEntry:
    """Open a warning, or refresh the one that is open already. Safe from several workers at once."""
    entry = _entry(brand, webinar, run, Finding(code, session_uuid, values or {}))
    for _round in range(_ROUNDS):
        same = AuditEntry.objects.open().filter(subject=entry.subject, code=code)
        if old := same.order_by("pk").first():
            changes = {name: getattr(entry, name) for name in _REFRESHED}
            if same.update(**changes | (CLEARED if is_worse(old, entry) else {})):
                return same.order_by("pk").first() or entry
            continue
        try:
            with transaction.atomic():
                entry.save(force_insert=True)
        except IntegrityError:
            continue
        return entry
    raise RuntimeError(f"{code} of {entry.subject} was opened and resolved too often at once.")


def clear(
    brand: Brand,
    *codes: str,
    webinar: Webinar | None = None,
    session_uuid: str | None = None,
    because: Message = CAUSE_FIXED,
) -> int:
    """Resolve what is open of these codes or labels: of the webinar, or (without one) of the brand itself.

    `session_uuid` narrows it down. Returns how many it resolved.
    """
    known = codes_of(*codes)
    if not known:
        definition(*codes)
    entries = AuditEntry.objects.open().filter(brand=brand, code__in=known, webinar=webinar)
    if session_uuid is not None:
        entries = entries.filter(session_uuid=session_uuid)
    return resolve(entries, because)


def resolve(entries: QuerySet[AuditEntry], because: Message = CAUSE_FIXED) -> int:
    """Close those of the entries that are open, with when and why."""
    return entries.filter(state=AuditEntry.State.OPEN).update(
        state=AuditEntry.State.RESOLVED,
        resolved_at=timezone.now(),
        resolution=Message.from_json(redact_json(because.as_json())),
    )


def reconcile_warnings(
    brand: Brand,
    webinar: Webinar | None,
    run: SyncRun | None,
    checked: Set[AuditCode],
    findings: Iterable[Finding],
    because: Message = NOT_FOUND_AGAIN,
) -> None:
    """Make the open warnings of a webinar (or of the brand) those that were found, as far as was checked.

    What was found is opened or refreshed. What is open, was checked and was not found is resolved. What was
    not checked stays as it is: a sync that did not look cannot tell. Costs a constant number of queries.
    """
    for code in checked:
        definition(code)
    new = {_key(entry): entry for entry in (_entry(brand, webinar, run, finding) for finding in findings)}
    with transaction.atomic():
        still_open = AuditEntry.objects.open().filter(brand=brand, webinar=webinar)
        opened = {_key(entry): entry for entry in still_open}
        gone = [entry.pk for key, entry in opened.items() if key not in new and entry.code in checked]
        if gone:
            resolve(AuditEntry.objects.filter(pk__in=gone), because)
        _refresh([(opened[key], entry) for key, entry in new.items() if key in opened])
        _open([entry for key, entry in new.items() if key not in opened])


def open_many(brand: Brand, findings: Iterable[tuple[Webinar, Finding]]) -> None:
    """Open warnings of many webinars in one statement. Those that are open already stay as they are."""
    _open([_entry(brand, webinar, None, finding) for webinar, finding in findings])


def subject_of(brand: Brand, webinar: Webinar | None, session_uuid: str = "") -> str:
    """The key of what an entry is about: the brand, a webinar, or one session of it."""
    if webinar is None:
        return f"brand:{brand.pk}"
    return f"webinar:{webinar.pk}:{session_uuid}" if session_uuid else f"webinar:{webinar.pk}"


def _event(brand: Brand, webinar: Webinar | None, run: SyncRun | None, finding: Finding) -> AuditEntry:
    """An entry of something that happened, not saved. Raises `UnknownCodeError`."""
    entry = _entry(brand, webinar, run, finding)
    entry.state = AuditEntry.State.RESOLVED
    return entry


def _entry(brand: Brand, webinar: Webinar | None, run: SyncRun | None, finding: Finding) -> AuditEntry:
    """An open entry, not saved. Raises `UnknownCodeError`."""
    meaning, now = definition(finding.code), timezone.now()
    values = redact_json(as_json(finding.values))
    return AuditEntry(
        brand=brand,
        webinar=webinar,
        session_uuid=finding.session_uuid,
        run=run,
        subject=subject_of(brand, webinar, finding.session_uuid),
        code=finding.code,
        severity=meaning.severity,
        state=AuditEntry.State.OPEN,
        values=values,
        search_text=" ".join(plain_values(values)),
        created_at=now,
        last_seen_at=now,
    )


def _key(entry: AuditEntry) -> tuple[str, str]:
    return (entry.subject, entry.code)


def _refresh(pairs: list[tuple[AuditEntry, AuditEntry]]) -> None:
    for old, new in pairs:
        if is_worse(old, new):
            for name, value in CLEARED.items():
                setattr(old, name, value)
        for name in _REFRESHED:
            setattr(old, name, getattr(new, name))
    AuditEntry.objects.bulk_update([old for old, _new in pairs], [*_REFRESHED, *CLEARED])


def _open(entries: list[AuditEntry]) -> None:
    """Another worker may have opened one of them since: then its row stands."""
    AuditEntry.objects.bulk_create(entries, ignore_conflicts=True)
