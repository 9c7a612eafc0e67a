"""What holds for every operation: tokens, errors, limits, idempotency, walks (API.md)."""

from datetime import timedelta
from threading import Event

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from contacts.api import operations
from contacts.models import Contact
from core.api.merge_patch import merge
from core.roles import Role
from tests.contacts.make import make_contact
from tests.support.api import ApiClient
from tests.support.at_once import at_once
from zoomsync.api import authentication, idempotency
from zoomsync.api.models import ApiToken, StoredAnswer
from zoomsync.api.tokens import create_token, revoke_token

pytestmark = pytest.mark.django_db

ANN = {"email": "ann@example.com"}


def code_of(answer) -> tuple[int, str]:
    assert answer["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert problem.keys() >= {"type", "title", "status", "detail", "code"}
    assert problem["status"] == answer.status_code
    assert problem["type"] == f"/api/v1/docs#problem-{problem['code']}"
    return answer.status_code, problem["code"]


# Tokens


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "Bearer ",
        "Bearer zst_wrong",
        "Basic YTpi",
        "Bearer \xff",
        "zst_wrong",
        "Token zst_wrong",
    ],
)
def test_without_a_token_that_lives_nothing_is_answered(header):
    headers = {"Authorization": header} if header else {}
    answer = Client().get("/api/v1/contacts", headers=headers)
    assert code_of(answer) == (401, "not_authenticated")
    assert answer["WWW-Authenticate"] == "Bearer"


def test_a_session_is_no_token(alice_client):
    assert code_of(alice_client.get("/api/v1/contacts")) == (401, "not_authenticated")


def test_a_token_that_was_revoked_or_has_ended_opens_nothing(make_api):
    revoked, ended = make_api(name="revoked"), make_api(name="ended", days=1)
    assert revoked.get("contacts").status_code == ended.get("contacts").status_code == 200
    revoke_token(ApiToken.objects.get(name="revoked"))
    ApiToken.objects.filter(name="ended").update(expires_at=timezone.now())
    assert code_of(revoked.get("contacts")) == code_of(ended.get("contacts")) == (401, "not_authenticated")


def test_a_token_knows_when_it_was_last_used(admin_api):
    assert ApiToken.objects.get().last_used_at is None
    admin_api.get("contacts")
    assert timezone.now() - ApiToken.objects.get().last_used_at < timedelta(minutes=1)


def test_no_token_is_logged_whatever_is_wrong_with_it(caplog, settings):
    settings.DEBUG = True
    plain = create_token("n8n", Role.ADMIN).plain
    for scheme in ("Bearer", "Basic", "Token"):
        Client().get("/api/v1/contacts?q=\0", headers={"Authorization": f"{scheme} {plain}"})
    assert plain not in caplog.text


# Errors


@pytest.mark.parametrize(
    "body", [b"{", b"\xff", b'{"email": NaN}', b"[" * 100_000, b"9" * 5_000, b"{'a': 1}"]
)
def test_what_is_no_json_is_400(admin_api, body):
    assert code_of(admin_api.post("contacts", body)) == (400, "invalid_json")


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "", "application/xml"])
def test_what_is_not_sent_as_json_is_415(admin_api, kind):
    answer = admin_api.post("contacts", ANN, content_type=kind)
    assert code_of(answer) == (415, "unsupported_media_type")
    assert not Contact.objects.exists()


def test_head_is_answered_as_get_without_its_content(admin_api):
    """RFC 9110, 9.3.2: the same headers, the length of what GET would send among them."""
    make_contact("anna@customer.example")
    for path in ("contacts", "contacts/999999", "nothing", "openapi.json", "docs"):
        get, head = admin_api.get(path), admin_api.send("HEAD", path)
        assert (head.status_code, head.content) == (get.status_code, b"")
        assert head["Content-Length"] == str(len(get.content))
        assert head["Content-Type"] == get["Content-Type"]


