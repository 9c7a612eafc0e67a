"""A CRM as large as a big company's, written by the database itself: a minute or two instead of an hour.

The sizes are those that the pages have to stand: 5,000 webinars (the first with 40,000 participants),
200,000 contacts, 1,000,000 participations and 1,000,000 audit entries, and what belongs to them. Every number
follows from the number of the row, so that each run sees the same rows.
"""

from django.db import connection

from bench.filling import fill, in_bulk, numbers
from contacts.models import Brand, Contact, EmailAddress, TimelineEntry
from integrations.models import (
    AttendanceReading,
    AttendanceRow,
    AuditEntry,
    DomainExclusion,
    RecordingSearch,
    Registrant,
    SettingChange,
    SkippedPerson,
    SyncRun,
    Webinar,
    WebinarInstance,
    WebinarOccurrence,
    WorkerHeartbeat,
    ZoomConnection,
    ZoomSettings,
    ZoomUser,
)
from marketing_events.models import (
    AttendanceInterval,
    Call,
    CallAttendee,
    MarketingEvent,
    Participation,
    Utterance,
)

WEBINARS, CONTACTS, PARTICIPATIONS, AUDIT_ENTRIES = 5_000, 200_000, 1_000_000, 1_000_000
IN_THE_LARGEST = 40_000
USERS, RUNS, SETTING_CHANGES, SKIPPED = 500, 50_000, 20_000, 100_000
CALLS, UTTERANCES_PER_CALL, ATTENDEES_PER_CALL = 2_000, 100, 20


def seed() -> None:
    """Into a database that is migrated and empty."""
    with in_bulk():
        _company()
        _webinars()
        _people()
        _lists_of_zoom()
        _calls()
        _history()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _company() -> None:
    brand = Brand.objects.create(name="Acme", slug="acme", is_primary=True)
    ZoomConnection.objects.create(brand=brand, auth_kind="server_to_server", account_id="account")
    ZoomSettings.objects.create(brand=brand, sync_webinars=True, recordings="all")
    for kind in DomainExclusion.Kind:
        DomainExclusion.objects.bulk_create(
            DomainExclusion(brand=brand, kind=kind, domain=f"excluded{number}.example")
            for number in range(100)
        )
    WorkerHeartbeat.objects.create(name="worker")


def _webinars() -> None:
    ago = "now() - n * interval '4 hours'"
    host = "1 + mod(n, 500)"
    fill(
        ZoomUser,
        numbers(USERS),
        id="n",
        connection_id="1",
        zoom_id="'user' || n",
        email="'host' || n || '@acme.example'",
        first_name="'First' || n",
        last_name="'Last' || n",
        has_webinar_plan="true",
    )
    fill(
        MarketingEvent,
        numbers(WEBINARS),
        id="n",
        external_id="'session' || n",
        name="'Webinar ' || n || ' about topic ' || mod(n, 50)",
        brand_id="1",
        zoom_webinar_id="80000000000 + n",
        session_uuid="'uuid' || n",
        status="'ended'",
        starts_at=ago,
        ended_at=f"{ago} + interval '1 hour'",
        is_final="true",
        registered_count="200",
        attended_count="100",
    )
    fill(
        Webinar,
        numbers(WEBINARS),
        id="n",
        connection_id="1",
        zoom_webinar_id="80000000000 + n",
        host_id=host,
        host_email=f"'host' || {host} || '@acme.example'",
        topic="'Webinar ' || n || ' about topic ' || mod(n, 50)",
        state="'ended'",
        starts_at=ago,
        duration_minutes="60",
        sync_enabled="mod(n, 10) <> 0",
        last_synced_at="now() - n * interval '1 second'",
        registered_count="200",
        attended_count="100",
        skipped_count="20",
    )
    fill(
        WebinarOccurrence,
        numbers(WEBINARS),
        id="n",
        webinar_id="n",
        event_id="n",
        starts_at=ago,
        duration_minutes="60",
    )
    fill(
        WebinarInstance,
        numbers(WEBINARS),
        id="n",
        webinar_id="n",
        occurrence_id="n",
        uuid="'uuid' || n",
        started_at=ago,
        ended_at=f"{ago} + interval '1 hour'",
        has_official_times="true",
    )
    fill(AttendanceReading, numbers(WEBINARS), id="n", instance_id="n")
    fill(RecordingSearch, numbers(WEBINARS), id="n", instance_id="n")


