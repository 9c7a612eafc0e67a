"""Who asked, in which request or task, is in every line of the log; what belonged to another one never is."""

import json
import logging

import pytest
import structlog
from celery import shared_task
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.test import Client
from django.urls import include, path
from django_structlog.celery.receivers import CeleryReceiver
from django_structlog.celery.steps import DjangoStructLogInitStep
from kombu import Connection

from core.jobs.wakeup import TASK
from tests.support.installation import Installation
from tests.support.waiting import eventually
from zoomsync.celery import app as celery_app

log = structlog.get_logger("ours")
MERGE = structlog.contextvars.merge_contextvars


def say(_request, token=""):
    log.info("said")
    structlog.contextvars.bind_contextvars(leak="of this request")
    return HttpResponse("said")


@login_not_required  # marks the function itself, so it must be another one
def say_to_visitors(request, token):
    return say(request, token)


@login_not_required
def break_off(request):
    structlog.contextvars.bind_contextvars(leak="of a request that broke off")
    raise SystemExit


urlpatterns = [
    path("say/", say),
    path("say/<token>/", say_to_visitors),
    path("fail/", login_not_required(lambda request: 1 / 0)),
    path("break-off/", break_off),
    path("", include("zoomsync.urls")),
]


@pytest.fixture
def lines(settings):
    """What is logged by our own loggers, with the context that is bound."""
    settings.ROOT_URLCONF = __name__
    with structlog.testing.capture_logs(processors=[MERGE]) as lines:
        yield lines
    structlog.contextvars.clear_contextvars()


def said(lines):
    return [line for line in lines if line["event"] == "said"]


def test_each_line_of_a_request_has_its_id_and_its_user_and_the_answer_has_the_id(lines, alice, alice_client):
    answers = [alice_client.get("/say/") for _time in range(2)]
    (first, second) = said(lines)
    assert [line["request_id"] for line in (first, second)] == [answer["X-Request-ID"] for answer in answers]
    assert first["request_id"] != second["request_id"]
    assert first["user_id"] == second["user_id"] == alice.pk
    finished = [line for line in lines if line["event"] == "request_finished"]
    assert [line["request_id"] for line in finished] == [line["request_id"] for line in (first, second)]


def test_nothing_of_a_request_is_in_the_lines_of_the_next(lines, db, alice_client):
    alice_client.get("/say/")
    Client().get("/say/nobody/")
    (_first, second) = said(lines)
    assert second.keys() == {"event", "log_level", "request_id"}


def test_nothing_of_a_request_that_broke_off_is_in_the_lines_of_the_next(lines, db):
    with pytest.raises(SystemExit):
        Client().get("/break-off/")
    Client().get("/say/nobody/")
    (line,) = said(lines)
    assert "leak" not in line


def test_neither_queries_nor_secrets_in_paths_are_logged(lines, db):
    secret = "c8xv3k-0123456789abcdef0123456789abcdef"
    Client().get(f"/say/{secret}/?code={secret}&q=jill@example.com")
    assert "GET /say/…/" in {line.get("request") for line in lines}
    assert secret not in str(lines)
    assert "jill" not in str(lines)


def test_what_breaks_is_logged_once_with_its_request(lines, db, caplog):
    answer = Client(raise_request_exception=False).get("/fail/")
    (line,) = [line for line in lines if line["log_level"] == "error"]
    assert (line["event"], line["request_id"]) == ("request_failed", answer["X-Request-ID"])
    assert line["exc_info"]
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []


def test_a_line_in_the_log_does_not_make_the_health_page_need_the_database(
    alice_client, django_assert_num_queries
):
    with django_assert_num_queries(0):
        assert alice_client.get("/healthz").status_code == 200


# Tasks


@shared_task(name="tests.say", soft_time_limit=1, time_limit=2)
def say_in_a_task(leak=""):
    log.info("said")
    if leak:
        structlog.contextvars.bind_contextvars(leak=leak)


def test_each_line_of_a_task_has_its_id_and_nothing_of_the_task_before(lines):
    receiver = CeleryReceiver()
    receiver.connect_worker_signals()
    ids = [say_in_a_task.apply(kwargs={"leak": leak}).id for leak in ("of a task", "")]
    assert [line["task_id"] for line in said(lines)] == ids
    assert "leak" not in said(lines)[1]


def test_the_worker_binds_tasks():
    assert DjangoStructLogInitStep in celery_app.steps["worker"]


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_a_task_says_which_request_sent_it(redis_url):
    installation = Installation(LOG_LEVEL="DEBUG", LOG_FORMAT="json", REDIS_URL=redis_url)
    try:
        installation.start_worker()
        with (
            Connection(redis_url) as broker,
            structlog.contextvars.bound_contextvars(request_id="request-7", user_id=3),
        ):
            celery_app.send_task(TASK, connection=broker)
        eventually(lambda: "task_succeeded" in installation.log("worker"))
        lines = [json.loads(line) for line in installation.log("worker").splitlines() if "request-7" in line]
    finally:
        installation.close()
    assert {"task_started", "task_succeeded"} <= {line["event"] for line in lines}
    assert {(line["user_id"], bool(line["task_id"])) for line in lines} == {(3, True)}
