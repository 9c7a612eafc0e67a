"""The step that reads the attendance of a session: one row for each stay of each device.

Says when attendance is final (D8), and derives the session's times where Zoom doesn't report them. Rows that
are gone from Zoom's list are removed only after the list was read to its end and every row could be used: an
unusable row may be the missing one (D12).
"""

from collections.abc import Generator, Iterator
from datetime import datetime
from hashlib import blake2b

from django.db.models import Max, Min
from django.utils import timezone

from contacts.suppression import is_stand_in, suppressed_among
from core.bulk import Row, bulk_upsert
from core.emails import normalise
from core.intervals import Interval
from core.messages import Message
from integrations.audit import AuditCode, Finding
from integrations.models import (
    AttendanceReading,
    AttendanceRow,
    Registrant,
    SyncRun,
    Webinar,
    WebinarInstance,
)
from integrations.rules import finality
from integrations.rules.attendance import email_of_row, key_of_unknown, was_present
from integrations.rules.sessions import bounds_of
from integrations.sync.context import Level, Progress, WebinarContext
from integrations.sync.steps.page_groups import chunks
from integrations.zoom import endpoints, records
from integrations.zoom.errors import (
    DISPENSABLE,
    FOR_GOOD,
    BadAnswer,
    MissingScope,
    NoPermission,
    NotFound,
    PaidPlanNeeded,
    Refused,
    TooOld,
    ZoomError,
)
from integrations.zoom.http.pages import Page

CODES = (
    AuditCode.PARTICIPANTS_INVALID,
    AuditCode.DATA_UNAVAILABLE,
    AuditCode.DATA_TOO_OLD,
    AuditCode.PLAN_REQUIRED,
    AuditCode.ATTENDANCE_REJECTED,
    AuditCode.LIST_INCOMPLETE,
)


def read_attendance(ctx: WebinarContext, instance: WebinarInstance) -> Generator[None]:
    """Stops when the first request was sent and after each page: other listings are read beside it."""
    began_at = timezone.now()
    if is_surely_due(instance, ctx.run):
        ctx.zoom.send_ahead(endpoints.participants(instance.uuid))
    yield
    if is_due(instance, ctx.run):
        yield from _read(ctx, instance, began_at)


def _read(ctx: WebinarContext, instance: WebinarInstance, began_at: datetime) -> Iterator[None]:
    ctx.instances_checked.add(instance.uuid)
    ctx.mark_checked(*CODES)
    with ctx.progress("attendance") as progress:
        try:
            yield from _Listing(ctx, instance, progress, began_at).read()
        except NotFound as error:
            _report(ctx, instance, AuditCode.DATA_UNAVAILABLE, error)
        except TooOld as error:
            _report(ctx, instance, AuditCode.DATA_TOO_OLD, error)
        except PaidPlanNeeded as error:
            _report(ctx, instance, AuditCode.PLAN_REQUIRED, error)
        except (MissingScope, NoPermission, Refused) as error:
            _report(ctx, instance, AuditCode.ATTENDANCE_REJECTED, error)


def is_due(instance: WebinarInstance, run: SyncRun) -> bool:
    """Whether to read the instance: what is final only in full, the rest when asked or when D8 wants it."""
    reading = instance.reading
    if run.is_full or reading.last_read_at is None or instance.ended_at is None:
        return True
    if run.trigger not in _BY_ITSELF:
        return reading.final_at is None
    due = finality.next_read_at(reading_of(reading), instance.ended_at)
    return due is not None and due <= timezone.now()


def is_surely_due(instance: WebinarInstance, run: SyncRun) -> bool:
    """Whether it is due whatever Zoom's report will say of its end."""
    is_end_open = instance.ended_at is None and instance.reading.last_read_at is not None
    return is_due(instance, run) and (run.is_full or not is_end_open)


# No one waits for these: they read no more often than brings the end nearer.
_BY_ITSELF = (SyncRun.Trigger.SCHEDULE, SyncRun.Trigger.WEBHOOK)


