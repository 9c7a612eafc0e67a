"""What a sync asks Zoom for: nothing twice, nothing that it knows, and side by side what is independent."""

import re
import threading
import time
from collections import Counter
from datetime import timedelta
from urllib.parse import urlencode

import pytest

from integrations.models import Webinar
from integrations.sync.runs.queue import enqueue_webinar
from integrations.zoom.client import ZoomClient
from integrations.zoom.http.transport import Transport
from tests.integrations.sync.helpers import Trigger, apply_policy, discover, work_off

pytestmark = [pytest.mark.django_db(transaction=True)]

ANNA = "anna@customer.example"
STATUSES = ("approved", "denied", "pending")


def short(call: str) -> str:
    """A call without IDs and page tokens: "webinars/registrants approved"."""
    path, _, query = call.removeprefix("/v2/").partition("?")
    status = re.search(r"status=(\w+)", query)
    names = "/".join(part for part in path.split("/") if re.fullmatch("[a-z_]+", part))
    return f"{names} {status[1]}" if status else names


def asked(company, webinar) -> Counter[str]:
    return Counter(map(short, company.calls(webinar)))


def test_a_series_with_chosen_dates_costs_three_listings_for_each(company):
    starts = [company.make.now + timedelta(days=day) for day in (1, 8, 15, 22)]
    webinar = company.make.upcoming("Weekly", occurrence_starts=starts, registration_type=2)
    company.discover()
    expected = Counter({f"webinars/registrants {status}": len(starts) for status in STATUSES})
    assert asked(company, webinar) == expected + Counter(["webinars", "past_webinars/instances"])


def test_a_refusal_for_those_who_are_pending_asks_for_no_other_status(company):
    webinar = company.make.upcoming("Growing roses")
    company.discover()
    webinar.forbidden = "/registrants"
    found = asked(company, webinar)
    assert [name for name in found if "registrants" in name] == ["webinars/registrants pending"]


@pytest.mark.simulator("nasty")
def test_no_run_asks_for_the_same_twice(brand, simulated_connection, simulator, unpaced):
    apply_policy(brand, simulator.scenario.policy)
    discover(simulated_connection, simulator.scenario.policy)
    for webinar in Webinar.objects.order_by("pk")[::4]:
        simulator.calls.clear()
        enqueue_webinar(webinar, Trigger.MANUAL)
        work_off()
        calls = Counter(f"{call.path}?{call.query}" for call in simulator.calls if call.label)
        assert [call for call, times in calls.items() if times > 1] == [], webinar.topic


def test_independent_requests_go_side_by_side_and_the_approved_after_all_who_are_pending(
    company, monkeypatch
):
    webinar = company.make.past("Growing roses", days_ago=10)
    company.make.stay(company.make.hold(webinar), company.make.register(webinar, ANNA, "Anna Ahlers"), 0, 30)
    company.discover()
    spans = note_requests(monkeypatch)
    company.calls(webinar)

    def overlap(*names: str) -> bool:
        begins, ends = zip(*(spans[name] for name in names), strict=True)
        return max(begins) < min(ends)

    assert overlap("webinars", "past_webinars/instances")
    assert overlap(
        "report/webinars", "webinars/panelists", "webinars/registrants pending", "past_webinars/participants"
    )
    assert overlap("webinars/registrants approved", "webinars/registrants denied")
    assert spans["webinars/registrants approved"][0] >= spans["webinars/registrants pending"][1]


def note_requests(monkeypatch) -> dict[str, tuple[float, float]]:
    """When each request was under way, which takes a while."""
    spans, send = {}, Transport.send

    def noted(transport, request):
        began = time.monotonic()
        threading.Event().wait(0.3)
        reply = send(transport, request)
        spans[short(f"{request.url.partition('/v2/')[2]}?{urlencode(request.params)}")] = (
            began,
            time.monotonic(),
        )
        return reply

    monkeypatch.setattr(Transport, "send", noted)
    return spans


def test_d6_who_asks_to_register_after_the_first_request_was_sent_is_not_forgotten(company, monkeypatch):
    """A webhook event brings her while the list of those who wait is under way, which lacks her."""
    webinar = company.make.upcoming("Growing roses")
    company.make.register(webinar, "ben@customer.example", "Ben Brandt", status="pending")
    company.sync(webinar)
    row = company.row(webinar)
    send_ahead = ZoomClient.send_ahead

    def overtaken(zoom, *calls):
        send_ahead(zoom, *calls)
        if any(call.params.get("status") == "pending" for call in calls):
            row.registrants.create(zoom_id="late", email=ANNA, status="pending")

    monkeypatch.setattr(ZoomClient, "send_ahead", overtaken)
    company.sync(webinar)
    assert row.registrants.filter(email=ANNA, status="pending").exists()
