"""Wait until a date, or until a day of the week and an hour, on the clocks of a time zone."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from workflows.definition.fields import Names
from workflows.definition.time_fields import WEEKDAYS, HourField, LocalTimeField, WeekdaysField, ZoneField
from workflows.registry import StepContext, StepResult, register_action
from workflows.steps.wait import WaitAction, wait_until

ZONE = ZoneField(name="zone", label=lazy("Time zone"))


class WaitUntilDate(WaitAction):
    key = "wait_until_date"
    label = lazy("Wait until a date")
    icon = "calendar-clock"
    fields = (LocalTimeField(name="at", label=lazy("Date and time")), ZONE)

    def sentence(self, arguments: Mapping[str, Any], names: Names) -> str:
        return _("Wait until %(time)s (%(zone)s)") % {
            "time": self.words("at", arguments, names),
            "zone": arguments["zone"].key,
        }

    def perform(self, arguments: Mapping[str, Any], step: StepContext) -> StepResult:
        return wait_until(arguments["at"].replace(tzinfo=arguments["zone"]), step)


class WaitUntilWeekday(WaitAction):
    key = "wait_until_weekday"
    label = lazy("Wait until a day of the week")
    icon = "calendar-days"
    fields = (
        WeekdaysField(name="days", label=lazy("Days")),
        HourField(name="at", label=lazy("Time of day")),
        ZONE,
    )

    def sentence(self, arguments: Mapping[str, Any], names: Names) -> str:
        return _("Wait until %(days)s, %(time)s (%(zone)s)") % {
            "days": self.words("days", arguments, names),
            "time": self.words("at", arguments, names),
            "zone": arguments["zone"].key,
        }

    def perform(self, arguments: Mapping[str, Any], step: StepContext) -> StepResult:
        days, at, zone = arguments["days"], arguments["at"], arguments["zone"]
        return wait_until(next_weekday(step.started_at, days, at, zone), step)


def next_weekday(after: datetime, days: tuple[str, ...], at: time, zone: ZoneInfo) -> datetime:
    """The first of these days and hours after a moment. An hour that the clocks skip is the next real one."""
    numbers = {list(WEEKDAYS).index(day) for day in days}
    today = after.astimezone(zone).date()
    candidates = (
        datetime.combine(today + timedelta(days=number), at, zone)
        for number in range(15)
        if (today + timedelta(days=number)).weekday() in numbers
    )
    return next(moment for moment in candidates if moment.timestamp() > after.timestamp())


for action in (WaitUntilDate(), WaitUntilWeekday()):
    register_action(action)
