"""Which properties a contact can have, beside its name and addresses."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class PropertyDefinition(models.Model):
    """A property's name and label. Group "Zoom" are columns of Contact, all others in its JSON."""

    class Kind(models.TextChoices):
        TEXT = "text", _("Text")
        NUMBER = "number", _("Number")
        URL = "url", _("Link")

    name = models.SlugField(_("name"), max_length=100)
    label = models.CharField(_("label"), max_length=200)
    group = models.CharField(_("group"), max_length=100, default="Custom")
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices, default=Kind.TEXT)
    description = models.TextField(_("description"), blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("contact property")
        verbose_name_plural = _("contact properties")
        constraints = [models.UniqueConstraint(fields=["name"], name="propertydefinition_name_unique")]

    def __str__(self) -> str:
        return self.label
