"""Handles each kind of Zoom's events: notes what only the event says, and requests a sync soon.

An event that is not in `HANDLERS` is not for us. What a webinar's switches keep out is not acted upon either
(D3); the delivery says so. Nothing here calls Zoom.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property, partial
from itertools import islice
from typing import NamedTuple

import msgspec
from django.db.models import Q, QuerySet
from django.utils import timezone

from core.jobs import JobFailedError
from core.messages import Message
from integrations import audit
from integrations.audit import AuditCode
from integrations.connections.connect import deauthorized
from integrations.models import (
    AuditEntry,
    RecordingSearch,
    SyncRun,
    WebhookDelivery,
    Webinar,
    WebinarInstance,
    ZoomConnection,
)
from integrations.rules.switches import SyncDecision
from integrations.settings.effective import Effect
from integrations.settings.policy import Policy, load_policy
from integrations.sync.runs.queue import enqueue_discovery, enqueue_webinar
from integrations.webhooks import wording  # noqa: F401  registers the words
from integrations.webhooks.event_facts import note_cancelled, note_ended, note_registered, note_started
from integrations.zoom.events import EventObject
from integrations.zoom.http.decoding import decode_parts
from marketing_events.models import RecordingFile

Result = WebhookDelivery.Result

# Messages come in bursts: one sync serves all that come until it starts.
SOON = timedelta(seconds=5)
# Zoom's listings lag behind the end of a session.
AFTER_THE_END = timedelta(seconds=60)
# Who comes and goes during a session is listed after it; this keeps the page fresh, and costs calls.
WHILE_LIVE = timedelta(minutes=5)
# A webinar with many people takes long to read: it is not read anew for each of them.
FOR_EACH_PERSON = timedelta(milliseconds=5)
MOST_TEXTS = 5_000


class Outcome(NamedTuple):
    result: WebhookDelivery.Result
    message: Message


@dataclass(slots=True)
class PendingRequests:
    """What was asked for during one batch of messages, so that a burst about one webinar asks once.

    All of the batch happened before it was begun, and a sync that starts after that sees all of it.
    """

    policies: dict[int, Policy] = field(default_factory=dict)
    webinars: dict[tuple[int, SyncRun.Depth], datetime] = field(default_factory=dict)
    connections: set[int] = field(default_factory=set)

    def policy(self, connection: ZoomConnection) -> Policy:
        if connection.pk not in self.policies:
            self.policies[connection.pk] = load_policy(connection.brand)
        return self.policies[connection.pk]

    def sync(self, webinar: Webinar, pause: timedelta) -> None:
        self._sync(webinar, timezone.now() + pause + FOR_EACH_PERSON * webinar.registered_count)

    def look_at_recordings(self, webinar: Webinar) -> None:
        """Requests a run that checks only recordings that are due."""
        self._sync(webinar, timezone.now() + SOON, depth=SyncRun.Depth.RECORDINGS)

    def _sync(self, webinar: Webinar, at: datetime, depth: SyncRun.Depth = SyncRun.Depth.NEWS) -> None:
        key = (webinar.pk, depth)
        if key not in self.webinars or at < self.webinars[key]:
            enqueue_webinar(webinar, SyncRun.Trigger.WEBHOOK, not_before=at, depth=depth)
            self.webinars[key] = at

    def discovery(self, connection: ZoomConnection) -> None:
        if connection.pk not in self.connections:
            enqueue_discovery(connection, SyncRun.Trigger.WEBHOOK)
            self.connections.add(connection.pk)


@dataclass
class Event:
    """A delivery of a connected account, with what its handler asks about it."""

    delivery: WebhookDelivery
    connection: ZoomConnection
    requests: PendingRequests

    @property
    def at(self) -> datetime:
        return self.delivery.event_at or self.delivery.received_at

    @cached_property
    def _read(self) -> tuple[EventObject, tuple[str, ...]]:
        return decode_parts(self.delivery.payload.get("object"), EventObject)

    @property
    def facts(self) -> EventObject:
        """Raises msgspec.ValidationError where not even the ID can be read."""
        return self._read[0]

    @property
    def unread(self) -> tuple[str, ...]:
        """The names of fields that cannot be read. The rest is enough to ask for the webinar's sync (D13)."""
        return self._read[1]

    @cached_property
    def webinar(self) -> Webinar | None:
        webinars = Webinar.objects.select_related("host", "connection__brand")
        return webinars.filter(connection=self.connection, zoom_webinar_id=self.facts.id).first()

    @property
    def effect(self) -> Effect:
        """What the switches come to for the webinar, which must be known."""
        assert self.webinar is not None  # noqa: S101 - asked by the callers
        return self.requests.policy(self.connection).effect(self.webinar)


