"""Webinars that people can be registered for, and those that refuse it, each in its own way.

Each has its case's name as topic; the cases of `nasty.forms` are here too. No one syncs in it.
"""

from datetime import timedelta

from zoom_simulator.account import SimulatedAccount
from zoom_simulator.policy import Policy
from zoom_simulator.scenarios.builder import Builder
from zoom_simulator.scenarios.edge_cases import forms
from zoom_simulator.scenarios.edge_cases.table import Cases

CASES = Cases()


def build(account: SimulatedAccount, people: int) -> Policy:
    host = account.add_user("owner@own.example", "Olivia", "Owner", role_name="Owner")
    make = Builder(account, host, Policy())
    for case in [*forms.CASES, *CASES]:
        make.case = case.__name__.replace("_", " ")
        case(make)
    return make.policy


def _weeks(make: Builder) -> list[object]:
    return [make.now + timedelta(days=days) for days in (-7, 7, 14)]


@CASES.add
def series_with_one_registration(make: Builder) -> None:
    """Registering once counts for each date."""
    make.timeless(occurrence_starts=_weeks(make), registration_type=1)


@CASES.add
def series_registered_by_date(make: Builder) -> None:
    """Each date is registered for by itself."""
    make.timeless(occurrence_starts=_weeks(make), registration_type=2)


@CASES.add
def series_with_chosen_dates(make: Builder) -> None:
    """People register once and choose dates."""
    make.timeless(occurrence_starts=_weeks(make), registration_type=3)


@CASES.add
def has_no_fixed_time(make: Builder) -> None:
    """A recurring webinar without dates takes registrations at any time."""
    make.timeless()


@CASES.add
def is_over(make: Builder) -> None:
    """3038."""
    make.past()


@CASES.add
def belongs_to_zoom_events(make: Builder) -> None:
    """Registrations are tickets there: 3000."""
    make.upcoming(is_events_webinar=True)


@CASES.add
def host_without_licence(make: Builder) -> None:
    """200 "Webinar plan is missing", for whatever is asked of it."""
    host = make.account.add_user("basic@own.example", "Bo", "Basic", type=1, webinar_plan=False)
    make.upcoming(host=host)
