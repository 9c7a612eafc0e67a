"""Writes a batch of a webinar's people into the CRM: who may enter, as which contact, in which part.

The rules decide afresh each time (D12). A person who is no longer excluded enters now; a person who is
excluded from now on keeps what is in the CRM and gets nothing new. Runs a constant number of statements, in
the caller's transaction.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator

from contacts.bulk import (
    NewContact,
    TimelineFact,
    create_contacts,
    known_among,
    retract_timeline,
    write_names,
    write_timeline,
)
from contacts.models import EmailAddress
from contacts.names import merge_names
from contacts.outbox import one_change_set
from contacts.suppression import deleted_among, is_stand_in, suppressed_among
from core.bulk import bulk_upsert
from integrations.models import SkippedPerson
from integrations.models.deleted_people import forget_people
from integrations.rules.people import Address, Entry, Skip, decide
from integrations.rules.registration import Status
from integrations.sync.context import WebinarContext
from integrations.sync.steps.events import count_webinars, session_subject
from integrations.sync.steps.load_people import Person, addresses_seen, joined
from integrations.sync.steps.participations import Outcome, SessionOutcome
from integrations.sync.steps.webinar_snapshot import WebinarSnapshot
from marketing_events.bulk import (
    ParticipationRow,
    recount_contacts,
    retract_participations,
    write_intervals,
    write_participations,
)
from marketing_events.models import Participation

ATTENDEE = Participation.Role.ATTENDEE.value

type PersonDecision = tuple[Person, Outcome]


class Batch:
    """One try at writing some people, by the rules as they are now. Made in the transaction that writes it.

    Raises `SwitchedOffError` when the webinar does not sync by now.
    """

    def __init__(self, ctx: WebinarContext, snapshot: WebinarSnapshot, persons: list[PersonDecision]) -> None:
        self.ctx = ctx
        self.snapshot = snapshot
        self.persons = [each for person, outcome in persons for each in self._each(person, outcome)]
        self.policy = ctx.look_at_rules()
        emails = [person.email for person, _outcome in self.persons if person.email]
        # In this order: of a contact that is deleted just now, either the hash is seen or its row is missed.
        self.known = known_among(emails)
        self.deleted = deleted_among(emails)
        self._forget_deleted()
        self.divided = self._divided(emails)
        self.entering: list[tuple[int, Person, Outcome]] = []
        self.new: set[int] = set()  # contacts that this batch created: nothing was there about them
        self.cleared: set[int] = set()  # contacts of whom nothing is true (any more)
        self.skipped: list[tuple[Person, Outcome, Skip]] = []
        self.changes: Counter[str] = Counter()
        self.writing = ""  # what is being written, for the warning if the database refuses it

    def _each(self, person: Person, outcome: Outcome) -> Iterator[PersonDecision]:
        """The rules judge each address by itself."""
        yield person, outcome
        for other in person.merged:
            yield other, self.snapshot.outcome_of(other)

    def _divided(self, emails: list[str]) -> set[int]:
        """Contacts of whose rows some are not in this batch: a merge, or its undoing, was faster than we.

        They stay as they are: that has asked for the sync which writes them.
        """
        contacts = {known.contact_id for known in self.known.values()}
        merged = EmailAddress.objects.filter(contact__any_of=contacts, is_merged=True)
        concerned = set(merged.values_list("contact_id", flat=True))
        if not concerned:
            return concerned
        seen = addresses_seen(self.ctx.webinar, self.snapshot.instances).counting()
        missing = seen.filter(contact__any_of=concerned).exclude(email__in=emails)
        return set(missing.values_list("contact_id", flat=True))

    def _forget_deleted(self) -> None:
        """Those whose contact was deleted while their rows were being written."""
        stand_ins = suppressed_among(email for email in self.deleted if not is_stand_in(email))
        if not stand_ins:
            return
        forget_people(stand_ins)
        self.deleted |= set(stand_ins.values())
        for person, _outcome in self.persons:
            if stand_in := stand_ins.get(person.email):
                person.forget(stand_in)

    def write(self) -> None:
        with one_change_set():
            self._write()

    def _write(self) -> None:
        self._decide()
        self._write_parts()
        self.writing = "timeline"
        self._write_timeline()
        self.writing = ""
        self._write_skipped()
        self.writing = "property"
        recount_contacts(self._present, count_webinars)
        self.writing = ""

    @property
    def _present(self) -> set[int]:
        """Contacts who were there before."""
        return ({contact for contact, _person, _outcome in self.entering} | self.cleared) - self.new

    def _decide(self) -> None:
        new = []
        present: dict[int, list[PersonDecision]] = defaultdict(list)
        for person, outcome in self.persons:
            decision = self._decision(person.email)
            if isinstance(decision, Skip):
                self._skip(person, outcome, decision)
            elif decision.contact_id is not None:
                present[decision.contact_id].append((person, outcome))
            elif outcome:
                new.append((person, outcome))
        for contact, persons in present.items():
            if contact not in self.divided:
                self._enter(contact, persons)
        self._write_names()
        self._create(new)

    def _enter(self, contact: int, persons: list[PersonDecision]) -> None:
        """What is listed under several addresses of a contact counts as one person's (D28)."""
        person, outcome = persons[0]
        if len(persons) > 1:
            person = joined([each for each, _outcome in persons])
            outcome = self.snapshot.outcome_of(person)
        if outcome:
            self.entering.append((contact, person, outcome))
        else:
            self.cleared.add(contact)

    def _decision(self, email: str) -> Entry | Skip:
        known = self.known.get(email)
        addresses = {email: Address(known.contact_id, known.counts)} if known else {}
        return decide(email, self.policy.of_batch(addresses, self.deleted, self.snapshot.roles.keys()))

    def _skip(self, person: Person, outcome: Outcome, skip: Skip) -> None:
        if outcome or any(row.status != Status.PENDING for row in person.registrations):
            self.skipped.append((person, outcome, skip))

    def _write_names(self) -> None:
        offered = {contact: person.name for contact, person, _outcome in self.entering}
        current = {contact: self.known[person.email].name for contact, person, _outcome in self.entering}
        changing = {
            key: name for key, name in offered.items() if merge_names(current[key], name) != current[key]
        }
        if changing:
            self.changes["contacts_changed"] += write_names(changing, self.ctx.run.pk)

    def _create(self, people: list[tuple[Person, Outcome]]) -> None:
        """Create those whom no one knows; where someone was faster with an address, judge again."""
        new = [self._new_contact(person, outcome) for person, outcome in people]
        created = create_contacts(new, self.ctx.run.pk)
        self.known |= created.known
        if created.are_new:
            self.new = {known.contact_id for known in created.known.values()}
            self.changes["contacts_new"] += len(self.new)
            self.entering += [
                (self.known[person.email].contact_id, person, outcome) for person, outcome in people
            ]
            return
        for person, outcome in people:
            decision = self._decision(person.email)
            if isinstance(decision, Skip):
                self._skip(person, outcome, decision)
            elif decision.contact_id is not None and not self.known[person.email].is_merged:
                self.entering.append((decision.contact_id, person, outcome))

    def _new_contact(self, person: Person, outcome: Outcome) -> NewContact:
        rows = [
            (self.snapshot.webinar_id, part.registered_at, part.attended_percent) for part in outcome.parts
        ]
        registrations, attended, average = count_webinars(rows)
        first, last, source = person.name
        return NewContact(person.email, first, last, registrations, attended, average, source)

    def _write_parts(self) -> None:
        parts, stays = [], {}
        for contact, person, outcome in self.entering:
            role = self._role_of(person)
            for part in outcome.parts:
                parts.append(_participation(part, contact, role))
                if part.attendance:
                    stays[part.session.event_id, contact] = part.attendance.intervals
        present = self._present
        written = write_participations(parts, self.ctx.run.pk)
        self.changes["participations_new"] += written.inserted
        self.changes["participations_changed"] += written.changed
        if present:
            kept = {(part.event_id, part.contact_id) for part in parts}
            gone = retract_participations(self.snapshot.open_events, present, kept)
            self.changes["participations_gone"] += gone
        write_intervals(stays, present)

    def _role_of(self, person: Person) -> str:
        emails = [person.email, *(other.email for other in person.merged)]
        return next((role for email in emails if (role := self.snapshot.roles.get(email))), ATTENDEE)

    def _write_timeline(self) -> None:
        moments = [
            moment
            for contact, _person, outcome in self.entering
            for moment in _moments(self.snapshot, contact, outcome)
        ]
        written = write_timeline(moments)
        self.changes["timeline_new"] += written.inserted
        self.changes["timeline_changed"] += written.changed
        if present := self._present:
            kept = {(moment.contact_id, moment.kind, moment.subject_key) for moment in moments}
            retract_timeline(present, self.snapshot.subjects, kept)

    def _write_skipped(self) -> None:
        run, webinar = self.ctx.run.pk, self.ctx.webinar.pk
        new = self._newly_skipped()
        rows = (
            (
                webinar,
                session_uuid,
                stage,
                person.key,
                _shown(person.email),
                name,
                skip.reason,
                skip.entry,
                run if person.key in new else None,
                run,
            )
            for person, outcome, skip in self.skipped
            for stage, session_uuid, name in _stages(person, outcome)
        )
        bulk_upsert(
            SkippedPerson,
            _SKIPPED,
            rows,
            key=("webinar_id", "session_uuid", "stage", "person_key"),
            update=("email", "name", "reason", "rule", "seen_in_run"),
        )
        self.changes["skipped_new"] += len(new)

    def _newly_skipped(self) -> set[str]:
        """Keys of people who were skipped at no stage of the webinar before."""
        keys = {person.key for person, _outcome, _skip in self.skipped}
        if not keys:
            return keys
        before = SkippedPerson.objects.filter(webinar=self.ctx.webinar, person_key__any_of=keys)
        return keys - set(before.values_list("person_key", flat=True))