def test_head_of_what_only_takes_post_is_405(admin_api):
    answer = admin_api.send("HEAD", "webinar-registrations/batch")
    assert (answer.status_code, answer["Allow"], answer.content) == (405, "POST", b"")


def test_a_method_that_is_not_there_is_405_and_says_which_are(admin_api):
    answer = admin_api.put("contacts", ANN)
    assert code_of(answer) == (405, "method_not_allowed")
    assert set(answer["Allow"].split(", ")) == {"GET", "HEAD", "POST"}


@pytest.mark.parametrize("path", ["nothing", "contacts/x", "contacts/7/x", "", "contacts/"])
def test_an_address_that_is_not_there_is_404(admin_api, path):
    assert code_of(admin_api.get(path)) == (404, "not_found")


def test_a_body_that_is_too_large_is_413_and_nothing_is_written(admin_api, settings):
    too_much = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    answer = admin_api.post("contacts", {**ANN, "first_name": "x" * too_much})
    assert code_of(answer) == (413, "body_too_large")
    assert not Contact.objects.exists()


def test_a_body_of_a_megabyte_names_the_field_that_is_too_long(admin_api):
    answer = admin_api.post("contacts", {**ANN, "first_name": "x" * 1_000_000})
    assert code_of(answer) == (422, "invalid_input")
    assert [error["field"] for error in answer.json()["errors"]] == ["first_name"]
    assert len(answer.content) < 10_000


