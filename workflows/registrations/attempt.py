"""Attempts at jobs: what is known is checked, Zoom's daily limit is counted, and Zoom is called.

People of a bulk are registered together: what is read of a webinar is read once for all of them, and the
calls go out side by side. One alone goes the same way.

Nothing of the results is written here (`record`), but for what must be known before a call: that it will be
made. A worker that dies after that leaves a job that asks Zoom first.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from datetime import datetime

import structlog
from django.db import transaction
from django.utils import timezone

from core.bulk import bulk_update
from core.jobs import Lease
from core.jobs.run import CONNECTION_ERRORS
from core.jobs.together import renew_together
from integrations.rules.registration_reasons import (
    AlreadyRegistered,
    Failure,
    Refusal,
    RefusalReason,
    Wait,
    WaitReason,
)
from integrations.zoom.errors import ZoomError
from integrations.zoom.registration_errors import meaning_of
from workflows.models import RegistrationJob
from workflows.registrations.connections import account_for
from workflows.registrations.daily_limit import count_additions
from workflows.registrations.forms import FRESH_ENOUGH_TO_REFUSE
from workflows.registrations.known import load_known
from workflows.registrations.locking import lock_contacts
from workflows.registrations.registration import Registration
from workflows.registrations.removal import Removal
from workflows.registrations.results import Answer, Result, Work
from workflows.registrations.target import Target

log = structlog.get_logger(__name__)

# Answers that arrive within this time after the first one are given together.
GATHERING = 0.7  # seconds


def attempt(job: RegistrationJob, lease: Lease) -> Result:
    """Do what the job asks for as far as that is possible now."""
    if job.contact is None:
        return Refusal(RefusalReason.CONTACT_NOT_FOUND)
    account = account_for(job.zoom_webinar_id)
    if isinstance(account, RefusalReason):
        return Refusal(account)
    target = Target(account, *_aim(job))
    if job.action == RegistrationJob.Action.REMOVE:
        return _result_of(Removal(job, job.contact, target).perform)
    person = Registration(job, lease, job.contact, target)
    if _begin([person]):
        person.result = _result_of(person.conclude)
    assert person.result is not None  # noqa: S101 - it would have been called
    return person.result


def register_together(works: Sequence[Work]) -> Iterator[list[Answer]]:
    """Register these people, each of them another contact; gives results as they become known.

    Some have none: a person who can't be registered before others were asked about, or something that breaks.
    """
    people = _people(works)
    calls = _begin(people)
    known = [person for person in people if person.result]
    if known:
        yield _answers(known)
    if calls:
        yield from _answers_to(calls)


type _Aim = tuple[int, str, datetime | None, str]


def _aim(job: RegistrationJob) -> _Aim:
    """Webinar and date; where a call's answer is unknown, the date that it named."""
    sent_date = job.sent_date if job.sent_at else ""
    return job.zoom_webinar_id, job.occurrence_id, job.starts_after, sent_date


def _people(works: Sequence[Work]) -> list[Registration]:
    """Without those of a webinar that can't be reached: they are told so one by one."""
    targets: dict[_Aim, Target | None] = {}
    people = []
    for job, lease in works:
        key = _aim(job)
        if key not in targets:
            account = account_for(job.zoom_webinar_id)
            targets[key] = None if isinstance(account, RefusalReason) else Target(account, *key)
        target = targets[key]
        if target and job.contact:
            people.append(Registration(job, lease, job.contact, target))
    return people


def _begin(people: Sequence[Registration]) -> list[Registration]:
    """Those whom Zoom is to be asked to add; their calls are noted. The others have their results then."""
    by_target: dict[Target, list[Registration]] = defaultdict(list)
    for person in people:
        by_target[person.target].append(person)
    for target, some in by_target.items():
        _check(target, some)
    prepared = [person for person in people if person.result is None and _prepare(person)]
    return _note_calls(prepared) if prepared else []


