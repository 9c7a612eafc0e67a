"""The step that reads a webinar's own data and its planned dates. One call; the next step's goes beside it.

When Zoom no longer has the webinar, its data stays here, and what Zoom has under a session's UUID still
syncs.
"""

from datetime import datetime

from core.emails import normalise
from core.messages import Message
from integrations import audit
from integrations.audit import AuditCode, Finding
from integrations.models import SyncRun, Webinar
from integrations.sync.context import Level, WebinarContext
from integrations.sync.steps.dates import Plan, plan_dates
from integrations.sync.steps.staff import write_hosts
from integrations.zoom import endpoints
from integrations.zoom.errors import BadAnswer, NotFound
from integrations.zoom.records import Occurrence, WebinarDetail


def read_details(ctx: WebinarContext) -> None:
    ctx.mark_checked(AuditCode.WEBINAR_NOT_FOUND)
    if ctx.webinar.state == Webinar.State.GONE and not ctx.run.is_full:
        ctx.is_readable = False
        return
    number = ctx.webinar.zoom_webinar_id
    ctx.zoom.send_ahead(endpoints.webinar(number), endpoints.instances(number))
    try:
        detail = ctx.zoom.webinar(ctx.webinar.zoom_webinar_id)
    except NotFound as error:
        ctx.is_readable = False
        ctx.log(Message("sync.webinar_not_found", reason=error.with_details), Level.WARNING)
        if _is_gone(ctx) or _is_being_listed(ctx):
            return
        ctx.findings.append(Finding(AuditCode.WEBINAR_NOT_FOUND, values={"reason": error.with_details}))
        return
    _refuse_without_dates(ctx.webinar, detail)
    with ctx.writing():
        _store(ctx.webinar, detail)
        write_hosts(ctx.webinar, detail.settings.alternative_hosts)
        if detail.occurrences:
            plan_dates(ctx.webinar, _plans(detail.occurrences))


def _is_gone(ctx: WebinarContext) -> bool:
    """Whether it was deleted, and is not just out of our sight: then there is nothing to warn of."""
    webinar = ctx.webinar
    if webinar.state != Webinar.State.GONE and webinar.host and webinar.host.is_gone:
        with ctx.writing():
            webinar.state = Webinar.State.GONE
            webinar.save(update_fields=["state"])
            audit.record(ctx.brand, AuditCode.WEBINAR_GONE, webinar=webinar, run=ctx.run)
    return webinar.state == Webinar.State.GONE


def _is_being_listed(ctx: WebinarContext) -> bool:
    """Whether a listing that is under way will tell if it was deleted. After a webhook event said so, one is.

    Until then nothing is concluded.
    """
    listings = SyncRun.objects.active().filter(connection=ctx.connection, kind=SyncRun.Kind.DISCOVERY)
    if not listings.exists():
        return False
    ctx.checked.discard(AuditCode.WEBINAR_NOT_FOUND)
    return True


def _refuse_without_dates(webinar: Webinar, detail: WebinarDetail) -> None:
    """Zoom deletes dates one by one, the last with the webinar: a series without any is half an answer."""
    if kind_of(detail.type) != Webinar.Kind.RECURRING or detail.occurrences:
        return
    if webinar.occurrences.standing().exclude(occurrence_id="").exists():
        raise BadAnswer(Message("zoom.series_without_dates"))


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
    """For a series, the list has the next date and the details may have the first: take the list's."""
    if detail.type == Webinar.Kind.RECURRING and webinar.starts_at:
        return webinar.starts_at
    return detail.start_time or webinar.starts_at


def _plans(occurrences: list[Occurrence]) -> dict[str, Plan]:
    """The answer has all dates, past ones too: one that is missing was deleted."""
    return {
        occurrence.occurrence_id: Plan(
            occurrence.start_time, occurrence.duration, is_deleted=occurrence.status == "deleted"
        )
        for occurrence in occurrences
    }


def kind_of(number: int) -> Webinar.Kind:
    """Zoom's type of webinar; a number that it may add one day is taken for a single webinar."""
    return Webinar.Kind(number) if number in Webinar.Kind.values else Webinar.Kind.SINGLE


def fit(text: str, length: int) -> str:
    """Text as a column of this length holds it on both databases."""
    return text.replace("\0", "").strip()[:length]
