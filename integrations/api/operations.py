"""/webinars, /runs, /skipped-people, /audit-entries."""

from datetime import datetime
from typing import Annotated, Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
from ninja import Query, Router

from core.api.access import ApiRequest, Bearer, Caller
from core.api.cursors import Page, WalkQuery, page_of
from core.api.etags import demand_current, versioned
from core.api.problems import Problem, define
from core.api.routers import register
from core.api.types import GivenTime, GivenWebinarId
from core.roles import Right
from integrations.api import answers
from integrations.api.schemas import (
    AuditEntryAnswered,
    RunAnswered,
    SkippedPersonAnswered,
    WebinarAnswered,
    WebinarPatch,
)
from integrations.audit import codes_of
from integrations.models import AuditEntry, SkippedPerson, SyncRun, Webinar, ZoomConnection
from integrations.settings.effective import brand_switches, effect
from integrations.settings_changes import ActionError, set_webinar
from integrations.sync.runs.queue import enqueue_webinar
from integrations.views._shared.labels import why_not

webinars = Router(tags=["Webinars"])
runs = Router(tags=["Webinars"])
skipped = Router(tags=["Audit"])
audit = Router(tags=["Audit"])
register("/webinars", webinars)
register("/runs", runs)
register("/skipped-people", skipped)
register("/audit-entries", audit)

SETTING_REFUSED = define(
    "setting_refused", 409, "Setting not possible", "Another setting has to be changed first: see “detail”."
)
CANNOT_SYNC = define(
    "cannot_sync", 409, "Webinar doesn't sync", "A setting keeps it from syncing, or Zoom is disconnected."
)


class TokenActor:
    """A token as the history of settings names it: no account user stands behind it."""

    pk = None

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def __str__(self) -> str:
        return f"API token “{self._caller}”"

    def may(self, right: Right) -> bool:
        return self._caller.may(right)


@webinars.get("", response=Page[WebinarAnswered], summary="List webinars")
def list_webinars(request: ApiRequest, walk: WalkQuery, brand: str | None = None) -> dict[str, object]:
    """`brand` is a brand's name."""
    rows = _webinars()
    if brand is not None:
        rows = rows.filter(_brand_is("connection__brand", brand))
    return page_of(rows, walk, answers.webinars)


@webinars.get("/{webinar_id}", response={200: WebinarAnswered, 304: None}, summary="One webinar")
def read_webinar(request: ApiRequest, webinar_id: GivenWebinarId) -> HttpResponse:
    return versioned(request, answers.webinars([_webinar(webinar_id)])[0])


@webinars.patch(
    "/{webinar_id}",
    response=WebinarAnswered,
    auth=Bearer(Right.CHANGE_SETTINGS),
    summary="Turn a webinar's sync on or off",
)
def change_webinar(request: ApiRequest, webinar_id: GivenWebinarId, patch: WebinarPatch) -> HttpResponse:
    """What was missed while it was off is synced at once. Needs “Sync webinar data” to be on (R16)."""
    wanted = patch.switches.model_dump(exclude_unset=True)
    with transaction.atomic():
        webinar = _webinar(webinar_id)
        demand_current(request, answers.webinars([webinar])[0])
        try:
            set_webinar(webinar, **wanted, actor=TokenActor(request.caller))
        except ActionError as refusal:
            raise Problem(SETTING_REFUSED, str(refusal)) from None
    return versioned(request, answers.webinars([_webinar(webinar_id)])[0])


@webinars.post(
    "/{webinar_id}/sync",
    response={202: RunAnswered},
    auth=Bearer(Right.SYNC_NOW),
    summary="Sync a webinar now",
)
def sync_webinar(request: ApiRequest, webinar_id: GivenWebinarId) -> HttpResponse:
    """Queues a full sync, or joins the one that waits. Follow it at the run's `url`."""
    webinar = _webinar(webinar_id)
    if webinar.connection.state == ZoomConnection.State.DISCONNECTED:
        raise Problem(CANNOT_SYNC, "Zoom is disconnected.")
    verdict = effect(brand_switches(webinar.connection.brand), webinar).webinar
    if not verdict:
        raise Problem(CANNOT_SYNC, f"{why_not(verdict)}.")
    run = answers.run(enqueue_webinar(webinar, SyncRun.Trigger.MANUAL, depth=SyncRun.Depth.FULL))
    return versioned(request, run, status=202, location=run.url)


@runs.get("/{int:run_id}", response={200: RunAnswered, 304: None}, summary="One sync run")
def read_run(request: ApiRequest, run_id: int) -> HttpResponse:
    run = SyncRun.objects.select_related("webinar").filter(pk=run_id).first()
    if run is None:
        raise Http404
    return versioned(request, answers.run(run))


@skipped.get("", response=Page[SkippedPersonAnswered], summary="List skipped people")
def list_skipped_people(
    request: ApiRequest,
    walk: WalkQuery,
    q: str = "",
    reason: SkippedPerson.Reason | None = None,
    stage: SkippedPerson.Stage | None = None,
    webinar_id: GivenWebinarId | None = None,
    host: str | None = None,
    brand: str | None = None,
) -> dict[str, object]:
    """People a rule kept out of the CRM, with the rule."""
    rows = SkippedPerson.objects.search(q).select_related("webinar")
    rows = rows.filter(_given(reason=reason, stage=stage), **_of_webinar(webinar_id, host))
    if brand is not None:
        rows = rows.filter(_brand_is("webinar__connection__brand", brand))
    return page_of(rows, walk, answers.skipped_people)


@audit.get("", response=Page[AuditEntryAnswered], summary="List audit entries")
def list_audit_entries(
    request: ApiRequest,
    walk: WalkQuery,
    q: str = "",
    severity: AuditEntry.Severity | None = None,
    state: AuditEntry.State | None = None,
    code: str | None = None,
    from_: Annotated[GivenTime | None, Query(alias="from")] = None,
    to: GivenTime | None = None,
    webinar_id: GivenWebinarId | None = None,
    host: str | None = None,
    brand: str | None = None,
) -> dict[str, object]:
    """What the sync did and could not do. Those from `from` on, and before `to`."""
    rows = AuditEntry.objects.search(q).since(from_).until(to).select_related("brand", "webinar")
    rows = rows.filter(_given(severity=severity, state=state), **_of_webinar(webinar_id, host))
    if code is not None:
        rows = rows.filter(code__in=codes_of(code))
    if brand is not None:
        rows = rows.filter(_brand_is("brand", brand))
    return page_of(rows, walk, answers.audit_entries)


def _webinars() -> QuerySet[Webinar]:
    return Webinar.objects.select_related("host", "connection__brand")


def _webinar(webinar_id: str) -> Webinar:
    """The webinar with this number; if two accounts know it, the primary brand's."""
    order = ("-connection__brand__is_primary", "pk")
    webinar = _webinars().filter(zoom_webinar_id=int(webinar_id)).order_by(*order).first()
    if webinar is None:
        raise Http404
    return webinar


def _brand_is(path: str, brand: str) -> Q:
    return Q(**{f"{path}__name__iexact": brand}) | Q(**{f"{path}__slug": brand})


def _given(**columns: str | datetime | None) -> Q:
    return Q(**{name: value for name, value in columns.items() if value is not None})


def _of_webinar(webinar_id: str | None, host: str | None) -> dict[str, Any]:
    conditions: dict[str, Any] = {}
    if webinar_id is not None:
        conditions["webinar__zoom_webinar_id"] = int(webinar_id)
    if host is not None:
        conditions["webinar__host_email"] = host
    return conditions
