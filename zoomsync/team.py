"""Who may sign in, with which role (D1): one function for each change, atomic.

Keeps one rule: there is always an admin who can sign in. Who may do this is the view's decision. A colleague
sets the password with a link that works once, for three days.
"""

import logging

from django.contrib.auth.tokens import default_token_generator
from django.db import transaction
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext as _

from core.roles import Role
from core.security_log import SecurityCode, record
from zoomsync.models import User

logger = logging.getLogger(__name__)


class TeamError(Exception):
    """The change was not made. `str(error)` is a sentence for the person who asked for it."""


def add_user(email: str, name: str, role: str) -> User:
    """A colleague who has yet to set a password. The email must be free."""
    with transaction.atomic():
        user = User.objects.create_user(email, name=name.strip(), role=Role(role))
        record(SecurityCode.USER_ADDED, subject=user.email, role=user.role)
    logger.info("account user %s added as %s", user.pk, user.role)
    return user


def change_role(user: User, role: str) -> None:
    """Raises `TeamError` when no one would be left to manage the team."""
    with transaction.atomic():
        _keep_an_admin(without=user if role != Role.ADMIN else None)
        User.objects.filter(pk=user.pk).update(role=Role(role))
        record(SecurityCode.ROLE_CHANGED, subject=user.email, before=user.role, after=role)
    user.role = role
    logger.info("account user %s is %s now", user.pk, role)


def deactivate(user: User, actor: User) -> None:
    """Signed out everywhere, and not let in again. Raises `TeamError`."""
    if user == actor:
        raise TeamError(_("You can't deactivate yourself. Another admin can."))
    with transaction.atomic():
        _keep_an_admin(without=user)
        User.objects.filter(pk=user.pk).update(is_active=False)
        record(SecurityCode.USER_DEACTIVATED, subject=user.email)
    user.is_active = False
    logger.info("account user %s deactivated by %s", user.pk, actor.pk)


def reactivate(user: User) -> None:
    with transaction.atomic():
        User.objects.filter(pk=user.pk).update(is_active=True)
        record(SecurityCode.USER_REACTIVATED, subject=user.email)
    user.is_active = True
    logger.info("account user %s reactivated", user.pk)


def password_link(user: User) -> str:
    """The path under which the user sets a password; void once used, or after a sign-in."""
    record(SecurityCode.PASSWORD_LINK, subject=user.email)
    uid = urlsafe_base64_encode(force_bytes(user.pk))
    return reverse("set_password", args=[uid, default_token_generator.make_token(user)])


def _keep_an_admin(without: User | None) -> None:
    """Locks the admins, so that two of them cannot demote each other at the same time."""
    admins = list(User.objects.select_for_update().filter(role=Role.ADMIN, is_active=True).order_by("pk"))
    if without is not None and admins == [without]:
        raise TeamError(
            _("%(name)s is the only admin. Make someone else an admin first.") % {"name": without}
        )
