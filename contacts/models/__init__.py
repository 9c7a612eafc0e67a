from contacts.models.brands import Brand
from contacts.models.bulk_changes import BulkChange, BulkChangeItem
from contacts.models.changes import ChangeFollowUp, ChangeSet, SegmentBuild
from contacts.models.contact import Contact, EmailAddress, SuppressedAddress, SuppressionKey
from contacts.models.imports import ContactImport, Existing, ImportedContact, ImportProblem
from contacts.models.merges import ContactMerge
from contacts.models.properties import PropertyDefinition
from contacts.models.segments import Segment, SegmentMembership, SegmentTransition
from contacts.models.timeline import TimelineEntry
from contacts.models.views import SavedView

__all__ = [
    "Brand",
    "BulkChange",
    "BulkChangeItem",
    "ChangeFollowUp",
    "ChangeSet",
    "Contact",
    "ContactImport",
    "ContactMerge",
    "EmailAddress",
    "Existing",
    "ImportProblem",
    "ImportedContact",
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
