"""The history of settings: rows that say who changed what, when, from what to what, and those rows in words.

Decides how a value is written down, so that it can be read, and put back. It changes no setting itself.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import Any, Protocol

from django.db.models import Model
from django.utils.translation import gettext as _

from contacts.models import Brand
from core.roles import Right
from integrations.models import DomainExclusion, SettingChange, Webinar, ZoomSettings, ZoomUser

Scope = SettingChange.Scope
ON, OFF = "on", "off"


class SecretState(StrEnum):
    """What the history says of a webhook secret. Never the secret."""

    DEFAULT = "default_secret"
    OWN = "own_secret"
    NEW = "new_secret"


class Actor(Protocol):
    """Somebody who is signed in. Where an actor is None, the command line acts: whoever has it may do all."""

    pk: Any

    def may(self, right: Right) -> bool: ...


def change_of(
    brand: Brand,
    actor: Actor | None,
    scope: Scope,
    field: str,
    old: object,
    new: object,
    *,
    target: str = "",
    zoom_user: ZoomUser | None = None,
    webinar: Webinar | None = None,
) -> SettingChange:
    """A row of the history, not saved."""
    return SettingChange(
        brand=brand,
        scope=scope,
        field=field,
        old=written(old),
        new=written(new),
        target=target[:500],
        zoom_user=zoom_user,
        webinar=webinar,
        actor_id=actor.pk if actor else None,
        actor_name=name_of(actor),
    )


def name_of(actor: Actor | None) -> str:
    """As it is kept, whatever becomes of the user."""
    return str(actor) if actor else _("Command line")


def written(value: object) -> str:
    if isinstance(value, bool):
        return ON if value else OFF
    return str(value)


def read(text: str) -> bool | str:
    """What `written` wrote, as the setting's value."""
    return text == ON if text in {ON, OFF} else text


_MODELS: dict[str, type[Model]] = {
    Scope.GLOBAL: ZoomSettings,
    Scope.USER: ZoomUser,
    Scope.WEBINAR: Webinar,
}


def label_of(change: SettingChange) -> str:
    """The setting's name as the pages have it."""
    if change.scope == Scope.EXCLUSION:
        return str(DomainExclusion.Kind(change.field).label)
    if model := _MODELS.get(change.scope):
        return str(getattr(model._meta.get_field(change.field), "verbose_name", change.field))
    labels = {
        "account": _("Zoom account"),
        "primary": _("Primary brand"),
        "name": _("Brand name"),
        "webhook_secret": _("Webhook secret"),
    }
    return labels.get(change.field, change.field)


def value_label(value: str) -> str:
    known = {
        ON: _("on"),
        OFF: _("off"),
        SecretState.DEFAULT: _("the server's"),
        SecretState.OWN: _("the brand's own"),
        SecretState.NEW: _("a new one"),
        **{str(c): str(c.label) for c in ZoomSettings.Recordings},
    }
    return known.get(value, value)


def in_words(change: SettingChange) -> str:
    """One change in one line, without who and when."""
    words = {"setting": label_of(change), "old": value_label(change.old), "new": value_label(change.new)}
    if not change.old:
        return _("%(setting)s: %(new)s added") % words
    if not change.new:
        return _("%(setting)s: %(old)s removed") % words
    return _("%(setting)s: from %(old)s to %(new)s") % words


def because_of(changes: Iterable[SettingChange]) -> str:
    """Why a warning is gone, when a change of settings is the reason."""
    lines = {in_words(change): change.actor_name for change in changes}
    first, *others = lines.items()
    more = _(" and %(count)s more") % {"count": len(others)} if others else ""
    return _("%(change)s%(more)s, by %(who)s.") % {"change": first[0], "more": more, "who": first[1]}
