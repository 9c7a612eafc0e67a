"""Imports of contacts from CSV files, and each line that one of them refused."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.jobs import LeasedJob
from core.message_field import MessageField, ReadableEncoder
from core.messages import Message


class Existing(models.TextChoices):
    """What an import does with a contact that there is already."""

    UPDATE = "update", _("Update them")
    FILL = "fill", _("Only fill in what is blank")
    SKIP = "skip", _("Leave them as they are")


class ContactImport(LeasedJob):
    class State(models.TextChoices):
        QUEUED = "queued", _("Queued")
        RUNNING = "running", _("Running")
        COMPLETE = "complete", _("Complete")
        FAILED = "failed", _("Failed")
        NEEDS_COLUMNS = "needs_columns", _("Choose columns")
        CANCELLED = "cancelled", _("Cancelled")

    OPEN = (State.QUEUED, State.RUNNING, State.NEEDS_COLUMNS)

    file = models.FileField(_("file"), upload_to="imports/", blank=True)
    file_name = models.CharField(_("file name"), max_length=255)
    state = models.CharField(_("state"), max_length=20, choices=State.choices, default=State.QUEUED)
    lines_total = models.PositiveIntegerField(default=0)
    lines_done = models.PositiveIntegerField(default=0)
    added = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    notes = models.JSONField(
        _("notes"),
        default=list,
        blank=True,
        encoder=ReadableEncoder,
        help_text=_("What was guessed, left out or made."),
    )
    columns = models.JSONField(default=list, blank=True, help_text=_("The header of the file."))
    chosen_columns = models.JSONField(default=dict, blank=True, help_text=_("Field: position of its column."))
    mapping = models.JSONField(
        default=dict,
        blank=True,
        help_text=_("Position of a column: what it holds (contacts.importing.review)."),
    )
    preview = models.JSONField(default=list, blank=True, help_text=_("The first rows, for the review."))
    existing = models.CharField(
        _("existing contacts"), max_length=10, choices=Existing.choices, default=Existing.UPDATE
    )
    is_dry_run = models.BooleanField(_("dry run"), default=False)
    was_checked = models.BooleanField(default=False, help_text=_("The counts are those of a dry run."))
    rejections = models.JSONField(
        default=list,
        db_default=[],
        blank=True,
        help_text=_("Why rows were rejected, in sum (contacts.importing.report)."),
    )
    rejected_in_a_row = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(LeasedJob.Meta):
        verbose_name = _("contact import")
        verbose_name_plural = _("contact imports")
        indexes = [
            *LeasedJob.Meta.indexes,
            # The list of imports.
            models.Index(fields=["-created_at", "-id"], name="contactimport_newest_first"),
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def notes_in_words(self) -> list[str]:
        return [str(Message.from_json(note)) for note in self.notes]

    @property
    def may_be_cancelled(self) -> bool:
        return self.state in self.OPEN


class ImportProblem(models.Model):
    """A line that was refused, with the reason. The other lines went on."""

    contact_import = models.ForeignKey(
        ContactImport, on_delete=models.CASCADE, related_name="problems", db_index=False
    )
    line = models.PositiveIntegerField(_("line"))
    email = models.CharField(_("email"), max_length=320, blank=True)
    message = MessageField(_("message"), null=False)
    cells = models.JSONField(
        default=list,
        db_default=[],
        blank=True,
        encoder=ReadableEncoder,
        help_text=_("The row as it is in the file."),
    )

    class Meta:
        verbose_name = _("import problem")
        verbose_name_plural = _("import problems")
        constraints = [
            models.UniqueConstraint(fields=["contact_import", "line"], name="importproblem_one_per_line"),
        ]

    def __str__(self) -> str:
        return f"{self.line}: {self.message}"


class ImportedContact(models.Model):
    """A contact that an import added or changed. By its number alone: one that is deleted leaves no name."""

    contact_import = models.ForeignKey(
        ContactImport, on_delete=models.CASCADE, related_name="contacts", db_index=False
    )
    contact_id = models.BigIntegerField(_("contact"))
    is_new = models.BooleanField(_("added"))

    class Meta:
        verbose_name = _("imported contact")
        verbose_name_plural = _("imported contacts")
        constraints = [
            models.UniqueConstraint(fields=["contact_import", "contact_id"], name="importedcontact_once"),
        ]

    def __str__(self) -> str:
        return f"{self.contact_import_id}: {self.contact_id}"
