"""The brands of the company: each with settings of its own, and exactly one of them the primary one (D2).

Decides how a brand is named and found. How it is connected with Zoom is in `connections.py`.
"""

import unicodedata

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.text import slugify
from django.utils.translation import gettext as _

from contacts.models import Brand
from integrations.models import ZoomSettings
from integrations.settings_changes.apply_change import demand_right
from integrations.settings_changes.errors import ActionError
from integrations.settings_changes.history import Actor, Scope, change_of

# Parts of the addresses of the pages, so no brand's own address may be one of them.
RESERVED_SLUGS = frozenset({"brands", "callback", "connect"})

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
    cleaned = " ".join(name.split())
    if not cleaned:
        raise BrandError(_("Enter a name for the brand."))
    if not _is_printable(cleaned):
        raise BrandError(_("A brand name can't contain unprintable characters."))
    if len(cleaned) > 200:
        raise BrandError(_("A brand name can have up to 200 characters."))
    if Brand.objects.filter(name__iexact=cleaned).exists():
        raise BrandError(_("A brand named “%(name)s” already exists.") % {"name": cleaned})
    return Brand(name=cleaned, slug=_free_slug(cleaned))


def add_brand(name: str, *, actor: Actor | None) -> Brand:
    """A new brand with the settings of a new installation. The first one is the primary one."""
    demand_right(actor)
    brand = new_brand(name)
    try:
        with transaction.atomic():
            brand.save()
            complete_brand(brand)
    except IntegrityError:  # somebody else was adding it too
        raise BrandError(_("A brand named “%(name)s” already exists.") % {"name": brand}) from None
    return brand


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
    return not any(unicodedata.category(one) in {"Cc", "Cf", "Cs"} and one not in _JOINERS for one in name)


def _free_slug(name: str) -> str:
    """ "acme", or "acme-2" where that is taken."""
    base = slugify(name)[:80] or "brand"
    taken = RESERVED_SLUGS | set(Brand.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    number, slug = 1, base
    while slug in taken:
        number += 1
        slug = f"{base}-{number}"
    return slug
