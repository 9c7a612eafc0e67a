"""Signing in and out, one's own password, and the theme that one looks at."""

from typing import Any

from django import forms
from django.contrib.auth import views as auth_views
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import AuthenticationForm
from django.http import HttpResponseBase
from django.urls import reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from core.security_log import SecurityCode, record
from core.web import Request, back, show_success
from zoomsync import login_throttle
from zoomsync.context import THEMES
from zoomsync.middleware import browsers_zone

YEAR_IN_SECONDS = 365 * 24 * 3600
FORM = ("get", "head", "post")  # Django's form views take a PUT for a POST


class SignInForm(AuthenticationForm):
    """Email and password. After too many failures it answers nothing but "wait", right or wrong."""

    error_messages = {
        "invalid_login": _("Incorrect email or password."),
        "inactive": _("Incorrect email or password."),
    }

    def __init__(self, request: Any = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(request, *args, **kwargs)
        self.fields["username"].widget = forms.EmailInput(
            attrs={"autocomplete": "username", "autofocus": True, "maxlength": 254}
        )
        self.fields["username"].label = _("Email")

    def clean(self) -> dict[str, Any]:
        email = self.cleaned_data.get("username", "")
        address = login_throttle.address_of(self.request) if self.request else ""
        try:
            attempt = login_throttle.begin(email, address)
        except login_throttle.LockedError:
            raise forms.ValidationError(login_throttle.LOCKED, code="locked") from None
        try:
            with login_throttle.hashing():
                cleaned = super().clean()
        except login_throttle.BusyError:
            attempt.withdraw()
            raise forms.ValidationError(login_throttle.BUSY, code="busy") from None
        except forms.ValidationError:
            _record_failure(email, attempt)
            raise
        attempt.succeeded()
        return cleaned


def _record_failure(email: str, attempt: login_throttle.Attempt) -> None:
    """Records what was typed only if it is an email: it may be a password in the wrong field."""
    subject = email if "@" in email else ""
    record(SecurityCode.SIGN_IN_FAILED, subject=subject)
    if attempt.locks:
        record(SecurityCode.LOCKED_OUT, subject=subject, attempts=attempt.locks)


@method_decorator(login_not_required, name="dispatch")
class Login(auth_views.LoginView):
    http_method_names = FORM
    form_class = SignInForm
    template_name = "registration/login.html"
    redirect_authenticated_user = True

    def form_valid(self, form: Any) -> Any:
        """The first sign-in tells the time zone; later the profile does."""
        zone, user = browsers_zone(self.request), form.get_user()
        if zone and not user.time_zone and user.last_login is None:
            user.time_zone = zone.key
            user.save(update_fields=["time_zone"])
        return super().form_valid(form)


class ChangePassword(auth_views.PasswordChangeView):
    http_method_names = FORM
    template_name = "registration/password_change.html"
    success_url = reverse_lazy("dashboard")

    def form_valid(self, form: Any) -> Any:
        response = super().form_valid(form)
        record(SecurityCode.PASSWORD_CHANGED)
        show_success(self.request, str(_("Your password was changed. Other devices were signed out.")))
        return response


class SetPassword(auth_views.PasswordResetConfirmView):
    """Where a colleague who was added lands from the link of Settings > Team."""

    http_method_names = FORM
    template_name = "registration/set_password.html"
    success_url = reverse_lazy("dashboard")
    post_reset_login = True

    def form_valid(self, form: Any) -> Any:
        record(SecurityCode.PASSWORD_SET, actor=self.user)
        return super().form_valid(form)


@login_not_required
@require_POST
def theme(request: Request) -> HttpResponseBase:
    """Light, dark, or (anything else) as the system."""
    response = back(request, "/")
    chosen = request.POST.get("theme", "")
    if chosen in THEMES:
        response.set_cookie("theme", chosen, max_age=YEAR_IN_SECONDS, samesite="Lax", httponly=True)
    else:
        response.delete_cookie("theme", samesite="Lax")
    return response
