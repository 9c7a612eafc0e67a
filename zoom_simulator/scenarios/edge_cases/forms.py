"""Upcoming webinars that refuse a registration, each in its own way: for adding people from here to Zoom."""

from zoom_simulator.scenarios.builder import Builder
from zoom_simulator.scenarios.edge_cases.table import Cases

CASES = Cases()


@CASES.add
def takes_everybody(make: Builder) -> None:
    """No objections."""
    make.upcoming()


@CASES.add
def approves_by_hand(make: Builder) -> None:
    """Answers pending, without a usable join link."""
    make.upcoming(approval_type=1)


@CASES.add
def asks_for_no_registration(make: Builder) -> None:
    """3000: registration is off."""
    make.upcoming(approval_type=2)


@CASES.add
def requires_last_name_and_more(make: Builder) -> None:
    """A required standard field that the app does not know (R23)."""
    required = [{"field_name": name, "required": True} for name in ("last_name", "org", "job_title")]
    make.upcoming(questions=[*required, {"field_name": "comments", "required": False}])


@CASES.add
def requires_an_answer(make: Builder) -> None:
    """A required question of the host's own."""
    question = {
        "title": "How did you hear of us?",
        "type": "single_dropdown",
        "required": True,
        "answers": ["Search", "A friend"],
    }
    make.upcoming(custom_questions=[question])


@CASES.add
def is_full(make: Builder) -> None:
    """The licence's seats are taken."""
    webinar = make.upcoming(capacity=1)
    make.register(webinar, "last.seat@customer.example", "Last Seat")


@CASES.add
def restricts_registrations(make: Builder) -> None:
    """The host allows no more registrations."""
    webinar = make.upcoming(restrict_number=1)
    make.register(webinar, "last.ticket@customer.example", "Last Ticket")


@CASES.add
def costs_money(make: Builder) -> None:
    """3000: the API cannot register for paid webinars."""
    make.upcoming(paid=True)


@CASES.add
def wants_work_emails(make: Builder) -> None:
    """3034 for free mail addresses."""
    make.upcoming(work_email_only=True)


@CASES.add
def closed_its_registration(make: Builder) -> None:
    """3038 although it is still to come."""
    make.upcoming(closed=True)


@CASES.add
def has_other_hosts_and_panelists(make: Builder) -> None:
    """3027 for hosts, alternative ones included; 3000 for panelists."""
    make.upcoming(
        alternative_hosts=["alternative@customer.example"],
        panelists=[("Pat Panelist", "panelist@customer.example")],
    )


@CASES.add
def knows_somebody_denied(make: Builder) -> None:
    """Once denied, an address cannot register again."""
    webinar = make.upcoming()
    make.register(webinar, "denied.before@customer.example", "Denied Before", status="denied")
