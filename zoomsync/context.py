"""What the frame around every page needs to know of the request."""

from django.http import HttpRequest

from core.roles import Right
from core.web import may

THEMES = ("light", "dark")


def frame(request: HttpRequest) -> dict[str, object]:
    """The theme that the person chose (blank follows the system), and which admin's pages they see."""
    theme = request.COOKIES.get("theme", "")
    return {
        "theme": theme if theme in THEMES else "",
        "may_read_security_log": hasattr(request, "user") and may(request, Right.READ_SECURITY_LOG),
        "may_manage_tokens": hasattr(request, "user") and may(request, Right.MANAGE_TOKENS),
    }