def _report(ctx: WebinarContext, instance: WebinarInstance, code: AuditCode, error: ZoomError) -> None:
    ctx.log(Message("sync.attendance_unreadable", reason=error.with_details), Level.WARNING)
    ctx.findings.append(Finding(code, instance.uuid, {"reason": error.with_details}))


type Begun = tuple[Page[records.Participant], Iterator[Page[records.Participant]]]


def _begun(pages: Iterator[Page[records.Participant]]) -> Begun:
    """The first page, or Zoom's "no", and the others."""
    return next(pages), _to_the_end(pages)


def _to_the_end(pages: Iterator[Page[records.Participant]]) -> Iterator[Page[records.Participant]]:
    """A "no" in the middle of a listing is none: it broke off, and the run has to be tried again (D12)."""
    try:
        yield from pages
    except FOR_GOOD as error:
        raise BadAnswer(Message("zoom.list_ended_early"), details=error.details) from error


class _Listing:
    def __init__(
        self, ctx: WebinarContext, instance: WebinarInstance, progress: Progress, began_at: datetime
    ) -> None:
        self.ctx = ctx
        self.instance = instance
        self.progress = progress
        self.began_at = began_at
        self.digest = finality.RowsDigest()
        self.bad: list[str] = []
        self.is_short = False  # Zoom listed fewer rows than its own total
        self._last_keys: set[str] = set()  # Zoom may begin a page with the last row of the one before

    def read(self) -> Iterator[None]:
        for chunk in chunks(self._pages()):
            if chunk:
                self._store(chunk)
            yield
        self._finish()

    def _pages(self) -> Iterator[Page[records.Participant]]:
        """The webinar's own listing; the report's where that one does not tell who of them registered.

        Only the report is documented to have `registrant_id`, but it is a heavy call with a scope of its own.
        """
        uuid = self.instance.uuid
        try:
            first, rest = _begun(self.ctx.zoom.participants(uuid))
        except (MissingScope, NoPermission):
            first, rest = _begun(self.ctx.zoom.report_participants(uuid))
        else:
            if self._lacks_registrants(first):
                first, rest = self._report() or (first, rest)
        yield first
        yield from rest

    def _report(self) -> Begun | None:
        """None if Zoom refuses it, which the first page shows: rows of the two lists must not mix."""
        try:
            return _begun(self.ctx.zoom.report_participants(self.instance.uuid))
        except DISPENSABLE:
            self.ctx.log(Message("sync.attendance_matched_by_email"))
            return None

    def _lacks_registrants(self, page: Page[records.Participant]) -> bool:
        guests = [item for item in page.items if not item.internal_user]
        asks_for_registration = self.ctx.webinar.approval != Webinar.Approval.NO_REGISTRATION
        return bool(guests) and asks_for_registration and not any(item.registrant_id for item in page.items)

    def _store(self, page: Page[records.Participant]) -> None:
        self.is_short = self.is_short or page.is_short
        self.bad += [f"{bad.reason}: {bad.excerpt}" for bad in page.bad]
        emails = self._emails(page.items)
        deleted = suppressed_among(normalise(item.user_email) for item in page.items if item.user_email)
        keys: set[str] = set()
        rows = []
        for item in page.items:
            if not was_present(item.status):
                continue
            key = _row_key(item)
            if key not in keys and key not in self._last_keys:
                self.digest.add(key)
            keys.add(key)
            email = email_of_row(item.registrant_id, item.user_email, emails)
            email = deleted.get(email, email)
            rows.append(
                (
                    self.instance.pk,
                    key,
                    email or key_of_unknown(item.id, item.name),
                    email,
                    "" if is_stand_in(email) else item.name.strip(),
                    item.registrant_id,
                    item.join_time,
                    item.leave_time,
                    self.ctx.run.pk,
                )
            )
        self._last_keys = keys
        new = 0
        with self.ctx.writing():
            if rows:
                new = self._upsert(rows, keys)
            self.progress.advance(len(page.items))
        self.ctx.growth.note(AttendanceRow, new)

    def _emails(self, items: list[records.Participant]) -> dict[str, str]:
        """The address of each registrant on the page, by registrant ID."""
        ids = {item.registrant_id for item in items} - {""}
        known = Registrant.objects.filter(webinar=self.ctx.webinar, zoom_id__any_of=ids)
        return dict(known.values_list("zoom_id", "email")) if ids else {}

    def _upsert(self, rows: list[Row], keys: set[str]) -> int:
        """How many are new."""
        run = self.ctx.run.pk
        written = bulk_upsert(
            AttendanceRow,
            _FIELDS,
            rows,
            key=("instance_id", "row_key"),
            update=("person_key", "email", "name"),
            touch=("seen_in_run",),
        )
        if written.total < len(keys):
            seen = AttendanceRow.objects.filter(instance=self.instance, row_key__any_of=keys)
            seen.exclude(seen_in_run=run).update(seen_in_run=run)
        self.ctx.count("attendance_rows", written)
        return written.inserted

    def _finish(self) -> None:
        removed = 0
        with self.ctx.writing():
            if not self.bad and not self.is_short:
                rows = AttendanceRow.objects.filter(instance=self.instance)
                removed, _by_model = rows.exclude(seen_in_run=self.ctx.run.pk).delete()
            self._settle()
        self.ctx.count("attendance_rows_gone", removed)
        self._report_problems()

    def _settle(self) -> None:
        """Takes from a complete read the times that Zoom's report lacks, and whether it is final."""
        instance = self.instance
        if not instance.has_official_times:
            _derive_times(instance)
            instance.save(update_fields=["started_at", "ended_at"])
        before = reading_of(instance.reading)
        read = finality.Read(self.began_at, str(self.digest), is_complete=self._is_complete())
        after = finality.after_read(before, read, instance.ended_at)
        for name, value in zip(_READING, after, strict=True):
            setattr(instance.reading, name, value)
        instance.reading.save(update_fields=_READING)
        if after.final_at and not before.final_at:
            self.ctx.log(Message("sync.attendance_final", session=instance.started_at))

    def _is_complete(self) -> bool:
        """Rows that cannot be used may be usable next time. After D8's longest wait no one expects it."""
        if self.is_short:
            return False
        ended_at = self.instance.ended_at
        return not self.bad or (ended_at is not None and self.began_at - ended_at >= finality.LONGEST)

    def _report_problems(self) -> None:
        uuid = self.instance.uuid
        if self.is_short:
            self.ctx.findings.append(Finding(AuditCode.LIST_INCOMPLETE, uuid, {"list": "participants"}))
        if self.bad:
            values = {"count": len(self.bad), "examples": self.bad[:5]}
            self.ctx.findings.append(Finding(AuditCode.PARTICIPANTS_INVALID, uuid, values))
            for text in self.bad[:20]:
                self.ctx.log(Message("sync.attendance_row_unusable", reason=text), Level.WARNING)


