"""The step that reads who registered: three listings, or for a series with chosen dates three for each date.

A registrant counts as gone only after all three listings were read to their end and every row could be used
(D6, D12), and only if they were known before the listings began: a webhook event may report a new one while
they are read.
"""

from collections.abc import Generator, Iterator, Mapping
from datetime import datetime, timedelta
from itertools import zip_longest
from typing import Self

from django.db.models import Case, Max, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce

from contacts.suppression import STAND_IN, is_stand_in, suppressed_among
from core.bulk import bulk_upsert
from core.emails import normalise
from core.messages import Message
from integrations.audit import AuditCode, Finding
from integrations.models import Registrant, Webinar
from integrations.rules.registration import Status, absence_means_cancelled, status_of_absent
from integrations.sync.context import Level, Progress, WebinarContext
from integrations.sync.steps.page_groups import chunks
from integrations.sync.steps.sources import note_refused
from integrations.zoom import endpoints, records
from integrations.zoom.endpoints import Call, RegistrantStatus
from integrations.zoom.errors import FOR_GOOD, RegistrationNotEnabled
from integrations.zoom.http.pages import Page

# As whom an absent one is not kept: nothing remains of someone who only ever waited for an approval.
_FORGOTTEN = [status.value for status in Status if status_of_absent(status) is None]
_CANCELLED = [Registrant.Status.DENIED, Registrant.Status.GONE]
LISTED_AFTER = timedelta(minutes=10)
# A person who is approved or denied while we read appears again. One who is denied between the other two
# lists, which are read side by side, may be in neither: they count as cancelled either way.
FIRST = RegistrantStatus.PENDING
THEN = (RegistrantStatus.APPROVED, RegistrantStatus.DENIED)


def read_registrants(ctx: WebinarContext) -> Generator[None]:
    """Stops when the first request was sent and after each page: other listings are read beside it."""
    ctx.mark_checked(AuditCode.BAD_ANSWER, AuditCode.REGISTRANTS_REJECTED, AuditCode.LIST_INCOMPLETE)
    if not ctx.is_readable or ctx.webinar.approval == Webinar.Approval.NO_REGISTRATION:
        return
    with ctx.progress("registrants") as progress:
        listings = [_Listing(ctx, progress, occurrence_id) for occurrence_id in _listings(ctx.webinar)]
        for listing, following in zip_longest(listings, listings[1:]):
            yield from listing.read(following)
        _note_unlisted(ctx, listings)


def registers_per_occurrence(webinar: Webinar) -> bool:
    """Whether people register for single dates of a series, and not for all of it (Zoom's types 2 and 3)."""
    chosen = (Webinar.RegistrationType.PER_OCCURRENCE, Webinar.RegistrationType.ONCE_AND_CHOOSE)
    return webinar.kind == Webinar.Kind.RECURRING and webinar.registration_type in chosen


def _listings(webinar: Webinar) -> list[str]:
    """For which occurrences there are listings; "" is the webinar as a whole."""
    if not registers_per_occurrence(webinar):
        return [""]
    dates = webinar.occurrences.standing().exclude(occurrence_id="")
    return list(dates.values_list("occurrence_id", flat=True))


def _note_unlisted(ctx: WebinarContext, listings: list["_Listing"]) -> None:
    """Registrations for something that no longer takes any: a deleted date, or all dates at once.

    A date that was held cannot be cancelled by deleting it.
    """
    if not listings or any(listing.bad or not listing.is_complete for listing in listings):
        return
    stay = {listing.occurrence_id for listing in listings}
    if registers_per_occurrence(ctx.webinar):
        instances = ctx.webinar.instances.filter(occurrence__isnull=False).exclude(
            occurrence__occurrence_id=""
        )
        stay |= set(instances.values_list("occurrence__occurrence_id", flat=True))
    rows = Registrant.objects.filter(webinar=ctx.webinar, pk__lte=listings[0].last_known)
    _note_gone(ctx, rows.exclude(occurrence_id__in=stay))


def _note_gone(ctx: WebinarContext, absent: QuerySet[Registrant]) -> None:
    with ctx.writing():
        absent.filter(status__in=_FORGOTTEN).delete()
        since = Coalesce("cancellation_noticed_at", Value(ctx.now))
        gone = absent.exclude(status=Registrant.Status.GONE).update(
            status=Registrant.Status.GONE,
            cancellation_noticed_at=Case(When(cancelled_at=None, then=since), default=None),
            gone_in_run=ctx.run.pk,
        )
    ctx.count("registrants_gone", gone)


def _just_registered(now: datetime) -> Q:
    """People we registered a moment ago: Zoom's lists may not show them yet."""
    return Q(contact__isnull=False, seen_in_run=None, registered_at__gt=now - LISTED_AFTER)


