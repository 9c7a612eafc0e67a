"""The people who sign in (the account users of R24), each with one role."""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.roles import RIGHTS, Right, Role
from zoomsync.api.models import ApiToken, StoredAnswer
from zoomsync.callbacks.models import Callback, CallbackDelivery, CallbackTry
from zoomsync.security_log.models import SecurityEvent

__all__ = [
    "ApiToken",
    "Callback",
    "CallbackDelivery",
    "CallbackTry",
    "FailedSignIn",
    "SecurityEvent",
    "StoredAnswer",
    "User",
    "UserManager",
]


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").strip().lower())

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Django's `createsuperuser` makes an admin."""
        return self.create_user(email, password, **{"role": Role.ADMIN, **fields})


class User(AbstractBaseUser):
    class Clock(models.TextChoices):
        HOURS_24 = "24", _("24 hours (15:30)")
        HOURS_12 = "12", _("12 hours (3:30 PM)")

    class FirstWeekday(models.IntegerChoices):
        MONDAY = 0, _("Monday")
        SATURDAY = 5, _("Saturday")
        SUNDAY = 6, _("Sunday")

    email = models.EmailField(_("email address"), unique=True, help_text=_("Kept in lower case."))
    name = models.CharField(_("name"), max_length=200, blank=True)
    role = models.CharField(_("role"), max_length=20, choices=Role.choices, default=Role.MARKETER)
    is_active = models.BooleanField(_("active"), default=True)
    date_joined = models.DateTimeField(_("joined"), auto_now_add=True)
    time_zone = models.CharField(
        _("time zone"),
        max_length=64,
        blank=True,
        help_text=_("Taken from the browser at the first sign-in. Blank: as the browser says."),
    )
    clock = models.CharField(_("clock"), max_length=2, choices=Clock.choices, default=Clock.HOURS_24)
    first_weekday = models.PositiveSmallIntegerField(
        _("first day of the week"), choices=FirstWeekday.choices, default=FirstWeekday.MONDAY
    )

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    class Meta:
        verbose_name = _("account user")
        verbose_name_plural = _("account users")
        constraints = [
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="user_role_known"),
            models.CheckConstraint(condition=models.Q(email=Lower("email")), name="user_email_lower_case"),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def is_staff(self) -> bool:
        """Who may use Django's admin: the role says it, not a flag."""
        return self.is_active and self.role == Role.ADMIN

    def may(self, right: Right) -> bool:
        return self.is_active and right in RIGHTS[self.role]


class FailedSignIn(models.Model):
    """A wrong password, kept for as long as it counts (zoomsync.login_throttle)."""

    email = models.CharField(_("email address"), max_length=254)
    address = models.CharField(_("network address"), max_length=64, blank=True)
    at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        verbose_name = _("failed sign-in")
        verbose_name_plural = _("failed sign-ins")
        # The failures of the last minutes, and those to forget.
        indexes = [models.Index(fields=["at"], name="failedsignin_recent")]

    def __str__(self) -> str:
        return f"{self.email} {self.at:%H:%M}"
