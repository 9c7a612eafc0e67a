"""The history of settings: who changed what and when, from which value to which, and how that reads.

Values are written down so that they can be shown, and restored by an undo.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import Any, Protocol

from django.db.models import Model
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from contacts.models import Brand
from core.domains import in_letters
from core.messages import Message, define, defined
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
    """A user who is signed in. None stands for the command line, which may do everything."""

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
    return str(actor) if actor else gettext("Command line")


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


define(
    {
        f"setting.{scope}.{field.name}": field.verbose_name
        for scope, model in _MODELS.items()
        for field in model._meta.concrete_fields
    }
)
define({f"setting.{Scope.EXCLUSION}.{kind}": kind.label for kind in DomainExclusion.Kind})
define(
    {
        "setting.connection.account": _("Zoom account"),
        "setting.connection.primary": _("Primary brand"),
        "setting.connection.name": _("Brand name"),
        "setting.connection.webhook_secret": _("Webhook secret"),
        f"setting_value.{ON}": _("on"),
        f"setting_value.{OFF}": _("off"),
        f"setting_value.{SecretState.DEFAULT}": _("the server's"),
        f"setting_value.{SecretState.OWN}": _("the brand's own"),
        f"setting_value.{SecretState.NEW}": _("a new one"),
    }
)
define({f"setting_value.{choice}": choice.label for choice in ZoomSettings.Recordings})
define(
    {
        "setting.added": _("%(setting)s: %(new)s added"),
        "setting.removed": _("%(setting)s: %(old)s removed"),
        "setting.changed": _("%(setting)s: from %(old)s to %(new)s"),
        "setting.changed_by": _("%(change)s, by %(who)s."),
        "setting.changed_by_of": _("%(target)s: %(change)s, by %(who)s."),
        "setting.several_changed_by": _("%(change)s and %(count)s more, by %(who)s."),
    }
)


def label_of(change: SettingChange) -> str:
    """The setting's name as the pages have it."""
    return str(_label(change))


def value_label(value: str) -> str:
    return in_letters(str(_value(value)))


def in_words(change: SettingChange) -> str:
    """One change in one line, without who and when."""
    return str(message_of(change))


def message_of(change: SettingChange) -> Message:
    """The same, to be stored."""
    kind = "added" if not change.old else "changed" if change.new else "removed"
    values = {"setting": _label(change), "old": _value(change.old), "new": _value(change.new)}
    return Message(f"setting.{kind}", **values)


def with_actor(change: SettingChange) -> Message:
    """One change, with who made it."""
    values = {"change": message_of(change), "who": change.actor_name}
    if change.scope == Scope.USER:
        return Message("setting.changed_by_of", target=change.target, **values)
    return Message("setting.changed_by", **values)


def because_of(changes: Iterable[SettingChange]) -> Message:
    """Why a warning is gone, when a change of settings is the reason."""
    first, *others = {in_words(change): change for change in changes}.values()
    values = {"change": message_of(first), "who": first.actor_name}
    if others:
        return Message("setting.several_changed_by", count=len(others), **values)
    return Message("setting.changed_by", **values)


def _label(change: SettingChange) -> Message:
    return Message(f"setting.{change.scope}.{change.field}")


def _value(value: str) -> Message | str:
    return Message(f"setting_value.{value}") if f"setting_value.{value}" in defined() else value
