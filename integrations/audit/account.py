"""The entries about the account's own settings: one of the brand for each that is off (D20)."""

from collections.abc import Set

from django.db.models import Exists, OuterRef, Q, QuerySet

from contacts.models import Brand
from core.messages import Message
from integrations.audit.codes import AuditCode
from integrations.audit.log import CAUSE_FIXED, resolve, warn
from integrations.audit.switch_warnings import ACCOUNT_WARNINGS, account_warnings, concerning
from integrations.models import AuditEntry, Webinar, WebinarInstance
from integrations.models.audit import AuditEntryQuerySet
from integrations.rules.switches import BrandSwitches
from integrations.settings.effective import brand_switches, effect

HAS_ENDED = Q(state=Webinar.State.ENDED) | Exists(
    WebinarInstance.objects.filter(webinar=OuterRef("pk"), is_practice=False, ended_at__isnull=False)
)


def settle_account(
    brand: Brand, because: Message = CAUSE_FIXED, switches: BrandSwitches | None = None
) -> None:
    """Open and resolve them, as the settings are now. Nothing is missing where they concern no webinar."""
    off = account_warnings(switches or brand_switches(brand))
    wanted = {code for code in off if concerned_by(brand.pk, code).exists()}
    entries = _open_entries(brand)
    if gone := set(entries.values_list("code", flat=True)) - wanted:
        resolve(entries.filter(code__in=gone), because)
    open_for_account(brand, wanted)


def open_for_account(brand: Brand, codes: Set[AuditCode]) -> None:
    """Those of the account's entries that a webinar turned out to need."""
    if codes:
        for code in sorted(codes - set(_open_entries(brand).values_list("code", flat=True))):
            warn(brand, code)


def _open_entries(brand: Brand) -> AuditEntryQuerySet:
    return AuditEntry.objects.open().filter(brand=brand, webinar=None, code__in=ACCOUNT_WARNINGS)


def concerned_by(brand_id: int, code: str) -> QuerySet[Webinar]:
    """The webinars of which an entry about the account says that something is missing."""
    webinars = Webinar.objects.filter(connection__brand=brand_id)
    return webinars.filter(HAS_ENDED) if code == AuditCode.RECORDINGS_OFF else webinars


def open_of_account(brand: Brand, webinar: Webinar) -> AuditEntryQuerySet:
    """What is open of the account and says why something of this webinar is missing."""
    has_ended = Webinar.objects.filter(HAS_ENDED, pk=webinar.pk).exists()
    codes = concerning(*effect(brand_switches(brand), webinar), has_ended=has_ended)
    return AuditEntry.objects.open().filter(brand=brand, webinar=None, code__in=codes)
