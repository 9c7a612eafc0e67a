"""Workflows: a draft that people edit, the versions that were published, and the triggers that are on."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from contacts.models import Contact, Segment


class WorkflowQuerySet(models.QuerySet["Workflow"]):
    def active(self) -> Self:
        """Without those that are archived."""
        return self.exclude(state=Workflow.State.ARCHIVED)

    def published(self) -> Self:
        return self.filter(state=Workflow.State.PUBLISHED)

    def search(self, text: str) -> Self:
        return self.filter(name__icontains=text.strip()) if text.strip() else self


class Workflow(models.Model):
    """What is to be done when something happens. `workflows.definition` describes the JSON.

    The draft may be incomplete; what runs is `current`, a version that never changes.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PUBLISHED = "published", _("Published")
        PAUSED = "paused", _("Paused")
        ARCHIVED = "archived", _("Archived")

    name = models.CharField(_("name"), max_length=200)
    description = models.TextField(_("description"), blank=True)
    state = models.CharField(_("state"), max_length=20, choices=State.choices, default=State.DRAFT)
    draft = models.JSONField(_("draft"), default=dict, help_text=_("The definition as it is being edited."))
    draft_revision = models.PositiveIntegerField(
        default=1, help_text=_("Raised by each save, so that two editors don't overwrite each other.")
    )
    current = models.ForeignKey(
        "WorkflowVersion", null=True, blank=True, on_delete=models.RESTRICT, related_name="+"
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    updated_at = models.DateTimeField(_("updated"), default=timezone.now)
    archived_at = models.DateTimeField(_("archived"), null=True, blank=True)

    objects = WorkflowQuerySet.as_manager()

    class Meta:
        verbose_name = _("workflow")
        verbose_name_plural = _("workflows")
        constraints = [
            models.UniqueConstraint(
                Lower("name"), condition=Q(archived_at=None), name="workflow_name_unique"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="workflow_name_not_blank"),
            models.CheckConstraint(
                condition=~Q(state__in=["published", "paused"]) | Q(current__isnull=False),
                name="workflow_runs_a_version",
            ),
            models.CheckConstraint(
                condition=Q(state="archived") ^ Q(archived_at=None), name="workflow_archived_has_time"
            ),
        ]
        # The list of workflows.
        indexes = [models.Index(fields=["-updated_at", "-id"], name="workflow_newest_first")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_published(self) -> bool:
        return self.state == self.State.PUBLISHED


class EarlierDraft(models.Model):
    """What the draft was before an edit, so that the edit can be undone. The latest ones are kept."""

    MOST = 50

    workflow = models.ForeignKey(
        Workflow, on_delete=models.CASCADE, related_name="earlier_drafts", db_index=False
    )
    revision = models.PositiveIntegerField()
    draft = models.JSONField()

    class Meta:
        verbose_name = _("earlier draft")
        verbose_name_plural = _("earlier drafts")
        constraints = [
            models.UniqueConstraint(fields=["workflow", "revision"], name="earlierdraft_natural_key")
        ]

    def __str__(self) -> str:
        return f"{self.workflow_id} r{self.revision}"


class WorkflowVersion(models.Model):
    """A definition that was published, in its canonical form. It never changes."""

    workflow = models.ForeignKey(Workflow, on_delete=models.CASCADE, related_name="versions", db_index=False)
    number = models.PositiveIntegerField(_("version"))
    definition = models.JSONField(_("definition"))
    draft_revision = models.PositiveIntegerField(
        help_text=_("The revision of the draft that it was made of.")
    )
    moves_people = models.BooleanField(
        default=False,
        help_text=_("People in earlier versions go on in this one, if their step is still there."),
    )
    note = models.CharField(_("note"), max_length=500, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    published_at = models.DateTimeField(_("published"), default=timezone.now)

    class Meta:
        verbose_name = _("workflow version")
        verbose_name_plural = _("workflow versions")
        constraints = [
            models.UniqueConstraint(fields=["workflow", "number"], name="workflowversion_natural_key")
        ]

    def __str__(self) -> str:
        return f"{self.workflow_id} v{self.number}"


class WorkflowChange(models.Model):
    """Who did what with a workflow: created, published, paused, and so on."""

    class Kind(models.TextChoices):
        CREATED = "created", _("Created")
        RENAMED = "renamed", _("Renamed")
        PUBLISHED = "published", _("Published")
        PAUSED = "paused", _("Paused")
        RESUMED = "resumed", _("Resumed")
        ARCHIVED = "archived", _("Archived")
        RESTORED = "restored", _("Restored")

    workflow = models.ForeignKey(Workflow, on_delete=models.CASCADE, related_name="changes")
    kind = models.CharField(_("event"), max_length=20, choices=Kind.choices)
    version = models.ForeignKey(
        WorkflowVersion, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        verbose_name = _("workflow change")
        verbose_name_plural = _("workflow changes")

    def __str__(self) -> str:
        return f"{self.workflow_id} {self.kind}"


class PublishedTrigger(models.Model):
    """A trigger of a published workflow: what a change is matched with. Gone while it is paused.

    A change reads only those of its kind that are about one of its events, or about any: what it costs
    doesn't grow with the workflows of other webinars.
    """

    workflow = models.ForeignKey(Workflow, on_delete=models.CASCADE, related_name="triggers", db_index=False)
    version = models.ForeignKey(WorkflowVersion, on_delete=models.CASCADE, related_name="+")
    position = models.PositiveSmallIntegerField()
    trigger = models.CharField(max_length=50, help_text=_("A key of `workflows.registry.triggers`."))
    about = models.CharField(
        max_length=40,
        blank=True,
        default="",
        db_default="",
        help_text=_("“webinar:93112345678” or “event:7”, a row for each; blank: whatever a change is about."),
    )
    segment = models.ForeignKey(
        Segment, null=True, blank=True, on_delete=models.CASCADE, related_name="workflow_triggers"
    )
    property = models.CharField(max_length=100, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workflow", "position", "about"], name="publishedtrigger_natural_key"
            )
        ]
        indexes = [
            # Which workflows a change of an event's people or recordings may concern.
            models.Index(fields=["trigger", "about"], name="publishedtrigger_by_subject"),
            # Which workflows wait for a property.
            models.Index(fields=["trigger", "property"], name="publishedtrigger_by_trigger"),
        ]

    def __str__(self) -> str:
        return f"{self.workflow_id} {self.trigger}"


class WatchedValue(models.Model):
    """The last value seen of a property that some workflow waits for, so that a change is seen once."""

    property = models.CharField(max_length=100)
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64, blank=True, help_text=_("Of the value; blank: no value."))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["property", "contact"], name="watchedvalue_natural_key")
        ]

    def __str__(self) -> str:
        return f"{self.property} {self.contact_id}"
