"""Which properties a contact can have, beside its name and addresses."""

from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from contacts.properties.kinds import WITH_CHOICES, Choice, PropertyKind, PropertySpec
from contacts.properties.names import CUSTOM_GROUP, ZOOM_GROUP


class PropertyDefinitionQuerySet(models.QuerySet["PropertyDefinition"]):
    def custom(self) -> Self:
        """Those that people fill in; the others are columns of Contact."""
        return self.exclude(group=ZOOM_GROUP)

    def active(self) -> Self:
        return self.filter(archived_at=None)

    def in_order(self) -> Self:
        return self.order_by("group", "position", "label", "pk")


class PropertyDefinition(models.Model):
    """A property's name, label and kind. Group "Zoom" are columns of Contact, all others in its JSON."""

    name = models.SlugField(_("name"), max_length=100, allow_unicode=True)
    label = models.CharField(_("label"), max_length=200)
    group = models.CharField(_("group"), max_length=100, default=CUSTOM_GROUP)
    kind = models.CharField(_("kind"), max_length=20, choices=PropertyKind.choices, default=PropertyKind.TEXT)
    description = models.TextField(_("description"), blank=True)
    choices = models.JSONField(
        _("choices"), default=list, blank=True, help_text=_("Objects with value, label and archived.")
    )
    position = models.PositiveIntegerField(_("position"), default=0, help_text=_("Within its group."))
    archived_at = models.DateTimeField(_("archived"), null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = PropertyDefinitionQuerySet.as_manager()

    class Meta:
        verbose_name = _("contact property")
        verbose_name_plural = _("contact properties")
        constraints = [
            models.UniqueConstraint(fields=["name"], name="propertydefinition_name_unique"),
            models.CheckConstraint(
                condition=models.Q(kind__in=PropertyKind.values), name="propertydefinition_kind_known"
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=WITH_CHOICES) | models.Q(choices=[]),
                name="propertydefinition_choices_of_a_choice",
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def spec(self) -> PropertySpec:
        choices = tuple(Choice(row["value"], row["label"], bool(row.get("archived"))) for row in self.choices)
        return PropertySpec(
            self.name, self.label, PropertyKind(self.kind), choices, self.group, self.archived_at is not None
        )
