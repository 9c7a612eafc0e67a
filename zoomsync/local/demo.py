"""The demo's data: a company that has used its CRM before, connected to the simulated Zoom account.

Decides what a newcomer finds. Made once, by the same actions that the pages use; a database that has a
brand is left as it is. The people of the webinars come from the simulator by the sync, not from here.
"""

from django.conf import settings
from django.db import transaction

from contacts.actions import NewContact, create_contact, delete_contact
from contacts.models import Contact
from integrations import actions
from integrations.models import Brand, DomainExclusion, SyncRun, ZoomConnection, ZoomSettings
from integrations.simulator.scenarios import Scenario
from integrations.simulator.truth.policy import Contact as Known
from integrations.simulator.truth.policy import Policy
from integrations.sync.queue import enqueue_discovery
from zoomsync.lib.roles import Role
from zoomsync.models import User

BRAND = "Brightline"
PASSWORD = "demo"  # noqa: S105 - printed for everybody to see, on a server that only this machine reaches
PEOPLE = (
    ("admin@brightline.example", "Ada Admin", Role.ADMIN),
    ("operator@brightline.example", "Otto Operator", Role.OPERATOR),
    ("marketer@brightline.example", "Mia Marketer", Role.MARKETER),
)


@transaction.atomic
def make(scenario: Scenario) -> bool:
    """Fills an empty database and has the first sync begin. False where there is something already."""
    if Brand.objects.exists():
        return False
    for email, name, role in PEOPLE:
        User.objects.create_user(email, PASSWORD, name=name, role=role)
    brand = Brand.objects.create(name=BRAND, slug="brightline", is_primary=True)
    ZoomSettings.objects.create(brand=brand)
    connection = _connect(brand, scenario.world.account_id)
    apply_policy(brand, scenario.policy)
    enqueue_discovery(connection, SyncRun.Trigger.SCHEDULE)
    return True


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
            actions.add_exclusions(brand, kind, domains, actor=None)
    actions.set_global(brand, sync_webinars=policy.sync_webinars, recordings=policy.recordings, actor=None)


def _connect(brand: Brand, account_id: str) -> ZoomConnection:
    return ZoomConnection.objects.create(
        brand=brand,
        auth_kind=ZoomConnection.Auth.SERVER_TO_SERVER,
        account_id=account_id,
        client_id=settings.ZOOM_CLIENT_ID,
        client_secret=settings.ZOOM_CLIENT_SECRET,
    )


def _create(contact: Known) -> Contact:
    new = NewContact(
        email=contact.email,
        first_name=contact.first_name,
        last_name=contact.last_name,
        secondary_emails=contact.secondary_emails,
    )
    return create_contact(new, source=Contact.Source.IMPORT)
