"""What follows from a merge of contacts (D28): for registrations made from here, and for the counters."""

from collections.abc import Collection
from typing import Any

from django.dispatch import receiver

from contacts.merging.rules import MergeRule, Moved, register_merge_rule
from contacts.signals import contacts_regrouped
from integrations.models import Registrant
from integrations.sync.steps.events import count_webinars
from marketing_events.bulk import recount_contacts


class RegistrantRule(MergeRule[Registrant]):
    """The sync gives these rows the address of their contact: undone, they have that of then."""

    def move(self, merged: int, survivor: int) -> Moved:
        emails = list(self.rows(merged).values_list("pk", "email"))
        return super().move(merged, survivor) | {"emails": emails}

    def restore(self, moved: Moved, merged: int, survivor: int) -> int:
        lost = super().restore(moved, merged, survivor)
        for key, email in moved["emails"]:
            self.rows(merged).filter(pk=key).update(email=email)
        return lost


@receiver(contacts_regrouped, dispatch_uid="integrations.recount_regrouped")
def recount(contacts: Collection[int], **_: Any) -> None:
    recount_contacts(contacts, count_webinars)


register_merge_rule(RegistrantRule(Registrant))
