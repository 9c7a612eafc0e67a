"""Headers that every answer carries: who may keep it, and which of the browser's features a page may use."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

type Handler = Callable[[HttpRequest], HttpResponseBase]

# Names and addresses of people must not stay in a shared cache, nor on a shared computer after signing out.
CACHE_CONTROL = "private, no-store"
_UNUSED_FEATURES = (
    *("accelerometer", "autoplay", "browsing-topics", "camera", "display-capture", "encrypted-media"),
    *("geolocation", "gyroscope", "hid", "identity-credentials-get", "idle-detection", "magnetometer"),
    *("microphone", "midi", "payment", "publickey-credentials-create", "screen-wake-lock", "serial", "usb"),
    *("web-share", "xr-spatial-tracking"),
)
PERMISSIONS_POLICY = ", ".join(f"{feature}=()" for feature in _UNUSED_FEATURES)


class PrivateAnswers:
    """Adds both to whatever the app answers. Static files are answered before, and may be kept."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", CACHE_CONTROL)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        return response
