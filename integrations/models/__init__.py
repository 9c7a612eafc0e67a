from integrations.models.audit import AuditEntry, SettingChange
from integrations.models.connections import RateLimitBucket, ZoomConnection
from integrations.models.deliveries import WebhookDelivery
from integrations.models.people import AttendanceRow, Registrant, SkippedPerson
from integrations.models.runs import SyncLogLine, SyncRun, SyncStep, WorkerHeartbeat
from integrations.models.settings import DomainExclusion, ZoomSettings
from integrations.models.webinars import Webinar, WebinarOccurrence, WebinarSession, ZoomUser

__all__ = [
    "AttendanceRow",
    "AuditEntry",
    "DomainExclusion",
    "RateLimitBucket",
    "Registrant",
    "SettingChange",
    "SkippedPerson",
    "SyncLogLine",
    "SyncRun",
    "SyncStep",
    "WebhookDelivery",
    "Webinar",
    "WebinarOccurrence",
    "WebinarSession",
    "WorkerHeartbeat",
    "ZoomConnection",
    "ZoomSettings",
    "ZoomUser",
]
