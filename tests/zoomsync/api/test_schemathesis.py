"""Thousands of requests made up from the description, right and wrong ones, one alone and after each other.

Whatever is sent, no answer is a 5xx or one that the description does not name; and what breaks the
description is refused. How often is tried is bounded, so that the suite stays quick; more with
`--hypothesis-profile=thorough`.
"""

import json
from collections.abc import Iterator

import hypothesis
import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS

from core.roles import Role
from tests.contacts.make import make_contact
from tests.integrations.make import make_host, make_webinar
from tests.marketing_events.make import make_attended, make_call, make_event
from tests.support.examples import examples, is_thorough
from workflows.registrations.jobs import Source, enqueue
from zoomsync.api import authentication
from zoomsync.api.root import the_api
from zoomsync.api.tokens import create_token

SETTINGS = hypothesis.settings(
    max_examples=examples(0.16),
    deadline=None,
    derandomize=not is_thorough(),
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
# A token is brought to all of them: what happens without one, test_permissions asks of every operation. And
# many addresses, cursors and webinars that a schema allows are none.
LEFT_OUT = {"ignored_auth", "positive_data_acceptance", "missing_required_header"}

schemathesis.checks.load_all_checks()
description = schemathesis.openapi.from_dict(json.loads(json.dumps(the_api().get_openapi_schema())))
description.app = get_wsgi_application()
OPERATIONS = [found.ok() for found in description.get_all_operations()]
CHOSEN = [CHECKS.get_one(name) for name in sorted(CHECKS.get_all_names()) if name not in LEFT_OUT]


@pytest.fixture
def one_connection(db) -> Iterator[None]:
    """The application stays in this test's transaction, as it does for Django's own test client."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.fixture
def headers(one_connection, connection, syncing_brand, monkeypatch) -> dict[str, str]:
    """A token that may do everything, as often as it likes, and one of each thing to be found."""
    monkeypatch.setattr(authentication, "REQUESTS_PER_MINUTE", 10**6)
    make_webinar(connection, make_host(connection), zoom_webinar_id=93112345678)
    contact = make_contact("ann@example.com", secondary_emails=("ann@second.example",))
    enqueue(contact, 93112345678, Source.API)
    make_call(make_attended(make_event(), contact).event, ("Ann", 1, "Hello."))
    return {"Authorization": f"Bearer {create_token('schemathesis', Role.ADMIN).plain}"}


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.name.lower())
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.label)
def test_no_request_breaks_an_operation(operation, mode, headers):
    @SETTINGS
    @given(operation.as_strategy(generation_mode=mode))
    def send(case: schemathesis.Case) -> None:
        case.call_and_validate(headers=headers, checks=CHOSEN)

    send()


def test_no_sequence_of_requests_breaks_the_api(headers):
    class Program(description.as_state_machine()):
        def get_call_kwargs(self, case: schemathesis.Case) -> dict[str, object]:
            return {"headers": headers}

        def validate_response(self, response, case, additional_checks=None, **options) -> None:
            case.validate_response(response, checks=CHOSEN)

    Program.run(settings=hypothesis.settings(SETTINGS, stateful_step_count=8))
