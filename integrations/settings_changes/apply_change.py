"""What every change of a setting brings with it: history, catch-up and warnings (R35, D14).

Compares the effective settings of the webinars before and after the change, so that no change has to know
which webinars it touches. Everything runs in one transaction, and one change of a brand at a time. The caller
writes the setting itself.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from contacts.models import Brand
from core.messages import Message
from core.roles import Right
from integrations import audit
from integrations.audit import AuditCode
from integrations.models import (
    AuditEntry,
    RecordingSearch,
    SettingChange,
    SyncRun,
    Webinar,
    WebinarInstance,
    ZoomConnection,
    ZoomSettings,
)
from integrations.settings.effective import (
    WEBINAR_FIELDS,
    Effect,
    brand_switches,
    effect,
    effects,
)
from integrations.settings_changes.errors import NotAllowed
from integrations.settings_changes.history import Actor, because_of, with_actor
from integrations.sync.runs.queue import enqueue_webinars


@dataclass(frozen=True, slots=True)
class Turned:
    """Keys of webinars for which the switches come to something else than before."""

    on: tuple[int, ...] = ()
    off: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a change came to: its rows of the history, and webinars. False when nothing changed."""

    changes: tuple[SettingChange, ...] = ()
    webinars: Turned = Turned()
    recordings: Turned = Turned()
    queued: int = 0  # how many webinars catch up with what was missed

    def __bool__(self) -> bool:
        return bool(self.changes)

    @property
    def started(self) -> int:
        """How many webinars sync from now on."""
        return len(self.webinars.on)

    @property
    def stopped(self) -> int:
        return len(self.webinars.off)

    @property
    def recordings_started(self) -> int:
        return len(self.recordings.on)

    @property
    def recordings_stopped(self) -> int:
        return len(self.recordings.off)


def apply(
    brand: Brand,
    actor: Actor | None,
    write: Callable[[], Iterable[SettingChange]],
    webinars: QuerySet[Webinar] | None = None,
    rejudge: Callable[[], QuerySet[Webinar]] | None = None,
) -> Outcome:
    """Make a change of settings, with all that follows from it.

    `write` writes the settings and returns the rows of the history, not saved; none: nothing was changed.
    `webinars` are those that it can touch (default: all of the brand). `rejudge` names webinars whose people
    have to be looked at again, although no switch of theirs was turned.
    """
    demand_right(actor)
    touched = Webinar.objects.filter(connection__brand=brand) if webinars is None else webinars
    with transaction.atomic():
        _one_at_a_time(brand)
        before = effects(brand_switches(brand), _with_switches(touched))
        again = list(_with_switches(rejudge())) if rejudge else []
        changes = tuple(write())
        if not changes:
            return Outcome()
        SettingChange.objects.bulk_create(changes)
        entries = ((change.webinar, {"change": with_actor(change)}) for change in changes)
        audit.record_many(brand, AuditCode.SETTINGS_CHANGED, entries)
        return _follow(brand, actor, changes, touched, before, again)


def demand_right(actor: Actor | None) -> None:
    """R16: settings are an admin's. The views ask first; this holds for whatever else calls."""
    if actor is not None and not actor.may(Right.CHANGE_SETTINGS):
        raise NotAllowed(_("Only an admin may change what syncs."))


def _one_at_a_time(brand: Brand) -> None:
    """Two changes at once would each compare with a state that the other is about to leave."""
    ZoomSettings.objects.select_for_update().get(brand=brand)


def _with_switches(webinars: QuerySet[Webinar]) -> QuerySet[Webinar]:
    return webinars.select_related("host").only("connection", *WEBINAR_FIELDS)


def _follow(
    brand: Brand,
    actor: Actor | None,
    changes: tuple[SettingChange, ...],
    touched: QuerySet[Webinar],
    before: dict[int, Effect],
    again: list[Webinar],
) -> Outcome:
    rows = list(_with_switches(touched).annotate(has_ended=audit.HAS_ENDED))
    switches = brand_switches(brand)
    after = effects(switches, rows)
    webinars = _turned(rows, before, after, "webinar")
    recordings = _turned(rows, before, after, "recordings")
    fully = [row for row in again if effect(switches, row).webinar]
    _look_at_recordings_now(recordings.on)
    because = because_of(changes)
    settle_switches(brand, rows, after, because)
    audit.settle_account(brand, because, switches)
    started = {*webinars.on, *recordings.on} - {row.pk for row in fully}
    queued = catch_up(brand, fully, actor, full=True)
    queued += catch_up(brand, [row for row in rows if row.pk in started], actor)
    return Outcome(changes, webinars, recordings, queued)


def _turned(
    rows: Sequence[Webinar], before: dict[int, Effect], after: dict[int, Effect], name: str
) -> Turned:
    """Webinars for which the switches now come to something else. One found only now was not turned."""
    on: list[int] = []
    off: list[int] = []
    for row in rows:
        now, then = after[row.pk], before.get(row.pk, after[row.pk])
        if bool(getattr(now, name)) != bool(getattr(then, name)):
            (on if getattr(now, name) else off).append(row.pk)
    return Turned(tuple(on), tuple(off))


def catch_up(brand: Brand, webinars: Collection[Webinar], actor: Actor | None, *, full: bool = False) -> int:
    """Have all of them synced soon. `full` reads what is final as well. Returns for how many it is queued.

    A run that waits already is pulled forward; one that is under way may be past what changed, and is
    followed by another.
    """
    connection = ZoomConnection.objects.filter(
        brand=brand, state__in=[ZoomConnection.State.CONNECTED, ZoomConnection.State.NEEDS_ATTENTION]
    ).first()
    if not webinars or connection is None:
        return 0
    enqueue_webinars(
        webinars, SyncRun.Trigger.CATCH_UP, requested_by=actor, depth=SyncRun.Depth.FULL if full else None
    )
    return len(webinars)


def _look_at_recordings_now(webinars: Iterable[int]) -> None:
    instances = WebinarInstance.objects.filter(
        is_practice=False, ended_at__isnull=False, webinar__in=webinars
    )
    searches = RecordingSearch.objects.filter(instance__in=instances)
    searches.update(next_check_at=timezone.now(), check_count=0)


def settle_switches(
    brand: Brand, rows: Sequence[Webinar], after: dict[int, Effect], because: Message
) -> None:
    """Open and resolve what follows from the settings at once, in a constant number of queries.

    `rows` are annotated with `has_ended`.
    """
    wanted = {
        (row.pk, code): row
        for row in rows
        for code in audit.switch_warnings(*after[row.pk], has_ended=bool(getattr(row, "has_ended", False)))
    }
    checked = audit.SWITCH_WARNINGS | audit.RECORDING_WARNINGS
    entries = AuditEntry.objects.open().filter(
        brand=brand, webinar__in=[row.pk for row in rows], code__in=checked
    )
    opened = {pk: (webinar, code) for pk, webinar, code in entries.values_list("pk", "webinar", "code")}
    gone = [
        pk
        for pk, (webinar, code) in opened.items()
        if (webinar, code) not in wanted
        and (code in audit.SWITCH_WARNINGS or (webinar and not after[webinar].recordings))
    ]
    audit.resolve(AuditEntry.objects.filter(pk__in=gone), because)
    there = set(opened.values())
    audit.open_many(brand, ((row, audit.Finding(key[1])) for key, row in wanted.items() if key not in there))
