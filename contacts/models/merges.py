"""Contacts that were merged into others, for as long as that can be undone."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from contacts.models.contact import Contact


class ContactMerge(models.Model):
    """A contact that was merged into another one (D28), with all that undoing it takes.

    The merged contact itself is gone: its row is in the snapshot. Undoing deletes this row, and `prune` does
    when it is old.
    """

    into = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="merges")
    merged_id = models.BigIntegerField(_("ID of the merged contact"))
    merged_name = models.CharField(_("name of the merged contact"), max_length=401, blank=True)
    merged_email = models.CharField(_("email of the merged contact"), max_length=254)
    merged_by = models.CharField(_("merged by"), max_length=254, blank=True)
    merged_at = models.DateTimeField(_("merged"), default=timezone.now)
    snapshot = models.JSONField(
        _("snapshot"), help_text=_("Both contacts as they were, and what moved: see `contacts.merging`.")
    )

    class Meta:
        verbose_name = _("merge of contacts")
        verbose_name_plural = _("merges of contacts")
        constraints = [models.UniqueConstraint(fields=["merged_id"], name="contactmerge_merged_once")]
        # What is old enough to be forgotten.
        indexes = [models.Index(fields=["merged_at"], name="contactmerge_by_age")]

    def __str__(self) -> str:
        return self.merged_name or self.merged_email
