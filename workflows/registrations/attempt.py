"""One attempt at a job: what is known is checked, Zoom's daily limit is counted, and Zoom is called.

Nothing of the result is written here (`record`), but for what must be known before a call: that it will be
made. A worker that dies after that leaves a job that asks Zoom first.
"""

from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from django.db import transaction
from django.utils import timezone

from contacts.models import Contact
from core.emails import is_valid, normalise
from core.jobs import Lease
from integrations.models import Registrant, Webinar
from integrations.rules.registration_checks import (
    Person,
    WebinarForm,
    refusal_of_person,
    refusal_of_webinar,
)
from integrations.rules.registration_reasons import (
    AlreadyRegistered,
    Failure,
    Refusal,
    RefusalReason,
    Wait,
    WaitReason,
)
from integrations.zoom.client import ZoomClient
from integrations.zoom.endpoints import RegistrantStatus, StatusAction
from integrations.zoom.errors import BadAnswer, NotFound, Refused, Unavailable, ZoomError
from integrations.zoom.records import AddedRegistrant, RegisteredPerson
from integrations.zoom.registration_errors import meaning_of
from workflows.models import RegistrationJob, RegistrationStatus
from workflows.registrations.connections import Account, account_for, as_rule_input, client_of
from workflows.registrations.daily_limit import count_addition
from workflows.registrations.forms import FRESH, FRESH_ENOUGH_TO_REFUSE, load_form
from workflows.registrations.lookup import (
    addresses_of,
    find_registrant,
    has_left,
    is_recent,
    known_registrations,
    last_success,
)
from workflows.registrations.results import Registered, Removed, Result

MANUAL = Webinar.Approval.MANUAL


def attempt(job: RegistrationJob, lease: Lease) -> Result:
    """Do what the job asks for as far as that is possible now."""
    contact = job.contact
    if contact is None:
        return Refusal(RefusalReason.CONTACT_NOT_FOUND)
    account = account_for(job.zoom_webinar_id)
    if isinstance(account, RefusalReason):
        return Refusal(account)
    work = Removal if job.action == RegistrationJob.Action.REMOVE else Registration
    try:
        return work(job, lease, contact, account, client_of(account.connection)).perform()
    except ZoomError as error:
        return _as_result(error)


def _as_result(error: ZoomError) -> Result:
    meaning = meaning_of(error)
    if isinstance(meaning, AlreadyRegistered):  # of somebody whom no list has
        return Failure(error.details.text)
    return meaning


@dataclass
class _Work:
    job: RegistrationJob
    lease: Lease
    contact: Contact
    account: Account
    zoom: ZoomClient

    @property
    def webinar_id(self) -> int:
        return self.job.zoom_webinar_id

    @property
    def email(self) -> str:
        return normalise(self.contact.email)

    @cached_property
    def emails(self) -> list[str]:
        """The primary address, and merged ones: as them the contact may be registered as well."""
        return addresses_of(self.contact)

    @property
    def webinar(self) -> Webinar | None:
        return self.account.webinar

    def form(self, within: timedelta = FRESH) -> WebinarForm | None:
        return load_form(self.account, self.webinar_id, self.zoom, within=within)

    def find(self, *statuses: RegistrantStatus, date: str = "") -> RegisteredPerson | None:
        """In Zoom's lists of these statuses, or in all of them."""
        if statuses:
            return find_registrant(self.zoom, self.webinar_id, self.emails, date, statuses)
        return find_registrant(self.zoom, self.webinar_id, self.emails, date)