def handle(delivery: WebhookDelivery, requests: PendingRequests) -> Outcome:
    """Acts upon an event. Doing it again does no harm."""
    connection = delivery.connection
    handler = HANDLERS.get(delivery.event)
    if handler is None:
        return Outcome(Result.IGNORED, Message("webhook.event_not_used"))
    if connection is None:
        return Outcome(Result.IGNORED, Message("webhook.account_unknown"))
    if connection.state == ZoomConnection.State.DISCONNECTED:
        return Outcome(Result.IGNORED, Message("webhook.account_disconnected"))
    try:
        return handler(Event(delivery, connection, requests))
    except msgspec.ValidationError as error:
        raise JobFailedError(Message("webhook.unreadable", error=str(error))) from error


def _list_anew(event: Event) -> Outcome:
    event.requests.discovery(event.connection)
    return Outcome(Result.HANDLED, Message("webhook.list_refreshes"))


def _about_webinar(
    act: Callable[[Event, Webinar], Message | None], pause: timedelta, event: Event
) -> Outcome:
    """Notes what the event says, if the webinar syncs at all, and requests its sync."""
    if event.webinar is None:
        return _list_anew(event)
    if ignored := _ignored(event.effect.webinar):
        return ignored
    noted = act(event, event.webinar)
    event.requests.sync(event.webinar, pause)
    if event.unread:
        return Outcome(Result.HANDLED, Message("webhook.partly_read", fields=list(event.unread)))
    return Outcome(Result.HANDLED, noted or Message("webhook.syncs_soon"))


def _ignored(verdict: SyncDecision) -> Outcome | None:
    """The outcome for an event that a setting blocks (D3); None if none does."""
    if verdict.first is None:
        return None
    return Outcome(Result.IGNORED, Message(f"audit.{audit.warning_of(verdict.first.switch)}.meaning"))


def _nothing_more(event: Event, webinar: Webinar) -> None:
    return None


def _registered(event: Event, webinar: Webinar) -> Message | None:
    new = note_registered(webinar, event.facts, event.at)
    return Message("webhook.registration_noted") if new else None


def _cancelled(event: Event, webinar: Webinar) -> Message | None:
    changed = note_cancelled(webinar, event.facts, event.at)
    return Message("webhook.cancellation_noted") if changed else None


def _started(event: Event) -> Outcome:
    note_started(event.connection, event.facts, event.at)
    return _about_webinar(_nothing_more, SOON, event)


def _ended(event: Event) -> Outcome:
    notice = note_ended(event.connection, event.facts)
    outcome = _about_webinar(_nothing_more, AFTER_THE_END, event)
    if notice is None or outcome.result is not Result.HANDLED or event.unread:
        return outcome
    if notice.is_practice:
        return Outcome(Result.HANDLED, Message("webhook.practice_session"))
    return Outcome(Result.HANDLED, Message("webhook.end_noted"))


def _deleted(event: Event) -> Outcome:
    """A single date is missing from the webinar's details; a whole webinar from its host's list."""
    return _read_anew(event) if event.facts.occurrences else _list_anew(event)


