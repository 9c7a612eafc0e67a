"""Zoom's rows about people whose contact was deleted: neither name nor address is kept (D22).

Stand-ins (`contacts.suppression`) take the place of the addresses, so that the rows of one person still
belong together, and a contact that is created again by hand finds them. All of it is safe to do twice.
"""

from collections.abc import Collection, Mapping

from django.db.models import Q, QuerySet

from integrations.models.audit import AuditEntry
from integrations.models.deliveries import WebhookDelivery
from integrations.models.people import AttendanceRow, Registrant, SkippedPerson
from integrations.models.runs import SyncLogLine


def forget_people(stand_ins: Mapping[str, str]) -> None:
    """Take the names and these addresses out of all rows. Must run inside a transaction."""
    for email, stand_in in stand_ins.items():
        Registrant.objects.filter(email=email).update(email=stand_in, first_name="", last_name="")
        AttendanceRow.objects.filter(Q(email=email) | Q(person_key=email)).update(
            email=stand_in, person_key=stand_in, name=""
        )
        # The next sync lists them anew.
        SkippedPerson.objects.filter(Q(email=email) | Q(person_key=email)).delete()
        _forget_texts(email)


def find_people_again(stand_ins: Mapping[str, str]) -> None:
    """Give the rows of these people their addresses back; their names come with Zoom's next listing."""
    there = _present(stand_ins.values())
    for email, stand_in in stand_ins.items():
        if stand_in not in there:
            continue
        Registrant.objects.filter(email=stand_in).update(email=email)
        AttendanceRow.objects.filter(person_key=stand_in).update(email=email, person_key=email)


def skipped_among(emails: Collection[str], stand_ins: Collection[str]) -> QuerySet[SkippedPerson]:
    """Those who are skipped under these addresses, or as the deleted contacts that the stand-ins are for."""
    deleted = Q(reason=SkippedPerson.Reason.DELETED_CONTACT, person_key__in=stand_ins)
    return SkippedPerson.objects.filter(Q(email__in=emails) | deleted)


def _present(stand_ins: Collection[str]) -> set[str]:
    """Two queries, however many they are: an import asks for a thousand."""
    if not stand_ins:
        return set()
    present = set(Registrant.objects.filter(email__in=stand_ins).values_list("email", flat=True))
    attended = AttendanceRow.objects.filter(person_key__in=stand_ins)
    return present | set(attended.values_list("person_key", flat=True))


def _forget_texts(email: str) -> None:
    """What quotes an answer or a message of Zoom. A message that waits is emptied when it is handled."""
    handled = WebhookDelivery.objects.exclude(state__in=WebhookDelivery.ACTIVE)
    handled.filter(payload__icontains=email).update(payload={})
    SyncLogLine.objects.filter(message__icontains=email).delete()
    AuditEntry.objects.filter(search_text__icontains=email).update(values={}, search_text="")
