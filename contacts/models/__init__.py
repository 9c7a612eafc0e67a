from contacts.models.brands import Brand
from contacts.models.contact import Contact, EmailAddress, SuppressedAddress, SuppressionKey
from contacts.models.imports import ContactImport, ImportProblem
from contacts.models.properties import PropertyDefinition
from contacts.models.segments import Segment, SegmentMembership, SegmentTransition
from contacts.models.timeline import TimelineEntry

__all__ = [
    "Brand",
    "Contact",
    "ContactImport",
    "EmailAddress",
    "ImportProblem",
    "PropertyDefinition",
    "Segment",
    "SegmentMembership",
    "SegmentTransition",
    "SuppressedAddress",
    "SuppressionKey",
    "TimelineEntry",
]
