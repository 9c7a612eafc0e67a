"""Marketing events and what hangs on them: subjects of the timeline, removal, the counting rule."""

from collections.abc import Iterable
from itertools import batched

from contacts.outbox import Changes, record
from integrations.models import Webinar
from integrations.rules.counters import Session, counters_of
from marketing_events.bulk import Counted, Counters, recount_contacts
from marketing_events.models import MarketingEvent, Participation

_CONTACTS_AT_ONCE = 2_000


def webinar_subject(webinar: Webinar) -> str:
    """What timeline entries about a registration are about."""
    return f"zoom:webinar:{webinar.zoom_webinar_id}"


def session_subject(uuid: str) -> str:
    """What timeline entries about attending are about."""
    return f"zoom:session:{uuid}"


def remove_event(event: MarketingEvent) -> None:
    """An event with everyone's part in it, their timelines and counters included."""
    if event.session_uuid:
        event.timeline.filter(subject_key=session_subject(event.session_uuid)).delete()
    contacts = list(Participation.objects.filter(event=event).values_list("contact_id", flat=True))
    event.delete()
    record(Changes(contacts_changed=contacts))
    for some in batched(sorted(contacts), _CONTACTS_AT_ONCE):
        recount_contacts(some, count_webinars)


def count_webinars(rows: Iterable[Counted]) -> Counters:
    """The rule of D9 for the rows of one contact."""
    return counters_of(map(Session._make, rows))
