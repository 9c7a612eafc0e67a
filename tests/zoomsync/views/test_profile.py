from datetime import UTC, datetime

import pytest
from django.template import Context, Template

from core.viewing import Viewing, viewed_as
from tests.marketing_events.make import make_event
from zoomsync.models import User

PROFILE = "/account/profile/"
STARTS = datetime(2026, 3, 2, 15, 30, tzinfo=UTC)


def save(client, **fields):
    return client.post(
        PROFILE, {"name": "Alice", "time_zone": "", "clock": "24", "first_weekday": 0, **fields}
    )


def test_pages_are_in_the_time_zone_and_clock_of_the_profile_and_csv_in_utc(alice_client):
    event = make_event(starts_at=STARTS)
    alice_client.cookies["tz"] = "Asia/Tokyo"
    assert "3 Mar 2026, 00:30 JST" in alice_client.get(f"/marketing-events/{event.pk}/").text
    assert save(alice_client, time_zone="America/New_York", clock="12").status_code == 302
    assert "2 Mar 2026, 10:30 AM EST" in alice_client.get(f"/marketing-events/{event.pk}/").text
    csv = alice_client.get("/marketing-events/events.csv").getvalue().decode()
    assert "2026-03-02 15:30:00" in csv


@pytest.mark.parametrize(
    "fields", [{"time_zone": "Mars/Olympus"}, {"clock": "13"}, {"first_weekday": "2"}, {"name": "x" * 201}]
)
def test_what_is_not_possible_is_refused_and_changes_nothing(alice_client, fields):
    before = User.objects.values().order_by("pk")[0]
    assert save(alice_client, **fields).status_code == 422
    assert User.objects.values().order_by("pk")[0] == before


def test_the_first_sign_in_tells_the_time_zone_and_later_ones_do_not(client, db):
    User.objects.create_user("dora@acme.test", "correct horse battery", role="marketer")
    form = {"username": "dora@acme.test", "password": "correct horse battery"}
    for zone in ("Europe/Berlin", "Asia/Tokyo"):
        client.cookies["tz"] = zone
        assert client.post("/login/", form).status_code == 302
        assert User.objects.get(email="dora@acme.test").time_zone == "Europe/Berlin"
        client.post("/logout/")


@pytest.mark.parametrize(
    ("filters", "shown"),
    [
        ('at|date:"j M, H:i"', "2 Mar, 3:30 PM"),
        ('at|time:"H:i:s"', "3:30:00 PM"),
        ('at|date:"j M Y"', "2 Mar 2026"),
        ('none|date:"H:i"', ""),
    ],
)
def test_templates_write_times_with_12_hours_for_those_who_want_it(filters, shown):
    with viewed_as(Viewing(uses_12_hours=True)):
        assert Template("{{ " + filters + " }}").render(Context({"at": STARTS, "none": None})) == shown