def _people() -> None:
    email = "'person' || n || '@company' || mod(n, 5000) || '.example'"
    fill(
        Contact,
        numbers(CONTACTS),
        id="n",
        email=email,
        first_name="'Given' || mod(n, 1000)",
        last_name="'Family' || mod(n, 7919)",
        source="'zoom'",
        updated_at="now() - n * interval '1 minute'",
        zoom_webinar_registration_count="5",
        zoom_webinar_attendance_count="2",
    )
    fill(EmailAddress, numbers(CONTACTS), contact_id="n", email=email)
    _participations()
    fill(
        TimelineEntry,
        "marketing_events_participation p JOIN marketing_events_marketingevent e ON e.id = p.event_id",
        contact_id="p.contact_id",
        kind="CASE p.state WHEN 'attended' THEN 'webinar_attended' ELSE 'webinar_registered' END",
        subject_key="'zoom:session:' || e.session_uuid",
        occurred_at="e.starts_at",
        title="e.name",
        event_id="e.id",
        zoom_webinar_id="e.zoom_webinar_id",
        webinar_starts_at="e.starts_at",
    )


def _participations() -> None:
    """The largest event has the first contacts, the others' are spread evenly: 997 meets no one twice."""
    others = WEBINARS - 1
    event = f"CASE WHEN n <= {IN_THE_LARGEST} THEN 1 ELSE 2 + mod(n, {others}) END"
    spread = f"1 + mod((2 + mod(n, {others})) * 37 + (n / {others}) * 997, {CONTACTS})"
    starts_at = f"now() - ({event}) * interval '4 hours' + mod(n, 10) * interval '1 minute'"
    attended = "mod(n, 2) = 0"
    fill(
        Participation,
        numbers(PARTICIPATIONS),
        id="n",
        event_id=event,
        contact_id=f"CASE WHEN n <= {IN_THE_LARGEST} THEN n ELSE {spread} END",
        state=f"CASE WHEN {attended} THEN 'attended' ELSE 'no_show' END",
        registered_at=f"{starts_at} - interval '7 days'",
        first_joined_at=f"CASE WHEN {attended} THEN {starts_at} END",
        last_left_at=f"CASE WHEN {attended} THEN {starts_at} + interval '50 minutes' END",
        duration_seconds=f"CASE WHEN {attended} THEN 3000 ELSE 0 END",
        attendance_percent=f"CASE WHEN {attended} THEN 83.3 END",
    )
    fill(
        AttendanceInterval,
        "marketing_events_participation p WHERE p.state = 'attended'",
        participation_id="p.id",
        joined_at="p.first_joined_at",
        left_at="p.last_left_at",
    )


def _lists_of_zoom() -> None:
    """What Zoom's lists had of the same people, and those whom the rules kept out."""
    fill(
        Registrant,
        "marketing_events_participation p JOIN contacts_contact c ON c.id = p.contact_id",
        webinar_id="p.event_id",
        zoom_id="'registrant' || p.id",
        email="c.email",
        first_name="c.first_name",
        last_name="c.last_name",
        status="'approved'",
        registered_at="p.registered_at",
    )
    fill(
        AttendanceRow,
        "marketing_events_participation p JOIN contacts_contact c ON c.id = p.contact_id"
        " WHERE p.state = 'attended'",
        instance_id="p.event_id",
        row_key="'row' || p.id",
        person_key="c.email",
        email="c.email",
        name="c.first_name || ' ' || c.last_name",
        joined_at="p.first_joined_at",
        left_at="p.last_left_at",
    )
    email = "'kept' || n || '@excluded' || mod(n, 100) || '.example'"
    fill(
        SkippedPerson,
        numbers(SKIPPED),
        webinar_id=f"1 + mod(n, {WEBINARS})",
        stage="'registration'",
        person_key=email,
        email=email,
        name="'Kept Out' || n",
        reason="CASE mod(n, 4) WHEN 0 THEN 'creation_off' ELSE 'excluded_domain' END",
        rule="'excluded' || mod(n, 100) || '.example'",
        first_skipped_at="now() - n * interval '5 minutes'",
    )


