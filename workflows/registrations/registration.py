"""One contact on the way to being registered for a webinar: what is known of them, the call, its answer."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils import timezone

from contacts.models import Contact
from core.emails import normalise
from core.jobs import Lease
from integrations.models import Webinar
from integrations.rules.registration_reasons import AlreadyRegistered, Failure, Refusal, RefusalReason
from integrations.zoom.client import Prepared
from integrations.zoom.endpoints import RegistrantStatus, StatusAction
from integrations.zoom.errors import BadAnswer, Unavailable, ZoomError
from integrations.zoom.records import AddedRegistrant, RegisteredPerson
from integrations.zoom.registration_errors import meaning_of
from workflows.models import RegistrationJob, RegistrationStatus
from workflows.registrations.known import Known, is_recent
from workflows.registrations.results import Registered, Result
from workflows.registrations.target import Target

MANUAL = Webinar.Approval.MANUAL


@dataclass(eq=False, slots=True)
class Registration:
    job: RegistrationJob
    lease: Lease
    contact: Contact
    target: Target
    known: Known = field(default_factory=Known)
    date: str = ""
    """The date that is named to Zoom."""
    result: Result | None = None
    call: Prepared[AddedRegistrant] | None = None

    @property
    def email(self) -> str:
        return normalise(self.contact.email)

    def find_earlier(self) -> Result | None:
        """The registration that there is: by our own rows; by Zoom's where a call was made whose answer is
        unknown, or a denial is lifted.
        """
        if self.job.sent_at or self.job.lifts_denial:
            person = self.target.find(self.known.emails, self.date)
            return self._found(person) if person else None
        return self._known_here()

    def prepare(self) -> None:
        """Take a slot within Zoom's limits."""
        fields = _fields(self.contact)
        self.call = self.target.zoom.prepare_registrant(self.target.webinar_id, fields, self.date)

    def conclude(self) -> Result:
        """Make the call, or wait for the answer if it is on its way."""
        assert self.call is not None  # noqa: S101 - prepared
        try:
            added = self.call.send()
        except (Unavailable, BadAnswer):
            raise  # perhaps it was done: `sent_at` stays
        except ZoomError as error:
            self.job.sent_at = None
            return self._refused(error)
        self.job.sent_at = None
        return self._added(added)

    def _known_here(self) -> Registered | None:
        """By what a sync or a job has seen within the last hour."""
        rows, earlier, webinar = self.known.registrations, self.known.last_success, self.target.webinar
        if rows and webinar and is_recent(webinar.last_synced_at):
            return self._unchanged(rows[0].zoom_id, is_pending=rows[0].status == RegistrantStatus.PENDING)
        if earlier and is_recent(earlier.finished_at):
            is_pending = earlier.outcome == RegistrationStatus.PENDING_APPROVAL
            return self._unchanged(earlier.registrant_id, is_pending=is_pending)
        return None

    def _unchanged(self, registrant_id: str, *, is_pending: bool) -> Registered:
        return Registered(
            registrant_id=registrant_id, occurrence_id=self.date, is_pending=is_pending, was_registered=True
        )

    def _found(self, person: RegisteredPerson) -> Result:
        if person.status == RegistrantStatus.DENIED:
            if not self.job.lifts_denial:
                return Refusal(RefusalReason.DENIED_BEFORE)
            email = normalise(person.email)
            self.target.zoom.update_registrant_status(
                self.target.webinar_id, StatusAction.APPROVE, person.id, email, self.date
            )
        is_pending = person.status == RegistrantStatus.PENDING
        return Registered(
            registrant_id=person.id,
            occurrence_id=self.date,
            is_pending=is_pending,
            was_registered=self.job.sent_at is None and person.status != RegistrantStatus.DENIED,
            join_url="" if is_pending else person.join_url,
        )

    def _refused(self, error: ZoomError) -> Result:
        meaning = meaning_of(error)
        if isinstance(meaning, AlreadyRegistered):
            person = self.target.find(self.known.emails, self.date)
            return self._found(person) if person else Failure(error.details.text)
        is_early = isinstance(meaning, Refusal) and meaning.reason is RefusalReason.WEBINAR_OVER
        if is_early and self.target.form and not self.target.form.is_over(timezone.now()):
            return Refusal(RefusalReason.REGISTRATION_CLOSED, zoom=error.details.text)
        return meaning

    def _added(self, added: AddedRegistrant) -> Registered:
        """Zoom has not always said the status; then it follows from how registrants are approved.

        It answers with the same registrant where the person was registered before.
        """
        form = self.target.form
        is_manual = form is not None and form.approval == MANUAL
        is_pending = added.status == RegistrantStatus.PENDING or (not added.status and is_manual)
        earlier = self.known.last_success
        before = {row.zoom_id for row in self.known.registrations}
        return Registered(
            registrant_id=added.registrant_id,
            occurrence_id=self.date,
            is_pending=is_pending,
            was_registered=added.registrant_id in before | ({earlier.registrant_id} if earlier else set()),
            join_url="" if is_pending else added.join_url,
        )


def _fields(contact: Contact) -> Mapping[str, str]:
    """Zoom takes 64 characters of each name (R81)."""
    first_name, last_name = (name.strip()[:64] for name in (contact.first_name, contact.last_name))
    fields = {"email": normalise(contact.email), "first_name": first_name}
    return fields | ({"last_name": last_name} if last_name else {})
