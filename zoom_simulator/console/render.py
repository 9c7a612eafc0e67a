"""HTML from the templates beside this file, by an engine of its own: no project's settings are needed."""

from functools import cache
from pathlib import Path
from typing import Any

from django.template import Context, Engine
from werkzeug.wrappers import Response

TEMPLATES = Path(__file__).with_name("templates")
FILTERS = "zoom_simulator.console.filters"


@cache
def _engine() -> Engine:
    return Engine(dirs=[str(TEMPLATES)], builtins=[*Engine.default_builtins, FILTERS])


def html(template: str, context: dict[str, Any], *, status: int = 200) -> Response:
    text = _engine().get_template(template).render(Context(context, use_l10n=False, use_tz=False))
    return Response(text, status=status, mimetype="text/html")