_SKIPPED = (
    "webinar_id",
    "session_uuid",
    "stage",
    "person_key",
    "email",
    "name",
    "reason",
    "rule",
    "first_run",
    "seen_in_run",
)


def _shown(email: str) -> str:
    """A deleted contact is listed without saying who it was (D22)."""
    return "" if is_stand_in(email) else email


def _participation(part: SessionOutcome, contact: int, role: str) -> ParticipationRow:
    attendance = part.attendance
    return ParticipationRow(
        part.session.event_id,
        contact,
        part.state,
        part.registered_at,
        part.cancelled_at,
        attendance.first_joined_at if attendance else None,
        attendance.last_left_at if attendance else None,
        attendance.seconds if attendance else 0,
        attendance.percent if attendance else None,
        role,
        part.cancellation_noticed_at,
    )


def _moments(snapshot: WebinarSnapshot, contact: int, outcome: Outcome) -> Iterator[TimelineFact]:
    """The timeline entries of a person: of the registration with the webinar, of attending by session."""
    for moment in outcome.moments:
        if moment.occurred_at:
            yield TimelineFact(
                contact,
                moment.kind,
                snapshot.subject,
                moment.occurred_at,
                snapshot.title,
                outcome.only_event_id,
                snapshot.webinar_id,
                snapshot.starts_at,
                noticed_at=moment.noticed_at,
            )
    for part in outcome.parts:
        if part.attendance:
            yield TimelineFact(
                contact,
                "webinar_attended",
                session_subject(part.session.uuid),
                part.attendance.first_joined_at,
                snapshot.title,
                part.session.event_id,
                snapshot.webinar_id,
                part.session.started_at,
                part.attendance.first_joined_at,
                part.attendance.last_left_at,
            )


def _stages(person: Person, outcome: Outcome) -> Iterator[tuple[str, str, str]]:
    """At which stages someone was kept out: stage, session, and what they were called there."""
    if person.registered_name is not None:
        yield SkippedPerson.Stage.REGISTRATION, "", " ".join(filter(None, person.registered_name))
    for part in outcome.parts:
        if part.attendance:
            yield SkippedPerson.Stage.ATTENDANCE, part.session.uuid, _name_in(person, part)


def _name_in(person: Person, part: SessionOutcome) -> str:
    names = (person.display_names.get(instance, "") for instance, _interval in part.session.instances)
    return next(filter(None, names), "")
