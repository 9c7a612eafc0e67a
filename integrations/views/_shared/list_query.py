"""What the address of a list asks for, as far as the lists about webinars have it in common.

Each filter is read once, when it is first needed.
"""

from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _

from contacts.filters import brand_filter
from core.domains import in_letters
from core.filters import ActiveFilter, Day, Filter, FixedFilter, chosen_filter, offered
from core.row_keys import row_key
from core.web import Request
from integrations.models import Webinar

MOST_HOSTS = 500  # in a list to choose from; others are found by the search


@dataclass(frozen=True)
class ListQuery:
    """At most three queries, for the names to choose from."""

    request: Request

    @cached_property
    def search(self) -> str:
        return self.request.GET.get("q", "").replace("\0", " ").strip()

    @cached_property
    def host(self) -> Filter:
        hosts = Webinar.objects.exclude(host_email="").values_list("host_email", flat=True)
        listed = hosts.order_by("host_email").distinct()[:MOST_HOSTS]
        return chosen_filter(
            self.request, "host", _("Host"), [("", _("All")), *((host, in_letters(host)) for host in listed)]
        )

    @cached_property
    def brand(self) -> Filter:
        return brand_filter(self.request)

    @cached_property
    def webinar(self) -> FixedFilter:
        """One that a link named."""
        key = row_key(self.request.GET.get("webinar", ""))
        webinar = Webinar.objects.filter(pk=key).only("topic", "zoom_webinar_id").first() if key else None
        return FixedFilter("webinar", _("Webinar"), str(webinar.pk) if webinar else "", str(webinar or ""))

    @property
    def choices(self) -> list[Filter]:
        """The filters of this list alone."""
        return []

    @property
    def days(self) -> list[Day]:
        return []

    @property
    def filters(self) -> list[Filter]:
        return [*self.choices, self.host, *offered(self.brand)]

    @property
    def only(self) -> list[FixedFilter]:
        return [self.webinar]

    @property
    def all(self) -> list[ActiveFilter]:
        return [*self.filters, *self.only, *self.days]

    @property
    def is_filtered(self) -> bool:
        return bool(self.search) or any(row.chosen for row in self.all)


def conditions(**columns: str) -> dict[str, str]:
    """The conditions of a filter by columns, without those that nothing was chosen for."""
    return {name: value for name, value in columns.items() if value}
