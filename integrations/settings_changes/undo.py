"""Taking a change of settings back: the reverse change, made by the same actions, with a history of its own.

Refuses where someone changed the same setting since: their decision is newer.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable

from django.db import transaction
from django.db.models import Model

from contacts.models import Brand
from integrations.models import DomainExclusion, SettingChange, ZoomSettings
from integrations.settings_changes.apply_change import Outcome, Turned
from integrations.settings_changes.errors import ChangedSinceError
from integrations.settings_changes.exclusions import add_exclusions, remove_exclusions
from integrations.settings_changes.history import Actor, Scope, label_of, read, written
from integrations.settings_changes.switches import set_global, set_users, set_webinars

type Alike = list[SettingChange]  # not empty; the same setting, turned the same way


def undo(brand: Brand, changes: Iterable[int], actor: Actor | None) -> Outcome:
    """Take back changes of this brand, given by the keys of their rows of the history; all or none.

    Raises `ChangedSinceError`, or whatever the reverse change itself is refused with.
    """
    rows = SettingChange.objects.filter(brand=brand, scope__in=_REVERSE, pk__in=list(changes))
    groups: dict[tuple[str, ...], Alike] = defaultdict(list)
    for change in rows.select_related("brand", "zoom_user", "webinar").order_by("-pk"):
        groups[_kind_of(change)].append(change)
    with transaction.atomic():
        return _joined([_REVERSE[scope](alike, actor) for (scope, *_rest), alike in groups.items()])


def _joined(outcomes: list[Outcome]) -> Outcome:
    """What several changes came to."""
    return Outcome(
        changes=tuple(row for outcome in outcomes for row in outcome.changes),
        webinars=_turned(outcome.webinars for outcome in outcomes),
        recordings=_turned(outcome.recordings for outcome in outcomes),
        queued=sum(outcome.queued for outcome in outcomes),
    )


def _turned(parts: Iterable[Turned]) -> Turned:
    listed = list(parts)
    return Turned(
        on=tuple({key for part in listed for key in part.on}),
        off=tuple({key for part in listed for key in part.off}),
    )


def undoable(changes: Iterable[SettingChange]) -> set[int]:
    """Keys of those that `undo` would take back: the setting still is as the change left it.

    Two queries, if `zoom_user` and `webinar` were selected along.
    """
    listed = list(changes)
    brands = {change.brand_id for change in listed}
    settings = {row.brand_id: row for row in ZoomSettings.objects.filter(brand__in=brands)}
    exclusions = DomainExclusion.objects.filter(brand__in=brands).values_list("brand_id", "kind", "domain")
    excluded = set(exclusions)

    def stands(change: SettingChange) -> bool:
        if change.scope == Scope.EXCLUSION:
            return ((change.brand_id, change.field, change.target) in excluded) == bool(change.new)
        row = {
            Scope.GLOBAL: settings.get(change.brand_id),
            Scope.USER: change.zoom_user,
            Scope.WEBINAR: change.webinar,
        }.get(Scope(change.scope))
        return row is not None and written(getattr(row, change.field)) == change.new

    return {change.pk for change in listed if change.scope in _REVERSE and stands(change)}


def _kind_of(change: SettingChange) -> tuple[str, ...]:
    if change.scope == Scope.EXCLUSION:
        return (change.scope, change.field, "added" if change.new else "removed")
    return (change.scope, change.field, change.old, change.new)


def _undo_global(changes: Alike, actor: Actor | None) -> Outcome:
    change = changes[0]
    _demand_unchanged(change, ZoomSettings.objects.get(brand=change.brand))
    return set_global(change.brand, actor=actor, **{change.field: read(change.old)})  # type: ignore[arg-type]


def _undo_users(changes: Alike, actor: Actor | None) -> Outcome:
    users = [_demand_unchanged(change, change.zoom_user) for change in changes]
    first = changes[0]
    return set_users(first.brand, users, actor=actor, **{first.field: read(first.old) is True})


def _undo_webinars(changes: Alike, actor: Actor | None) -> Outcome:
    webinars = [_demand_unchanged(change, change.webinar) for change in changes]
    first = changes[0]
    name = {"sync_enabled": "sync", "sync_recordings": "recordings"}[first.field]
    return set_webinars(first.brand, webinars, actor=actor, **{name: read(first.old) is True})


def _undo_exclusions(changes: Alike, actor: Actor | None) -> Outcome:
    first = changes[0]
    domains = [change.target for change in changes]
    listed = DomainExclusion.objects.filter(brand=first.brand, kind=first.field, domain__in=domains).count()
    if listed != (len(domains) if first.new else 0):
        raise ChangedSinceError(label_of(first))
    reverse = remove_exclusions if first.new else add_exclusions
    return reverse(first.brand, first.field, domains, actor)


def _demand_unchanged[M: Model](change: SettingChange, row: M | None) -> M:
    if row is None or written(getattr(row, change.field)) != change.new:
        raise ChangedSinceError(label_of(change))
    return row


_REVERSE: dict[str, Callable[[Alike, Actor | None], Outcome]] = {
    Scope.GLOBAL: _undo_global,
    Scope.USER: _undo_users,
    Scope.WEBINAR: _undo_webinars,
    Scope.EXCLUSION: _undo_exclusions,
}
