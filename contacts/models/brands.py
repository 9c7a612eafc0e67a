"""The brands of the company: contacts are shared, events and connections belong to one brand."""

from typing import Self

from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _


class BrandQuerySet(models.QuerySet["Brand"]):
    def in_order(self) -> Self:
        """In the order in which people look for them: the primary brand first."""
        return self.order_by("-is_primary", "name", "pk")


class Brand(models.Model):
    """A brand of the company (D2): at most one Zoom connection each, and one brand is the primary one."""

    name = models.CharField(_("name"), max_length=200)
    slug = models.SlugField(_("address"), max_length=100)
    is_primary = models.BooleanField(_("primary"), default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = BrandQuerySet.as_manager()

    class Meta:
        verbose_name = _("brand")
        verbose_name_plural = _("brands")
        constraints = [
            models.UniqueConstraint(Lower("name"), name="brand_name_unique"),
            models.UniqueConstraint(fields=["slug"], name="brand_slug_unique"),
            models.UniqueConstraint(
                fields=["is_primary"], condition=models.Q(is_primary=True), name="brand_one_primary"
            ),
        ]

    def __str__(self) -> str:
        return self.name
