"""What the frame around every page needs to know of the request."""

from django.http import HttpRequest

THEMES = ("light", "dark")


def frame(request: HttpRequest) -> dict[str, object]:
    """The theme that the person chose; blank follows the system."""
    theme = request.COOKIES.get("theme", "")
    return {"theme": theme if theme in THEMES else ""}
