"""Whether someone is registered, by Zoom's lists."""

from collections.abc import Collection, Iterable

from core.emails import normalise
from core.messages import Message
from integrations.zoom.client import ZoomClient
from integrations.zoom.endpoints import RegistrantStatus
from integrations.zoom.errors import BadAnswer
from integrations.zoom.records import RegisteredPerson

ALL = (RegistrantStatus.APPROVED, RegistrantStatus.PENDING, RegistrantStatus.DENIED)


def find_registrant(
    zoom: ZoomClient,
    zoom_webinar_id: int,
    emails: Collection[str],
    occurrence_id: str = "",
    statuses: Iterable[RegistrantStatus] = ALL,
) -> RegisteredPerson | None:
    """The person with one of these addresses in Zoom's lists; None if they were read to their end in vain.

    Raises BadAnswer where a list was not complete.
    """
    for status in statuses:
        person = _find_in(zoom, zoom_webinar_id, status, occurrence_id, emails)
        if person:
            return person
    return None


def _find_in(
    zoom: ZoomClient,
    zoom_webinar_id: int,
    status: RegistrantStatus,
    occurrence_id: str,
    emails: Collection[str],
) -> RegisteredPerson | None:
    seen, total = 0, 0
    for page in zoom.registered_people(zoom_webinar_id, status, occurrence_id):
        for person in page.items:
            if normalise(person.email) in emails:
                return person
        seen += len(page.items) + len(page.bad)
        total = page.total or total
    if seen < total:
        raise BadAnswer(Message("zoom.registrants_incomplete"))
    return None
