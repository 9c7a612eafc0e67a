"""Awkward attendance: who was there, and for how long."""

from datetime import timedelta

from zoom_simulator.scenarios.builder import Builder
from zoom_simulator.scenarios.edge_cases.table import Cases

CASES = Cases()


@CASES.add
def rejoins_and_overlapping_devices(make: Builder) -> None:
    """Two devices at once, gone and back: the union counts, once."""
    webinar = make.past()
    registrant = make.register(webinar, "rejoin@customer.example", "Rea Join")
    instance = make.hold(webinar)
    make.stay(instance, registrant, 40, 50)
    make.stay(instance, registrant, 5, 20)
    make.stay(instance, registrant, 10, 25)
    make.stay(instance, registrant, 12, 18)
    make.stay(instance, registrant, 25, 26)


@CASES.add
def joined_before_and_left_after(make: Builder) -> None:
    """Clipped to the session: 100 percent, not more. Who was absent is a no-show."""
    webinar = make.past()
    registrant = make.register(webinar, "early@customer.example", "Earl Y")
    make.register(webinar, "absent@customer.example", "Abby Sent")
    instance = make.hold(webinar)
    make.stay(instance, registrant, -10, 75)


@CASES.add
def never_there_during_the_session(make: Builder) -> None:
    """Came and went before the start, or after the end: not attended. Touching the end is: 0 seconds."""
    webinar = make.past()
    instance = make.hold(webinar)
    for email, join, leave in [
        ("before@customer.example", -20, -5),
        ("after@customer.example", 61, 70),
        ("touching@customer.example", 60, 65),
    ]:
        make.stay(instance, make.register(webinar, email, "Bor Der"), join, leave)
    make.stay(instance, None, -20, -5, name="Be Fore", user_email="walkin.before@visitor.example")


@CASES.add
def no_time_at_all(make: Builder) -> None:
    """Joined and left in the same second: attended, 0 seconds, 0 percent."""
    webinar = make.past()
    registrant = make.register(webinar, "blink@customer.example", "Bli Nk")
    instance = make.hold(webinar)
    make.stay(instance, registrant, 10, 10)


@CASES.add
def only_in_the_waiting_room(make: Builder) -> None:
    """Was never let in: a no-show."""
    webinar = make.past()
    registrant = make.register(webinar, "waited@customer.example", "Wai Ted")
    both = make.register(webinar, "letin@customer.example", "Let In")
    instance = make.hold(webinar)
    make.stay(instance, registrant, 0, 30, status="in_waiting_room")
    make.stay(instance, both, 0, 10, status="in_waiting_room")
    make.stay(instance, both, 10, 40)


@CASES.add
def guests_without_email(make: Builder) -> None:
    """A guest known by registrant_id is that registrant; one with neither is no one, grouped by name."""
    webinar = make.past()
    registrant = make.register(webinar, "hidden@customer.example", "Hidden Guest")
    instance = make.hold(webinar)
    make.stay(instance, registrant, 0, 30, user_email="")
    make.stay(instance, None, 0, 30, name="Anonymous Guest")
    make.stay(instance, None, 30, 45, name="Anonymous Guest")
    make.stay(instance, None, 30, 45, name="Signed In Guest", id="abc")
    make.stay(instance, None, 46, 50, name="Signed In Guest", id="abc")
    make.stay(instance, None, 5, 15, name="1617*****23")


@CASES.add
def namesakes(make: Builder) -> None:
    """People are never matched by name: a guest called like a registrant is no one."""
    webinar = make.past()
    first = make.register(webinar, "chris1@customer.example", "Chris Smith")
    make.register(webinar, "chris2@customer.example", "Chris Smith")
    instance = make.hold(webinar)
    make.stay(instance, first, 0, 30)
    make.stay(instance, None, 0, 40, name="Chris Smith")


@CASES.add
def forwarded_join_link(make: Builder) -> None:
    """Joined by someone else's link: Zoom counts the registrant, whatever address the account has."""
    webinar = make.past()
    registrant = make.register(webinar, "linkowner@customer.example", "Link Owner")
    instance = make.hold(webinar)
    make.stay(instance, registrant, 0, 30, user_email="friend@customer.example", name="A Friend")


@CASES.add
def unknown_registrant_id(make: Builder) -> None:
    """Names no one of this webinar: the email counts, and without one no one."""
    webinar = make.past()
    instance = make.hold(webinar)
    make.stay(
        instance, None, 0, 30, name="Un Known", registrant_id="zzz", user_email="unknown.id@visitor.example"
    )
    make.stay(instance, None, 0, 30, name="Lost Person", registrant_id="yyy")


