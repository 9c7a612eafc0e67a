"""Which participants of an event a list shows, and in which order, from what its address says."""

from dataclasses import dataclass
from functools import cached_property

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _

from core.domains import to_ascii
from core.filters import ActiveFilter, Filter, FixedFilter, chosen_filter
from core.web import Sorting, sorting
from marketing_events.models import Participation
from marketing_events.models.events import ParticipationQuerySet

COLUMNS = {
    "name": ("contact__last_name", "contact__first_name", "contact__email"),
    "state": ("state", "contact__last_name"),
    "registered": ("registered_at",),
    "joined": ("first_joined_at",),
    "left": ("last_left_at",),
    "minutes": ("duration_seconds",),
    "percent": ("attendance_percent",),
}
BLANKS_LAST = ("registered_at", "first_joined_at", "last_left_at", "attendance_percent")

EVER = "ever"
AUDIENCE, STAFF = "audience", "staff"
_ATTENDEE = Q(role=Participation.Role.ATTENDEE)
_ROLES = {AUDIENCE: _ATTENDEE, STAFF: ~_ATTENDEE}
# Hosts and panelists who stayed away, or cancelled, are neither (D26).
NOT_OF_STAFF = frozenset({Participation.State.NO_SHOW, Participation.State.CANCELLED})
# Of those who attended: at least so many percent or minutes, or fewer.
_PERCENT, _MINUTES = (90, 75, 50, 25), (60, 30, 15, 5)
_UNDER_PERCENT, _UNDER_MINUTES = (50, 25), (15, 5)
_STAYS = {
    **{f"p{number}": Q(attendance_percent__gte=number) for number in _PERCENT},
    **{f"under-p{number}": Q(attendance_percent__lt=number) for number in _UNDER_PERCENT},
    **{f"m{number}": Q(duration_seconds__gte=number * 60) for number in _MINUTES},
    **{f"under-m{number}": Q(duration_seconds__lt=number * 60) for number in _UNDER_MINUTES},
}


@dataclass
class ParticipantCriteria:
    """`counts` are shown beside the states."""

    request: HttpRequest
    counts: dict[str, int]

    @property
    def search(self) -> str:
        return self.request.GET.get("q", "").strip()

    @cached_property
    def state(self) -> Filter:
        states = [
            (state.value, f"{state.label} ({self.counts.get(state, 0):,})") for state in Participation.State
        ]
        options = [("", _("All")), *states, (EVER, _("Ever registered"))]
        return chosen_filter(self.request, "state", _("State"), options)

    @cached_property
    def role(self) -> Filter:
        options = [("", _("All")), (AUDIENCE, _("Attendees")), (STAFF, _("Hosts and panelists"))]
        return chosen_filter(self.request, "role", _("Role"), options)

    @cached_property
    def stay(self) -> Filter:
        options = [
            ("", _("All")),
            *((f"p{number}", _("At least %d %%") % number) for number in _PERCENT),
            *((f"under-p{number}", _("Less than %d %%") % number) for number in _UNDER_PERCENT),
            *((f"m{number}", _("At least %d minutes") % number) for number in _MINUTES),
            *((f"under-m{number}", _("Less than %d minutes") % number) for number in _UNDER_MINUTES),
        ]
        return chosen_filter(self.request, "stay", _("Attended"), options)

    @cached_property
    def domain(self) -> FixedFilter:
        """Typed; with its subdomains."""
        typed = self.request.GET.get("domain", "").strip().removeprefix("*.").lstrip("@")
        return FixedFilter("domain", _("Domain"), typed, typed)

    @property
    def active(self) -> list[ActiveFilter]:
        return [self.state, self.role, self.stay, self.domain]

    @property
    def is_filtered(self) -> bool:
        return bool(self.search or any(row.chosen for row in self.active))

    @cached_property
    def order(self) -> Sorting:
        return sorting(self.request, COLUMNS, "name", BLANKS_LAST)

    def listed(self, everybody: ParticipationQuerySet) -> QuerySet[Participation]:
        participations = everybody.search(self.search)
        if self.state.chosen == EVER:
            participations = participations.filter(registered_at__isnull=False)
        elif self.state.chosen:
            participations = participations.filter(state=self.state.chosen)
            if self.state.chosen in NOT_OF_STAFF:
                participations = participations.audience()
        if self.stay.chosen:
            participations = participations.attended().filter(_STAYS[self.stay.chosen])
        if self.domain.chosen:
            participations = participations.filter(_of_domain(self.domain.chosen))
        return participations.filter(_ROLES.get(self.role.chosen, Q())).order_by(*self.order.order_by)


def _of_domain(typed: str) -> Q:
    """As addresses are stored: in lower case, and in ASCII or in their own letters."""
    spellings = {typed.lower(), to_ascii(typed) or typed.lower()}
    ends = [f"{before}{domain}" for domain in sorted(spellings) for before in ("@", ".")]
    return Q(*(("contact__email__endswith", end) for end in ends), _connector=Q.OR)
