"""What follows here from changes of contacts: the rules may judge the people behind them otherwise now.

Someone who was kept out as a deleted contact may enter once the contact is created by hand; someone who was
let in is to be listed as skipped once the contact is deleted. The webinars concerned are synced again: of
those that are over, from the rows that are here, without asking Zoom.
"""

from collections import defaultdict
from collections.abc import Collection
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.dispatch import receiver

from contacts.models import Brand, Contact
from contacts.signals import addresses_changed, contact_deleting
from contacts.suppression import stand_ins_of, suppressed_among
from integrations.models import Webinar
from integrations.models.deleted_people import find_people_again, forget_people, skipped_among
from integrations.settings_changes.apply_change import catch_up


@receiver(contact_deleting, dispatch_uid="integrations.recheck_deleted")
def recheck_deleted(contact: Contact, **_: Any) -> None:
    _recheck(_in_timeline_of(contact))


@receiver(addresses_changed, dispatch_uid="integrations.recheck_addresses")
def recheck_addresses(contact: Contact | None, emails: Collection[str], **_: Any) -> None:
    """Their rows lose the addresses of deleted contacts, and get those back that were deleted no longer."""
    deleted = suppressed_among(emails)
    stand_ins = stand_ins_of(emails)
    skipped = skipped_among(emails, list(stand_ins.values()))
    concerned = set(skipped.values_list("webinar_id", flat=True))
    forget_people(deleted)
    find_people_again({email: stand_in for email, stand_in in stand_ins.items() if email not in deleted})
    _recheck(Q(pk__in=concerned) | (_in_timeline_of(contact) if contact else Q(pk__in=[])))


def _in_timeline_of(contact: Contact) -> Q:
    return Q(zoom_webinar_id__in=contact.timeline.exclude(zoom_webinar_id=None).values("zoom_webinar_id"))


def _recheck(concerned: Q) -> None:
    """In a transaction of its own, after this one: the sync locks its run before contacts, we would after."""
    webinars = list(Webinar.objects.filter(concerned).values_list("pk", flat=True))
    if webinars:
        transaction.on_commit(partial(_enqueue, webinars), robust=True)


@transaction.atomic
def _enqueue(webinars: list[int]) -> None:
    of_brand: dict[Brand, list[Webinar]] = defaultdict(list)
    for webinar in Webinar.objects.filter(pk__in=webinars).select_related("connection__brand"):
        of_brand[webinar.connection.brand].append(webinar)
    for brand, concerned in of_brand.items():
        catch_up(brand, concerned, actor=None)
