from datetime import date, timedelta
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.zoom import endpoints
from integrations.zoom.endpoints import RegistrantStatus, api_base, encode_uuid, months
from integrations.zoom.http.limits import Label

ZOOM_API_URL = "https://api.zoom.us/v2"
GOVERNMENT = "https://api.zoomgov.com/v2"

base64_uuids = st.text("ABCXYZabcxyz019/+=", min_size=1, max_size=24)


@pytest.mark.parametrize(
    ("uuid", "encoded"),
    [
        ("4444AAAiAAAAAiAiAiiAii==", "4444AAAiAAAAAiAiAiiAii%3D%3D"),
        ("Bznyg8KZTdCVbQxvS/oZ7w==", "Bznyg8KZTdCVbQxvS%2FoZ7w%3D%3D"),
        ("m3WqMkvuRXyYqH+eKWhk9w==", "m3WqMkvuRXyYqH%2BeKWhk9w%3D%3D"),
        ("/UdagbzSsmQZ2siWSBRx2g==", "%252FUdagbzSsmQZ2siWSBRx2g%253D%253D"),
        ("TxN+jNe5//Gnevqz2Eudxg==", "TxN%252BjNe5%252F%252FGnevqz2Eudxg%253D%253D"),
    ],
)
def test_a_uuid_is_encoded_twice_only_where_zoom_wants_it(uuid: str, encoded: str):
    assert encode_uuid(uuid) == encoded


@given(base64_uuids)
def test_zoom_gets_back_the_very_uuid(uuid: str):
    encoded = encode_uuid(uuid)
    is_special = uuid.startswith("/") or "//" in uuid
    # Its server decodes once, and what it routes then must hold no slash at the start and no two in a row.
    assert unquote(unquote(encoded)) == uuid
    assert unquote(encoded) == uuid or is_special
    assert not unquote(encoded).startswith("/")
    assert "//" not in unquote(encoded)
    assert set(encoded) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789%_.-~")


@given(base64_uuids)
def test_an_error_names_the_call_with_the_uuid_as_zoom_shows_it(uuid: str):
    assert endpoints.transcript(uuid).name == f"GET /meetings/{uuid}/transcript"


def test_r1_registrants_are_asked_for_per_status_and_occurrence_in_the_largest_pages():
    call = endpoints.registrants(91234567890, RegistrantStatus.DENIED, "1648194360000")
    assert call.path == "/webinars/91234567890/registrants"
    assert call.params == {"status": "denied", "occurrence_id": "1648194360000", "page_size": "300"}
    assert call.label is Label.MEDIUM


def test_a_later_page_repeats_all_parameters():
    call = endpoints.registrants(91234567890, RegistrantStatus.PENDING)
    assert call.page("abc").params == {**call.params, "next_page_token": "abc"}
    assert call.page("") is call


def test_r6_participants_are_asked_for_with_their_registrant_id():
    for call in (endpoints.participants("abc=="), endpoints.report_participants("abc==")):
        assert call.params["include_fields"] == "registrant_id"


def test_a_user_id_cannot_lead_to_another_path():
    assert endpoints.webinars("../webinars?x=1").path == "/users/..%2Fwebinars%3Fx%3D1/webinars"


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(min_value=0, max_value=400))
def test_a_long_time_is_cut_into_months_without_gap_or_overlap(first: date, days: int):
    last = first + timedelta(days=days)
    pieces = list(months(first, last))
    covered = [start + timedelta(days=n) for start, end in pieces for n in range((end - start).days + 1)]
    assert covered == [first + timedelta(days=n) for n in range(days + 1)]
    assert all((end - start).days < 30 for start, end in pieces)


def test_a_time_that_ends_before_it_begins_has_no_months():
    assert list(months(date(2026, 2, 1), date(2026, 1, 1))) == []


@pytest.mark.parametrize(
    ("configured", "named", "base"),
    [
        (ZOOM_API_URL, "https://api-eu.zoom.us", "https://api-eu.zoom.us/v2"),
        (ZOOM_API_URL, "https://api.zoom.us", ZOOM_API_URL),
        (ZOOM_API_URL, "", ZOOM_API_URL),
        (ZOOM_API_URL, "https://[", ZOOM_API_URL),
        (ZOOM_API_URL, "https://zoom.us.evil.example", ZOOM_API_URL),
        (ZOOM_API_URL, "https://evilzoom.us", ZOOM_API_URL),
        (ZOOM_API_URL, "https://api.zoom.us@evil.example", ZOOM_API_URL),
        (ZOOM_API_URL, "http://api-eu.zoom.us", ZOOM_API_URL),
        (ZOOM_API_URL, "https://api.zoomgov.com", ZOOM_API_URL),
        (GOVERNMENT, "https://api-1.zoomgov.com/", "https://api-1.zoomgov.com/v2"),
        (GOVERNMENT, "https://api-eu.zoom.us", GOVERNMENT),
        (GOVERNMENT, "https://zoomgov.com.evil.example", GOVERNMENT),
        ("http://127.0.0.1:9/v2", "https://api-eu.zoom.us", "http://127.0.0.1:9/v2"),
    ],
)
def test_the_token_goes_to_zoom_or_to_the_configured_address_only(configured: str, named: str, base: str):
    assert api_base(configured, named) == base
