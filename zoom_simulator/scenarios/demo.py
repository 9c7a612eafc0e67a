"""A believable year of a marketing team's webinars, around now: the Brightline company and its audience.

Held ones with registrations, cancellations, rejoins and no-shows, one that runs right now, some to come, two
series and a recurring one without fixed times, one made in Zoom Events, recordings with transcripts. Webinars
older than 90 days are gone from Zoom's lists, as they would be, and left in its reports only.
"""

from datetime import timedelta
from random import Random

from zoom_simulator.account import SimulatedAccount
from zoom_simulator.policy import Contact, Policy
from zoom_simulator.scenarios.company import Company, Plan
from zoom_simulator.scenarios.names import Somebody

AUDIENCE = 1100
TEAM = [
    ("mara.lindqvist@brightline.example", "Mara", "Lindqvist"),
    ("jonas.ekberg@brightline.example", "Jonas", "Ekberg"),
    ("priya.raman@brightline.example", "Priya", "Raman"),
    ("tomas.vidal@resellerhub.example", "Tomas", "Vidal"),
]
"""The hosts; the last one is of a partner company."""
GUEST = ("Helena Strand", "helena.strand@thirdwave.example")

PROGRAMME = [
    Plan("Brightline in 30 minutes: the year ahead", 338, 180, 0, 30),
    Plan("Lead scoring without the guesswork", 301, 120, 1),
    Plan("What 400 buyers told us", 262, 210, 0, guest=True),
    Plan("From trade fair to pipeline", 221, 75, 1, 45),
    Plan("Spring release tour", 187, 240, 2),
    Plan("Writing follow-ups people answer", 150, 130, 0, 45),
    Plan("Partner briefing: selling together", 118, 45, 3, 45),
    Plan("Attribution for small teams", 83, 140, 1, recording="words"),
    Plan("Customer story: Halcyon's first 90 days", 71, 95, 2, 45, recording="words", guest=True),
    Plan("GDPR and marketing data, plainly", 62, 190, 0, recording="words"),
    Plan("Partner briefing: the autumn offers", 55, 40, 3, 45, recording="ready"),
    Plan("Summer release tour", 47, 230, 2, recording="words"),
    Plan("Ask us anything: integrations", 38, 85, 1, 45, by_hand=True),
    Plan("Account-based marketing, the honest version", 31, 210, 0, recording="words", guest=True),
    Plan("Customer story: how Inkwell doubled attendance", 22, 110, 2, 45, recording="trashed"),
    Plan("Building a newsletter people open", 15, 160, 0, 45, recording="words"),
    Plan("Benchmarks: what good webinars look like", 8, 250, 1, recording="words", guest=True),
    Plan("Autumn release tour", 3, 240, 2, recording="words"),
    Plan("Reporting for busy executives", 0.125, 120, 0, 45, recording="processing"),
    Plan("Pricing pages that convert", -4, 90, 1, 45),
    Plan("Customer story: Lanternlight", -9, 60, 2, 45, by_hand=True, guest=True),
    Plan("Planning next year's campaigns", -16, 130, 0),
    Plan("Winter release preview", -30, 75, 2),
]


def build(account: SimulatedAccount, people: int) -> Policy:
    company = Company(
        account,
        "Brightline",
        team=TEAM,
        colleagues=[("Nina", "Holm"), ("Samir", "Rao"), ("Lea", "Fischer")],
        audience=AUDIENCE,
        guest=GUEST,
    )
    account.add_user("ole.berg@brightline.example", "Ole", "Berg", type=1, webinar_plan=False)
    _hold_webinars(company)
    return Policy(
        account_users=[email for email, _, _ in TEAM[:3]],
        existing_contacts=_contacts(company.audience, account.random),
        exclude_contacts=["brightline.example", "foundry9.example"],
        exclude_hosts=["resellerhub.example"],
        recordings="all",
    )


def _hold_webinars(company: Company) -> None:
    for plan in PROGRAMME:
        company.single(plan)
    _live(company)
    company.series("Product demo, live every week", 1, days=7, past=9, coming=4, size=140)
    company.series("Customer office hours", 2, days=14, past=4, coming=3, size=60, registration_type=2)
    company.timeless("Onboarding clinic", 2)
    events = company.schedule(company.hosts[0], "Brightline Summit: opening keynote", -21, 90)
    events.is_events_webinar = True


def _live(company: Company) -> None:
    """Began a quarter of an hour ago."""
    account = company.account
    webinar = company.schedule(company.hosts[1], "Live: building a dashboard from scratch", 0, 60)
    webinar.start = start = account.clock.now() - timedelta(minutes=15)
    people = company.register(webinar, 130)
    instance = account.start_webinar(webinar.id, at=start)
    for registrant in people[:60]:
        moment = start + timedelta(minutes=account.random.uniform(0, 12))
        account.join(webinar.id, registrant_id=registrant.id, at=moment)
    account.leave(webinar.id, instance.rows[5].user_id, at=start + timedelta(minutes=13))


def _contacts(audience: list[Somebody], random: Random) -> list[Contact]:
    """Some of the audience are known already, a few by two addresses."""
    return [
        Contact(
            email=person.email,
            first_name=person.first_name,
            last_name=person.last_name,
            secondary_emails=[f"{person.first_name}.{person.last_name}@mail.example".lower()]
            if number < 5
            else [],
        )
        for number, person in enumerate(random.sample(audience, 25))
    ]
