"""What the company decided about the sync of one brand: the global switches and the three domain lists."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from contacts.models import Brand


class ZoomSettings(models.Model):
    class Recordings(models.TextChoices):
        NONE = "none", _("No Zoom users")
        SELECTED = "selected", _("Selected Zoom users")
        ALL = "all", _("All Zoom users")

    brand = models.OneToOneField(Brand, on_delete=models.CASCADE, related_name="zoom_settings")
    sync_webinars = models.BooleanField(_("Sync webinar data"), default=False)
    recordings = models.CharField(
        _("Sync webinar recordings and transcripts"),
        max_length=20,
        choices=Recordings.choices,
        default=Recordings.NONE,
    )
    create_contacts = models.BooleanField(
        _("Create contacts"),
        default=True,
        help_text=_("Off: only people who are contacts already get their Zoom activity."),
    )
    exclude_staff = models.BooleanField(
        _("Exclude hosts and panelists"),
        default=False,
        help_text=_("On: a webinar's host, co-hosts and panelists don't enter the CRM by it."),
    )
    sync_new_webinars = models.BooleanField(
        _("Sync data from newly scheduled webinars by default"),
        default=True,
        help_text=_("What the setting of this name starts as for Zoom users who are found later."),
    )
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("Zoom settings")
        verbose_name_plural = _("Zoom settings")

    def __str__(self) -> str:
        return f"Zoom settings of {self.brand}"


class DomainExclusion(models.Model):
    """One entry of one of the three lists (R13, R14, R15, D4). It covers its subdomains too."""

    class Kind(models.TextChoices):
        HOST = "host", _("Webinar exclusions")
        RECORDING = "recording", _("Recording exclusions")
        CONTACT = "contact", _("Contact exclusions")

    brand = models.ForeignKey(
        Brand, on_delete=models.CASCADE, related_name="domain_exclusions", db_index=False
    )
    kind = models.CharField(_("list"), max_length=20, choices=Kind.choices)
    domain = models.CharField(_("domain"), max_length=253, help_text=_("Lower case, ASCII (IDNA) form."))
    created_by_name = models.CharField(
        _("by"), max_length=254, blank=True, help_text=_("Kept when the user is deleted.")
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("excluded domain")
        verbose_name_plural = _("excluded domains")
        constraints = [
            models.UniqueConstraint(fields=["brand", "kind", "domain"], name="domainexclusion_natural_key"),
        ]

    def __str__(self) -> str:
        return self.domain
