"""The history of settings: who changed what, when, from what to what, and taking a change back."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from contacts.filters import brand_filter
from core.domains import to_ascii
from core.filters import ActiveFilter, Filter, chips, chosen_day, chosen_filter
from core.keyset import keyset_page
from core.roles import Right
from core.text_search import typed_words
from core.web import Request, may, render_page
from integrations.models import SettingChange
from integrations.settings_changes import label_of, undoable, value_label


@dataclass(frozen=True)
class HistoryRow:
    change: SettingChange
    may_undo: bool

    @property
    def setting(self) -> str:
        return label_of(self.change)

    @property
    def old(self) -> str:
        return value_label(self.change.old)

    @property
    def new(self) -> str:
        return value_label(self.change.new)


@require_safe
def history(request: Request) -> HttpResponse:
    search = request.GET.get("q", "").strip().replace("\0", "")
    filters = _filters(request)
    days = [chosen_day(request, "from", _("From")), chosen_day(request, "to", _("To"))]
    changes = _searched(search, *filters)
    if start := days[0].start:
        changes = changes.filter(created_at__gte=start)
    if end := days[1].end:
        changes = changes.filter(created_at__lt=end)
    page = keyset_page(request, changes.select_related("brand", "zoom_user", "webinar"), "created_at")
    chosen: list[ActiveFilter] = [*filters, *days]
    context = {
        "page": page,
        "rows": _rows(list(page.rows), may(request, Right.CHANGE_SETTINGS)),
        "search": search,
        "filters": [row for row in filters if len(row.options) > 2 or row.chosen],
        "days": days,
        "chips": chips(request, chosen),
        "is_filtered": bool(search) or any(row.chosen for row in chosen),
        "tab": "settings",
    }
    return render_page(request, "integrations/settings_history.html", context, "changes")


def _filters(request: Request) -> tuple[Filter, Filter]:
    scopes = [("", _("All")), *SettingChange.Scope.choices]
    return (
        chosen_filter(request, "scope", _("Area"), scopes),
        brand_filter(request),
    )


def _searched(search: str, scope: Filter, brand: Filter) -> QuerySet[SettingChange]:
    """Every word is in the name of the person or of what was set."""
    changes = SettingChange.objects.all()
    for word in typed_words(search):
        in_target = Q(target__icontains=to_ascii(word) or word)
        changes = changes.filter(Q(actor_name__icontains=word) | in_target)
    if scope.chosen:
        changes = changes.filter(scope=scope.chosen)
    return changes.filter(brand__slug=brand.chosen) if brand.chosen else changes


def _rows(changes: list[SettingChange], may_change: bool) -> list[HistoryRow]:
    reversible = undoable(changes) if may_change else set()
    return [HistoryRow(change, change.pk in reversible) for change in changes]
