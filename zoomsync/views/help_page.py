"""Help: shortcuts, what each warning means and what to do, the version."""

import tomllib
from functools import cache
from operator import attrgetter

from django.conf import settings
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.web import Request, render_panel
from integrations import audit


@require_safe
def help_page(request: Request) -> HttpResponse:
    context = {"shortcuts": _shortcuts(), "warnings": _warnings(), "version": version()}
    return render_panel(request, "help.html", context)


def _shortcuts() -> list[tuple[list[str], str]]:
    return [
        (["Ctrl", "K"], _("Search everything and run actions (⌘ K on a Mac)")),
        (["?"], _("This help")),
        (["Esc"], _("Close the panel, the menu or the search")),
        (["Tab"], _("Next link, button or field")),
        (["↑", "↓"], _("Choose a result of the search")),
        (["Enter"], _("Open it")),
    ]


def _warnings() -> list[list[audit.Definition]]:
    """Those of the audit log that mean that something is missing, all causes of a label together."""
    groups: dict[str, list[audit.Definition]] = {}
    for row in sorted(audit.DEFINITIONS.values(), key=attrgetter("label", "code")):
        if row.is_warning:
            groups.setdefault(row.label, []).append(row)
    return list(groups.values())


@cache
def version() -> str:
    """As the project file says it."""
    path = settings.BASE_DIR / "pyproject.toml"
    return str(tomllib.loads(path.read_text())["project"]["version"]) if path.exists() else ""
