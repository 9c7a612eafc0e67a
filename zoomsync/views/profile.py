"""One's own profile: name, time zone, clock, first day of the week."""

import zoneinfo
from functools import cache
from typing import TYPE_CHECKING, Any

from django import forms
from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from core.web import Request, render_page, show_success
from zoomsync.models import User


def zone_choices() -> list[tuple[str, str]]:
    """Those with a place in their name, as people know them; "Etc/GMT+5" and the like are left out."""
    return [("", str(_("As the browser says"))), ("UTC", "UTC"), *((name, name) for name in _zones())]


@cache  # they are files, and looked for one by one
def _zones() -> list[str]:
    return sorted(
        name
        for name in zoneinfo.available_timezones()
        if "/" in name and not name.startswith(("Etc/", "SystemV/", "US/", "posix/", "right/"))
    )


if TYPE_CHECKING:
    _ModelForm = forms.ModelForm[User]
else:
    _ModelForm = forms.ModelForm  # not generic at run time


class ProfileForm(_ModelForm):
    class Meta:
        model = User
        fields = ["name", "time_zone", "clock", "first_weekday"]
        widgets = {"clock": forms.RadioSelect, "first_weekday": forms.RadioSelect}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = zone_choices()
        known = {name for name, _label in choices}
        if self.instance.time_zone not in known:  # an old name that the browser gave
            choices.append((self.instance.time_zone, self.instance.time_zone))
        self.fields["time_zone"] = forms.ChoiceField(
            label=_("Time zone"),
            choices=choices,
            required=False,
            help_text=_("Times on all pages are in this zone. CSV files and the API stay in UTC."),
        )


@require_http_methods(["GET", "HEAD", "POST"])
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: Request) -> HttpResponseBase:
    form = ProfileForm(request.POST or None, instance=User.objects.get(pk=request.user.pk))
    if request.method == "POST" and form.is_valid():
        form.save()
        show_success(request, str(_("Your profile was saved.")))
        return redirect("profile")
    return render_page(request, "profile.html", {"form": form}, status=422 if form.errors else 200)
