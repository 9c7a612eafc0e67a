"""The form for a brand's webhook secret. A secret that is stored is never shown."""

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from core.roles import Right
from core.web import Request, render_panel, require, show_success
from integrations.connections.webhook_secret import (
    MAX_LENGTH,
    WebhookSecretError,
    remove_webhook_secret,
    set_webhook_secret,
)
from integrations.models import ZoomConnection
from integrations.webhooks.secrets import default_secrets


class WebhookSecretForm(forms.Form):
    secret = forms.CharField(
        label=gettext_lazy("Secret Token"),
        max_length=MAX_LENGTH,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@require(Right.CONNECT_ZOOM)
def page(request: Request, slug: str) -> HttpResponse:
    """Sets the secret, or removes it with `remove`."""
    connected = ZoomConnection.objects.exclude(state=ZoomConnection.State.DISCONNECTED)
    connection = get_object_or_404(connected.select_related("brand"), brand__slug=slug)
    if request.method == "POST" and "remove" in request.POST:
        remove_webhook_secret(connection, actor=request.user)
        message = _("The webhook secret of %(brand)s was removed.")
        show_success(request, message % {"brand": connection.brand})
        return redirect("zoom:connect")
    form = WebhookSecretForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            set_webhook_secret(connection, form.cleaned_data["secret"], actor=request.user)
        except WebhookSecretError as rejection:
            form.add_error("secret", str(rejection))
        else:
            show_success(request, _("The webhook secret of %(brand)s is set.") % {"brand": connection.brand})
            return redirect("zoom:connect")
    context = {"form": form, "connection": connection, "has_default": bool(default_secrets())}
    status = 422 if form.errors else 200
    return render_panel(request, "integrations/webhook_secret.html", context, status=status)
