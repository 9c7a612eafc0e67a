"""Who may do what (D1): three roles, and the rights that each carries. Nothing here knows a page."""

from enum import Enum, auto

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    ADMIN = "admin", _("Admin")
    OPERATOR = "operator", _("Operator")
    MARKETER = "marketer", _("Marketer")


class Right(Enum):
    """One thing that a person can be allowed to do. Reading needs no right beyond being signed in."""

    SYNC_NOW = auto()
    REGISTER_CONTACTS = auto()
    CHANGE_SETTINGS = auto()
    CONNECT_ZOOM = auto()
    EDIT_CONTACTS = auto()
    DELETE_CONTACTS = auto()
    EDIT_SEGMENTS = auto()
    EDIT_WORKFLOWS = auto()
    ACKNOWLEDGE_WARNINGS = auto()
    MANAGE_TEAM = auto()
    MANAGE_TOKENS = auto()
    READ_SECURITY_LOG = auto()


RIGHTS: dict[str, frozenset[Right]] = {
    Role.ADMIN: frozenset(Right),
    Role.OPERATOR: frozenset({Right.SYNC_NOW, Right.REGISTER_CONTACTS}),
    Role.MARKETER: frozenset(
        {
            Right.REGISTER_CONTACTS,
            Right.EDIT_CONTACTS,
            Right.EDIT_SEGMENTS,
            Right.EDIT_WORKFLOWS,
            Right.ACKNOWLEDGE_WARNINGS,
        }
    ),
}
