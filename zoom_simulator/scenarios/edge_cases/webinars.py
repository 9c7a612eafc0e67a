"""Awkward webinars: ones that must not sync, cannot be read, or are gone."""

from zoom_simulator.account.rows import Webinar
from zoom_simulator.scenarios.builder import Builder
from zoom_simulator.scenarios.edge_cases.table import Cases

CASES = Cases()


@CASES.add
def made_in_zoom_events(make: Builder) -> None:
    """Listed, marked as not supported, nothing of it syncs (R5)."""
    _with_somebody(make, make.past(is_events_webinar=True), "events@customer.example")


@CASES.add
def host_of_an_excluded_domain(make: Builder) -> None:
    """Nothing of it syncs (R13)."""
    harald = make.account.add_user("harald@sales.partner.example", "Harald", "Host")
    _with_somebody(make, make.past(host=harald), "partner.guest@customer.example")


@CASES.add
def host_without_webinar_licence(make: Builder) -> None:
    """Zoom refuses to list this user's webinars: the host is left out, the others go on."""
    uwe = make.account.add_user("uwe@own.example", "Uwe", "Unlicensed")
    webinar = make.past(host=uwe)
    uwe.webinar_plan, uwe.type = False, 1
    _with_somebody(make, webinar, "unlicensed@customer.example")


@CASES.add
def switched_off(make: Builder) -> None:
    """The webinar's own switch is off."""
    webinar = make.past()
    make.policy.webinars_off.append(webinar.id)
    _with_somebody(make, webinar, "switched.off@customer.example")


@CASES.add
def listed_but_gone(make: Builder) -> None:
    """In the list, but deleted when its details are asked for."""
    _with_somebody(make, make.past(detail_missing=True), "listed@customer.example")


@CASES.add
def deleted_in_zoom(make: Builder) -> None:
    """Deleted before anybody looked."""
    webinar = make.past()
    _with_somebody(make, webinar, "deleted@customer.example")
    make.account.delete_webinar(webinar.id, at=make.now)


@CASES.add
def forbidden_registrants(make: Builder) -> None:
    """Zoom denies the list of registrants: this webinar fails, the others go on."""
    webinar = make.past(forbidden="/registrants")
    make.register(webinar, "forbidden@customer.example", "For Bidden")
    instance = make.hold(webinar)
    make.stay(instance, None, 0, 30, name="Not Forbidden", user_email="not.forbidden@customer.example")


@CASES.add
def older_than_a_year(make: Builder) -> None:
    """Zoom lists it no more, and its reports are gone as well."""
    _with_somebody(make, make.past(days_ago=400), "long.ago@customer.example")


@CASES.add
def difficult_topic(make: Builder) -> None:
    """Markup and emoji in a topic; no time zone; an agenda that is cut."""
    webinar = make.past(
        topic="<img src=x onerror=alert(1)> \"quotes\" & 'ticks' 🎥 {{ 7*7 }}",
        timezone="",
        agenda="long " * 200,
    )
    _with_somebody(make, webinar, "topic@customer.example")


@CASES.add
def simulive(make: Builder) -> None:
    """A recording that is played as a webinar is a webinar."""
    _with_somebody(make, make.past(is_simulive=True), "simulive@customer.example")


def _with_somebody(make: Builder, webinar: Webinar, email: str) -> None:
    """One who registered and attended."""
    registrant = make.register(webinar, email, "Some Body")
    instance = make.hold(webinar)
    make.stay(instance, registrant, 0, 30)
