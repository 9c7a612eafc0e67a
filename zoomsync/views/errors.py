"""What people read when something cannot be shown: no right, not there, or our mistake."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import loader


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "403.html", status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "404.html", status=404)


def broken(request: HttpRequest) -> HttpResponse:
    """Asks nothing of the database or the session: they may be what broke."""
    return HttpResponse(loader.render_to_string("500.html"), status=500)