@CASES.add
def email_in_another_case_when_joining(make: Builder) -> None:
    """No registrant_id, and the address written differently: the same person."""
    webinar = make.past()
    make.register(webinar, "Case.Change@customer.example", "Case Change")
    instance = make.hold(webinar)
    make.stay(instance, None, 0, 30, name="Case Change", user_email=" case.CHANGE@Customer.Example ")


@CASES.add
def same_participant_id_for_all(make: Builder) -> None:
    """Zoom's participant id is blank or shared: it tells no one apart who has an address."""
    webinar = make.past()
    instance = make.hold(webinar)
    for number in range(3):
        make.stay(
            instance,
            None,
            number,
            30,
            id="shared",
            user_id="16778240",
            name=f"Shared Id{number}",
            user_email=f"shared{number}@visitor.example",
        )


@CASES.add
def attended_after_cancelling(make: Builder) -> None:
    """Denied, but came: attended, with the registration cancelled all the same."""
    webinar = make.past(approval_type=1)
    registrant = make.register(webinar, "denied.but.came@customer.example", "Came Anyway", status="denied")
    other = make.register(webinar, "pending.but.came@customer.example", "Came Early", status="pending")
    instance = make.hold(webinar)
    make.stay(instance, registrant, 0, 30)
    make.stay(instance, other, 0, 30)


@CASES.add
def walk_ins(make: Builder) -> None:
    """No registration in this webinar: those who come become contacts if the rules allow."""
    webinar = make.past(approval_type=2)
    instance = make.hold(webinar)
    for email, name in [
        ("Walk.In@visitor.example", "Walk In Person"),
        ("mononym@visitor.example", "Prince"),
        ("known@customer.example", "K Customer"),
        ("boss@consultants.example", "Bella Boss"),
        ("visitor@excluded.example", "Ex Visitor"),
        ("forgotten@customer.example", "For Gotten"),
        ("known.private@mail.example", "Known Customer"),
        ("nonsense@", "Non Sense"),
    ]:
        make.stay(instance, None, 10, 40, name=name, user_email=email)


@CASES.add
def nobody_joined(make: Builder) -> None:
    """Held, and the host was alone."""
    webinar = make.past()
    make.register(webinar, "lonely@customer.example", "Lone Ly")
    make.hold(webinar)


@CASES.add
def host_and_panelists_are_people(make: Builder) -> None:
    """An agency's host is of no excluded domain: attends like everyone else. So does a panelist."""
    rita = make.account.add_user("rita@agency.example", "Rita", "Rent")
    webinar = make.past(host=rita, panelists=[("Paul Panel", "paul@speakers.example")])
    registrant = make.register(webinar, "audience@customer.example", "Au Dience")
    instance = make.hold(webinar)
    make.stay(instance, None, 0, 60, name="Paul Panel", user_email="paul@speakers.example", role="panelist")
    make.stay(instance, registrant, 0, 60)


@CASES.add
def fractions_of_seconds(make: Builder) -> None:
    """Zoom's own example has them in the times of participants."""
    webinar = make.past()
    registrant = make.register(webinar, "fraction@customer.example", "Frac Tion")
    instance = make.hold(webinar)
    times = [(instance.start + timedelta(minutes=at)).strftime("%Y-%m-%dT%H:%M:%S.66Z") for at in (10, 30)]
    make.stay(instance, registrant, 10, 30, wire={"join_time": times[0], "leave_time": times[1]})


@CASES.add
def rows_repeated_over_pages(make: Builder) -> None:
    """The last row of a page comes again as the first of the next one."""
    webinar = make.past()
    instance = make.hold(webinar)
    instance.repeats_rows = True
    for number in range(340):
        make.stay(
            instance,
            None,
            number % 20,
            30 + number % 30,
            name=f"Repeat No{number}",
            user_email=f"repeat{number}@visitor.example",
        )


@CASES.add
def no_report(make: Builder) -> None:
    """The report never appears: the session ends when the last one leaves."""
    webinar = make.past()
    registrant = make.register(webinar, "unreported@customer.example", "Un Reported")
    instance = make.hold(webinar)
    instance.report = False
    make.stay(instance, registrant, 0, 30)


@CASES.add
def session_without_length(make: Builder) -> None:
    """Started and ended in the same second: 0 percent, not a division by zero."""
    webinar = make.past()
    registrant = make.register(webinar, "instant@customer.example", "In Stant")
    instance = make.hold(webinar, minutes=0)
    make.stay(instance, registrant, 0, 0)


@CASES.add
def an_odd_number_of_seconds(make: Builder) -> None:
    """A third of the time: rounded to two places."""
    webinar = make.past()
    registrant = make.register(webinar, "third@customer.example", "Thi Rd")
    instance = make.hold(webinar, minutes=45)
    make.stay(instance, registrant, 0, 15)
