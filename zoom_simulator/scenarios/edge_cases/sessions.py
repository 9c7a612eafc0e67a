"""Awkward sessions: several instances of one number, rehearsals, series, uuids that need care."""

from datetime import datetime, timedelta
from typing import Any

from zoom_simulator.account.rows import Webinar
from zoom_simulator.scenarios.builder import Builder
from zoom_simulator.scenarios.edge_cases.table import Cases

CASES = Cases()


@CASES.add
def uuids_with_slashes(make: Builder) -> None:
    """Starting with a slash, with two in a row, with one: the first two must be encoded twice."""
    for number, shape in enumerate(("leading slash", "double slash", "single slash")):
        webinar = make.past()
        registrant = make.register(webinar, f"slash{number}@customer.example", f"Slash No{number}")
        instance = make.hold(webinar, shape=shape)
        make.stay(instance, registrant, 0, 30)


@CASES.add
def restarted_after_a_breakdown(make: Builder) -> None:
    """Two instances under one number: two sessions. The number alone only gives the later one."""
    webinar = make.past()
    stayed = make.register(webinar, "stayed.on@customer.example", "Stay On")
    left = make.register(webinar, "gave.up@customer.example", "Gave Up")
    first = make.hold(webinar, minutes=20)
    second = make.hold(webinar, after=25, minutes=40)
    make.stay(first, stayed, 0, 20)
    make.stay(first, left, 5, 15)
    make.stay(second, stayed, 0, 40)


@CASES.add
def practice_before_the_webinar(make: Builder) -> None:
    """A rehearsal with host and panelist leaves nothing behind."""
    webinar = make.past(panelists=[("Paula Practice", "paula@speakers.example")])
    registrant = make.register(webinar, "for.real@customer.example", "For Real")
    forecast = make.hold(webinar, after=-90, minutes=30, practice=True)
    make.stay(
        forecast, None, 0, 30, name="Paula Practice", user_email="paula@speakers.example", role="panelist"
    )
    instance = make.hold(webinar)
    make.stay(instance, registrant, 0, 30)


@CASES.add
def never_held(make: Builder) -> None:
    """Scheduled, over, and never started: people stay registered, no one is a no-show."""
    webinar = make.past()
    make.register(webinar, "in.vain@customer.example", "In Vain")


@CASES.add
def not_final_yet(make: Builder) -> None:
    """Ended three hours ago: those who did not come are not no-shows before it is final."""
    webinar = make.past(start=make.now - timedelta(hours=4))
    came = make.register(webinar, "just.came@customer.example", "Just Came")
    make.register(webinar, "just.absent@customer.example", "Just Absent")
    instance = make.hold(webinar)
    make.stay(instance, came, 0, 30)


@CASES.add
def still_to_come(make: Builder) -> None:
    """Registered for a webinar of next week."""
    webinar = make.upcoming()
    make.register(webinar, "next.week@customer.example", "Next Week")


@CASES.add
def series_registered_once(make: Builder) -> None:
    """Two of four occurrences held, one cancelled, one to come. Attending twice counts once (R64)."""
    webinar = _series(make, registration_type=1)
    webinar.occurrences[2].status = "deleted"
    often = make.register(webinar, "often@customer.example", "Of Ten")
    once = make.register(webinar, "once@customer.example", "On Ce")
    first, second = (_hold_occurrence(make, webinar, number) for number in (0, 1))
    make.stay(first, often, 0, 60)
    make.stay(second, often, 0, 30)
    make.stay(second, once, 15, 30)


@CASES.add
def series_registered_per_occurrence(make: Builder) -> None:
    """Registered for one, for two (one of them cancelled), and cancelled for all."""
    webinar = _series(make, registration_type=2)
    ids = [occurrence.id for occurrence in webinar.occurrences]
    first = make.register(webinar, "first.only@customer.example", "First Only", occurrence_ids=ids[:1])
    both = make.register(webinar, "both@customer.example", "Bo Th", occurrence_ids=ids[:2])
    neither = make.register(webinar, "neither@customer.example", "Nei Ther", occurrence_ids=ids[:2])
    last = make.register(webinar, "last@customer.example", "La St", occurrence_ids=ids[3:])
    make.account.cancel(webinar.id, both.id, occurrence_id=ids[1], at=make.starts(webinar))
    for occurrence_id in ids[:2]:
        make.account.cancel(webinar.id, neither.id, occurrence_id=occurrence_id, at=make.starts(webinar))
    instance = [_hold_occurrence(make, webinar, number) for number in (0, 1)]
    make.stay(instance[0], first, 0, 30)
    make.stay(instance[1], first, 0, 15)
    make.stay(instance[1], last, 0, 15)


@CASES.add
def series_with_a_date_deleted_before_anybody_looked(make: Builder) -> None:
    """Whoever registered for that date alone is in no listing: nothing of them syncs."""
    webinar = _series(make, registration_type=2)
    kept, deleted = (occurrence.id for occurrence in webinar.occurrences[2:])
    make.register(webinar, "deleted.date@customer.example", "De Leted", occurrence_ids=[deleted])
    make.register(webinar, "other.date@customer.example", "Ot Her", occurrence_ids=[kept, deleted])
    make.account.delete_occurrence(webinar.id, deleted, at=make.now)


@CASES.add
def series_whose_instances_tell_no_occurrence(make: Builder) -> None:
    """Started early or late: belongs to the nearest occurrence. One that is days apart is its own session."""
    webinar = _series(make, registration_type=1)
    registrant = make.register(webinar, "near@customer.example", "Ne Ar")
    for number, late in ((0, -20), (1, 35)):
        instance = _hold_occurrence(make, webinar, number, after=late)
        instance.occurrence_id = ""
        make.stay(instance, registrant, 0, 30)
    extra = make.hold(webinar, start=webinar.occurrences[0].start + timedelta(days=3))
    extra.occurrence_id = ""
    make.stay(extra, registrant, 0, 15)


@CASES.add
def series_of_one_day(make: Builder) -> None:
    """Occurrences two hours apart: nearest means nearer than half-way."""
    day = make.now - timedelta(days=9)
    starts = [day, day + timedelta(hours=2), day + timedelta(hours=4)]
    webinar = make.past(occurrence_starts=starts, duration=45, start=day)
    registrant = make.register(webinar, "all.day@customer.example", "All Day")
    for number, late in ((0, 5), (1, -10), (2, 0)):
        instance = _hold_occurrence(make, webinar, number, after=late, minutes=45)
        instance.occurrence_id = ""
        make.stay(instance, registrant, 0, 15)


@CASES.add
def recurring_without_fixed_time(make: Builder) -> None:
    """Type 6: sessions are what was held, here twice. Never held: one planned session."""
    webinar = make.timeless()
    registrant = make.register(webinar, "any.time@customer.example", "Any Time")
    for days in (12, 5):
        instance = make.hold(webinar, start=make.now - timedelta(days=days))
        make.stay(instance, registrant, 0, 60 if days == 5 else 30)
    waiting = make.timeless(topic="recurring without fixed time, never held")
    make.register(waiting, "some.time@customer.example", "Some Time")


def _series(make: Builder, **more: Any) -> Webinar:
    """Four weekly occurrences: two in the past, two to come."""
    starts: list[datetime] = [make.now + timedelta(days=days) for days in (-15, -8, 6, 13)]
    return make.past(occurrence_starts=starts, start=starts[0], **more)


def _hold_occurrence(
    make: Builder, webinar: Webinar, number: int, *, after: float = 0, minutes: float = 60
) -> Any:
    return make.hold(webinar, start=webinar.occurrences[number].start, after=after, minutes=minutes)
