from contacts.models.brands import Brand
from contacts.models.changes import ChangeFollowUp, ChangeSet, SegmentBuild
from contacts.models.contact import Contact, EmailAddress, SuppressedAddress, SuppressionKey
from contacts.models.imports import ContactImport, Existing, ImportProblem
from contacts.models.properties import PropertyDefinition
from contacts.models.segments import Segment, SegmentMembership, SegmentTransition
from contacts.models.timeline import TimelineEntry
from contacts.models.views import SavedView

__all__ = [
    "Brand",
    "ChangeFollowUp",
    "ChangeSet",
    "Contact",
    "ContactImport",
    "EmailAddress",
    "Existing",
    "ImportProblem",
    "PropertyDefinition",
    "SavedView",
    "Segment",
    "SegmentBuild",
    "SegmentMembership",
    "SegmentTransition",
    "SuppressedAddress",
    "SuppressionKey",
    "TimelineEntry",
]
