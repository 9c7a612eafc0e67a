"""The company's brands: each has settings of its own, and exactly one is the primary brand (D2).

Creates, names, finds and removes them. `zoom_account.py` connects them with Zoom.
"""

import unicodedata
from dataclasses import dataclass

from django.contrib.humanize.templatetags.humanize import intcomma
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from contacts.models import Brand
from integrations.models import DomainExclusion, SettingChange, Webinar, ZoomConnection, ZoomSettings
from integrations.settings_changes.apply_change import demand_right
from integrations.settings_changes.errors import ActionError
from integrations.settings_changes.history import Actor, Scope, change_of
from marketing_events.models import MarketingEvent

# Parts of the addresses of the pages, so no brand's own address may be one of them.
RESERVED_SLUGS = frozenset({"brands", "callback", "connect"})

_DISCONNECTED = ZoomConnection.State.DISCONNECTED
_JOINERS = frozenset("\u200c\u200d")  # some scripts and emojis are written with them


class BrandError(ActionError):
    """The brand cannot be made as wished; the text says why."""


def brand_named(name: str) -> Brand | None:
    """The brand of this name, or with this address; upper and lower case are the same."""
    wanted = name.strip()
    if not _is_printable(wanted):
        return None
    return Brand.objects.filter(Q(name__iexact=wanted) | Q(slug=wanted.lower())).order_by("pk").first()


def all_names() -> list[str]:
    """In the order in which people look for them: the primary brand first."""
    return list(Brand.objects.in_order().values_list("name", flat=True))


def new_brand(name: str) -> Brand:
    """A brand that is not saved yet. Raises `BrandError`."""
    cleaned = _checked(name)
    return Brand(name=cleaned, slug=_free_slug(cleaned))


def _checked(name: str, brand: Brand | None = None) -> str:
    """A name that no other brand has. Raises `BrandError`."""
    cleaned = " ".join(name.split())
    if not cleaned:
        raise BrandError(_("Enter a name for the brand."))
    if not _is_printable(cleaned):
        raise BrandError(_("A brand name can't contain unprintable characters."))
    if len(cleaned) > 200:
        raise BrandError(_("A brand name can have up to 200 characters."))
    others = Brand.objects.exclude(pk=brand.pk) if brand else Brand.objects.all()
    if others.filter(name__iexact=cleaned).exists():
        raise BrandError(_("A brand named “%(name)s” already exists.") % {"name": cleaned})
    return cleaned


def add_brand(name: str, *, actor: Actor | None) -> Brand:
    """A new brand with the settings of a new installation. The first one is the primary one."""
    demand_right(actor)
    brand = new_brand(name)
    try:
        with transaction.atomic():
            brand.save()
            complete_brand(brand)
    except IntegrityError:  # someone else was adding it too
        raise BrandError(_("A brand named “%(name)s” already exists.") % {"name": brand}) from None
    return brand


def rename_brand(brand: Brand, name: str, *, actor: Actor | None) -> None:
    """Its address stays: links to its pages are kept by people. Raises `BrandError`."""
    demand_right(actor)
    former, brand.name = brand.name, _checked(name, brand)
    if former == brand.name:
        return
    try:
        with transaction.atomic():
            brand.save(update_fields=["name"])
            change_of(brand, actor, Scope.CONNECTION, "name", former, brand.name).save()
    except IntegrityError:  # someone else took the name
        raise BrandError(_("A brand named “%(name)s” already exists.") % {"name": brand.name}) from None


@dataclass(frozen=True, slots=True)
class Removal:
    """What goes when a brand is removed, and why it cannot be."""

    webinars: int
    exclusions: int
    changes: int  # in the settings history
    obstacle: str  # empty: it can be removed


def removal_of(brand: Brand) -> Removal:
    """Marketing events are the history of contacts, so a brand that has some stays."""
    is_connected = ZoomConnection.objects.filter(brand=brand).exclude(state=_DISCONNECTED).exists()
    others = Brand.objects.exclude(pk=brand.pk)
    obstacle = ""
    if events := MarketingEvent.objects.filter(brand=brand).count():
        obstacle = ngettext(
            "It has %(count)s marketing event, which is part of its contacts' history. "
            "Disconnect it instead.",
            "It has %(count)s marketing events, which are part of its contacts' history. "
            "Disconnect it instead.",
            events,
        ) % {"count": intcomma(events)}
    elif is_connected:
        obstacle = _("It is connected to Zoom. Disconnect it first.")
    elif brand.is_primary and others.exists():
        obstacle = _("It is the primary brand. Make another brand primary first.")
    return Removal(
        webinars=Webinar.objects.filter(connection__brand=brand).count(),
        exclusions=DomainExclusion.objects.filter(brand=brand).count(),
        changes=SettingChange.objects.filter(brand=brand).count(),
        obstacle=obstacle,
    )


def remove_brand(brand: Brand, *, actor: Actor | None) -> None:
    """Deletes it with its settings, its webinars and its history. Raises `BrandError`."""
    demand_right(actor)
    with transaction.atomic():
        locked = Brand.objects.select_for_update().get(pk=brand.pk)
        if obstacle := removal_of(locked).obstacle:
            raise BrandError(obstacle)
        locked.delete()


def complete_brand(brand: Brand) -> None:
    """What every brand has beside its row. Must run inside a transaction."""
    ZoomSettings.objects.get_or_create(brand=brand)
    if not Brand.objects.filter(is_primary=True).exists():
        Brand.objects.filter(pk=brand.pk).update(is_primary=True)
        brand.is_primary = True


def make_primary(brand: Brand, *, actor: Actor | None) -> None:
    """The brand whose webinars workflows register for (R77). The one that was it is it no longer."""
    demand_right(actor)
    with transaction.atomic():
        former = Brand.objects.select_for_update().filter(is_primary=True).first()
        if former == brand:
            return
        Brand.objects.filter(is_primary=True).update(is_primary=False)
        Brand.objects.filter(pk=brand.pk).update(is_primary=True)
        old = former.name if former else ""
        change_of(brand, actor, Scope.CONNECTION, "primary", old, brand.name).save()
    brand.is_primary = True


def _is_printable(name: str) -> bool:
    """No control characters, none that turn the direction of writing, nothing that cannot be stored."""
    return not any(
        unicodedata.category(character) in {"Cc", "Cf", "Cs"} and character not in _JOINERS
        for character in name
    )


def _free_slug(name: str) -> str:
    """ "acme", or "acme-2" where that is taken."""
    base = slugify(name)[:80] or "brand"
    taken = RESERVED_SLUGS | set(Brand.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    number, slug = 1, base
    while slug in taken:
        number += 1
        slug = f"{base}-{number}"
    return slug
