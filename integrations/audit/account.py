"""The entries about the account's own settings: one of the brand for each that is off (D20)."""

from contacts.models import Brand
from core.messages import Message
from integrations.audit.codes import AuditCode
from integrations.audit.log import CAUSE_FIXED, resolve, warn
from integrations.audit.switch_warnings import ACCOUNT_WARNINGS, account_warnings, concerning
from integrations.models import AuditEntry, Webinar
from integrations.models.audit import AuditEntryQuerySet
from integrations.rules.switches import BrandSwitches
from integrations.settings.effective import brand_switches, effect


def settle_account(
    brand: Brand, because: Message = CAUSE_FIXED, switches: BrandSwitches | None = None
) -> None:
    """Open and resolve them, as the settings are now. Nothing is missing of an account without webinars."""
    has_webinars = Webinar.objects.filter(connection__brand=brand).exists()
    wanted = set(account_warnings(switches or brand_switches(brand))) if has_webinars else set[AuditCode]()
    entries = AuditEntry.objects.open().filter(brand=brand, webinar=None, code__in=ACCOUNT_WARNINGS)
    opened = set(entries.values_list("code", flat=True))
    if gone := opened - wanted:
        resolve(entries.filter(code__in=gone), because)
    for code in sorted(wanted - opened):
        warn(brand, code)


def open_of_account(brand: Brand, webinar: Webinar) -> AuditEntryQuerySet:
    """What is open of the account and says why something of this webinar is missing."""
    codes = concerning(effect(brand_switches(brand), webinar).webinar)
    return AuditEntry.objects.open().filter(brand=brand, webinar=None, code__in=codes)
