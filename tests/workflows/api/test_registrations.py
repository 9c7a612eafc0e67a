"""/webinar-registrations: queued by programs, followed, retried, cancelled, called back from (R3, D16)."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from contacts.actions import delete_contact
from contacts.models import Contact
from tests.contacts.make import make_contact
from tests.support.at_once import at_once
from tests.workflows.registrations.helpers import additions, ana, schedule, work
from workflows.models import RegistrationJob, RegistrationStatus
from workflows.registrations.jobs import Options, Source, cancel, enqueue
from zoomsync.api.models import StoredAnswer
from zoomsync.callbacks.models import Callback, CallbackDelivery

pytestmark = pytest.mark.django_db

PATH = "webinar-registrations"
WISH = {"contact": {"email": "ana@customer.example"}, "webinar_id": "931 1234 5678"}
CALLBACK = "https://n8n.example/hook"


@pytest.fixture
def contact() -> Contact:
    return ana()


def end(job: RegistrationJob, outcome: str = "refused", reason: str = "webinar_over") -> None:
    RegistrationJob.objects.filter(pk=job.pk).update(state="complete", outcome=outcome, reason_code=reason)


def told() -> list[dict]:
    return [json.loads(row.body) for row in CallbackDelivery.objects.order_by("pk")]


def test_a_registration_is_accepted_with_its_job(marketer_api, contact):
    answer = marketer_api.post(PATH, WISH)
    assert answer.status_code == 202, answer.json()
    job = RegistrationJob.objects.get()
    assert answer["Location"] == f"/api/v1/{PATH}/{job.pk}"
    thing = answer.json()
    assert thing.pop("created_at").endswith("Z")
    assert thing == {
        "id": job.pk,
        "url": answer["Location"],
        "state": "queued",
        "contact": {"id": contact.pk, "email": "ana@customer.example"},
        "webinar_id": "93112345678",
        "occurrence_id": "",
        "reason": None,
        "source": "api",
        "attempts": 0,
        "next_attempt_at": None,
        "finished_at": None,
        "registrant_id": "",
    }


@pytest.mark.django_db(transaction=True)
def test_a_new_registration_takes_one_statement_each_for_token_contact_and_job(marketer_api, contact):
    """None begins or ends a transaction: each would be a round trip to the database."""
    with CaptureQueriesContext(connection) as captured:
        assert marketer_api.post(PATH, WISH).status_code == 202
    assert [query["sql"].split()[0] for query in captured] == ["UPDATE", "SELECT", "INSERT"]


@pytest.mark.parametrize("webinar_id", [93112345678, "93112345678", "931-1234-5678", " 931 1234 5678 "])
def test_r79_webinar_ids_are_taken_as_people_have_them(operator_api, contact, webinar_id):
    answer = operator_api.post(PATH, {"contact": {"id": contact.pk}, "webinar_id": webinar_id})
    assert answer.json()["webinar_id"] == "93112345678"


def test_an_unknown_contact_is_422(operator_api):
    for ref in ({"id": 4711}, {"email": "nobody@customer.example"}, {"email": "not an address"}):
        answer = operator_api.post(PATH, {**WISH, "contact": ref})
        assert (answer.status_code, answer.json()["code"]) == (422, "contact_not_found")
        assert answer.json()["errors"][0]["field"] == "contact"
    assert not RegistrationJob.objects.exists()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"contact": {}}, "contact"),
        ({"contact": {"id": 1, "email": "a@b.example"}}, "contact"),
        ({"contact": {"id": "1"}}, "contact.id"),
        ({"contact": {"id": 2**70}}, "contact.id"),
        ({"contact": "ana@customer.example"}, "contact"),
        ({"webinar_id": "roses"}, "webinar_id"),
        ({"webinar_id": None}, "webinar_id"),
        ({"webinar_id": 1.5}, "webinar_id"),
        ({"webinar_id": True}, "webinar_id"),
        ({"webinar_id": "9" * 30}, "webinar_id"),
        ({"occurrence_id": 5}, "occurrence_id"),
        ({"occurrence_id": "x" * 101}, "occurrence_id"),
        ({"callback_url": "http://n8n.example/"}, "callback_url"),
        ({"callback_url": "https://10.0.0.1/"}, "callback_url"),
        ({"callback_url": "nonsense"}, "callback_url"),
        ({"key": "x"}, "key"),
    ],
)
def test_wrong_input_names_its_field_and_queues_nothing(operator_api, contact, change, field):
    answer = operator_api.post(PATH, {**WISH, **change})
    assert answer.status_code == 422, answer.json()
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert not RegistrationJob.objects.exists()
    assert not Callback.objects.exists()


# One registration


def test_while_a_job_is_not_over_a_second_request_joins_it(operator_api, marketer_api, contact):
    first, second = operator_api.post(PATH, WISH), marketer_api.post(PATH, WISH)
    assert first.json()["id"] == second.json()["id"]


def test_d16_with_a_key_it_is_the_same_job_also_after_the_answer_is_forgotten(operator_api, contact):
    first = operator_api.post(PATH, WISH, idempotency_key="k")
    end(RegistrationJob.objects.get())
    StoredAnswer.objects.all().delete()
    again = operator_api.post(PATH, WISH, idempotency_key="k")
    assert "Idempotent-Replayed" not in again
    assert again.json()["id"] == first.json()["id"]
    assert again.json()["state"] == "refused"
    assert operator_api.post(PATH, WISH, idempotency_key="other").json()["id"] != first.json()["id"]


def test_keys_of_different_tokens_are_different(operator_api, marketer_api, contact):
    first = operator_api.post(PATH, WISH, idempotency_key="k").json()["id"]
    end(RegistrationJob.objects.get())
    assert marketer_api.post(PATH, WISH, idempotency_key="k").json()["id"] != first


@pytest.mark.django_db(transaction=True)
def test_of_many_requests_at_once_one_job_comes(make_api):
    ana()
    api = make_api()
    answers, problems = at_once(4, lambda _number: api.post(PATH, WISH).json()["id"])
    assert problems == []
    assert len(set(answers)) == RegistrationJob.objects.count() == 1


# Batches


def test_a_batch_names_who_is_unknown_and_lists_its_jobs(operator_api, contact):
    contacts = [
        {"id": contact.pk},
        {"email": "nobody@customer.example"},
        {"email": contact.email},
        {"id": 4711},
    ]
    answer = operator_api.post(f"{PATH}/batch", {"webinar_id": "931 1234 5678", "contacts": contacts})
    assert answer.status_code == 202
    thing = answer.json()
    assert thing["accepted"] == 1
    assert [(row["index"], row["code"]) for row in thing["refused"]] == [
        (1, "contact_not_found"),
        (3, "contact_not_found"),
    ]
    (job,) = operator_api.get(thing["url"]).json()["results"]
    assert job["contact"]["id"] == contact.pk
    assert answer["Location"] == thing["url"]


def test_a_batch_has_at_most_10000_contacts(operator_api):
    refs = [{"id": 1}] * 10_001
    answer = operator_api.post(f"{PATH}/batch", {"webinar_id": "1", "contacts": refs})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "contacts")
    wrong = operator_api.post(f"{PATH}/batch", {"webinar_id": "1", "contacts": [{"id": 1}, {}]})
    assert wrong.json()["errors"][0]["field"] == "contacts[1]"


# Following


def test_jobs_are_filtered(operator_api, contact):
    first = operator_api.post(PATH, WISH).json()["id"]
    second = operator_api.post(PATH, {**WISH, "webinar_id": 2}).json()["id"]
    end(RegistrationJob.objects.get(pk=second))

    def ids(query: str) -> list[int]:
        return [row["id"] for row in operator_api.get(f"{PATH}?{query}").json()["results"]]

    assert ids("") == [first, second]
    assert ids("state=queued") == ids("webinar_id=931-1234-5678") == [first]
    assert ids("state=refused") == ids("webinar_id=2") == [second]
    assert ids(f"contact={contact.pk}") == [first, second]
    assert ids("contact=4711") == ids("batch=1") == []
    assert operator_api.get(f"{PATH}?state=removed").status_code == 422


def test_the_reason_is_a_code_with_a_sentence(operator_api, contact):
    job = operator_api.post(PATH, WISH).json()
    end(RegistrationJob.objects.get())
    reason = operator_api.get(job["url"]).json()["reason"]
    assert reason["code"] == "webinar_over"
    assert reason["detail"].endswith(".")
    assert reason["fields"] == []


def test_a_removal_is_no_registration(operator_api, contact):
    job = enqueue(contact, 1, Source.PAGE, Options(action=RegistrationJob.Action.REMOVE))
    assert operator_api.get(f"{PATH}/{job.pk}").status_code == 404
    assert operator_api.get(PATH).json()["results"] == []


def test_a_refused_job_is_retried_and_a_waiting_one_is_cancelled(operator_api, contact):
    url = operator_api.post(PATH, WISH).json()["url"]
    assert operator_api.post(f"{url}/retry").json()["code"] == "not_possible_now"
    end(RegistrationJob.objects.get())
    assert operator_api.post(f"{url}/cancel").status_code == 409
    retried = operator_api.post(f"{url}/retry")
    assert (retried.status_code, retried.json()["state"]) == (202, "queued")
    cancelled = operator_api.post(f"{url}/cancel")
    assert (cancelled.status_code, cancelled.json()["state"]) == (200, "cancelled")


@pytest.mark.parametrize("path", ["", "/retry", "/cancel"])
def test_a_job_that_there_is_not_is_404(operator_api, path):
    send = operator_api.post if path else operator_api.get
    assert send(f"{PATH}/4711{path}").status_code == 404


def test_r60_the_join_link_is_in_no_answer(operator_api, account, simulator):
    contact = ana()
    webinar = schedule(simulator)
    url = operator_api.post(PATH, {"contact": {"id": contact.pk}, "webinar_id": webinar.id}).json()["url"]
    work()
    contact.refresh_from_db()
    answer = operator_api.get(url)
    assert answer.json()["state"] == "registered"
    assert answer.json()["registrant_id"]
    assert contact.zoom_webinar_joinlink
    assert contact.zoom_webinar_joinlink not in answer.text
    assert additions(simulator) == 1
    shown = operator_api.get(f"contacts/{contact.pk}").json()
    assert shown["zoom_webinar_joinlink"] == contact.zoom_webinar_joinlink


# Callbacks


def test_the_end_is_told_to_each_who_asked_for_it(operator_api, marketer_api, account, simulator):
    contact = ana()
    webinar = schedule(simulator)
    wish = {"contact": {"id": contact.pk}, "webinar_id": webinar.id, "callback_url": CALLBACK}
    url = operator_api.post(PATH, wish).json()["url"]
    marketer_api.post(PATH, wish)
    operator_api.post(PATH, wish)
    assert told() == []
    work()
    assert told() == [operator_api.get(url).json()] * 2
    assert {row.token.role for row in Callback.objects.all()} == {"operator", "marketer"}


def test_who_asks_after_the_end_is_told_at_once(operator_api, contact):
    operator_api.post(PATH, WISH, idempotency_key="k")
    end(RegistrationJob.objects.get())
    answer = operator_api.post(PATH, {**WISH, "callback_url": CALLBACK}, idempotency_key="k2")
    assert told() == []
    job = RegistrationJob.objects.get(pk=answer.json()["id"])
    end(job, outcome=RegistrationStatus.REGISTERED, reason="")
    StoredAnswer.objects.all().delete()
    operator_api.post(PATH, {**WISH, "callback_url": f"{CALLBACK}/2"}, idempotency_key="k2")
    assert [row["state"] for row in told()] == ["registered"]


def test_a_cancelled_job_is_told_too(operator_api, contact):
    url = operator_api.post(PATH, {**WISH, "callback_url": CALLBACK}).json()["url"]
    operator_api.post(f"{url}/cancel")
    assert [row["state"] for row in told()] == ["cancelled"]


def test_the_callback_of_a_task_is_signed_by_the_installation(contact):
    cancel(enqueue(contact, 1, Source.TASK, Options(callback_url=CALLBACK)))
    cancel(enqueue(contact, 2, Source.TASK, Options(callback_url="https://10.0.0.1/")))
    (callback,) = Callback.objects.all()
    assert (callback.url, callback.token) == (CALLBACK, None)


def test_d22_nothing_is_told_of_a_deleted_contact(operator_api, contact):
    url = operator_api.post(PATH, {**WISH, "callback_url": CALLBACK}).json()["url"]
    operator_api.post(f"{url}/cancel")
    delete_contact(contact.pk)
    assert not CallbackDelivery.objects.exists()
    assert operator_api.get(url).json()["contact"] is None


def test_the_number_of_queries_does_not_grow_with_the_list(operator_api, django_assert_max_num_queries):
    for _number in range(8):
        enqueue(make_contact(), 1, Source.API)
    with django_assert_max_num_queries(4):
        assert len(operator_api.get(PATH).json()["results"]) == 8
