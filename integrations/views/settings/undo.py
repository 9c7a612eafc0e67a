"""Undoes changes of settings: at once from their message, otherwise after a question."""

from collections.abc import Iterable, Iterator
from functools import partial

from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.roles import Right
from core.row_keys import row_keys
from core.web import Request, require
from integrations.models import DomainExclusion, SettingChange, SkippedPerson
from integrations.settings_changes import contacts_with, in_words, undo
from integrations.views._shared import responses
from integrations.views._shared.getters import any_brand
from integrations.views._shared.preview_text import NO_NEW_CONTACTS, Fact, contacts_fact
from integrations.views._shared.responses import Question

SHOWN = 3  # changes that a question names


@require_POST
@require(Right.CHANGE_SETTINGS)
def undo_changes(request: Request, slug: str) -> HttpResponse:
    """All of the changes that the form names by their keys in the history, or none of them."""
    brand = any_brand(slug)
    keys = row_keys(request.POST.get("changes", "").split(","))
    make = partial(undo, brand, keys, request.user)
    changes = list(SettingChange.objects.filter(brand=brand, pk__in=keys).order_by("pk"))
    page = reverse("zoom:settings", args=[brand.slug])
    return responses.change(
        request,
        brand,
        make,
        _("Undone."),
        page,
        question=_question(changes),
        skipped=_let_in(changes),
        can_undo=False,
    )


def _question(changes: list[SettingChange]) -> Question:
    named = "; ".join(in_words(change) for change in changes[:SHOWN])
    title = _("Undo “%(change)s”?") if len(changes) <= SHOWN else _("Undo “%(change)s …”?")
    return Question(title % {"change": named}, _("Undo"), tuple(_facts(changes)))


def _facts(changes: list[SettingChange]) -> Iterator[Fact]:
    """What the change would say too if it were made in the other direction, and what stays as it is."""
    excluded_again = [row.target for row in changes if _is_contact_exclusion(row) and not row.new]
    if excluded_again:
        yield contacts_fact(contacts_with(changes[0].brand, excluded_again))
    if any(row.field == "create_contacts" and row.old == "off" for row in changes):
        yield Fact("user-x", str(NO_NEW_CONTACTS))
    yield Fact("archive", _("What has synced since the change stays. Undo removes no data."))


def _let_in(changes: Iterable[SettingChange]) -> QuerySet[SkippedPerson] | None:
    """The skipped people whom it may let in."""
    domains = [row.target for row in changes if _is_contact_exclusion(row) and row.new]
    if domains:
        return SkippedPerson.objects.excluded_by(*domains)
    if any(row.field == "create_contacts" and row.new == "off" for row in changes):
        return SkippedPerson.objects.filter(reason=SkippedPerson.Reason.CREATION_OFF)
    return None


def _is_contact_exclusion(change: SettingChange) -> bool:
    return change.scope == SettingChange.Scope.EXCLUSION and change.field == DomainExclusion.Kind.CONTACT
