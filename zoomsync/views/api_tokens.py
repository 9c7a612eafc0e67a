"""Settings > API tokens: the programs that use the API, each with a token of its own. For admins."""

from django import forms
from django.db.models import F
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from core.roles import Right, Role
from core.web import Request, leave_for, paginate, render_page, render_panel, require, show_success
from zoomsync.api.models import ApiToken
from zoomsync.api.tokens import TokenError, create_token, revoke_token
from zoomsync.models import User

LIVES = (("30", gettext_lazy("30 days")), ("90", gettext_lazy("90 days")), ("365", gettext_lazy("1 year")))


class TokenForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=100,
        widget=forms.TextInput({"autofocus": True}),
        help_text=gettext_lazy("The program that will use it, for example “n8n”."),
    )
    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=Role.choices, widget=forms.RadioSelect)
    days = forms.TypedChoiceField(
        label=gettext_lazy("Ends"),
        choices=[("", gettext_lazy("Never")), *LIVES],
        required=False,
        coerce=int,
        empty_value=None,
    )


@require_safe
@require(Right.MANAGE_TOKENS)
def tokens(request: Request) -> HttpResponse:
    return render_page(request, "api_tokens/list.html", _context(request), "tokens")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@require(Right.MANAGE_TOKENS)
def create(request: Request) -> HttpResponse:
    """Answers with the token, which no later page can show again."""
    form = TokenForm(request.POST or None, initial={"role": Role.MARKETER})
    if form.is_valid():
        try:
            creator = get_object_or_404(User, pk=request.user.pk)
            new = create_token(**form.cleaned_data, created_by=creator)
        except TokenError as refusal:
            form.add_error("name", str(refusal))
        else:
            api = request.build_absolute_uri("/api/v1/")
            context = {**_context(request), "token": new.token, "plain": new.plain, "api": api}
            return render_panel(request, "api_tokens/token.html", context)
    status = 422 if form.errors else 200
    return render_panel(request, "api_tokens/create.html", {"form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@require(Right.MANAGE_TOKENS)
def revoke(request: Request, pk: int) -> HttpResponse:
    """Asks first: a revoked token cannot be brought back."""
    token = get_object_or_404(ApiToken, pk=pk, revoked_at=None)
    if request.method != "POST":
        return render_panel(request, "api_tokens/revoke.html", {"token": token})
    revoke_token(token)
    show_success(request, _("“%(name)s” was revoked.") % {"name": token})
    return leave_for(request, reverse("api_tokens:list"))


def _context(request: Request) -> dict[str, object]:
    listed = ApiToken.objects.filter(revoked_at=None).select_related("created_by")
    return {"page": paginate(request, listed.order_by(F("last_used_at").desc(nulls_last=True), "name", "pk"))}
