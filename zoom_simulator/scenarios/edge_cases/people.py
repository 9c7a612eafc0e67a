"""Awkward registrants: who may enter, under which address, in which state."""

from zoom_simulator.scenarios.builder import Builder
from zoom_simulator.scenarios.edge_cases.table import Cases

CASES = Cases()


@CASES.add
def same_email_in_another_case(make: Builder) -> None:
    """Registered twice, as Ana@ and ANA@ with blanks: one person, registered at the earlier time."""
    webinar = make.past()
    make.register(webinar, "Ana@customer.example", "Ana Silva", days_before=9)
    make.register(webinar, " ANA@Customer.example", "Ana Silva", days_before=5)


@CASES.add
def denied_and_pending(make: Builder) -> None:
    """Denied is cancelled, and a contact all the same; pending is nothing yet."""
    webinar = make.past(approval_type=1)
    make.register(webinar, "denied@customer.example", "Dee Nied", status="denied")
    make.register(webinar, "pending@customer.example", "Penny Ding", status="pending")
    make.register(webinar, "pending@excluded.example", "Penny Out", status="pending")


@CASES.add
def several_rows_in_several_states(make: Builder) -> None:
    """Approved outweighs pending and denied, pending outweighs denied; the time is that of the state."""
    webinar = make.past(approval_type=1)
    for email, name, states in [
        ("back@customer.example", "Back Again", ("denied", "approved")),
        ("twice@customer.example", "Twi Ce", ("approved", "denied", "pending")),
        ("waiting@customer.example", "Wai Ting", ("denied", "pending")),
        ("never@customer.example", "Ne Ver", ("denied", "denied")),
    ]:
        for number, status in enumerate(states):
            make.register(webinar, email, name, status=status, days_before=9 - number)


@CASES.add
def cancelled_by_the_host(make: Builder) -> None:
    """Was approved, then cancelled: Zoom lists the person among the denied."""
    webinar = make.past()
    registrant = make.register(webinar, "cancelled@customer.example", "Can Celled")
    make.account.cancel(webinar.id, registrant.id, at=make.starts(webinar))


@CASES.add
def cancelled_by_oneself(make: Builder) -> None:
    """Gone from every listing before anybody looked: as if they had never been there."""
    webinar = make.past()
    registrant = make.register(webinar, "vanished@customer.example", "Van Ished")
    make.register(webinar, "stayed@customer.example", "Stay Ed")
    make.account.cancel_oneself(webinar.id, registrant.id, at=make.starts(webinar))


@CASES.add
def who_may_not_enter(make: Builder) -> None:
    """One for each reason."""
    webinar = make.past()
    for email, name in [
        ("", "No Email"),
        ("BOSS@consultants.example", "Bella Boss"),
        ("someone@excluded.example", "Ex Cluded"),
        ("Forgotten@Customer.example", "For Gotten"),
        ("known.private@mail.example", "Known Customer"),
    ]:
        make.register(webinar, email, name)


@CASES.add
def the_first_reason_counts(make: Builder) -> None:
    """Account user before domain, domain before deleted."""
    webinar = make.past()
    make.register(webinar, "insider@excluded.example", "In Sider")
    make.register(webinar, "gone@excluded.example", "Go Ne")


@CASES.add
def invalid_emails(make: Builder) -> None:
    """None of these is an address."""
    webinar = make.past()
    for email in [
        "not an address",
        "two@@signs.example",
        "nobody",
        "@nothing.example",
        "dot.@end.example",
        "no@tld",
        "spa ce@inside.example",
        "a@-dash.example",
        "x" * 65 + "@long.example",
    ]:
        make.register(webinar, email, "In Valid")


@CASES.add
def excluded_domains_in_all_forms(make: Builder) -> None:
    """Subdomains, upper case, both forms of an IDN are covered; names that only look alike are not."""
    webinar = make.past()
    for email in [
        "sub@sales.EXCLUDED.example",
        "deep@a.b.excluded.example",
        "leser@xn--bcher-kva.example",
        "kunde@BÜCHER.example",
        "tief@laden.bücher.example",
        "star@sky.stars.example",
        "bare@stars.example",
    ]:
        make.register(webinar, email, "Out Side")
    for email in ["in@notexcluded.example", "in@excluded.example.customer.example", "in@buecher.example"]:
        make.register(webinar, email, "In Side")


@CASES.add
def contact_of_an_excluded_domain(make: Builder) -> None:
    """Existed before the domain was listed: stays a contact, and nothing is written to it."""
    webinar = make.past()
    make.register(webinar, "listed@excluded.example", "Lis Ted")


@CASES.add
def blocked_people_who_are_denied(make: Builder) -> None:
    """Judged like registered ones."""
    webinar = make.past(approval_type=1)
    make.register(webinar, "denied@excluded.example", "Den Ied", status="denied")
    make.register(webinar, "not valid", "Den Ied", status="denied")


@CASES.add
def blank_names_are_filled(make: Builder) -> None:
    """Only the blank half of an existing contact's name is filled."""
    webinar = make.past()
    make.register(webinar, "nameless@customer.example", "Nora Named")
    make.register(webinar, "lastonly@customer.example", "Lasse Other")
    make.register(webinar, "known@customer.example", "Another Name")


@CASES.add
def difficult_names(make: Builder) -> None:
    """Markup, emoji, another direction, a thousand characters, one name only, none at all: kept as they
    are."""
    webinar = make.past()
    for email, name in [
        ("html@customer.example", "<b>Bold</b> <script>alert(1)</script>"),
        ("emoji@customer.example", "Zoë 🦄🚀 O'Ünïcode"),
        ("rtl@customer.example", "سارة العربية"),
        ("cjk@customer.example", "美咲 佐藤"),
        ("long@customer.example", "L" * 1000 + " " + "M" * 1000),
        ("one@customer.example", "Cher"),
        ("none@customer.example", ""),
        ("formula@customer.example", '=HYPERLINK("x") +1'),
    ]:
        make.register(webinar, email, name)


@CASES.add
def more_people_than_a_page(make: Builder) -> None:
    """Three pages of 300; some of the last page attend."""
    webinar = make.past()
    people = [
        make.register(webinar, f"page{number}@customer.example", f"Page No{number}") for number in range(620)
    ]
    instance = make.hold(webinar)
    for person in people[-40:]:
        make.stay(instance, person, 5, 35)
