"""Views of the list of contacts that people have saved."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    def seen_by(self, user_id: int) -> Self:
        """One's own, and those that are shared."""
        return self.filter(models.Q(owner=user_id) | models.Q(is_shared=True))


class SavedView(models.Model):
    """Filters, columns and order of the list, as the query of its address."""

    name = models.CharField(_("name"), max_length=100)
    query = models.TextField(_("query"), blank=True)
    owner = models.ForeignKey(  # the beginning of a unique index below
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="contact_views", db_index=False
    )
    is_shared = models.BooleanField(_("shared"), default=False)
    created_at = models.DateTimeField(_("created"), default=timezone.now)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        constraints = [
            models.UniqueConstraint("owner", Lower("name"), name="savedview_name_unique"),
            models.CheckConstraint(condition=~models.Q(name=""), name="savedview_name_not_blank"),
        ]

    def __str__(self) -> str:
        return self.name