def _check(target: Target, people: Sequence[Registration]) -> None:
    """Zoom is asked first about those whose call has no answer yet: what is in the way by now, such as a
    webinar that is over, doesn't say whether the call registered them.
    """
    unsure = [person for person in people if person.job.sent_at]
    try:
        target.load_form()
        _find_earlier(target, unsure)
        _refuse(target, [person for person in people if person.result is None])
        _find_earlier(target, [person for person in people if person.result is None and person not in unsure])
    except ZoomError as error:
        for person in people:
            person.result = person.result or _as_result(error)


def _find_earlier(target: Target, people: Sequence[Registration]) -> None:
    if not people:
        return
    date = target.date()
    known = load_known([person.job for person in people], target.webinar, date)
    for person in people:
        person.known, person.date = known[person.contact.pk], date
        person.result = _result_of(person.find_earlier)


def _refuse(target: Target, people: Sequence[Registration]) -> None:
    """Someone may just have changed in Zoom what was in the way."""
    if any(target.refusal_of(person.contact) for person in people):
        target.load_form(FRESH_ENOUGH_TO_REFUSE)
    for person in people:
        person.result = target.refusal_of(person.contact)


def _prepare(person: Registration) -> bool:
    try:
        person.prepare()
    except ZoomError as error:
        person.result = _as_result(error)
        return False
    return True


def _note_calls(people: Sequence[Registration]) -> list[Registration]:
    """Committed before the calls are made: that there are any, which dates they name, and that they count.

    Those who may be added today. Raises `LeaseLostError` if any lease is lost: then nothing is noted.
    """
    now = timezone.now()
    for person in people:
        person.lease.check()
    with transaction.atomic():
        _leave_out(people)
        calls = [person for person in people if person.result is None]
        if calls:
            renew_together([person.lease for person in calls], sent_at=now)
            _note_dates(calls)
    for person in calls:
        person.job.sent_at = now
    return calls


def _leave_out(people: Sequence[Registration]) -> None:
    """Those who were deleted meanwhile, or may not be added today."""
    there = lock_contacts([person.contact.pk for person in people])
    free_at = count_additions([person.job for person in people if person.contact.pk in there])
    for person in people:
        if person.contact.pk not in there:
            person.result = Refusal(RefusalReason.CONTACT_NOT_FOUND)
        elif moment := free_at.get(person.contact.pk):
            person.result = Wait(WaitReason.DAILY_LIMIT, moment)


def _note_dates(people: Sequence[Registration]) -> None:
    """Of most webinars no date is named, and nothing is written."""
    rows = [(person.job.pk, person.date) for person in people if person.job.sent_date != person.date]
    bulk_update(RegistrationJob, ("sent_date",), rows)


def _answers_to(people: Sequence[Registration]) -> Iterator[list[Answer]]:
    """Sends the calls side by side, and gives their answers as they arrive."""
    with ThreadPoolExecutor(len(people), thread_name_prefix="registering") as pool:
        waiting = {person.call.begin(pool): person for person in people if person.call}
        while waiting:
            wait(waiting, return_when=FIRST_COMPLETED)
            arrived, _later = wait(waiting, GATHERING)
            some = [waiting.pop(reply) for reply in arrived]
            for person in some:
                _conclude(person)
            yield _answers([person for person in some if person.result])


def _conclude(person: Registration) -> None:
    """A person without a result is attempted again, alone, and Zoom asked first."""
    try:
        person.result = _result_of(person.conclude)
    except CONNECTION_ERRORS:
        raise
    except Exception:
        log.exception("registration_broke", job=person.job.pk)


def _answers(people: Sequence[Registration]) -> list[Answer]:
    return [(person.job, person.lease, person.result) for person in people if person.result]


def _result_of[R: Result | None](act: Callable[[], R]) -> R | Result:
    try:
        return act()
    except ZoomError as error:
        return _as_result(error)


def _as_result(error: ZoomError) -> Result:
    meaning = meaning_of(error)
    if isinstance(meaning, AlreadyRegistered):  # of somebody whom no list has
        return Failure(error.details.text)
    return meaning