class _Listing:
    """The three listings of a webinar, or of one occurrence."""

    def __init__(self, ctx: WebinarContext, progress: Progress, occurrence_id: str) -> None:
        self.ctx = ctx
        self.progress = progress
        self.occurrence_id = occurrence_id
        self.finished: set[Status] = set()
        self.bad = 0
        self.is_begun = False
        self.is_complete = True
        self.is_short = False
        self.last_known = 0  # the newest row of all when the listings begin

    def begin(self) -> None:
        """Send the first request. The others follow when all who are pending were listed."""
        if not self.is_begun:
            self.is_begun = True
            self.last_known = Registrant.objects.aggregate(newest=Max("pk"))["newest"] or 0
            self.ctx.zoom.send_ahead(self._call(FIRST))

    def read(self, following: Self | None) -> Iterator[None]:
        """A refusal costs this listing alone, and the listing then concludes nothing (D19)."""
        self.begin()
        yield
        try:
            yield from self._read(FIRST)
            self.ctx.zoom.send_ahead(*map(self._call, THEN))
            if following:
                following.begin()
            for status in THEN:
                yield from self._read(status)
        except (*FOR_GOOD, RegistrationNotEnabled) as error:
            self.is_complete = False
            note_refused(self.ctx, AuditCode.REGISTRANTS_REJECTED, error, occurrence_id=self.occurrence_id)
        self._finish()

    def _call(self, status: RegistrantStatus) -> Call[records.Registrant]:
        return endpoints.registrants(self.ctx.webinar.zoom_webinar_id, status, self.occurrence_id or None)

    def _read(self, status: RegistrantStatus) -> Iterator[None]:
        listing = self.ctx.zoom.registrants(
            self.ctx.webinar.zoom_webinar_id, status, self.occurrence_id or None
        )
        for chunk in chunks(listing):
            if chunk:
                self.is_complete = self.is_complete and not chunk.is_short
                self.is_short = self.is_short or chunk.is_short
                self._store(chunk, status)
            yield
        self.finished.add(Status(status))

    def _finish(self) -> None:
        if self.bad:
            reason = Message("sync.registrants_unreadable", count=self.bad)
            values = {"reason": reason, "occurrence_id": self.occurrence_id}
            self.ctx.findings.append(Finding(AuditCode.BAD_ANSWER, values=values))
        elif self.is_short:
            values = {"list": "registrants", "occurrence_id": self.occurrence_id}
            self.ctx.findings.append(Finding(AuditCode.LIST_INCOMPLETE, values=values))
        elif self.is_complete and absence_means_cancelled(self.finished):
            known = self._rows().filter(pk__lte=self.last_known).exclude(_just_registered(self.ctx.now))
            _note_gone(self.ctx, known.exclude(seen_in_run=self.ctx.run.pk))

    def _rows(self) -> QuerySet[Registrant]:
        return Registrant.objects.filter(webinar=self.ctx.webinar, occurrence_id=self.occurrence_id)

    def _store(self, page: Page[records.Registrant], status: RegistrantStatus) -> None:
        self.bad += len(page.bad)
        for bad in page.bad:
            reason = f"{bad.reason}: {bad.excerpt}"
            self.ctx.log(Message("sync.registrant_unreadable", reason=reason), Level.WARNING)
        new = 0
        with self.ctx.writing():
            if page.items:
                new = self._upsert(page.items, status)
            self.progress.advance(len(page.items))
        self.ctx.growth.note(Registrant, new)

    def _upsert(self, items: list[records.Registrant], status: RegistrantStatus) -> int:
        """How many are new."""
        webinar, run = self.ctx.webinar, self.ctx.run.pk
        ids = [item.id for item in items]
        emails = {item.id: normalise(item.email) for item in items} | self._known_otherwise(ids)
        deleted = suppressed_among(emails.values())
        is_denied = status is RegistrantStatus.DENIED
        known = self._cancelled_since(ids) if is_denied else {}
        just_noticed = (None, self.ctx.now if is_denied else None)
        written = bulk_upsert(
            Registrant,
            _FIELDS,
            (
                (
                    webinar.pk,
                    self.occurrence_id,
                    item.id,
                    *_identity(item, emails[item.id], deleted),
                    status.value,
                    item.create_time or webinar.first_seen_at,
                    *known.get(item.id, just_noticed),
                    run,
                )
                for item in items
            ),
            key=("webinar_id", "occurrence_id", "zoom_id"),
            touch=("seen_in_run",),
        )
        if written.total < len(ids):
            self._rows().filter(zoom_id__any_of=ids).exclude(seen_in_run=run).update(seen_in_run=run)
        self.ctx.count("registrants", written)
        return written.inserted

    def _cancelled_since(self, ids: list[str]) -> dict[str, tuple[datetime | None, datetime | None]]:
        """When those who were cancelled before were, or were first seen so: Zoom does not tell."""
        rows = self._rows().filter(zoom_id__any_of=ids, status__in=_CANCELLED)
        times = rows.values_list("zoom_id", "cancelled_at", "cancellation_noticed_at")
        return {
            zoom_id: (cancelled, noticed) for zoom_id, cancelled, noticed in times if cancelled or noticed
        }

    def _known_otherwise(self, ids: list[str]) -> dict[str, str]:
        """The contacts' addresses of those whom we registered, for Zoom may return another one, and what
        stands for those who were deleted since.
        """
        rows = Registrant.objects.filter(webinar=self.ctx.webinar, zoom_id__any_of=ids)
        known = rows.filter(Q(contact__isnull=False) | Q(email__startswith=STAND_IN))
        return dict(known.values_list("zoom_id", Coalesce("contact__email", "email")))


def _identity(item: records.Registrant, email: str, deleted: Mapping[str, str]) -> tuple[str, str, str]:
    """Address, first and last name; of a deleted contact what stands for the address alone (D22)."""
    if email in deleted or is_stand_in(email):
        return deleted.get(email, email), "", ""
    return email, item.first_name.strip(), item.last_name.strip()


_FIELDS = (
    "webinar_id",
    "occurrence_id",
    "zoom_id",
    "email",
    "first_name",
    "last_name",
    "status",
    "registered_at",
    "cancelled_at",
    "cancellation_noticed_at",
    "seen_in_run",
)
