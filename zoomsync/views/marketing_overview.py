"""The marketer's half of the dashboard, as the page draws it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.template.defaultfilters import date as format_date
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core.charts import Chart, Series
from core.viewing import viewing
from marketing_events.overview import Trend, Trends, last_ended, trends, upcoming


@dataclass(frozen=True)
class Figure:
    """A number of the last 13 weeks that opens what it counts."""

    label: str
    trend: Trend
    url: str


def marketing_overview() -> dict[str, Any]:
    now = timezone.now()
    overview = trends(now, viewing().first_weekday)
    first, last = overview.weeks[0].first_day, timezone.localdate(now)
    return {
        "upcoming": upcoming(now),
        "recent": last_ended(now),
        "has_marketing": True,
        "figures": _figures(overview, first, last),
        "charts": [_attendance(overview), _contacts(overview)],
    }


def _figures(trends: Trends, first: date, last: date) -> list[Figure]:
    events = _events(first, last)
    return [
        Figure(_("Events held"), trends.of("events"), events),
        Figure(_("Registrations"), trends.of("registered"), f"{events}&sort=-registered"),
        Figure(_("Attended"), trends.of("attended"), f"{events}&sort=-attended"),
        Figure(_("No-shows"), trends.of("no_shows"), f"{events}&sort=-no_shows"),
        Figure(_("New contacts"), trends.of("new_contacts"), _new_contacts(first, last)),
    ]


def _attendance(trends: Trends) -> Chart:
    weeks = trends.weeks
    return Chart(
        title=_("Registered and attended, by week of the event"),
        head=_("Week from"),
        labels=[format_date(week.first_day, "j M") for week in weeks],
        series=[
            Series("registered", _("Registered"), [week.registered for week in weeks]),
            Series("attended", _("Attended"), [week.attended for week in weeks]),
        ],
        urls=[_events(week.first_day, week.last_day) for week in weeks],
    )


def _contacts(trends: Trends) -> Chart:
    weeks = trends.weeks
    return Chart(
        title=_("New contacts, by week"),
        head=_("Week from"),
        labels=[format_date(week.first_day, "j M") for week in weeks],
        series=[Series("people", _("New contacts"), [week.new_contacts for week in weeks])],
        urls=[_new_contacts(week.first_day, week.last_day) for week in weeks],
    )


def _events(first: date, last: date) -> str:
    return f"{reverse('events:list')}?status=ended&from={first}&to={last}&fold=no"


def _new_contacts(first: date, last: date) -> str:
    return f"{reverse('contacts:list')}?created_from={first}&created_to={last}"
