"""Settings > Integrations > Connected apps > Zoom: brands, and how each is connected (D2).

The other way of signing in, over Zoom's consent page, is in `oauth.py`.
"""

from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from contacts.models import Brand
from core.roles import Right
from core.web import Request, render_panel, require, show_error, show_success
from integrations.connections import connect
from integrations.connections.brands import (
    BrandError,
    add_brand,
    make_primary,
    removal_of,
    remove_brand,
    rename_brand,
)
from integrations.models import SyncRun, Webinar, ZoomConnection
from integrations.sync import scope_warnings
from integrations.sync.runs.queue import enqueue_discovery
from integrations.webhooks.handlers import HANDLERS
from integrations.webhooks.secrets import default_secrets
from integrations.zoom.errors import ZoomError
from integrations.zoom.oauth.scopes import NEEDED


class CredentialsForm(forms.Form):
    """What the Zoom App Marketplace shows of a Server-to-Server OAuth app. No page shows the secret again."""

    account_id = forms.CharField(label=gettext_lazy("Account ID"), max_length=100)
    client_id = forms.CharField(label=gettext_lazy("Client ID"), max_length=200)
    client_secret = forms.CharField(
        label=gettext_lazy("Client secret"),
        max_length=500,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )


class BrandForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Brand name"), max_length=200)


@require_safe
@require(Right.CONNECT_ZOOM)
def page(request: Request) -> HttpResponse:
    return _page(request, BrandForm())


@require_POST
@require(Right.CONNECT_ZOOM)
def add(request: Request) -> HttpResponse:
    form = BrandForm(request.POST)
    if form.is_valid():
        try:
            brand = add_brand(form.cleaned_data["name"], actor=request.user)
        except BrandError as refusal:
            form.add_error("name", str(refusal))
        else:
            show_success(request, _("%(brand)s was added. Now connect its Zoom account.") % {"brand": brand})
            return redirect("zoom:connect")
    return _page(request, form, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
@require(Right.CONNECT_ZOOM)
def credentials(request: Request, slug: str) -> HttpResponse:
    """The form for Server-to-Server OAuth. What Zoom says to it is the form's error."""
    brand = get_object_or_404(Brand.objects.select_related("connection"), slug=slug)
    typed = request.POST if request.method == "POST" else None
    form = CredentialsForm(typed, initial=_known_of(brand))
    if form.is_valid():
        try:
            connection = connect.connect_server_to_server(brand, actor=request.user, **form.cleaned_data)
        except ZoomError as refusal:
            form.add_error(None, refusal.with_zoom_text)
        else:
            enqueue_discovery(connection, SyncRun.Trigger.MANUAL, requested_by=request.user)
            message = _("%(brand)s is connected to Zoom. Its webinars are being listed.")
            show_success(request, message % {"brand": brand})
            return redirect("zoom:home", brand.slug)
    status = 422 if form.errors else 200
    context = {"form": form, "brand": brand}
    return render_panel(request, "integrations/credentials.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@require(Right.CONNECT_ZOOM)
def choose_primary(request: Request, slug: str) -> HttpResponse:
    """Asks first: workflows then register for webinars of another account (R77)."""
    brand = get_object_or_404(Brand, slug=slug)
    if request.method == "POST":
        make_primary(brand, actor=request.user)
        show_success(request, _("%(brand)s is the primary brand now.") % {"brand": brand})
        return redirect("zoom:connect")
    former = Brand.objects.filter(is_primary=True).exclude(pk=brand.pk).first()
    return render_panel(request, "integrations/make_primary.html", {"brand": brand, "former": former})


@require_http_methods(["GET", "HEAD", "POST"])
@require(Right.CONNECT_ZOOM)
def rename(request: Request, slug: str) -> HttpResponse:
    brand = get_object_or_404(Brand, slug=slug)
    former = brand.name
    form = BrandForm(request.POST if request.method == "POST" else None, initial={"name": former})
    if form.is_valid():
        try:
            rename_brand(brand, form.cleaned_data["name"], actor=request.user)
        except BrandError as refusal:
            form.add_error("name", str(refusal))
        else:
            values = {"former": former, "brand": brand}
            show_success(request, _("%(former)s is called %(brand)s now.") % values)
            return redirect("zoom:connect")
    context = {"form": form, "former": former}
    return render_panel(request, "integrations/rename.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@require(Right.CONNECT_ZOOM)
def remove(request: Request, slug: str) -> HttpResponse:
    """Says what goes and what stays, and asks."""
    brand = get_object_or_404(Brand, slug=slug)
    if request.method == "POST":
        try:
            remove_brand(brand, actor=request.user)
        except BrandError as refusal:
            show_error(request, str(refusal))
        else:
            show_success(request, _("%(brand)s was removed. Its contacts are kept.") % {"brand": brand})
        return redirect("zoom:connect")
    context = {"brand": brand, "removal": removal_of(brand)}
    return render_panel(request, "integrations/remove_brand.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@require(Right.CONNECT_ZOOM)
def end(request: Request, slug: str) -> HttpResponse:
    """Disconnecting asks first, because connecting again takes the credentials."""
    brand = get_object_or_404(Brand.objects.select_related("connection"), slug=slug)
    connection = get_object_or_404(ZoomConnection, brand=brand)
    if request.method == "POST":
        connect.disconnect(connection, actor=request.user)
        message = _("%(brand)s is no longer connected to Zoom. Existing data is kept.")
        show_success(request, message % {"brand": brand})
        return redirect("zoom:connect")
    webinars = Webinar.objects.filter(connection=connection).count()
    return render(request, "integrations/disconnect.html", {"brand": brand, "webinars": webinars})


def _page(request: Request, form: BrandForm, status: int = 200) -> HttpResponse:
    brands = Brand.objects.select_related("connection").in_order()
    context: dict[str, Any] = {
        "brands": [_line(brand) for brand in brands],
        "form": form,
        "has_oauth": bool(settings.ZOOM_CLIENT_ID and settings.ZOOM_CLIENT_SECRET),
        "redirect_uri": request.build_absolute_uri(reverse("zoom:callback")),
        "webhook_url": request.build_absolute_uri(reverse("webhooks:zoom")),
        "has_webhook_secret": bool(default_secrets()),
        "events": [name for name in HANDLERS if name != "app_deauthorized"],
        "scopes": sorted({scope.admin for scopes in NEEDED.values() for scope in scopes}),
    }
    return render(request, "integrations/connect.html", context, status=status)


def _line(brand: Brand) -> dict[str, Any]:
    connection = _connection_of(brand)
    is_open = connection is not None and connection.state != ZoomConnection.State.DISCONNECTED
    lacking = scope_warnings.lacking(connection) if connection and is_open else []
    return {"brand": brand, "connection": connection, "is_open": is_open, "lacking": lacking}


def _known_of(brand: Brand) -> dict[str, str]:
    """What a former connection fills in: everything but its secret."""
    connection = _connection_of(brand)
    if connection is None or connection.auth_kind != ZoomConnection.Auth.SERVER_TO_SERVER:
        return {}
    return {"account_id": connection.account_id, "client_id": connection.client_id}


def _connection_of(brand: Brand) -> ZoomConnection | None:
    return getattr(brand, "connection", None)
