"""What is in the way of a registration, decided from what is known (R22, R23, R77-R82)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.rules.registration_checks import (
    Connection,
    Person,
    PlannedDate,
    WebinarForm,
    normalise_webinar_id,
    refusal_of_person,
    refusal_of_webinar,
)
from integrations.rules.registration_reasons import Refusal, RefusalReason

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
ANA = Person(email="ana@customer.example", first_name="Ana", last_name="Silva")
CONNECTED = Connection(user_email="owner@own.example")
FORM = WebinarForm(
    approval=0,
    starts_at=NOW + timedelta(days=1),
    minutes=60,
    host_email="Host@own.example",
    alternative_hosts=frozenset({"Alternative@own.example"}),
    panelists=frozenset({"Panelist@guest.example"}),
)
UPCOMING = PlannedDate(occurrence_id="2", starts_at=NOW + timedelta(days=1), minutes=60)
PAST = PlannedDate(occurrence_id="1", starts_at=NOW - timedelta(days=6), minutes=60)
SERIES = replace(FORM, registration_type=2, dates=(PAST, UPCOMING), starts_at=PAST.starts_at)


def of_webinar(occurrence_id: str = "", form: WebinarForm | None = FORM, **changes: Any) -> Refusal | None:
    changed = replace(form, **changes) if form and changes else form
    return refusal_of_webinar(CONNECTED, changed, occurrence_id, NOW)


def of_person(person: Person = ANA, **changes: Any) -> Refusal | None:
    return refusal_of_person(CONNECTED, replace(FORM, **changes), person)


def test_nothing_is_in_the_way_of_an_ordinary_registration() -> None:
    assert of_webinar() is None
    assert of_person() is None


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"is_of_primary_brand": False}, RefusalReason.OTHER_BRAND),
        ({"is_zoom_event": True}, RefusalReason.NOT_SUPPORTED),
        ({"approval": 2}, RefusalReason.REGISTRATION_OFF),
        ({"starts_at": NOW - timedelta(hours=1, seconds=1)}, RefusalReason.WEBINAR_OVER),
        ({"most_registrants": 5, "registered": 5}, RefusalReason.WEBINAR_FULL),
        ({"most_registrants": 5, "registered": 6}, RefusalReason.WEBINAR_FULL),
    ],
)
def test_a_webinar_can_be_closed_to_all(changes: dict[str, Any], reason: RefusalReason) -> None:
    assert of_webinar(**changes) == Refusal(reason)


@pytest.mark.parametrize(
    "changes",
    [
        {"approval": 1},
        {"approval": None},
        {"starts_at": NOW - timedelta(minutes=59)},
        {"starts_at": NOW - timedelta(days=3), "is_live": True},
        {"starts_at": None},
        {"most_registrants": 5, "registered": 4},
        {"most_registrants": 0, "registered": 4000},
        {"required_fields": ("last_name", "email", "first_name")},
    ],
)
def test_what_is_no_hindrance(changes: dict[str, Any]) -> None:
    assert of_webinar(**changes) is None


def test_r77_without_a_primary_connection_nobody_is_registered() -> None:
    found = refusal_of_webinar(None, FORM, "", NOW)
    assert found == Refusal(RefusalReason.NO_PRIMARY_CONNECTION)


def test_a_connection_that_must_be_made_again_and_an_unknown_webinar_have_their_reasons() -> None:
    lost = replace(CONNECTED, is_connected=False)
    assert refusal_of_webinar(lost, FORM, "", NOW) == Refusal(RefusalReason.NOT_CONNECTED)
    assert of_webinar(form=None) == Refusal(RefusalReason.WEBINAR_NOT_FOUND)


def test_r78_another_brands_webinar_is_named_as_such_also_while_zoom_is_not_connected() -> None:
    lost, foreign = replace(CONNECTED, is_connected=False), replace(FORM, is_of_primary_brand=False)
    assert refusal_of_webinar(lost, foreign, "", NOW) == Refusal(RefusalReason.OTHER_BRAND)


def test_r23_the_fields_that_the_form_requires_beyond_the_names_are_named() -> None:
    found = of_webinar(required_fields=("last_name", "org", "How did you hear of us?"))
    assert found == Refusal(RefusalReason.FORM_REQUIRES_FIELDS, fields=("org", "How did you hear of us?"))


@pytest.mark.parametrize(
    ("occurrence_id", "reason"),
    [("2", None), ("1", RefusalReason.WEBINAR_OVER), ("7", RefusalReason.OCCURRENCE_NOT_FOUND), ("", None)],
)
def test_a_date_of_a_series_must_exist_and_be_to_come(
    occurrence_id: str, reason: RefusalReason | None
) -> None:
    found = of_webinar(occurrence_id, SERIES)
    assert found == (Refusal(reason) if reason else None)


def test_a_deleted_date_is_not_found() -> None:
    gone = replace(SERIES, dates=(PAST, replace(UPCOMING, is_deleted=True)))
    assert of_webinar("2", gone) == Refusal(RefusalReason.OCCURRENCE_NOT_FOUND)


def test_a_series_is_over_when_its_last_date_is() -> None:
    assert of_webinar("", SERIES) is None
    assert of_webinar("", replace(SERIES, dates=(PAST,))) == Refusal(RefusalReason.WEBINAR_OVER)


def test_without_a_date_a_series_takes_the_next_one() -> None:
    assert SERIES.next_date(NOW) == UPCOMING
    assert SERIES.needs_date()
    assert not replace(SERIES, registration_type=1).needs_date()


def refusal_after(form: WebinarForm, moment: datetime) -> Refusal | None:
    return refusal_of_webinar(CONNECTED, form, "", NOW, moment)


def test_a_next_date_begins_after_the_one_that_someone_came_to() -> None:
    assert UPCOMING.starts_at is not None
    later = replace(UPCOMING, occurrence_id="3", starts_at=UPCOMING.starts_at + timedelta(days=7))
    longer = replace(SERIES, dates=(PAST, later, UPCOMING))
    assert longer.next_date(NOW, UPCOMING.starts_at) == later
    assert refusal_after(longer, UPCOMING.starts_at) is None
    assert refusal_after(SERIES, UPCOMING.starts_at) == Refusal(RefusalReason.WEBINAR_OVER)


def test_what_is_no_series_has_a_next_date_where_it_is_to_come_or_without_a_fixed_time() -> None:
    live = replace(FORM, starts_at=NOW, is_live=True)
    assert refusal_after(live, NOW) == Refusal(RefusalReason.WEBINAR_OVER)
    assert refusal_after(replace(FORM, starts_at=NOW + timedelta(days=1)), NOW) is None
    assert refusal_after(replace(FORM, starts_at=None), NOW) is None


@pytest.mark.parametrize(
    ("email", "reason"),
    [
        ("host@OWN.example", RefusalReason.HOST),
        ("alternative@own.example", RefusalReason.HOST),
        ("Owner@own.example", RefusalReason.CONNECTED_USER),
        ("panelist@guest.example", RefusalReason.PANELIST),
        ("", RefusalReason.INVALID_EMAIL),
    ],
)
def test_r82_hosts_the_connected_user_and_panelists_cannot_register(
    email: str, reason: RefusalReason
) -> None:
    assert of_person(replace(ANA, email=email)) == Refusal(reason)


def test_r22_the_first_name_is_always_needed_the_last_name_where_the_form_asks_for_it() -> None:
    assert of_person(replace(ANA, first_name=" ")) == Refusal(RefusalReason.MISSING_FIRST_NAME)
    assert of_person(replace(ANA, last_name="")) is None
    asked = of_person(replace(ANA, last_name=""), required_fields=("last_name",))
    assert asked == Refusal(RefusalReason.MISSING_LAST_NAME)


def test_an_address_that_is_none_is_not_sent_to_zoom() -> None:
    assert of_person(replace(ANA, is_email_valid=False)) == Refusal(RefusalReason.INVALID_EMAIL)


separators = st.text(" -\t\u00a0\u2013\u200b\ufeff", max_size=3)


@given(st.integers(1, 2**63 - 1), st.data())
def test_r79_a_webinar_id_is_understood_however_it_is_pasted(number: int, data: st.DataObject) -> None:
    pasted = "".join(digit + data.draw(separators) for digit in str(number))
    assert normalise_webinar_id(data.draw(separators) + pasted) == number


@given(st.text(max_size=30))
def test_r79_a_text_gives_a_number_that_a_database_holds_or_none(text: str) -> None:
    number = normalise_webinar_id(text)
    assert number is None or 0 < number < 2**63


@pytest.mark.parametrize("text", ["", "abc", "93a", "0", "99999999999999999999", "9.3", "-", "٣٤٥"])
def test_r79_what_is_no_webinar_id_is_none(text: str) -> None:
    assert normalise_webinar_id(text) is None


@pytest.mark.parametrize(
    "link",
    [
        "https://us02web.zoom.us/j/93112345678?pwd=x1",
        "https://zoom.us/w/93112345678?tk=y2",
        "zoom.us/webinar/register/93112345678",
    ],
)
def test_r79_a_pasted_link_leads_to_its_webinar(link: str) -> None:
    assert normalise_webinar_id(link) == 93112345678


@given(
    st.builds(
        PlannedDate,
        occurrence_id=st.sampled_from("123"),
        starts_at=st.none() | st.datetimes(timezones=st.just(UTC)),
        minutes=st.integers(0, 600),
        is_deleted=st.booleans(),
    ),
    st.sampled_from(["", "1", "2", "3"]),
)
def test_a_date_that_is_taken_is_neither_deleted_nor_over(date: PlannedDate, chosen: str) -> None:
    form = replace(SERIES, dates=(date,))
    if chosen and of_webinar(chosen, form) is None:
        assert date.occurrence_id == chosen
        assert not date.is_deleted
        assert not date.is_over(NOW)
