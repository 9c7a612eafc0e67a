"""Answers that are not as documented: wrong types, missing and unknown fields, things that are no rows."""

from zoom_simulator.account.rows import GONE, Wire
from zoom_simulator.scenarios.builder import Builder
from zoom_simulator.scenarios.edge_cases.table import Cases

CASES = Cases()


@CASES.add
def registrants_with_wrong_types(make: Builder) -> None:
    """Numbers for ids, null for texts and lists: readable all the same."""
    webinar = make.past()
    number = make.register(
        webinar, "numeric@customer.example", "Num Eric", wire={"id": 1234567890, "custom_questions": None}
    )
    make.register(webinar, "nulls@customer.example", "Nul L", wire={"last_name": None, "join_url": None})
    instance = make.hold(webinar)
    make.stay(instance, number, 0, 30, user_email="", wire={"registrant_id": 1234567890})


@CASES.add
def registrants_with_missing_fields(make: Builder) -> None:
    """Without names or answers; without an email no one is known."""
    webinar = make.past()
    make.register(
        webinar,
        "sparse@customer.example",
        "Not Sent",
        wire=dict.fromkeys(("first_name", "last_name", "custom_questions", "join_url", "status"), GONE),
    )
    make.register(webinar, "not@sent.example", "Email Missing", wire={"email": GONE})
    make.register(webinar, "not@sent.example", "Email Null", wire={"email": None})


@CASES.add
def unknown_fields(make: Builder) -> None:
    """Zoom may add fields, also ones that are objects: ignored."""
    extra = {"new_in_2031": {"deep": [1, {"er": None}]}, "another": True}
    webinar = make.past(wire=extra)
    registrant = make.register(webinar, "extra@customer.example", "Ex Tra", wire=extra)
    instance = make.hold(webinar)
    make.stay(instance, registrant, 0, 30, wire=extra)


@CASES.add
def rows_that_are_none(make: Builder) -> None:
    """Null, text, numbers and lists among the rows: reported, and the others are synced."""
    webinar = make.past()
    webinar.strays = [None, "registrant", 7, []]
    registrant = make.register(webinar, "beside@customer.example", "Be Side")
    instance = make.hold(webinar)
    instance.strays = [None, "participant", 7, []]
    make.stay(instance, registrant, 10, 20)


@CASES.add
def nul_characters(make: Builder) -> None:
    """PostgreSQL stores none: they are dropped."""
    webinar = make.past(topic="nul\0 characters")
    registrant = make.register(webinar, "nul@customer.example", "N\0ul Char\0acter")
    instance = make.hold(webinar)
    make.stay(instance, registrant, 0, 30)
    make.stay(instance, None, 0, 30, name="Nul\0 Walker", user_email="nul.walker@visitor.example")


@CASES.add
def attendance_with_wrong_types(make: Builder) -> None:
    """Numbers as text and text as numbers, null for text and for a flag."""
    webinar = make.past()
    registrant = make.register(webinar, "types@customer.example", "Ty Pes")
    instance = make.hold(webinar)
    make.stay(
        instance, registrant, 0, 30, wire={"duration": "1800", "user_id": 16778240, "failover": "false"}
    )
    make.stay(instance, registrant, 30, 45, wire={"id": None, "internal_user": None, "duration": 900.0})


@CASES.add
def attendance_with_missing_fields(make: Builder) -> None:
    """Everything but the times and the registrant is missing."""
    webinar = make.past()
    registrant = make.register(webinar, "bare@customer.example", "Ba Re")
    instance = make.hold(webinar)
    fields = ("id", "name", "user_id", "user_email", "duration", "failover", "status", "internal_user")
    make.stay(instance, registrant, 0, 30, wire=dict.fromkeys(fields, GONE))


@CASES.add
def attendance_with_impossible_times(make: Builder) -> None:
    """Left before joining, no times, no dates: such rows are reported and count for nothing."""
    webinar = make.past()
    instance = make.hold(webinar)
    wrong: list[Wire] = [
        {"join_time": GONE},
        {"join_time": ""},
        {"leave_time": "yesterday"},
        {"join_time": 1700000000},
    ]
    for number, wire in enumerate(wrong):
        registrant = make.register(webinar, f"impossible{number}@customer.example", f"Im{number} Possible")
        make.stay(instance, registrant, 0, 30, wire=wire)
    backwards = make.register(webinar, "backwards@customer.example", "Back Wards")
    make.stay(instance, backwards, 30, 10)
    partly = make.register(webinar, "partly@customer.example", "Part Ly")
    make.stay(instance, partly, 30, 10)
    make.stay(instance, partly, 40, 50)


@CASES.add
def numbers_as_text(make: Builder) -> None:
    """A webinar's duration and settings as texts."""
    webinar = make.past(
        wire={"duration": "60"}, settings_wire={"approval_type": "0", "registration_type": "1"}
    )
    make.register(webinar, "text@customer.example", "Te Xt")