class Registration(_Work):
    """Registers the contact, unless something is in the way or it is registered."""

    _rows: list[Registrant] | None = None  # read once; there is one date for each attempt

    def perform(self) -> Result:
        form = self.form()
        refusal = self._refusal(form)
        if refusal:
            form = self.form(FRESH_ENOUGH_TO_REFUSE)
            refusal = self._refusal(form)
        if refusal or form is None:
            return refusal or Refusal(RefusalReason.WEBINAR_NOT_FOUND)
        return self._already_registered(form) or self._add(form)

    def _refusal(self, form: WebinarForm | None) -> Refusal | None:
        connection, now = as_rule_input(self.account.connection), timezone.now()
        refusal = refusal_of_webinar(connection, form, self.job.occurrence_id, now)
        if refusal or form is None or connection is None:
            return refusal
        person = Person(
            email=self.email,
            first_name=self.contact.first_name,
            last_name=self.contact.last_name,
            is_email_valid=is_valid(self.email),
        )
        return refusal_of_person(connection, form, person)

    def _date(self, form: WebinarForm) -> str:
        """The date that is named to Zoom: none where one registration counts for all of them."""
        if not form.needs_date():
            return ""
        date = form.next_date(timezone.now())
        return self.job.occurrence_id or (date.occurrence_id if date else "")

    def _already_registered(self, form: WebinarForm) -> Result | None:
        """By our own rows; by Zoom's where a call was made whose answer is unknown, or a denial is lifted."""
        date = self._date(form)
        if self.job.sent_at or self.job.lifts_denial:
            person = self.find(date=date)
            return self._found(person, date) if person else None
        return self._known_here(date)

    def _known_here(self, date: str) -> Registered | None:
        """By what a sync or a job has seen within the last hour."""
        rows, earlier = self._known_rows(date), self._last_success
        if rows and self.webinar and is_recent(self.webinar.last_synced_at):
            return self._unchanged(rows[0].zoom_id, date, rows[0].status == RegistrantStatus.PENDING)
        if earlier and is_recent(earlier.finished_at):
            is_pending = earlier.outcome == RegistrationStatus.PENDING_APPROVAL
            return self._unchanged(earlier.registrant_id, date, is_pending)
        return None

    def _unchanged(self, registrant_id: str, date: str, is_pending: bool) -> Registered:
        return Registered(
            registrant_id=registrant_id, occurrence_id=date, is_pending=is_pending, was_registered=True
        )

    def _found(self, person: RegisteredPerson, date: str) -> Result:
        if person.status == RegistrantStatus.DENIED:
            if not self.job.lifts_denial:
                return Refusal(RefusalReason.DENIED_BEFORE)
            approve = StatusAction.APPROVE
            email = normalise(person.email)
            self.zoom.update_registrant_status(self.webinar_id, approve, person.id, email, date)
        is_pending = person.status == RegistrantStatus.PENDING
        return Registered(
            registrant_id=person.id,
            occurrence_id=date,
            is_pending=is_pending,
            was_registered=self.job.sent_at is None and person.status != RegistrantStatus.DENIED,
            join_url="" if is_pending else person.join_url,
        )

    def _add(self, form: WebinarForm) -> Result:
        date = self._date(form)
        known = self._known_ids(date)
        call = self.zoom.prepare_registrant(self.webinar_id, self._fields(), date)
        free_at = self._note_call()
        if free_at:
            return free_at
        try:
            added = call.send()
        except (Unavailable, BadAnswer):
            raise  # perhaps it was done: `sent_at` stays
        except ZoomError as error:
            self.job.sent_at = None
            return self._refused(error, form, date)
        self.job.sent_at = None
        return _added(added, form, date, was_registered=added.registrant_id in known)

    def _known_ids(self, date: str) -> set[str]:
        """As whom the person was registered before: Zoom answers with the same registrant then."""
        rows, earlier = self._known_rows(date), self._last_success
        return {row.zoom_id for row in rows} | ({earlier.registrant_id} if earlier else set())

    def _known_rows(self, date: str) -> list[Registrant]:
        if self._rows is None:
            self._rows = known_registrations(self.webinar, self.contact, date)
        return self._rows

    @cached_property
    def _last_success(self) -> RegistrationJob | None:
        """None also where a sync or a webhook event has seen the registration cancelled since."""
        earlier = last_success(self.job)
        return None if earlier and has_left(self.webinar, earlier.registrant_id) else earlier

    def _fields(self) -> dict[str, str]:
        """Zoom takes 64 characters of each name (R81)."""
        fields = {"email": self.email, "first_name": self.contact.first_name.strip()[:64]}
        last_name = self.contact.last_name.strip()[:64]
        return fields | ({"last_name": last_name} if last_name else {})

    def _note_call(self) -> Wait | None:
        """Committed before the call is made: that there is one, and that it counts."""
        self.lease.check()
        with transaction.atomic():
            free_at = count_addition(self.contact, self.webinar_id)
            if free_at:
                return Wait(WaitReason.DAILY_LIMIT, free_at)
            self.job.sent_at = timezone.now()
            self.lease.renew(sent_at=self.job.sent_at)
        return None

    def _refused(self, error: ZoomError, form: WebinarForm, date: str) -> Result:
        meaning = meaning_of(error)
        if isinstance(meaning, AlreadyRegistered):
            person = self.find(date=date)
            return self._found(person, date) if person else Failure(error.details.text)
        is_early = isinstance(meaning, Refusal) and meaning.reason is RefusalReason.WEBINAR_OVER
        if is_early and not form.is_over(timezone.now()):
            return Refusal(RefusalReason.REGISTRATION_CLOSED, zoom=error.details.text)
        return meaning


def _added(added: AddedRegistrant, form: WebinarForm, date: str, *, was_registered: bool) -> Registered:
    """Zoom has not always said the status; then it follows from how registrants are approved."""
    is_pending = added.status == RegistrantStatus.PENDING or (not added.status and form.approval == MANUAL)
    return Registered(
        registrant_id=added.registrant_id,
        occurrence_id=date,
        is_pending=is_pending,
        was_registered=was_registered,
        join_url="" if is_pending else added.join_url,
    )


class Removal(_Work):
    """Cancels the contact's registration in Zoom, or deletes it so that the address is free again."""

    def perform(self) -> Result:
        form = self.form()
        if form is None:
            return Refusal(RefusalReason.WEBINAR_NOT_FOUND)
        date = self.job.occurrence_id if form.needs_date() else ""
        removed = [self._remove(key, email, date) for email, key in self._registrants(date).items()]
        return Removed(any(removed), date, self.job.may_register_again)

    def _registrants(self, date: str) -> dict[str, str]:
        """The registrant's ID of each address that is registered."""
        rows = known_registrations(self.webinar, self.contact, date)
        if rows:
            rows.reverse()  # of several registrations with one address the first counts
            return {row.email if row.email in self.emails else self.email: row.zoom_id for row in rows}
        person = self.find(RegistrantStatus.APPROVED, RegistrantStatus.PENDING, date=date)
        return {normalise(person.email): person.id} if person else {}

    def _remove(self, registrant_id: str, email: str, date: str) -> bool:
        """Whether Zoom had such a registrant (still)."""
        try:
            if self.job.may_register_again:
                self.zoom.delete_registrant(self.webinar_id, registrant_id, date)
            else:
                cancel = StatusAction.CANCEL
                self.zoom.update_registrant_status(self.webinar_id, cancel, registrant_id, email, date)
        except NotFound as error:
            if error.details.code == 3001:  # the webinar
                raise
            return False
        except Refused as error:
            if "was not found" in error.details.text:  # 3000: "Registrant {id} was not found."
                return False
            raise
        return True
