"""Settings > Team: the account users and their roles (D1). All may look, admins may change."""

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.emails import normalise
from core.roles import Right, Role
from core.web import (
    Request,
    Undo,
    may,
    paginate,
    render_page,
    render_panel,
    require,
    show_error,
    show_success,
)
from integrations.views._shared.responses import changed
from zoomsync import team
from zoomsync.models import User


class ColleagueForm(forms.Form):
    email = forms.EmailField(
        label=gettext_lazy("Email"), max_length=254, widget=forms.EmailInput({"autofocus": True})
    )
    name = forms.CharField(label=gettext_lazy("Name"), max_length=200, required=False)
    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=Role.choices, widget=forms.RadioSelect)

    def clean_email(self) -> str:
        email = normalise(self.cleaned_data["email"])
        if User.objects.filter(email=email).exists():
            raise forms.ValidationError(_("Someone on the team already has this email address."))
        return email


@require_safe
def people(request: Request) -> HttpResponse:
    return render_page(request, "team/list.html", _context(request), "people")


@require_http_methods(["GET", "HEAD", "POST"])
@require(Right.MANAGE_TEAM)
def add(request: Request) -> HttpResponse:
    """Answers with the link by which the colleague sets a password."""
    form = ColleagueForm(request.POST or None, initial={"role": Role.MARKETER})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        user = team.add_user(data["email"], data["name"], data["role"])
        show_success(request, _("%(name)s was added as %(role)s.") % _words(user))
        return _link(request, user)
    status = 422 if form.errors else 200
    return render_panel(request, "team/add.html", {"form": form}, status=status)


@require_POST
@require(Right.MANAGE_TEAM)
def link(request: Request, pk: int) -> HttpResponse:
    """A new link for someone who lost the first one, or the password."""
    return _link(request, get_object_or_404(User, pk=pk, is_active=True))


@require_POST
@require(Right.MANAGE_TEAM)
def role(request: Request, pk: int) -> HttpResponse:
    user = get_object_or_404(User, pk=pk)
    role_key, before = request.POST.get("role", ""), user.role
    if role_key in Role.values and role_key != before:
        try:
            team.change_role(user, role_key)
        except team.TeamError as refusal:
            show_error(request, str(refusal))
        else:
            undo = Undo(request.path, {"role": before}, in_place=True)
            show_success(request, _("%(name)s is now %(role)s.") % _words(user), undo)
    return _answer(request)


@require_POST
@require(Right.MANAGE_TEAM)
def active(request: Request, pk: int) -> HttpResponse:
    """Whether the person may sign in."""
    user = get_object_or_404(User, pk=pk)
    is_active = request.POST.get("active") == "on"
    try:
        if is_active:
            team.reactivate(user)
        else:
            team.deactivate(user, get_object_or_404(User, pk=request.user.pk))
    except team.TeamError as refusal:
        show_error(request, str(refusal))
    else:
        message = (
            _("%(name)s can sign in again.") if is_active else _("%(name)s was signed out and can't sign in.")
        )
        undo = Undo(request.path, {"active": "off" if is_active else "on"}, in_place=True)
        show_success(request, message % _words(user), undo)
    return _answer(request)


def _words(user: User) -> dict[str, str]:
    return {"name": str(user), "role": user.get_role_display()}


def _context(request: Request) -> dict[str, object]:
    return {
        "page": paginate(request, User.objects.order_by("-is_active", "name", "email", "pk")),
        "roles": Role.choices,
        "may_manage": may(request, Right.MANAGE_TEAM),
    }


def _link(request: Request, user: User) -> HttpResponse:
    address = request.build_absolute_uri(team.password_link(user))
    context = {**_context(request), "colleague": user, "address": address}
    return render_panel(request, "team/link.html", context)


def _answer(request: Request) -> HttpResponse:
    return changed(request, reverse("team:list"), "team-changed")
