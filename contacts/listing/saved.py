"""Saved views of the list of contacts."""

from collections.abc import Iterator

from django.db import IntegrityError, transaction
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from contacts.listing.address import kept_query
from contacts.listing.columns import PREFIX
from contacts.listing.criteria import as_definition
from contacts.models import SavedView
from contacts.properties.usage import named_properties, register_property_usage
from contacts.segments.usage import Usage, referred_ids, register_usage

MOST_LENGTH = 20_000


class ViewError(ValueError):
    """`str(error)` is a sentence for the person."""


def save_view(owner_id: int, name: str, query: str, *, is_shared: bool = False) -> SavedView:
    """A new view, or, under a name that the person has already, that view with another content."""
    name = " ".join(name.replace("\0", "").split())
    if not name or len(name) > 100:
        raise ViewError(_("Give the view a name of at most 100 characters."))
    query = kept_query(QueryDict(query[:MOST_LENGTH]))
    values = {"query": query, "is_shared": is_shared}
    mine = SavedView.objects.filter(owner=owner_id, name__iexact=name)
    if mine.update(**values):
        return mine.get()
    try:
        with transaction.atomic():
            return SavedView.objects.create(owner_id=owner_id, name=name, **values)
    except IntegrityError:  # saved twice at once
        mine.update(**values)
        return mine.get()


def _with_property(name: str) -> Iterator[Usage]:
    for view in SavedView.objects.order_by("name", "pk"):
        fields = QueryDict(view.query)
        columns = fields.get("columns", "").split(",")
        sort = fields.get("sort", "").removeprefix("-")
        names = set(named_properties(as_definition(fields.get("where", ""))))
        if f"{PREFIX}{name}" in (*columns, sort) or name in names:
            yield _usage(view)


def _with_segment(segment_id: int) -> Iterator[Usage]:
    for view in SavedView.objects.order_by("name", "pk"):
        fields = QueryDict(view.query)
        keys = set(referred_ids(as_definition(fields.get("where", ""))))
        if fields.get("segment") == str(segment_id) or segment_id in keys:
            yield _usage(view)


def _usage(view: SavedView) -> Usage:
    return Usage("view", _("View “%s”") % view.name, f"{reverse('contacts:list')}?{view.query}")


register_property_usage(_with_property)
register_usage(_with_segment)
