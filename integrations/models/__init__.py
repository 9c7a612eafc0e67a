from integrations.models.audit import AuditEntry, SettingChange
from integrations.models.connections import RateLimitBucket, ZoomConnection
from integrations.models.deliveries import WebhookDelivery
from integrations.models.people import AttendanceRow, Registrant, SkippedPerson
from integrations.models.runs import SyncLogLine, SyncRun, SyncStep, WorkerHeartbeat
from integrations.models.sessions import (
    AttendanceReading,
    RecordingSearch,
    SessionNotice,
    WebinarInstance,
    WebinarOccurrence,
    WebinarStaff,
)
from integrations.models.settings import DomainExclusion, ZoomSettings
from integrations.models.webinars import Webinar, ZoomUser

__all__ = [
    "AttendanceReading",
    "AttendanceRow",
    "AuditEntry",
    "DomainExclusion",
    "RateLimitBucket",
    "RecordingSearch",
    "Registrant",
    "SessionNotice",
    "SettingChange",
    "SkippedPerson",
    "SyncLogLine",
    "SyncRun",
    "SyncStep",
    "WebhookDelivery",
    "Webinar",
    "WebinarInstance",
    "WebinarOccurrence",
    "WebinarStaff",
    "WorkerHeartbeat",
    "ZoomConnection",
    "ZoomSettings",
    "ZoomUser",
]
