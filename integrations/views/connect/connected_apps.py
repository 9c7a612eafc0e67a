"""Settings > Integrations > Connected apps, and the short way to the webinars of the primary brand."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from contacts.models import Brand
from core.roles import Right
from core.web import Request, may
from integrations.models import ZoomConnection


@require_safe
def connected_apps(request: Request) -> HttpResponse:
    brands = Brand.objects.select_related("connection", "zoom_settings").in_order()
    context = {"brands": brands, "may_connect": may(request, Right.CONNECT_ZOOM)}
    return render(request, "integrations/apps.html", context)


@require_safe
def webinars(request: Request) -> HttpResponse:
    """Redirects to the webinars of the first connected brand, else to the page for connecting one."""
    readable = ZoomConnection.objects.exclude(state=ZoomConnection.State.DISCONNECTED)
    brand = Brand.objects.filter(connection__in=readable).in_order().first()
    if brand is None:
        return redirect("zoom:connect" if may(request, Right.CONNECT_ZOOM) else "zoom:apps")
    return redirect("zoom:home", brand.slug)
