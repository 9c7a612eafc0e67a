import json
from functools import cache

import pytest

from tests.support.installation import Installation

SAY = """
import logging, structlog
structlog.get_logger("ours").info("run_ended", run=7)
logging.getLogger("theirs").warning("said %s", "so")
logging.getLogger("celery.worker").info("a message came")
"""
BREAK = """
from django.test import Client
from django.urls import path
from zoomsync import urls
urls.urlpatterns.append(path("broken/", lambda request: 1 / 0))
from django.contrib.auth.decorators import login_not_required
urls.urlpatterns[-1].callback = login_not_required(urls.urlpatterns[-1].callback)
print(Client(raise_request_exception=False).get("/broken/", headers={"host": "localhost"}).status_code)
"""
BREAK_WITH_A_SECRET = """
import structlog
def sign_in():
    token = "-".join(["very", "secret"])
    raise ValueError("refused")
try:
    sign_in()
except ValueError:
    structlog.get_logger("ours").exception("went_wrong")
"""

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.services]


THEN = """
import sys
print("--", file=sys.stderr, flush=True)
"""


def run(code: str, **environment: str) -> tuple[str, str]:
    done = Installation(**environment).manage("shell", "-v0", "-c", code)
    return done.stdout.strip(), done.stderr


@cache
def said(shape: str) -> list[list[str]]:
    """The lines of each of these, from one process: it takes seconds to start."""
    status, text = run(THEN.join([SAY, BREAK, BREAK_WITH_A_SECRET]), LOG_FORMAT=shape)
    assert status == "500"
    return [part.strip().splitlines() for part in text.split("--\n")]


def test_our_events_and_those_of_others_are_lines_alike():
    lines = said("text")[0]
    assert len(lines) == 2
    assert "run_ended" in lines[0]
    assert "run=7" in lines[0]
    assert "said so" in lines[1]
    assert "[theirs]" in lines[1]


def test_each_line_can_be_json():
    ours, theirs = map(json.loads, said("json")[0])
    assert (ours["event"], ours["run"], ours["level"], ours["logger"]) == ("run_ended", 7, "info", "ours")
    assert (theirs["event"], theirs["level"]) == ("said so", "warning")


def test_with_a_higher_level_only_trouble_is_told():
    _status, text = run(SAY, LOG_LEVEL="WARNING")
    assert len(text.splitlines()) == 1


@pytest.mark.parametrize("shape", ["text", "json"])
def test_what_breaks_a_page_is_in_the_log_with_its_traceback(shape):
    lines = said(shape)[1]
    assert any("ZeroDivisionError" in line for line in lines)
    assert any("/broken/" in line for line in lines)


@pytest.mark.parametrize("shape", ["text", "json"])
def test_a_traceback_tells_where_and_not_what_the_variables_held(shape):
    told = "\n".join(said(shape)[2])
    assert all(word in told for word in ("went_wrong", "sign_in", "refused"))
    assert "very-secret" not in told
