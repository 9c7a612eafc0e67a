"""The command palette: what is found for a text, and what someone opened lately.

Only keys of what was opened are kept, in the session: names come from the rows, and go with them.
"""

from django.http import HttpResponse
from django.views.decorators.http import require_POST, require_safe

from core.palette import find, recent
from core.row_keys import row_key
from core.web import Request, render_page

MOST_RECENT = 8
LONGEST = 200
_SESSION = "palette"


@require_safe
def palette(request: Request) -> HttpResponse:
    text = request.GET.get("q", "").strip()[:LONGEST].replace("\0", "")
    may = request.user.may
    context: dict[str, object] = {"palette_text": text}
    if text:
        context["groups"] = find(text, may)
    else:
        context["recent"] = recent(_opened(request), may)
    return render_page(request, "palette.html", context, "palette-results")


@require_POST
def opened(request: Request) -> HttpResponse:
    """Remembers what was chosen: `source` and `key`."""
    name, key = request.POST.get("source", "")[:50], row_key(request.POST.get("key", ""))
    if key:
        chosen = (name, key)
        others = [place for place in _opened(request) if place != chosen]
        request.session[_SESSION] = [chosen, *others][:MOST_RECENT]
    return HttpResponse(status=204)


def _opened(request: Request) -> list[tuple[str, int]]:
    return [(name, key) for name, key in request.session.get(_SESSION, [])]
