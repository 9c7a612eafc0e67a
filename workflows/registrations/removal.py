"""Cancels a contact's registration in Zoom, or deletes it so that the address is free again."""

from dataclasses import dataclass, field

from contacts.models import Contact
from core.emails import normalise
from integrations.rules.registration_reasons import Refusal, RefusalReason
from integrations.zoom.endpoints import RegistrantStatus, StatusAction
from integrations.zoom.errors import NotFound, Refused
from workflows.models import RegistrationJob
from workflows.registrations.known import Known, load_known
from workflows.registrations.results import Removed, Result
from workflows.registrations.target import Target


@dataclass(slots=True)
class Removal:
    job: RegistrationJob
    contact: Contact
    target: Target
    known: Known = field(default_factory=Known)

    def perform(self) -> Result:
        self.target.load_form()
        form = self.target.form
        if form is None:
            return Refusal(RefusalReason.WEBINAR_NOT_FOUND)
        date = self.job.occurrence_id if form.needs_date() else ""
        self.known = load_known([self.job], self.target.webinar, date)[self.contact.pk]
        removed = [self._remove(key, email, date) for email, key in self._registrants(date).items()]
        return Removed(any(removed), date, self.job.may_register_again)

    def _registrants(self, date: str) -> dict[str, str]:
        """The registrant's ID of each address that is registered."""
        emails, own = self.known.emails, normalise(self.contact.email)
        # Of several registrations with one address the first counts.
        rows = {
            row.email if row.email in emails else own: row.zoom_id
            for row in reversed(self.known.registrations)
        }
        if rows:
            return rows
        person = self.target.find(emails, date, (RegistrantStatus.APPROVED, RegistrantStatus.PENDING))
        return {normalise(person.email): person.id} if person else {}

    def _remove(self, registrant_id: str, email: str, date: str) -> bool:
        """Whether Zoom had such a registrant (still)."""
        zoom, webinar_id = self.target.zoom, self.target.webinar_id
        try:
            if self.job.may_register_again:
                zoom.delete_registrant(webinar_id, registrant_id, date)
            else:
                zoom.update_registrant_status(webinar_id, StatusAction.CANCEL, registrant_id, email, date)
        except NotFound as error:
            if error.details.code == 3001:  # the webinar
                raise
            return False
        except Refused as error:
            if "was not found" in error.details.text:  # 3000: "Registrant {id} was not found."
                return False
            raise
        return True
