"""The step that reads a webinar's own data and its planned dates. One call.

Decides what it means that Zoom does not have the webinar (any more): what was synced stays, and what can be
read by the UUID of a session is still read. Nothing is concluded of a webinar that was not asked for.
"""

from datetime import datetime

from django.utils.translation import gettext as _

from core.bulk import bulk_upsert
from core.emails import normalise
from integrations.audit import Finding
from integrations.models import Webinar, WebinarOccurrence
from integrations.sync.context import Level, WebinarContext
from integrations.zoom.errors import BadAnswer, NotFound
from integrations.zoom.records import Occurrence, WebinarDetail


def read_details(ctx: WebinarContext) -> None:
    if ctx.webinar.state == Webinar.State.GONE and not ctx.run.is_full:
        ctx.is_readable = False
        return
    ctx.mark_checked("E6", "not_found_in_account")
    try:
        detail = ctx.zoom.webinar(ctx.webinar.zoom_id)
    except NotFound as error:
        ctx.is_readable = False
        ctx.log(_("Zoom doesn't have this webinar: %s") % error, Level.WARNING)
        ctx.found.append(Finding("E6", "not_found_in_account", details={"zoom": str(error.said)}))
        return
    _refuse_without_dates(ctx.webinar, detail)
    with ctx.writing():
        _store(ctx.webinar, detail)
        _store_occurrences(ctx, detail.occurrences)


def _refuse_without_dates(webinar: Webinar, detail: WebinarDetail) -> None:
    """Zoom deletes dates one by one, the last with the webinar: a series without any is half an answer."""
    if kind_of(detail.type) != Webinar.Kind.RECURRING or detail.occurrences:
        return
    if webinar.occurrences.filter(is_deleted=False).exists():
        raise BadAnswer(_("Zoom's response about a series lacks its dates."))


def _store(webinar: Webinar, detail: WebinarDetail) -> None:
    """The row that the other steps go by is brought up to date along with the database's."""
    facts = {
        "topic": fit(detail.topic, 500),
        "kind": kind_of(detail.type),
        "starts_at": _start(webinar, detail),
        "duration_minutes": detail.duration,
        "approval": detail.settings.approval_type,
        "registration_type": detail.settings.registration_type,
        "host_email": normalise(detail.host_email) or webinar.host_email,
    }
    changed = {name: value for name, value in facts.items() if getattr(webinar, name) != value}
    if changed:
        for name, value in changed.items():
            setattr(webinar, name, value)
        webinar.save(update_fields=list(changed))


def _start(webinar: Webinar, detail: WebinarDetail) -> datetime | None:
    """Of a series the list of webinars tells the next date, and the details perhaps the first: the list's."""
    if detail.type == Webinar.Kind.RECURRING and webinar.starts_at:
        return webinar.starts_at
    return detail.start_time or webinar.starts_at


def _store_occurrences(ctx: WebinarContext, occurrences: list[Occurrence]) -> None:
    """The answer has all of them, past ones too: one that is missing was deleted."""
    bulk_upsert(
        WebinarOccurrence,
        ("webinar_id", "occurrence_id", "starts_at", "duration_minutes", "is_deleted"),
        (
            (
                ctx.webinar.pk,
                occurrence.occurrence_id,
                occurrence.start_time,
                occurrence.duration,
                occurrence.status == "deleted",
            )
            for occurrence in occurrences
        ),
        key=("webinar_id", "occurrence_id"),
    )
    listed = [occurrence.occurrence_id for occurrence in occurrences]
    rows = WebinarOccurrence.objects.filter(webinar=ctx.webinar, is_deleted=False)
    rows.exclude(occurrence_id__in=listed).update(is_deleted=True)


def kind_of(number: int) -> Webinar.Kind:
    """Zoom's type of webinar; a number that it may add one day is taken for a single webinar."""
    return Webinar.Kind(number) if number in Webinar.Kind.values else Webinar.Kind.SINGLE


def fit(text: str, length: int) -> str:
    """Text as a column of this length holds it on both databases."""
    return text.replace("\0", "").strip()[:length]
