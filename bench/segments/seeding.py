"""A million contacts and what they did: 2,000 events over two years, five participations each."""

from django.db import connection

from bench.filling import fill, in_bulk, numbers
from contacts.models import Brand, Contact, EmailAddress, PropertyDefinition, Segment
from contacts.segments.actions import create_segment
from contacts.segments.tracking import build
from marketing_events.models import AttendanceInterval, MarketingEvent, Participation

CONTACTS, PARTICIPATIONS, EVENTS = 1_000_000, 5_000_000, 2_000
FIRST_WEBINAR = 81_000_000_000
SEGMENTS = 100


def seed() -> None:
    brand = Brand.objects.create(name="Acme", slug="acme", is_primary=True)
    PropertyDefinition.objects.create(name="country", label="Country", kind="text")
    with in_bulk():
        _participations()
        _intervals()
        _events(brand.pk)
        _contacts()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _events(brand: int) -> None:
    starts_at = "now() - n * interval '9 hours'"
    fill(
        MarketingEvent,
        _with_counts(EVENTS, "event_id"),
        id="n",
        external_id="'session' || n",
        name="'Webinar ' || n || ' about topic ' || mod(n, 50)",
        brand_id=str(brand),
        zoom_webinar_id=f"{FIRST_WEBINAR} + mod(n, 500)",
        session_uuid="'uuid' || n",
        status="'ended'",
        starts_at=starts_at,
        ended_at=f"{starts_at} + interval '1 hour'",
        is_final="true",
        registered_count="registered",
        attended_count="attended",
        no_show_count="no_shows",
        cancelled_count="registered - attended - no_shows",
    )


def _with_counts(count: int, column: str) -> str:
    """Numbers, and beside each what the sync counts of the participations with it in the column."""
    counts = f"""
        SELECT {column} n, count(*) registered, count(*) FILTER (WHERE state = 'attended') attended,
            count(*) FILTER (WHERE state = 'no_show') no_shows, avg(attendance_percent) average
        FROM {Participation._meta.db_table} GROUP BY {column}
    """
    return f"{numbers(count)} JOIN ({counts}) counts USING (n)"


def _contacts() -> None:
    email = "'person' || n || '@company' || mod(n, 5000) || '.example'"
    countries = "(ARRAY['DE', 'AT', 'CH', 'FR', 'GB', 'US', 'NL', 'ES', 'IT', 'SE'])[1 + mod(n, 10)]"
    fill(
        Contact,
        _with_counts(CONTACTS, "contact_id"),
        id="n",
        email=email,
        first_name="'Given' || mod(n, 1000)",
        last_name="'Family' || mod(n, 7919)",
        source="'zoom'",
        created_at="now() - mod(n, 700) * interval '1 day'",
        zoom_webinar_registration_count="registered",
        zoom_webinar_attendance_count="attended",
        zoom_webinar_attendance_average_duration="average",
        properties=f"jsonb_build_object('country', {countries}, 'company', 'Company ' || mod(n, 5000))",
    )
    fill(EmailAddress, numbers(CONTACTS), contact_id="n", email=email)


def _participations() -> None:
    """Each contact at five events, 397 apart; half of them attended, between 10 and 100 percent."""
    event = f"1 + mod(n + (n / {CONTACTS}) * 397, {EVENTS})"
    joined_at = f"now() - ({event}) * interval '9 hours'"
    attended = "mod(n / 7, 2) = 0"
    fill(
        Participation,
        numbers(PARTICIPATIONS),
        id="n",
        event_id=event,
        contact_id=f"1 + mod(n, {CONTACTS})",
        state=f"CASE WHEN {attended} THEN 'attended' WHEN mod(n, 9) = 0 THEN 'cancelled' ELSE 'no_show' END",
        registered_at=f"{joined_at} - interval '7 days'",
        first_joined_at=f"CASE WHEN {attended} THEN {joined_at} END",
        last_left_at=f"CASE WHEN {attended} THEN {joined_at} + interval '50 minutes' END",
        duration_seconds=f"CASE WHEN {attended} THEN 300 + mod(n, 3300) ELSE 0 END",
        attendance_percent=f"CASE WHEN {attended} THEN 10 + mod(n, 91) END",
    )


def _intervals() -> None:
    """All that attended were there without a break."""
    attended = f"{Participation._meta.db_table} WHERE state = 'attended'"
    times = {"joined_at": "first_joined_at", "left_at": "last_left_at"}
    fill(AttendanceInterval, attended, participation_id="id", **times)


def seed_segments() -> None:
    """Each of another webinar, so that they are as different as a company's."""
    for number in range(SEGMENTS):
        webinar = {"webinar_ids": [FIRST_WEBINAR + number]}
        where = {
            "all": [
                {"filter": "event_registered", "events": webinar},
                {"any": [{"filter": "event_no_show", "events": webinar}, _country("DE")]},
                {"filter": "event_attended", "did": False, "events": {"webinar_ids": [FIRST_WEBINAR + 400]}},
            ]
        }
        build(create_segment(f"Segment {number}", {"version": 1, "where": where}).pk)
    assert Segment.objects.filter(tracked_version__gt=0).count() == SEGMENTS


def _country(code: str) -> dict[str, object]:
    return {"filter": "property", "property": "country", "is": "equals", "value": code}
