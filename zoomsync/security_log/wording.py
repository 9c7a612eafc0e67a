"""The label, the tone of the badge and the details of each code of the security log."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.roles import Role
from core.security_log import SecurityCode


class Definition(NamedTuple):
    label: str | Promise
    tone: str = "neutral"  # of its badge


DEFINITIONS: dict[str, Definition] = {
    SecurityCode.SIGNED_IN: Definition(gettext_lazy("Signed in")),
    SecurityCode.SIGN_IN_FAILED: Definition(gettext_lazy("Sign-in failed"), "warning"),
    SecurityCode.LOCKED_OUT: Definition(gettext_lazy("Locked out"), "danger"),
    SecurityCode.SIGNED_OUT: Definition(gettext_lazy("Signed out")),
    SecurityCode.IDLE_SIGN_OUT: Definition(gettext_lazy("Signed out after inactivity")),
    SecurityCode.PASSWORD_CHANGED: Definition(gettext_lazy("Password changed")),
    SecurityCode.PASSWORD_LINK: Definition(gettext_lazy("Password link created"), "info"),
    SecurityCode.PASSWORD_SET: Definition(gettext_lazy("Password set by link"), "info"),
    SecurityCode.USER_ADDED: Definition(gettext_lazy("Team member added"), "info"),
    SecurityCode.ROLE_CHANGED: Definition(gettext_lazy("Role changed"), "info"),
    SecurityCode.USER_DEACTIVATED: Definition(gettext_lazy("Team member deactivated"), "info"),
    SecurityCode.USER_REACTIVATED: Definition(gettext_lazy("Team member reactivated"), "info"),
    SecurityCode.TOKEN_CREATED: Definition(gettext_lazy("API token created"), "info"),
    SecurityCode.TOKEN_REVOKED: Definition(gettext_lazy("API token revoked"), "info"),
    SecurityCode.CONTACT_DELETED: Definition(gettext_lazy("Contact deleted"), "warning"),
    SecurityCode.CONTACT_MERGED: Definition(gettext_lazy("Contacts merged"), "info"),
    SecurityCode.MERGE_UNDONE: Definition(gettext_lazy("Merge of contacts undone"), "info"),
    SecurityCode.IMPORT_STARTED: Definition(gettext_lazy("Import started")),
    SecurityCode.IMPORT_CANCELLED: Definition(gettext_lazy("Import cancelled")),
}


def definition_of(code: str) -> Definition:
    """A code that a later version wrote is shown as it is."""
    return DEFINITIONS.get(code, Definition(code))


def details(code: str, values: Mapping[str, Any]) -> str:
    """What the values say beyond the code; blank where they say nothing more."""
    if code == SecurityCode.ROLE_CHANGED:
        return _("%(before)s to %(after)s") % {name: _role(values.get(name)) for name in ("before", "after")}
    if code in {SecurityCode.USER_ADDED, SecurityCode.TOKEN_CREATED}:
        return _role(values.get("role"))
    if code == SecurityCode.CONTACT_DELETED:
        return _("Contact %(id)s") % {"id": values.get("contact", "")}
    if code == SecurityCode.LOCKED_OUT:
        return _("After %(number)s failed attempts") % {"number": values.get("attempts", "")}
    return ""


def _role(value: object) -> str:
    return str(dict(Role.choices).get(str(value), value or ""))