def _calls() -> None:
    fill(
        Call,
        numbers(CALLS),
        id="n",
        event_id="n",
        title="'Webinar ' || n || ' about topic ' || mod(n, 50)",
        starts_at="now() - n * interval '4 hours'",
        duration_seconds="3600",
        recording_url="'https://zoom.example/rec/' || n",
        transcript_state="'ready'",
    )
    fill(
        CallAttendee,
        f"{numbers(CALLS)} CROSS JOIN generate_series(1, {ATTENDEES_PER_CALL}) k",
        call_id="n",
        contact_id="n * 20 + k",
    )
    fill(
        Utterance,
        f"{numbers(CALLS)} CROSS JOIN generate_series(1, {UTTERANCES_PER_CALL}) k",
        call_id="n",
        position="k",
        speaker="'Speaker ' || mod(k, 3)",
        start_seconds="k * 30",
        end_seconds="k * 30 + 25",
        text="'We looked at number ' || n * 100 + k || ' and thought for a good while about what it means'",
    )


def _history() -> None:
    """Two hundred entries per webinar over three years; each tenth webinar has an open warning."""
    fill(
        SyncRun,
        numbers(RUNS),
        id="n",
        connection_id="1",
        webinar_id=f"1 + mod(n, {WEBINARS})",
        kind="'webinar'",
        trigger="'schedule'",
        state="'complete'",
        created_at="now() - n * interval '30 minutes'",
        started_at="now() - n * interval '30 minutes'",
        finished_at="now() - n * interval '30 minutes' + interval '20 seconds'",
    )
    is_open = f"n <= {WEBINARS} AND mod(n, 10) = 0"
    at = "now() - n * interval '95 seconds'"
    fill(
        AuditEntry,
        numbers(AUDIT_ENTRIES),
        brand_id="1",
        webinar_id=f"1 + mod(n, {WEBINARS})",
        session_uuid=f"'uuid' || 1 + mod(n, {WEBINARS})",
        run_id=f"1 + mod(n, {RUNS})",
        subject=f"'webinar:' || 1 + mod(n, {WEBINARS})",
        code="CASE mod(n, 20) WHEN 0 THEN 'participants_invalid' "
        "WHEN 10 THEN 'skipped_excluded_domain' ELSE 'sync_completed' END",
        severity="CASE mod(n, 10) WHEN 0 THEN 'warning' ELSE 'info' END",
        state=f"CASE WHEN {is_open} THEN 'open' ELSE 'resolved' END",
        search_text="mod(n, 99) || ' ' || mod(n, 977) || ' ' || n",
        values="""'{"changes": [{"code": "change.contacts_new", "values": {"count": 3}}]}'::jsonb""",
        created_at=at,
        last_seen_at=at,
        resolved_at=f"CASE WHEN {is_open} THEN NULL ELSE {at} + interval '1 hour' END",
    )
    fill(
        SettingChange,
        numbers(SETTING_CHANGES),
        brand_id="1",
        scope="'webinar'",
        webinar_id=f"1 + mod(n, {WEBINARS})",
        target=f"'Webinar ' || 1 + mod(n, {WEBINARS})",
        field="'sync_enabled'",
        old="'true'",
        new="'false'",
        actor_name="'admin@acme.example'",
        created_at="now() - n * interval '1 hour'",
    )


def the_largest() -> int:
    """The event with most participants; its webinar and session have the same key."""
    return 1


def somebody() -> Contact:
    """A contact that takes part in several webinars, the largest among them."""
    return Contact.objects.get(pk=IN_THE_LARGEST // 2)
