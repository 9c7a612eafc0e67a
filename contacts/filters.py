"""Filters that lists of several apps share."""

from django.http import HttpRequest
from django.utils.translation import gettext as _

from contacts.models import Brand
from core.filters import Filter, chosen_filter


def brand_filter(request: HttpRequest) -> Filter:
    """The brand, by its slug. One query."""
    brands = Brand.objects.in_order().values_list("slug", "name")
    return chosen_filter(request, "brand", _("Brand"), [("", _("All")), *brands])
