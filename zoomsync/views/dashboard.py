"""The dashboard: is everything in step?"""

from django.http import HttpResponse

from zoomsync.lib.web import Request, render_page


def dashboard(request: Request) -> HttpResponse:
    return render_page(request, "dashboard.html", {})