def _recording(event: Event) -> Outcome:
    if not event.facts.is_of_webinar:
        return Outcome(Result.IGNORED, Message("webhook.meeting_recording"))
    webinar = event.webinar
    if webinar is None:
        return _list_anew(event)
    if ignored := _ignored(event.effect.recordings):
        return ignored
    if _look_anew(_instances_of(event, webinar)):
        event.requests.look_at_recordings(webinar)
    else:  # a session that no one has read of yet
        event.requests.sync(webinar, SOON)
    return Outcome(Result.HANDLED, Message("webhook.recording_checked_soon"))


def _instances_of(event: Event, webinar: Webinar) -> QuerySet[WebinarInstance]:
    instances = webinar.instances.filter(is_practice=False)
    return instances.filter(uuid=event.facts.uuid) if event.facts.uuid else instances


def _recordings(event: Event) -> Outcome:
    """Events about several recordings name them by UUIDs or by files, of meetings too: some may be ours."""
    named = set(islice(texts_in(event.delivery.payload.get("object")), MOST_TEXTS)) - {""}
    instances = WebinarInstance.objects.filter(webinar__connection=event.connection, is_practice=False)
    by_file = RecordingFile.objects.filter(external_id__in=named).values("call__session_uuid")
    instances = instances.filter(Q(uuid__in=named) | Q(uuid__in=by_file))
    webinars = list(Webinar.objects.filter(instances__in=instances).distinct())
    if not webinars:
        return Outcome(Result.IGNORED, Message("webhook.recordings_unknown"))
    _look_anew(instances)
    for webinar in webinars:
        event.requests.look_at_recordings(webinar)
    return Outcome(Result.HANDLED, Message("webhook.recordings_checked_soon"))


def _look_anew(instances: QuerySet[WebinarInstance]) -> int:
    searches = RecordingSearch.objects.filter(instance__in=instances)
    return searches.update(next_check_at=timezone.now(), check_count=0)


def texts_in(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from texts_in(inner)


def _app_removed(event: Event) -> Outcome:
    """Zoom may tell late: who has connected again since stays connected."""
    client_id = event.delivery.payload.get("client_id")
    if client_id and client_id != event.connection.client_id:
        return Outcome(Result.IGNORED, Message("webhook.other_app_removed"))
    connected = AuditEntry.objects.filter(brand=event.connection.brand, code=AuditCode.CONNECTED)
    if event.delivery.event_at and connected.filter(created_at__gt=event.delivery.event_at).exists():
        return Outcome(Result.IGNORED, Message("webhook.reconnected_since"))
    deauthorized(event.connection)
    return Outcome(Result.HANDLED, Message("webhook.disconnected"))


_read_anew = partial(_about_webinar, _nothing_more, SOON)
_attendance = partial(_about_webinar, _nothing_more, WHILE_LIVE)

HANDLERS: dict[str, Callable[[Event], Outcome]] = {
    "webinar.created": _list_anew,
    "webinar.recovered": _list_anew,
    "webinar.updated": _read_anew,
    "webinar.deleted": _deleted,
    "webinar.permanently_deleted": _list_anew,
    "webinar.converted_to_meeting": _list_anew,
    "webinar.started": _started,
    "webinar.ended": _ended,
    "webinar.registration_created": partial(_about_webinar, _registered, SOON),
    "webinar.registration_approved": _read_anew,
    "webinar.registration_denied": _read_anew,
    "webinar.registration_cancelled": partial(_about_webinar, _cancelled, SOON),
    "webinar.participant_joined": _attendance,
    "webinar.participant_left": _attendance,
    "recording.completed": _recording,
    "recording.transcript_completed": _recording,
    "recording.trashed": _recording,
    "recording.deleted": _recording,
    "recording.recovered": _recording,
    "recording.renamed": _recording,
    "recording.batch_trashed": _recordings,
    "recording.batch_deleted": _recordings,
    "recording.batch_recovered": _recordings,
    "app_deauthorized": _app_removed,
}
