"""What happens around every request: who is signed in, the viewer's time zone, messages for htmx."""

import zoneinfo
from collections.abc import Callable
from typing import Any

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.messages import get_messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

from core.viewing import Viewing, view_as, viewed_as
from core.web import Request
from zoomsync.models import User
from zoomsync.request_log import RequestLog

type View = Callable[..., HttpResponseBase]
type Handler = Callable[[HttpRequest], HttpResponseBase]


class SignInRequiredMiddleware(LoginRequiredMiddleware):
    """Everyone signs in, but for views marked `@login_not_required`.

    htmx would put the login page into the fragment's place, so it is told to go there instead.
    """

    def process_view(
        self, request: HttpRequest, view_func: View, view_args: Any, view_kwargs: Any
    ) -> HttpResponseBase | None:
        answer = super().process_view(request, view_func, view_args, view_kwargs)
        RequestLog.bind_user_id(request)
        htmx: HtmxDetails = request.htmx  # type: ignore[attr-defined]
        if answer is None or not htmx:
            return answer
        query = urlencode({"next": htmx.current_url_abs_path or "/"})
        return HttpResponseClientRedirect(f"{reverse('login')}?{query}")


class ViewingMiddleware:
    """Times are shown as the viewer wants them: in the zone of their profile, else of the cookie `tz`, which
    a script writes, else in UTC; with 12 or 24 hours. Pages that are open to all don't look who asks, so that
    they need no database."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with timezone.override(zone_of(request, User())), viewed_as(Viewing()):
            return self.get_response(request)

    def process_view(self, request: HttpRequest, view: View, _args: Any, _kwargs: Any) -> None:
        if getattr(view, "login_required", True) and isinstance(request.user, User):
            timezone.activate(zone_of(request, request.user))
            user = request.user
            view_as(
                Viewing(uses_12_hours=user.clock == User.Clock.HOURS_12, first_weekday=user.first_weekday)
            )


def zone_of(request: HttpRequest, user: User) -> zoneinfo.ZoneInfo:
    return known_zone(user.time_zone) or browsers_zone(request) or zoneinfo.ZoneInfo("UTC")


def browsers_zone(request: HttpRequest) -> zoneinfo.ZoneInfo | None:
    return known_zone(request.COOKIES.get("tz", ""))


def known_zone(name: str) -> zoneinfo.ZoneInfo | None:
    try:
        return zoneinfo.ZoneInfo(name) if name else None
    except (KeyError, ValueError, OSError):  # no such zone; a path; a directory of the zone database
        return None


class HtmxMessagesMiddleware:
    """Adds waiting messages to an htmx fragment; a full page shows them by itself."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if isinstance(response, HttpResponse) and self._shows_fragment(request, response):
            waiting = list(get_messages(request))
            if waiting:
                context = {"messages": waiting, "oob": True}
                response.write(render_to_string("components/messages.html", context, request))
        return response

    @staticmethod
    def _shows_fragment(request: HttpRequest, response: HttpResponse) -> bool:
        htmx_request: Request = request  # type: ignore[assignment]
        leaves_page = {"HX-Redirect", "HX-Refresh", "HX-Location"} & set(response.headers)
        return (
            bool(htmx_request.htmx)
            and not htmx_request.htmx.history_restore_request
            and response.status_code in (200, 422)
            and not leaves_page
        )