def _derive_times(instance: WebinarInstance) -> None:
    extent = instance.attendance_rows.aggregate(
        first=Min("joined_at"), last_joined=Max("joined_at"), last_left=Max("left_at")
    )
    rows = []
    if extent["first"]:
        last = max(extent["last_joined"], extent["last_left"] or extent["last_joined"])
        rows = [Interval(extent["first"], last)]
    if bounds := bounds_of(instance.started_at, rows=rows, webhook_ended_at=instance.webhook_ended_at):
        instance.started_at, instance.ended_at = bounds.interval


def reading_of(row: AttendanceReading) -> finality.Reading:
    return finality.Reading(row.attendance_digest, row.first_read_at, row.last_read_at, row.final_at)


def _row_key(participant: records.Participant) -> str:
    """A digest of all that Zoom says of the row: a row that it corrects is another row."""
    facts = (
        participant.user_id,
        participant.join_time.timestamp(),
        participant.leave_time.timestamp() if participant.leave_time else 0,
        participant.id,
        participant.registrant_id,
        participant.user_email,
        participant.name,
    )
    return blake2b(repr(facts).encode(errors="replace"), digest_size=16).hexdigest()


_FIELDS = (
    "instance_id",
    "row_key",
    "person_key",
    "email",
    "name",
    "registrant_id",
    "joined_at",
    "left_at",
    "seen_in_run",
)
_READING = ("attendance_digest", "first_read_at", "last_read_at", "final_at")
