"""The timeline entries of workflows: enrolled, and the notes of steps."""

from django.utils.translation import gettext_lazy as _

from contacts import timeline
from workflows.engine.enrolling import TIMELINE_KIND
from workflows.steps.add_note import KIND

timeline.register(
    timeline.Kind(
        TIMELINE_KIND,
        label=_("Enrolled in a workflow"),
        sentence=_("Enrolled in the workflow “%(title)s”"),
        icon="workflow",
    )
)
timeline.register(timeline.Kind(KIND, label=_("Workflow note"), sentence="%(title)s", icon="notebook-pen"))
