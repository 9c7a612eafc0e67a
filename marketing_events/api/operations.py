"""/marketing-events, /calls, and what a contact had to do with them: reading alone."""

from collections import defaultdict
from typing import Annotated

from django.db.models import Model, QuerySet
from django.http import Http404, HttpResponse
from ninja import Query, Router

from contacts.models import Contact
from core.api.access import ApiRequest
from core.api.cursors import Page, WalkQuery, page_of
from core.api.etags import versioned
from core.api.routers import register
from core.api.types import GivenTime, GivenWebinarId
from marketing_events.api.schemas import (
    CallAnswered,
    CallWithTranscript,
    EventAnswered,
    ParticipationAnswered,
    UtteranceAnswered,
)
from marketing_events.models import Call, CallAttendee, MarketingEvent, Participation, Utterance

events = Router(tags=["Marketing events"])
calls = Router(tags=["Calls"])
of_contact = Router(tags=["Contacts"])
register("/marketing-events", events)
register("/calls", calls)
register("/contacts", of_contact)


@events.get("", response=Page[EventAnswered], summary="List marketing events")
def list_marketing_events(
    request: ApiRequest,
    walk: WalkQuery,
    webinar_id: GivenWebinarId | None = None,
    from_: Annotated[GivenTime | None, Query(alias="from")] = None,
    to: GivenTime | None = None,
) -> dict[str, object]:
    """One for each date of a webinar. Those that start from `from` on, and before `to`."""
    shown_events = MarketingEvent.objects.select_related("brand")
    if webinar_id is not None:
        shown_events = shown_events.filter(zoom_webinar_id=int(webinar_id))
    if from_ is not None:
        shown_events = shown_events.filter(starts_at__gte=from_)
    if to is not None:
        shown_events = shown_events.filter(starts_at__lt=to)
    return page_of(shown_events, walk, lambda rows: [_event(row) for row in rows])


@events.get("/{int:event_id}", response={200: EventAnswered, 304: None}, summary="One marketing event")
def read_marketing_event(request: ApiRequest, event_id: int) -> HttpResponse:
    return versioned(request, _event(_get(MarketingEvent.objects.select_related("brand"), event_id)))


@events.get(
    "/{int:event_id}/participations",
    response=Page[ParticipationAnswered],
    summary="Who had to do with an event",
)
def list_participations(
    request: ApiRequest, event_id: int, walk: WalkQuery, state: Participation.State | None = None
) -> dict[str, object]:
    event = _get(MarketingEvent.objects.all(), event_id)
    participations = event.participations.select_related("event", "contact")
    if state is not None:
        participations = participations.filter(state=state)
    return page_of(participations, walk, _participations)


@of_contact.get(
    "/{int:contact_id}/participations",
    response=Page[ParticipationAnswered],
    summary="A contact's participations",
)
def list_participations_of_contact(
    request: ApiRequest, contact_id: int, walk: WalkQuery
) -> dict[str, object]:
    contact = _get(Contact.objects.all(), contact_id)
    participations = Participation.objects.filter(contact=contact).select_related("event", "contact")
    return page_of(participations, walk, _participations)


@of_contact.get("/{int:contact_id}/calls", response=Page[CallAnswered], summary="Calls that a contact was on")
def list_calls_of_contact(request: ApiRequest, contact_id: int, walk: WalkQuery) -> dict[str, object]:
    contact = _get(Contact.objects.all(), contact_id)
    calls = Call.objects.filter(attendees__contact=contact).select_related("event")
    return page_of(calls, walk, _calls)


@calls.get("", response=Page[CallAnswered], summary="List recorded calls")
def list_calls(request: ApiRequest, walk: WalkQuery) -> dict[str, object]:
    return page_of(Call.objects.select_related("event"), walk, _calls)


@calls.get(
    "/{int:call_id}", response={200: CallWithTranscript, 304: None}, summary="One call with its transcript"
)
def read_call(request: ApiRequest, call_id: int) -> HttpResponse:
    call = _get(Call.objects.select_related("event"), call_id)
    utterances = Utterance.objects.filter(call=call).order_by("position")
    transcript = [UtteranceAnswered.model_validate(row) for row in utterances]
    (described,) = _calls([call])
    return versioned(request, CallWithTranscript(**described.model_dump(), transcript=transcript))


def _get[M: Model](rows: QuerySet[M], key: int) -> M:
    row = rows.filter(pk=key).first()
    if row is None:
        raise Http404
    return row


def _event(event: MarketingEvent) -> EventAnswered:
    names = EventAnswered.model_fields.keys() - {"url", "webinar_id", "brand"}
    return EventAnswered(
        **{name: getattr(event, name) for name in names},
        url=f"/api/v1/marketing-events/{event.pk}",
        webinar_id=str(event.zoom_webinar_id),
        brand=event.brand.name,
    )


def _participations(rows: list[Participation]) -> list[ParticipationAnswered]:
    named = ParticipationAnswered.model_fields.keys() - {"webinar_id", "session_uuid", "topic", "email"}
    return [
        ParticipationAnswered(
            **{name: getattr(row, name) for name in named},
            webinar_id=str(row.event.zoom_webinar_id),
            session_uuid=row.event.session_uuid,
            topic=row.event.name,
            email=row.contact.email,
        )
        for row in rows
    ]


def _calls(rows: list[Call]) -> list[CallAnswered]:
    """One query, for the attendees."""
    emails: dict[int, list[str]] = defaultdict(list)
    attendees = CallAttendee.objects.filter(call__in=rows).order_by("contact__email")
    for call_id, email in attendees.values_list("call_id", "contact__email"):
        emails[call_id].append(email)
    named = CallAnswered.model_fields.keys() - {"url", "webinar_id", "session_uuid", "emails"}
    return [
        CallAnswered(
            **{name: getattr(row, name) for name in named},
            url=f"/api/v1/calls/{row.pk}",
            webinar_id=str(row.event.zoom_webinar_id),
            session_uuid=row.event.session_uuid,
            emails=emails[row.pk],
        )
        for row in rows
    ]
