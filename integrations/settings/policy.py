"""The company's rules, loaded from the models once, in the shape that `integrations.rules` takes."""

from collections.abc import Mapping, Set
from dataclasses import dataclass

from django.contrib.auth import get_user_model

from contacts.models import Brand
from core.domains import DomainList
from core.emails import normalise
from integrations.models import DomainExclusion, Webinar
from integrations.rules import people
from integrations.rules.switches import BrandSwitches
from integrations.settings.effective import Effect, effect, exclusions, settings_of, switches_in


@dataclass(frozen=True, slots=True)
class Policy:
    """The rules of one brand, as they are now."""

    switches: BrandSwitches
    excluded_contacts: DomainList  # R15
    account_users: frozenset[str]  # R24, normalised
    creates_contacts: bool  # R9
    excludes_staff: bool = False  # D26

    def of_batch(
        self, addresses: Mapping[str, people.Address], deleted: Set[str], staff: Set[str] = frozenset()
    ) -> people.Policy:
        """With what the CRM knows of the addresses of a batch. `staff` are those of the webinar."""
        return people.Policy(
            account_users=self.account_users,
            excluded_domains=self.excluded_contacts,
            deleted=deleted,
            addresses=addresses,
            staff=staff if self.excludes_staff else frozenset(),
            creates_contacts=self.creates_contacts,
        )

    def effect(self, webinar: Webinar) -> Effect:
        """What the switches come to for a webinar and its recordings (D3). Reads the webinar's host."""
        return effect(self.switches, webinar)


def load_policy(brand: Brand) -> Policy:
    """Three queries. A brand whose settings were never saved has those of a new installation (D3)."""
    settings = settings_of(brand)
    domains = exclusions(brand)
    members = get_user_model().objects.filter(is_active=True)
    emails = members.values_list("email", flat=True)
    return Policy(
        switches=switches_in(settings, domains),
        excluded_contacts=domains[DomainExclusion.Kind.CONTACT],
        account_users=frozenset(map(normalise, emails)),
        creates_contacts=settings.create_contacts,
        excludes_staff=settings.exclude_staff,
    )
