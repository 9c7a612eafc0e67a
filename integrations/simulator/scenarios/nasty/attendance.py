"""Awkward attendance: who was there, in which session, for how long."""

from collections.abc import Callable

from integrations.simulator.scenarios.builder import Builder

CASES: list[Callable[[Builder], None]] = []


def case(function: Callable[[Builder], None]) -> Callable[[Builder], None]:
    CASES.append(function)
    return function


@case
def rejoin_and_overlapping_devices(make: Builder) -> None:
    """Two devices at once, and gone and back: the union counts, once."""
    webinar = make.past("rejoin and overlapping devices")
    one = make.register(webinar, "rejoin@customer.example", "Rea Join")
    held = make.hold(webinar, shape="leading slash")
    make.stay(held, one, 5, 20)
    make.stay(held, one, 10, 25)
    make.stay(held, one, 40, 50)


@case
def joined_before_and_left_after(make: Builder) -> None:
    """Clipped to the session: 100 percent, not more."""
    webinar = make.past("joined before and left after")
    one = make.register(webinar, "early@customer.example", "Earl Y")
    held = make.hold(webinar, shape="double slash")
    make.stay(held, one, -10, 75)
    make.register(webinar, "absent@customer.example", "Abby Sent")


@case
def guests_without_email(make: Builder) -> None:
    """A guest known by registrant_id is that registrant; one with neither is nobody."""
    webinar = make.past("guests without email")
    one = make.register(webinar, "hidden@customer.example", "Hidden Guest")
    held = make.hold(webinar, shape="single slash")
    make.stay(held, one, 0, 30, user_email="")
    make.stay(held, None, 0, 30, name="Anonymous Guest")
    make.stay(held, None, 30, 45, name="Anonymous Guest")
    make.stay(held, None, 10, 40, name="Walk In", user_email="Walk.In@visitor.example")
