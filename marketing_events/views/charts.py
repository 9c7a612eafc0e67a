"""The charts of one event, and of two beside each other."""

from itertools import zip_longest

from django.template.defaultfilters import date as format_date
from django.utils.translation import gettext as _

from core.charts import Chart, ChartKind, Series
from marketing_events import analysis
from marketing_events.models import MarketingEvent

ENDED = (MarketingEvent.Status.ENDED, MarketingEvent.Status.LIVE)


def event_charts(event: MarketingEvent) -> list[Chart]:
    """Those that have something to show at this stage of the event."""
    charts = [_registrations(event)]
    if event.attended_count and event.status in ENDED:
        charts += [_present(event), _stays(event)]
    return [chart for chart in charts if not chart.is_empty]


def _registrations(event: MarketingEvent) -> Chart:
    days = analysis.registrations_by_day(event)
    is_long = len(days) > analysis.LONGEST_BY_DAY
    shown = analysis.by_week(days) if is_long else days
    return Chart(
        title=_("Registrations by week") if is_long else _("Registrations by day"),
        head=_("Week from") if is_long else _("Day"),
        labels=[format_date(day, "j M") for day in shown],
        series=[Series("registered", _("Registrations"), list(shown.values()))],
    )


def _present(event: MarketingEvent) -> Chart:
    numbers = analysis.present_by_minute(event)
    return Chart(
        title=_("People present, by minute"),
        head=_("Minute"),
        labels=[_("%d min") % minute for minute in range(len(numbers))],
        series=[Series("attended", _("Present"), numbers)],
        kind=ChartKind.LINE,
        note=_("Most at once: %s") % f"{max(numbers, default=0):,}",
    )


def _stays(event: MarketingEvent) -> Chart:
    step = 100 // analysis.PARTS
    return Chart(
        title=_("How long attendees stayed"),
        head=_("Share of the event"),
        labels=[f"{low}-{low + step} %" for low in range(0, 100, step)],
        series=[Series("people", _("Attendees"), analysis.stays_by_part(event))],
    )


def compared_charts(first: MarketingEvent, second: MarketingEvent) -> list[Chart]:
    names = [_label(first), _label(second)]
    charts = [_compared_registrations(first, second, names), _compared_presence(first, second, names)]
    return [chart for chart in charts if not chart.is_empty]


def _label(event: MarketingEvent) -> str:
    return f"{event.name}, {format_date(event.starts_at, 'j M Y')}" if event.starts_at else event.name


def _compared_registrations(first: MarketingEvent, second: MarketingEvent, names: list[str]) -> Chart:
    leads = [analysis.registered_by_lead(event) for event in (first, second)]
    earliest = max((max(lead, default=0) for lead in leads), default=0)
    latest = min((min(lead, default=0) for lead in leads), default=0)
    days = list(range(earliest, latest - 1, -1))
    return Chart(
        title=_("Registered so far, by days before the start"),
        head=_("Days before the start"),
        labels=[str(day) for day in days],
        series=[
            Series(key, name, _without_gaps(lead, days))
            for key, name, lead in zip(("first", "second"), names, leads, strict=True)
        ],
        kind=ChartKind.LINE,
    )


def _without_gaps(lead: dict[int, int], days: list[int]) -> list[int]:
    runs, last = [], 0
    for day in days:
        last = lead.get(day, last)
        runs.append(last)
    return runs


def _compared_presence(first: MarketingEvent, second: MarketingEvent, names: list[str]) -> Chart:
    curves = [analysis.present_by_minute(event) for event in (first, second)]
    pairs = list(zip_longest(*curves, fillvalue=0))
    return Chart(
        title=_("People present, by minute"),
        head=_("Minute"),
        labels=[_("%d min") % minute for minute in range(len(pairs))],
        series=[
            Series(key, name, [pair[place] for pair in pairs])
            for place, (key, name) in enumerate(zip(("first", "second"), names, strict=True))
        ],
        kind=ChartKind.LINE,
    )
