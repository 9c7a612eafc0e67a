"""A webinar, or one date of it, that people are registered for: what is read of it is read once for them."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.utils import timezone

from contacts.models import Contact
from core.emails import is_valid, normalise
from integrations.models import Webinar
from integrations.rules.registration_checks import (
    Person,
    WebinarForm,
    refusal_of_person,
    refusal_of_webinar,
)
from integrations.rules.registration_reasons import Refusal, RefusalReason
from integrations.zoom.endpoints import RegistrantStatus
from integrations.zoom.records import RegisteredPerson
from workflows.registrations.connections import Account, as_rule_input, client_of
from workflows.registrations.forms import FRESH, load_form
from workflows.registrations.lookup import ALL, find_registrant


class Target:
    """`starts_after`: where no date is named, only one that begins later counts.

    `sent_date` was named by a call whose answer is unknown: what is done about it is about that date.
    """

    def __init__(
        self,
        account: Account,
        zoom_webinar_id: int,
        occurrence_id: str,
        starts_after: datetime | None = None,
        sent_date: str = "",
    ) -> None:
        self.webinar_id = zoom_webinar_id
        self.occurrence_id = occurrence_id
        self.starts_after = starts_after
        self.sent_date = sent_date
        self.zoom = client_of(account.connection)
        self.form: WebinarForm | None = None
        self._account = account

    @property
    def webinar(self) -> Webinar | None:
        """None while no listing has shown it."""
        return self._account.webinar

    def load_form(self, within: timedelta = FRESH) -> None:
        """Raises what the client raises. The form is None then if Zoom doesn't have the webinar."""
        self.form = load_form(self._account, self.webinar_id, self.zoom, within=within)

    def date(self) -> str:
        """The date that is named to Zoom: none where one registration counts for all of them."""
        if self.sent_date:
            return self.sent_date
        if self.form is None or not self.form.needs_date():
            return ""
        date = self.form.next_date(timezone.now(), self.starts_after)
        return self.occurrence_id or (date.occurrence_id if date else "")

    def refusal_of(self, contact: Contact) -> Refusal | None:
        """What is known to be in the way, by the form that was loaded last."""
        connection, form = as_rule_input(self._account.connection), self.form
        now = timezone.now()
        refusal = refusal_of_webinar(connection, form, self.occurrence_id, now, self.starts_after)
        if refusal:
            return refusal
        if form is None or connection is None:
            return Refusal(RefusalReason.WEBINAR_NOT_FOUND)
        email = normalise(contact.email)
        person = Person(
            email=email,
            first_name=contact.first_name,
            last_name=contact.last_name,
            is_email_valid=is_valid(email),
        )
        return refusal_of_person(connection, form, person)

    def find(
        self, emails: Collection[str], date: str, statuses: Collection[RegistrantStatus] = ALL
    ) -> RegisteredPerson | None:
        """The person with one of these addresses in Zoom's lists."""
        return find_registrant(self.zoom, self.webinar_id, emails, date, statuses)