def test_a_bug_is_a_problem_too_and_is_logged(admin_api, monkeypatch, caplog):
    def broken(_contacts: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr("contacts.api.operations.answered", broken)
    contact = make_contact()
    assert code_of(admin_api.get(f"contacts/{contact.pk}")) == (500, "internal_error")
    assert "a bug" in caplog.text


def test_a_filter_that_is_misspelt_does_not_answer_with_everything(admin_api):
    answer = admin_api.get("contacts?emial=ann@example.com")
    assert code_of(answer) == (422, "invalid_input")
    assert answer.json()["errors"][0]["field"] == "emial"


def test_nul_in_a_path_is_400_and_from_a_query_it_is_taken_out(admin_api):
    assert code_of(admin_api.get("contacts/%00")) == (400, "bad_request")
    ann = make_contact("ann@example.com")
    assert [row["id"] for row in admin_api.get("contacts?q=an%00n").json()["results"]] == [ann.pk]


def test_another_charset_than_utf8_is_415(admin_api):
    answer = admin_api.post("contacts", ANN, content_type="application/json; charset=utf-16")
    assert code_of(answer) == (415, "unsupported_media_type")


# Rate limit


@pytest.fixture
def three_a_minute(monkeypatch):
    monkeypatch.setattr(authentication, "REQUESTS_PER_MINUTE", 3)


def test_the_answers_say_how_many_requests_are_left(admin_api, three_a_minute):
    answers = [admin_api.get("contacts") for _number in range(4)]
    assert [answer["RateLimit-Remaining"] for answer in answers] == ["2", "1", "0", "0"]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert code_of(answers[3]) == (429, "rate_limited")
    assert 1 <= int(answers[3]["Retry-After"]) <= 60
    assert answers[0]["RateLimit-Limit"] == "3"


def test_each_token_has_a_limit_of_its_own(admin_api, operator_api, three_a_minute):
    for _number in range(4):
        admin_api.get("contacts")
    assert operator_api.get("contacts").status_code == 200


def test_the_next_minute_counts_anew(admin_api, three_a_minute):
    for _number in range(4):
        admin_api.get("contacts")
    ApiToken.objects.update(counted_minute=1)
    assert admin_api.get("contacts").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_of_many_requests_at_once_none_is_forgotten():
    new = create_token("n8n", Role.ADMIN)
    at_once(8, lambda _number: ApiClient(new.plain).get("contacts"))
    new.token.refresh_from_db()
    assert new.token.counted_requests == 8


# Idempotency


def test_a_key_gives_the_first_answer_again(admin_api):
    first = admin_api.post("contacts", ANN, idempotency_key="k")
    Contact.objects.update(first_name="Ann")
    again = admin_api.post("contacts", ANN, idempotency_key="k")
    assert (again.status_code, again.content) == (201, first.content)
    assert (again["Location"], again["ETag"]) == (first["Location"], first["ETag"])
    assert again["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first
    assert Contact.objects.count() == 1


def test_an_error_is_an_answer_too(admin_api):
    first = admin_api.post("contacts", {"email": "no"}, idempotency_key="k")
    again = admin_api.post("contacts", {"email": "no"}, idempotency_key="k")
    assert first.status_code == again.status_code == 422
    assert again.content == first.content
    assert again["Content-Type"] == "application/problem+json"
    assert again["Idempotent-Replayed"] == "true"


def test_another_body_with_the_key_is_refused(admin_api):
    admin_api.post("contacts", ANN, idempotency_key="k")
    answer = admin_api.post("contacts", {"email": "bob@example.com"}, idempotency_key="k")
    assert code_of(answer) == (422, "idempotency_key_reused")
    assert code_of(admin_api.post("contacts/batch", ANN, idempotency_key="k"))[1] == "idempotency_key_reused"
    assert Contact.objects.count() == 1


def test_another_token_may_use_the_same_key(admin_api, marketer_api):
    admin_api.post("contacts", ANN, idempotency_key="k")
    assert marketer_api.post("contacts", ANN, idempotency_key="k").status_code == 409


def test_after_a_day_the_key_is_free_again(admin_api):
    admin_api.post("contacts", ANN, idempotency_key="k")
    StoredAnswer.objects.update(started_at=timezone.now() - timedelta(hours=24, seconds=1))
    assert admin_api.post("contacts", ANN, idempotency_key="k").status_code == 409
    StoredAnswer.objects.update(started_at=timezone.now() - timedelta(hours=24, seconds=1))
    assert idempotency.forget_old_answers() == 1


def test_d22_the_answer_about_a_deleted_contact_is_forgotten(admin_api):
    admin_api.post("contacts", {"email": "bob@example.com"}, idempotency_key="other")
    url = admin_api.post("contacts", ANN, idempotency_key="k")["Location"]
    admin_api.delete(url)
    assert StoredAnswer.objects.get().key == "other"


@pytest.mark.parametrize("key", ["x" * 256, "a\tb", ""])
def test_a_key_has_1_to_255_characters(admin_api, key):
    answer = admin_api.post("contacts", ANN, idempotency_key=key)
    assert code_of(answer) == (422, "invalid_input")
    assert answer.json()["errors"][0]["field"] == "Idempotency-Key"
    assert admin_api.post("contacts", ANN, idempotency_key="x" * 255).status_code == 201


def test_what_goes_wrong_on_our_side_may_be_tried_again(admin_api, monkeypatch):
    with monkeypatch.context() as broken:
        broken.setattr("contacts.api.operations.versioned", lambda *_args, **_options: 1 / 0)
        assert admin_api.post("contacts", ANN, idempotency_key="k").status_code == 500
    assert not Contact.objects.exists()
    assert admin_api.post("contacts", ANN, idempotency_key="k").status_code == 201


def test_a_request_whose_process_died_may_be_repeated(admin_api):
    admin_api.post("contacts", {"email": "x"}, idempotency_key="k")
    StoredAnswer.objects.update(finished_at=None)
    assert code_of(admin_api.post("contacts", {"email": "x"}, idempotency_key="k"))[1] == "request_under_way"
    StoredAnswer.objects.update(started_at=timezone.now() - idempotency.ABANDONED - timedelta(seconds=1))
    assert admin_api.post("contacts", {"email": "x"}, idempotency_key="k").json()["code"] == "invalid_input"


@pytest.mark.django_db(transaction=True)
def test_while_the_first_is_under_way_the_second_is_409(make_api, monkeypatch):
    """SQLite lets no one write meanwhile, so there the second waits, and gets the first answer."""
    began, second_is_through = Event(), Event()
    create = operations.create_contact

    def slowly(*args: object, **options: object) -> object:
        began.set()
        second_is_through.wait(2)
        return create(*args, **options)

    monkeypatch.setattr(operations, "create_contact", slowly)
    api = make_api()

    def send(number: int) -> int:
        if number:
            assert began.wait(30)
        answer = ApiClient(api.token).post("contacts", ANN, idempotency_key="k")
        second_is_through.set()
        return answer.status_code

    answers, problems = at_once(2, send)
    second = 409 if connection.vendor == "postgresql" else 201
    assert (sorted(answers), problems) == ([201, second], [])
    assert Contact.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_many_with_one_key_at_once_one_writes(make_api):
    api = make_api()
    answers, problems = at_once(
        4, lambda _number: ApiClient(api.token).post("contacts", ANN, idempotency_key="k").status_code
    )
    assert problems == []
    assert set(answers) <= {201, 409}
    assert Contact.objects.count() == 1


# Walks


def walk(api: ApiClient, path: str, limit: int) -> list[int]:
    keys, cursor = [], ""
    while cursor is not None:
        page = api.get(f"{path}?limit={limit}&cursor={cursor}").json()
        keys += [row["id"] for row in page["results"]]
        cursor = page["next"]
    return keys


@pytest.mark.parametrize("limit", [1, 3, 5, 6, 200])
def test_a_walk_meets_each_row_once(admin_api, limit):
    keys = [make_contact().pk for _number in range(6)]
    assert walk(admin_api, "contacts", limit) == keys


def test_a_walk_meets_what_was_there_once_whatever_is_written_meanwhile(admin_api):
    contacts = [make_contact() for _number in range(9)]
    seen, cursor = [], ""
    while cursor is not None:
        page = admin_api.get(f"contacts?limit=2&cursor={cursor}").json()
        seen += [row["id"] for row in page["results"]]
        cursor = page["next"]
        make_contact()
        Contact.objects.filter(pk=contacts[0].pk).update(updated_at=timezone.now(), last_name="A")
        Contact.objects.filter(pk=contacts[1].pk).delete()
        if len(seen) > 30:
            break
    stayed = [contact.pk for contact in contacts if contact is not contacts[1]]
    assert [key for key in seen if key in stayed] == stayed
    assert len(seen) == len(set(seen))


@pytest.mark.parametrize(
    "cursor", ["x", "ä", "YWZ0ZXI6", "YWZ0ZXI6LTE", "YWZ0ZXI6OTk5OTk5OTk5OTk5OTk5OTk5OTk", "=" * 9]
)
def test_a_cursor_that_is_none_is_422(admin_api, cursor):
    answer = admin_api.get(f"contacts?cursor={cursor}")
    assert code_of(answer) == (422, "invalid_input")
    assert answer.json()["errors"][0]["field"] == "cursor"


@pytest.mark.parametrize("limit", ["0", "201", "-1", "x", "", "1e99"])
def test_a_limit_is_1_to_200(admin_api, limit):
    answer = admin_api.get(f"contacts?limit={limit}")
    assert code_of(answer) == (422, "invalid_input")
    assert answer.json()["errors"][0]["field"] == "limit"


# Merge patch

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=10,
)


@given(JSON, JSON)
def test_a_merge_is_the_same_when_it_is_done_twice(target, patch):
    once = merge(target, patch)
    assert merge(once, patch) == once


@pytest.mark.parametrize(
    ("target", "patch", "result"),  # the examples of RFC 7396, appendix A
    [
        ({"a": "b"}, {"a": "c"}, {"a": "c"}),
        ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
        ({"a": "b"}, {"a": None}, {}),
        ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
        ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
        ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
        ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
        ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
        (["a", "b"], ["c", "d"], ["c", "d"]),
        ({"a": "b"}, ["c"], ["c"]),
        ({"a": "foo"}, None, None),
        ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
        ([1, 2], {"a": "b", "c": None}, {"a": "b"}),
        ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
    ],
)
def test_a_merge_is_as_the_rfc_shows(target, patch, result):
    assert merge(target, patch) == result
