"""Changes the settings of the account (R10, R12), of Zoom users (R19, R20) and of single webinars (R21).

Checks what may be turned on when (R16). A setting that has the value already is left alone and adds nothing
to the history. `apply_change.py` does what follows.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from contacts.models import Brand
from integrations.models import SettingChange, Webinar, ZoomSettings, ZoomUser
from integrations.rules.switches import RecordingScope, Switch, may_switch_webinar_on
from integrations.settings.effective import brand_switches, webinar_switches
from integrations.settings_changes.apply_change import Outcome, apply, demand_right
from integrations.settings_changes.errors import NotAllowed
from integrations.settings_changes.history import Actor, Scope, change_of


def set_global(
    brand: Brand,
    *,
    sync_webinars: bool | None = None,
    recordings: str | RecordingScope | None = None,
    create_contacts: bool | None = None,
    exclude_staff: bool | None = None,
    sync_new_webinars: bool | None = None,
    actor: Actor | None,
) -> Outcome:
    """The switches of the account; None leaves one as it is.

    `sync_new_webinars` is what R19 starts as for Zoom users who are found later; those who are there already
    are `set_users`'s.
    """
    values = _given(
        sync_webinars=sync_webinars,
        recordings=None if recordings is None else ZoomSettings.Recordings(recordings).value,
        create_contacts=create_contacts,
        exclude_staff=exclude_staff,
        sync_new_webinars=sync_new_webinars,
    )
    lets_in = [
        reason
        for reason, does in (("creation_off", create_contacts), ("staff", exclude_staff is False))
        if does
    ]
    return apply(
        brand,
        actor,
        partial(_write_global, brand, values, actor),
        rejudge=partial(_with_skipped, brand, lets_in) if lets_in else None,
    )


def set_users(
    brand: Brand,
    users: Iterable[ZoomUser],
    *,
    sync_new_webinars: bool | None = None,
    sync_recordings: bool | None = None,
    actor: Actor | None,
) -> Outcome:
    """The settings of Zoom users of this brand. None leaves one as it is."""
    values = _given(sync_new_webinars=sync_new_webinars, sync_recordings=sync_recordings)
    keys = [user.pk for user in users]
    rows = ZoomUser.objects.filter(connection__brand=brand, pk__in=keys)
    return apply(
        brand,
        actor,
        lambda: _write_rows(rows, values, partial(_user_change, brand, actor)),
        Webinar.objects.filter(connection__brand=brand, host__in=keys),
    )


def set_user(
    zoom_user: ZoomUser,
    *,
    sync_new_webinars: bool | None = None,
    sync_recordings: bool | None = None,
    actor: Actor | None,
) -> Outcome:
    """As `set_users`, for one."""
    return set_users(
        zoom_user.connection.brand,
        [zoom_user],
        sync_new_webinars=sync_new_webinars,
        sync_recordings=sync_recordings,
        actor=actor,
    )


def set_webinars(
    brand: Brand,
    webinars: Iterable[Webinar],
    *,
    sync: bool | None = None,
    recordings: bool | None = None,
    actor: Actor | None,
) -> Outcome:
    """The own switches of webinars of this brand. None leaves one as it is.

    Raises `NotAllowed` when one of them may not be switched on (R5, R16); then none is changed.
    """
    demand_right(actor)
    values = _given(sync_enabled=sync, sync_recordings=recordings)
    rows = Webinar.objects.filter(connection__brand=brand, pk__in=[webinar.pk for webinar in webinars])

    def write() -> list[SettingChange]:
        if sync:
            _demand_order(brand, rows)
        return _write_rows(rows, values, partial(_webinar_change, brand, actor))

    return apply(brand, actor, write, rows)


def set_webinar(
    webinar: Webinar, *, sync: bool | None = None, recordings: bool | None = None, actor: Actor | None
) -> Outcome:
    """As `set_webinars`, for one."""
    return set_webinars(webinar.connection.brand, [webinar], sync=sync, recordings=recordings, actor=actor)


def why_not_on(switch: Switch) -> str:
    """In words, what keeps a webinar's own switch from being turned on (R16, R5)."""
    if switch is Switch.ZOOM_EVENTS:
        return _("This webinar is part of a Zoom Event. Zoom Events aren't supported, so it can't sync.")
    return _(
        "“Sync webinar data” is off in the global settings. An admin must turn it on before you "
        "can turn on sync for a webinar."
    )


def _given(**settings: Any) -> dict[str, Any]:
    return {name: value for name, value in settings.items() if value is not None}


def _demand_order(brand: Brand, webinars: QuerySet[Webinar]) -> None:
    """R16, also for a switch that stands as wished: who turns it on expects a sync."""
    switches = brand_switches(brand)
    for webinar in webinars.select_related("host"):
        if refusal := may_switch_webinar_on(switches, webinar_switches(webinar)).first:
            raise NotAllowed(why_not_on(refusal.switch))


def _write_global(brand: Brand, values: Mapping[str, Any], actor: Actor | None) -> list[SettingChange]:
    settings = ZoomSettings.objects.get(brand=brand)
    changes = []
    for name, value in values.items():
        if (old := getattr(settings, name)) != value:
            changes.append(change_of(brand, actor, Scope.GLOBAL, name, old, value))
            setattr(settings, name, value)
    if changes:
        settings.save()
    return changes


def _write_rows(rows: QuerySet[Any], values: Mapping[str, Any], change: Any) -> list[SettingChange]:
    """Write the wished values to those rows that have others."""
    changes: list[SettingChange] = []
    for name, value in values.items():
        others = rows.exclude(**{name: value})
        changed: Sequence[Any] = list(others.order_by("pk"))
        changes += [change(row, name, getattr(row, name), value) for row in changed]
        others.update(**{name: value})
    return changes


def _user_change(
    brand: Brand, actor: Actor | None, user: ZoomUser, name: str, old: object, new: object
) -> SettingChange:
    target = user.email or user.name
    return change_of(brand, actor, Scope.USER, name, old, new, target=target, zoom_user=user)


def _webinar_change(
    brand: Brand, actor: Actor | None, webinar: Webinar, name: str, old: object, new: object
) -> SettingChange:
    target = f"{webinar.topic} ({webinar.zoom_webinar_id})"
    return change_of(brand, actor, Scope.WEBINAR, name, old, new, target=target, webinar=webinar)


def _with_skipped(brand: Brand, reasons: Sequence[str]) -> QuerySet[Webinar]:
    """Webinars in which these rules keep someone out."""
    return Webinar.objects.filter(connection__brand=brand, skipped_people__reason__in=reasons).distinct()
