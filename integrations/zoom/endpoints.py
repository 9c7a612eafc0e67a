"""Every call that we make to Zoom: path, parameters and label, with the documented fact or quirk above it.

The only file that knows Zoom's URLs. Nothing here sends anything.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Any
from urllib.parse import quote, unquote

from integrations.zoom import records
from integrations.zoom.hosts import API_URLS
from integrations.zoom.http.limits import Label

# page_size: "default 30, max 300"; more than that is refused or silently cut.
_PAGE_SIZE = 300

# Longer than the files of one recording take to download, and no longer: whoever has the token has the files.
_DOWNLOAD_SECONDS = 1800


class RegistrantStatus(StrEnum):
    """GET registrants has one listing per status; there is neither "all" nor "cancelled"."""

    APPROVED = "approved"
    PENDING = "pending"
    DENIED = "denied"


class StatusAction(StrEnum):
    """PUT registrants/status. There is no way back to pending."""

    APPROVE = "approve"
    DENY = "deny"
    CANCEL = "cancel"


@dataclass(frozen=True, slots=True, kw_only=True)
class Call[T]:
    """One request. `items` names the list in the answer; without it the answer is one record itself.

    `body` is sent as JSON. It is about people, so it is left out where the call is printed.
    """

    path: str
    label: Label
    record: type[T]
    method: str = "GET"
    params: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, Any] | None = field(default=None, repr=False)
    items: str = ""

    @property
    def name(self) -> str:
        """For people: the path with its UUID as Zoom shows it."""
        return f"{self.method} {unquote(unquote(self.path))}"

    def page(self, token: str) -> "Call[T]":
        """The same call for a later page: Zoom wants all the other parameters again."""
        return replace(self, params={**self.params, "next_page_token": token}) if token else self


def encode_uuid(uuid: str) -> str:
    """An instance UUID as a part of a path.

    It is base64 with "/", "+" and "=". One that starts with "/" or contains "//" must be encoded twice, else
    Zoom answers 404 "Meeting does not exist" with the slash eaten (ZoomNet 471).
    """
    once = quote(uuid, safe="")
    return quote(once, safe="") if uuid.startswith("/") or "//" in uuid else once


def api_base(configured: str, named_by_zoom: str) -> str:
    """The API's address: as configured, or the regional host that the token's answer named.

    Zoom's `api_url` may be "https://api-eu.zoom.us". It is believed only where Zoom's own API is configured
    and the host is within the same domain (zoom.us, zoomgov.com): the access token goes there.
    """
    domain = API_URLS.get(configured)
    if domain is None:
        return configured
    regional = re.fullmatch(rf"https://([a-z0-9-]+\.)+{re.escape(domain)}", named_by_zoom.rstrip("/"))
    return f"{regional[0]}/v2" if regional else configured


def months(first: date, last: date) -> Iterator[tuple[date, date]]:
    """`first` to `last`, both included, in pieces that Zoom allows: "maximum range can be a month"."""
    while first <= last:
        end = min(first + timedelta(days=29), last)
        yield first, end
        first = end + timedelta(days=1)


# page_size max 2000 here only. Default status is active; the others host nothing.
def users() -> Call[records.User]:
    return Call(
        path="/users",
        label=Label.MEDIUM,
        record=records.User,
        items="users",
        params={"status": "active", "page_size": "2000"},
    )


# A user-level token must say "me"; whether a Server-to-Server token may is not settled.
def me() -> Call[records.Account]:
    return Call(path="/users/me", label=Label.LIGHT, record=records.Account)


# next_page_token is not declared as a parameter here, yet the answer carries it and it works (zoom_rb 433).
# "scheduled" is all unexpired webinars, past and to come; Zoom archives them 90 days after their end.
def webinars(user_id: str) -> Call[records.WebinarSummary]:
    return Call(
        path=f"/users/{quote(user_id, safe='')}/webinars",
        label=Label.MEDIUM,
        record=records.WebinarSummary,
        items="webinars",
        params={"type": "scheduled", "page_size": str(_PAGE_SIZE)},
    )


# Past occurrences are left out unless asked for.
def webinar(webinar_id: int) -> Call[records.WebinarDetail]:
    return Call(
        path=f"/webinars/{int(webinar_id)}",
        label=Label.LIGHT,
        record=records.WebinarDetail,
        params={"show_previous_occurrences": "true"},
    )


# Without paging the list is silently cut at 30, in no documented order (moodle-mod_zoom 726).
def registrants(
    webinar_id: int, status: RegistrantStatus, occurrence_id: str | None = None
) -> Call[records.Registrant]:
    occurrence = {"occurrence_id": occurrence_id} if occurrence_id else {}
    return Call(
        path=f"/webinars/{int(webinar_id)}/registrants",
        label=Label.MEDIUM,
        record=records.Registrant,
        items="registrants",
        params={"status": status.value, "page_size": str(_PAGE_SIZE)} | occurrence,
    )


# The same listing with each person's own join link, a secret: for whom we registered ourselves.
def registered_people(
    webinar_id: int, status: RegistrantStatus, occurrence_id: str = ""
) -> Call[records.RegisteredPerson]:
    listing = registrants(webinar_id, status, occurrence_id or None)
    return Call(
        path=listing.path,
        label=listing.label,
        record=records.RegisteredPerson,
        items=listing.items,
        params=listing.params,
    )


# 3079 (400): "This registrant does not exist".
def registered_person(webinar_id: int, registrant_id: str) -> Call[records.RegisteredPerson]:
    return Call(
        path=f"/webinars/{int(webinar_id)}/registrants/{quote(registrant_id, safe='')}",
        label=Label.LIGHT,
        record=records.RegisteredPerson,
    )


# Not paged, and without ids: a custom question is known by its title.
# 3000 (400): "Registration has not been enabled for this webinar".
def registration_questions(webinar_id: int) -> Call[records.RegistrationQuestions]:
    return Call(
        path=f"/webinars/{int(webinar_id)}/registrants/questions",
        label=Label.LIGHT,
        record=records.RegistrationQuestions,
    )


# "3 registration requests per UTC day for the same registrant in the same webinar", refused ones included.
# occurrence_ids belongs into the query: in the body it is ignored (laravel-zoom 94). first_name is required;
# it and last_name have at most 64 characters, email 128. Whoever is registered gets the first registration
# again (devforum 57798; not confirmed since). `auto_approve` is documented for batches only.
def add_registrant(
    webinar_id: int, person: Mapping[str, str], occurrence_id: str = ""
) -> Call[records.AddedRegistrant]:
    return Call(
        path=f"/webinars/{int(webinar_id)}/registrants",
        label=Label.LIGHT,
        record=records.AddedRegistrant,
        method="POST",
        params={"occurrence_ids": occurrence_id} if occurrence_id else {},
        body=dict(person),
    )


# "cancel" and "deny" come to the same: the person is listed as denied and cannot register again with that
# address (devforum 34478, 39340), until "approve". At most 30 people; 10 requests a UTC day for one of them.
def update_registrant_status(
    webinar_id: int, action: StatusAction, registrant_id: str, email: str, occurrence_id: str = ""
) -> Call[None]:
    return Call(
        path=f"/webinars/{int(webinar_id)}/registrants/status",
        label=Label.MEDIUM,
        record=type(None),
        method="PUT",
        params={"occurrence_id": occurrence_id} if occurrence_id else {},
        body={"action": action.value, "registrants": [{"id": registrant_id, "email": email}]},
    )


# Gone from every list. Whether the address is then free to register again is not confirmed.
# 3000 (400): "Registrant {id} was not found." It takes an occurrence_id too.
def delete_registrant(webinar_id: int, registrant_id: str, occurrence_id: str = "") -> Call[None]:
    return Call(
        path=f"/webinars/{int(webinar_id)}/registrants/{quote(registrant_id, safe='')}",
        label=Label.LIGHT,
        record=type(None),
        method="DELETE",
        params={"occurrence_id": occurrence_id} if occurrence_id else {},
    )


# Not paged.
def panelists(webinar_id: int) -> Call[records.Panelist]:
    return Call(
        path=f"/webinars/{int(webinar_id)}/panelists",
        label=Label.MEDIUM,
        record=records.Panelist,
        items="panelists",
    )


# Not paged. A restart or a dropped host makes a further instance under the same webinar.
def instances(webinar_id: int) -> Call[records.Instance]:
    return Call(
        path=f"/past_webinars/{int(webinar_id)}/instances",
        label=Label.LIGHT,
        record=records.Instance,
        items="webinars",
    )


# The numeric webinar id would answer for the latest instance only, so it is always the UUID.
# registrant_id "needs include_fields=registrant_id", though the parameter is documented for the report only.
def participants(uuid: str) -> Call[records.Participant]:
    return Call(
        path=f"/past_webinars/{encode_uuid(uuid)}/participants",
        label=Label.MEDIUM,
        record=records.Participant,
        items="participants",
        params={"include_fields": "registrant_id", "page_size": str(_PAGE_SIZE)},
    )


# The last six months ("12702: Can not access a webinar a year ago"); an admin's scope is needed.
def report_participants(uuid: str) -> Call[records.Participant]:
    return Call(
        path=f"/report/webinars/{encode_uuid(uuid)}/participants",
        label=Label.HEAVY,
        record=records.Participant,
        items="participants",
        params={"include_fields": "registrant_id", "page_size": str(_PAGE_SIZE)},
    )


def session_report(uuid: str) -> Call[records.SessionReport]:
    return Call(path=f"/report/webinars/{encode_uuid(uuid)}", label=Label.HEAVY, record=records.SessionReport)


# One month at most, counted here by when the session ended. It also has webinars that Zoom has archived.
def history(first: date, last: date) -> Call[records.HistoryMeeting]:
    return Call(
        path="/report/history_meetings",
        label=Label.HEAVY,
        record=records.HistoryMeeting,
        items="history_meetings",
        params={
            "from": first.isoformat(),
            "to": last.isoformat(),
            "meeting_type": "webinar",
            "date_type": "end_time",
            "page_size": str(_PAGE_SIZE),
        },
    )


# Webinars use the path of meetings. 404/3301 also means "still processing" and "in the trash".
# The download_access_token opens this recording's files only, for as many seconds as `ttl` says; Zoom
# sometimes rejects the ordinary access token on transcripts (ZoomNet 348).
def recording(uuid: str) -> Call[records.Recording]:
    return Call(
        path=f"/meetings/{encode_uuid(uuid)}/recordings",
        label=Label.LIGHT,
        record=records.Recording,
        params={"include_fields": "download_access_token", "ttl": str(_DOWNLOAD_SECONDS)},
    )


# One month at most; without dates Zoom answers for today only. Meetings are in the list too.
def user_recordings(user_id: str, first: date, last: date) -> Call[records.Recording]:
    return Call(
        path=f"/users/{quote(user_id, safe='')}/recordings",
        label=Label.MEDIUM,
        record=records.Recording,
        items="meetings",
        params={"from": first.isoformat(), "to": last.isoformat(), "page_size": str(_PAGE_SIZE)},
    )


# The trash is listed without dates: all of it, whenever it was recorded. Zoom empties it after 30 days.
def trashed_recordings(user_id: str, webinar_id: int) -> Call[records.Recording]:
    return Call(
        path=f"/users/{quote(user_id, safe='')}/recordings",
        label=Label.MEDIUM,
        record=records.Recording,
        items="meetings",
        params={
            "trash": "true",
            "trash_type": "meeting_recordings",
            "meeting_id": str(int(webinar_id)),
            "page_size": str(_PAGE_SIZE),
        },
    )


def transcript(uuid: str) -> Call[records.TranscriptInfo]:
    return Call(
        path=f"/meetings/{encode_uuid(uuid)}/transcript", label=Label.MEDIUM, record=records.TranscriptInfo
    )
