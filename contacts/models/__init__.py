from contacts.models.contact import Contact, DeletedAddress, EmailAddress, HashKey
from contacts.models.imports import ContactImport, ImportProblem
from contacts.models.properties import PropertyDefinition
from contacts.models.segments import Segment, SegmentMembership
from contacts.models.timeline import TimelineEntry

__all__ = [
    "Contact",
    "ContactImport",
    "DeletedAddress",
    "EmailAddress",
    "HashKey",
    "ImportProblem",
    "PropertyDefinition",
    "Segment",
    "SegmentMembership",
    "TimelineEntry",
]
