"""The demo's data: a company that has used its CRM before, its two brands connected to simulated accounts.

Made once, with the functions that the pages use. A database in which someone can sign in is left as it is.
The people of the webinars come from the sync.
"""

from urllib.parse import urlencode

from django.db import transaction
from django.db.models import OuterRef, Subquery

from contacts.actions import NewContact, create_contact, delete_contact, edit_contact
from contacts.listing.saved import save_view
from contacts.models import Brand, ChangeFollowUp, Contact
from contacts.properties.defining import GivenChoice, GivenProperty, create_property
from contacts.properties.kinds import PropertyKind
from contacts.segments.actions import create_segment
from contacts.segments.templates import segment_templates
from core.roles import Role
from integrations import settings_changes
from integrations.connections.brands import brand_named, new_brand
from integrations.connections.connect import connect_server_to_server
from integrations.models import DomainExclusion, SyncRun, ZoomConnection
from integrations.sync.runs.queue import enqueue_discovery
from marketing_events.models import Participation
from zoom_simulator.policy import Contact as Known
from zoom_simulator.policy import Policy
from zoom_simulator.simulator import Simulator
from zoomsync.local.demo_workflows import add_segment, publish_workflows
from zoomsync.models import User

BRANDS = 2
"""The simulated Zoom holds one account more, for people who try out how to connect one."""
PLANS = ("Free", "Team", "Enterprise")
TOPICS = ("Product", "Security", "Training")
PROPERTIES: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("Plan", PropertyKind.CHOICE, PLANS),
    ("Seats", PropertyKind.NUMBER, ()),
    ("Customer since", PropertyKind.DATE, ()),
    ("Interests", PropertyKind.CHOICES, TOPICS),
    ("Newsletter", PropertyKind.YES_NO, ()),
    ("Website", PropertyKind.LINK, ()),
)
SEGMENTS = ("no_shows", "engaged", "came_back", "recording")
PASSWORD = "demo"  # noqa: S105 - printed for everyone to see, on a server that only this machine reaches
PEOPLE = (
    ("admin@brightline.example", "Ada Admin", Role.ADMIN),
    ("operator@brightline.example", "Otto Operator", Role.OPERATOR),
    ("marketer@brightline.example", "Mia Marketer", Role.MARKETER),
)


def make(simulator: Simulator, brands: int = BRANDS) -> bool:
    """Fills an empty database and has the first sync begin. False where there is something already.

    `simulator` is like the one that is running at `ZOOM_API_URL`: it tells its scenarios and its keys.
    """
    if User.objects.exists():
        return False
    accounts = simulator.accounts[:brands]
    connections = [_connect(account) for account in accounts]
    with transaction.atomic():
        for email, name, role in PEOPLE:
            User.objects.create_user(email, PASSWORD, name=name, role=role)
        for account, connection in zip(accounts, connections, strict=True):
            apply_policy(connection.brand, account.scenario.policy)
            enqueue_discovery(connection, SyncRun.Trigger.SCHEDULE)
        marketer = User.objects.get(email=PEOPLE[-1][0])
        _add_segments(marketer)
        _add_properties(marketer)
    return True


def _connect(simulator: Simulator) -> ZoomConnection:
    """A brand that has the name of the account's company; the first one is the primary brand."""
    name = simulator.account.company or "Brightline"
    return connect_server_to_server(
        brand_named(name) or new_brand(name),
        account_id=simulator.account_id,
        client_id=simulator.client_id,
        client_secret=simulator.client_secret,
        actor=None,
    )


def age_contacts() -> int:
    """Make contacts as old as their first registration, as if the app had been in use all year: so that the
    trends of the dashboard show something. Doing it again changes nothing."""
    registered = Participation.objects.filter(contact=OuterRef("pk"), registered_at__isnull=False)
    first = Subquery(registered.order_by("registered_at").values("registered_at")[:1])
    return Contact.objects.filter(source=Contact.Source.ZOOM, created_at__gt=first).update(created_at=first)


def start_workflows() -> None:
    """Publish the demo's workflows, with people in them. Doing it again changes nothing."""
    marketer = User.objects.filter(email=PEOPLE[-1][0]).first()
    if marketer:
        publish_workflows(marketer)


def has_synced() -> bool:
    """Whether the first sync of everything is over."""
    runs = SyncRun.objects.all()
    return runs.filter(kind=SyncRun.Kind.WEBINAR).exists() and not runs.active().exists()


def has_followed() -> bool:
    """Whether segments have followed what was synced so far."""
    return not ChangeFollowUp.objects.filter(finished_at=None).exists()


def _add_segments(marketer: User) -> None:
    """What her templates found is counted as soon as the first sync is done."""
    templates = segment_templates()
    for name in SEGMENTS:
        template = templates[name]
        create_segment(
            str(template.label),
            template.definition,
            description=str(template.description),
            user_id=marketer.pk,
        )
    add_segment(marketer)


def _add_properties(marketer: User) -> None:
    """Properties of several kinds, what is known of the contacts so far, and a view that shows it."""
    for label, kind, choices in PROPERTIES:
        options = [GivenChoice(label=choice) for choice in choices]
        create_property(
            GivenProperty(label=label, kind=kind, group="Customer", choices=options), user_id=marketer.pk
        )
    for number, contact in enumerate(Contact.objects.order_by("pk")):
        values = {
            "plan": PLANS[number % 3],
            "seats": 5 + 15 * (number % 4),
            "customer_since": f"202{number % 6}-0{1 + number % 9}-15",
            "interests": [TOPICS[number % 3], TOPICS[(number + 1) % 3]],
            "newsletter": number % 2 == 0,
        }
        edit_contact(
            contact.pk, first_name=contact.first_name, last_name=contact.last_name, properties=values
        )
    query = urlencode({"columns": "name,email,p:plan,p:seats,p:customer_since,attended", "sort": "-p:seats"})
    save_view(marketer.pk, "Customers", query, is_shared=True)


def apply_policy(brand: Brand, policy: Policy) -> None:
    """What the scenario's company has decided, and whom its CRM knows, before the first sync."""
    for email in policy.account_users:
        if not User.objects.filter(email=email.lower()).exists():
            User.objects.create_user(email)
    for contact in policy.existing_contacts:
        _create(contact)
    for email in policy.deleted:
        delete_contact(_create(Known(email=email)).pk)
    lists = {
        DomainExclusion.Kind.HOST: policy.exclude_hosts,
        DomainExclusion.Kind.RECORDING: policy.exclude_recordings,
        DomainExclusion.Kind.CONTACT: policy.exclude_contacts,
    }
    for kind, domains in lists.items():
        if domains:
            settings_changes.add_exclusions(brand, kind, domains, actor=None)
    settings_changes.set_global(
        brand, sync_webinars=policy.sync_webinars, recordings=policy.recordings, actor=None
    )


def _create(contact: Known) -> Contact:
    new = NewContact(
        email=contact.email,
        first_name=contact.first_name,
        last_name=contact.last_name,
        secondary_emails=contact.secondary_emails,
    )
    return create_contact(new, source=Contact.Source.IMPORT)
