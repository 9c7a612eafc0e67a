"""What is known of a webinar's registration, asked from Zoom where it is older than an hour.

No sync reads the form's questions, panelists and alternative hosts, so they are kept here with the rest of
what decides whether someone can register.
"""

import re
import threading
from collections import defaultdict
from datetime import datetime, timedelta

import msgspec
from django.utils import timezone

from integrations.models import Registrant, Webinar, ZoomConnection
from integrations.rules.registration_checks import NO_REGISTRATION, PlannedDate, WebinarForm
from integrations.zoom.client import ZoomClient
from integrations.zoom.errors import DISPENSABLE, NotFound, RegistrationNotEnabled
from integrations.zoom.records import WebinarDetail
from workflows.models import RegistrationForm
from workflows.registrations.connections import Account

FRESH = timedelta(hours=1)
KEPT = timedelta(days=90)
# Someone may just have changed in Zoom what was in the way.
FRESH_ENOUGH_TO_REFUSE = timedelta(minutes=1)

_DISPENSABLE = (*DISPENSABLE, RegistrationNotEnabled)
_asking: defaultdict[tuple[int, int], threading.Lock] = defaultdict(threading.Lock)


class FormFacts(msgspec.Struct, frozen=True):
    """As stored in `RegistrationForm.facts`. Addresses are lower case."""

    topic: str = ""
    approval: int = NO_REGISTRATION
    registration_type: int = 1
    starts_at: datetime | None = None
    minutes: int = 0
    dates: tuple[PlannedDate, ...] = ()
    required_fields: tuple[str, ...] = ()
    most_registrants: int = 0
    host_email: str = ""
    alternative_hosts: frozenset[str] = frozenset()
    panelists: frozenset[str] = frozenset()
    sends_confirmation: bool = True


def load_form(
    account: Account, zoom_webinar_id: int, zoom: ZoomClient, *, within: timedelta = FRESH
) -> WebinarForm | None:
    """The webinar's form, not older than told; None if Zoom does not have the webinar.

    Raises what the client raises where the webinar itself cannot be read.
    """
    facts = load_facts(account.connection, zoom_webinar_id, zoom, within=within)
    return as_form(account.webinar, facts) if facts else None


def load_facts(
    connection: ZoomConnection, zoom_webinar_id: int, zoom: ZoomClient, *, within: timedelta = FRESH
) -> FormFacts | None:
    """One thread of a process asks, and the others take what it was told."""
    since = timezone.now() - within
    known = _stored(connection, zoom_webinar_id, since)
    if known:
        return known
    with _asking[connection.pk, zoom_webinar_id]:
        return _stored(connection, zoom_webinar_id, since) or _ask(connection, zoom_webinar_id, zoom)


def forget_old_forms() -> int:
    """They hold addresses of panelists and hosts, and topics of webinars that the list of jobs shows."""
    deleted, _rows = RegistrationForm.objects.filter(checked_at__lt=timezone.now() - KEPT).delete()
    return deleted


def as_form(webinar: Webinar | None, facts: FormFacts) -> WebinarForm:
    """With what our own rows know better: Zoom Events, whether it is live, how many are registered."""
    limit = facts.most_registrants
    approved = Registrant.objects.filter(webinar=webinar, status=Registrant.Status.APPROVED)
    return WebinarForm(
        is_zoom_event=bool(webinar and webinar.is_zoom_event),
        is_live=bool(webinar and webinar.state == Webinar.State.LIVE),
        approval=facts.approval,
        registration_type=facts.registration_type,
        starts_at=facts.starts_at,
        minutes=facts.minutes,
        dates=facts.dates,
        required_fields=facts.required_fields,
        most_registrants=limit,
        registered=approved.count() if webinar and limit else 0,
        host_email=facts.host_email,
        alternative_hosts=facts.alternative_hosts,
        panelists=facts.panelists,
    )


def _stored(connection: ZoomConnection, zoom_webinar_id: int, since: datetime) -> FormFacts | None:
    row = RegistrationForm.objects.filter(
        connection=connection, zoom_webinar_id=zoom_webinar_id, checked_at__gt=since
    ).first()
    return msgspec.convert(row.facts, FormFacts, strict=False) if row else None


def _ask(connection: ZoomConnection, zoom_webinar_id: int, zoom: ZoomClient) -> FormFacts | None:
    stored = RegistrationForm.objects.filter(connection=connection, zoom_webinar_id=zoom_webinar_id)
    try:
        facts = _ask_zoom(zoom_webinar_id, zoom)
    except NotFound:
        stored.delete()
        return None
    RegistrationForm.objects.update_or_create(
        connection=connection,
        zoom_webinar_id=zoom_webinar_id,
        defaults={"facts": msgspec.to_builtins(facts), "checked_at": timezone.now()},
    )
    return facts


def _ask_zoom(zoom_webinar_id: int, zoom: ZoomClient) -> FormFacts:
    detail = zoom.webinar(zoom_webinar_id)
    facts = _facts(detail)
    if facts.approval == NO_REGISTRATION:
        return facts
    return msgspec.structs.replace(
        facts,
        required_fields=_required_fields(zoom_webinar_id, zoom),
        panelists=_panelists(zoom_webinar_id, zoom),
    )


def _facts(detail: WebinarDetail) -> FormFacts:
    hosts = re.split(r"[;,\s]+", detail.settings.alternative_hosts.lower())
    return FormFacts(
        topic=detail.topic,
        approval=detail.settings.approval_type,
        registration_type=detail.settings.registration_type,
        starts_at=detail.start_time,
        minutes=detail.duration,
        dates=tuple(
            PlannedDate(
                occurrence_id=date.occurrence_id,
                starts_at=date.start_time,
                minutes=date.duration,
                is_deleted=date.status == "deleted",
            )
            for date in detail.occurrences
        ),
        most_registrants=detail.settings.registrants_restrict_number,
        host_email=detail.host_email.lower(),
        alternative_hosts=frozenset(host for host in hosts if "@" in host),
        sends_confirmation=detail.settings.registrants_confirmation_email,
    )


def _required_fields(zoom_webinar_id: int, zoom: ZoomClient) -> tuple[str, ...]:
    """Without a permission to read them, Zoom names them when the registration is made."""
    try:
        return tuple(zoom.registration_questions(zoom_webinar_id).required_fields)
    except _DISPENSABLE:
        return ()


def _panelists(zoom_webinar_id: int, zoom: ZoomClient) -> frozenset[str]:
    try:
        return frozenset(panelist.email.lower() for panelist in zoom.panelists(zoom_webinar_id).items)
    except _DISPENSABLE:
        return frozenset()
