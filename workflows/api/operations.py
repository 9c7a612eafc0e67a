"""/webinar-registrations: contacts registered for webinars, by jobs that are followed or called back from."""

from functools import partial
from hashlib import sha256

from django.db import transaction
from django.http import Http404, HttpResponse
from ninja import Router

from contacts.models import Contact
from core.api.access import ApiRequest, Bearer
from core.api.callbacks import ask_for_callback
from core.api.cursors import Page, WalkQuery, page_of
from core.api.etags import versioned
from core.api.problems import FieldError, Problem, define, invalid
from core.api.routers import register
from core.api.types import GivenWebinarId
from core.emails import normalise
from core.roles import Right
from integrations.rules.registration_reasons import RefusalReason
from workflows.api.schemas import (
    BatchAccepted,
    ContactRefGiven,
    JobAnswered,
    JobStatus,
    RefusedContact,
    RegistrationBatchGiven,
    RegistrationGiven,
)
from workflows.models import RegistrationJob
from workflows.models.registrations import RegistrationJobQuerySet
from workflows.registrations.jobs import (
    ContactRef,
    NotPossibleNowError,
    Options,
    cancel,
    enqueue,
    enqueue_batch,
    retry,
)
from workflows.registrations.representation import API_PATH, as_dict

router = Router(tags=["Registrations"])
register("/webinar-registrations", router)

NO_SUCH_CONTACT = "There is no such contact."
CONTACT_NOT_FOUND = define(
    RefusalReason.CONTACT_NOT_FOUND.value,
    422,
    "Contact not found",
    "No contact has this ID or this address. Create the contact first.",
)
NOT_POSSIBLE_NOW = define(
    "not_possible_now",
    409,
    "Not possible now",
    "Jobs are retried when they were refused, failed or cancelled, and cancelled while they wait.",
)

MAY_REGISTER = Bearer(Right.REGISTER_CONTACTS)


@router.post("", response={202: JobAnswered}, auth=MAY_REGISTER, summary="Register a contact for a webinar")
def create_registration(request: ApiRequest, body: RegistrationGiven) -> HttpResponse:
    """Queues a job. Follow it at its `url`, or give a `callback_url` to hear of its end.

    While a job for the same contact, webinar and date isn't over, a second request joins it. With
    `Idempotency-Key`, all requests with that key are one job, however late they come.
    """
    contact = contact_of(body.contact)
    options = Options(occurrence_id=body.occurrence_id, key=permanent_key(request))
    queue = partial(enqueue, contact, int(body.webinar_id), RegistrationJob.Source.API, options)
    if body.callback_url:
        with transaction.atomic():
            job = queue()
            _call_back(request, job, body.callback_url)
    else:
        job = queue()
    job.contact = contact
    return _answer(request, job, status=202)


@router.post(
    "/batch", response={202: BatchAccepted}, auth=MAY_REGISTER, summary="Register many contacts for a webinar"
)
def create_registrations(request: ApiRequest, body: RegistrationBatchGiven) -> HttpResponse:
    """Queues a job for each of up to 10,000 contacts. `refused` names those who are no contacts."""
    refs = [ContactRef(**contact.model_dump(exclude_unset=True)) for contact in body.contacts]
    options = Options(occurrence_id=body.occurrence_id, key=permanent_key(request))
    queued = enqueue_batch(refs, int(body.webinar_id), RegistrationJob.Source.API, options)
    refused = [
        RefusedContact(index=row.index, code=row.reason.value, detail=NO_SUCH_CONTACT)
        for row in queued.refused
    ]
    url = f"{API_PATH}?batch={queued.batch.pk}"
    return versioned(
        request, BatchAccepted(accepted=queued.accepted, refused=refused, url=url), status=202, location=url
    )


@router.get("", response=Page[JobAnswered], summary="List registrations")
def list_registrations(
    request: ApiRequest,
    walk: WalkQuery,
    state: JobStatus | None = None,
    webinar_id: GivenWebinarId | None = None,
    contact: int | None = None,
    batch: int | None = None,
    workflow: int | None = None,
) -> dict[str, object]:
    """`contact`, `batch` and `workflow` are IDs."""
    jobs = _jobs()
    if state is not None:
        jobs = jobs.in_status(state)
    if webinar_id is not None:
        jobs = jobs.filter(zoom_webinar_id=int(webinar_id))
    if contact is not None:
        jobs = jobs.filter(contact=contact)
    if batch is not None:
        jobs = jobs.filter(batch=batch)
    if workflow is not None:
        jobs = jobs.filter(workflow=workflow)
    return page_of(jobs, walk, lambda rows: [_answered(row) for row in rows])


@router.get("/{int:job_id}", response={200: JobAnswered, 304: None}, summary="One registration")
def read_registration(request: ApiRequest, job_id: int) -> HttpResponse:
    return _answer(request, _job(_jobs(), job_id))


@router.post(
    "/{int:job_id}/retry", response={202: JobAnswered}, auth=MAY_REGISTER, summary="Retry a registration"
)
def retry_registration(request: ApiRequest, job_id: int) -> HttpResponse:
    """Takes jobs that were refused, failed or cancelled."""
    try:
        job = retry(_job(_jobs(), job_id))
    except NotPossibleNowError:
        raise Problem(NOT_POSSIBLE_NOW) from None
    return _answer(request, job, status=202)


@router.post(
    "/{int:job_id}/cancel", response={200: JobAnswered}, auth=MAY_REGISTER, summary="Cancel a registration"
)
def cancel_registration(request: ApiRequest, job_id: int) -> HttpResponse:
    """Takes jobs that wait. A registration that Zoom has already is not undone."""
    try:
        job = cancel(_job(_jobs(), job_id))
    except NotPossibleNowError:
        raise Problem(NOT_POSSIBLE_NOW) from None
    return _answer(request, job)


def _jobs() -> RegistrationJobQuerySet:
    return RegistrationJob.objects.registering().select_related("contact")


def _job(jobs: RegistrationJobQuerySet, job_id: int) -> RegistrationJob:
    job = jobs.filter(pk=job_id).first()
    if job is None:
        raise Http404
    return job


def contact_of(ref: ContactRefGiven) -> Contact:
    """One query, of what an answer names."""
    known = {"pk": ref.id} if ref.id else {"addresses__email": normalise(ref.email)}
    contact = Contact.objects.only("email").filter(**known).first()
    if contact is None:
        raise Problem(CONTACT_NOT_FOUND, NO_SUCH_CONTACT, errors=[FieldError("contact", NO_SUCH_CONTACT)])
    return contact


def permanent_key(request: ApiRequest) -> str:
    """The idempotency key for good, not only for a day: each token has keys of its own."""
    key = request.headers.get("Idempotency-Key")
    return f"api:{sha256(f'{request.caller.pk}:{key}'.encode()).hexdigest()}" if key else ""


def _call_back(request: ApiRequest, job: RegistrationJob, url: str) -> None:
    """The job is locked, so that it does not end between our look and our wish."""
    locked = RegistrationJob.objects.select_for_update().get(pk=job.pk)
    content = None if locked.is_active else as_dict(locked)
    try:
        ask_for_callback(f"registration:{job.pk}", url, request.caller, content)
    except ValueError as refusal:
        raise invalid("callback_url", str(refusal)) from None


def _answered(job: RegistrationJob) -> JobAnswered:
    return JobAnswered.model_validate(as_dict(job))


def _answer(request: ApiRequest, job: RegistrationJob, *, status: int = 200) -> HttpResponse:
    thing = _answered(job)
    return versioned(request, thing, status=status, location=thing.url if status == 202 else "")
