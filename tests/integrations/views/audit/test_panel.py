from datetime import timedelta

import pytest
from django.utils import timezone

from contacts.models import Contact
from integrations import audit
from integrations.audit import DEFINITIONS, Action, AuditCode
from integrations.models import AuditEntry, SkippedPerson, SyncRun, Webinar, ZoomSettings, ZoomUser
from integrations.settings_changes import add_exclusions, set_global, set_webinar
from integrations.sync.change_summary import summary_of
from integrations.views.audit.buttons import Kind
from integrations.views.audit.changes import KINDS
from marketing_events.models import Participation
from tests.contacts.make import make_contact
from tests.integrations.make import make_host, make_session, make_webinar
from tests.marketing_events.make import make_event
from tests.support.htmx import events, htmx


@pytest.fixture
def webinar(connection, on):
    return make_webinar(connection, make_host(connection))


@pytest.fixture
def url(webinar, zoom):
    return f"{zoom}webinars/{webinar.zoom_webinar_id}/"


def buttons(client, url):
    """Action or address of each button beside a warning."""
    context = client.get(url).context
    shown = [cause for row in (*context["warnings"], *context["notes"]) for cause in row.causes]
    return [
        button.url.rstrip("/").rpartition("/")[2] if button.kind is Kind.ACT else button.url
        for cause in shown
        for button in cause.buttons
    ]


@pytest.mark.parametrize("headers", [{}, htmx("panel")], ids=["page", "panel"])
def test_r31_the_audit_log_is_a_panel_and_a_page(charlie_client, url, headers):
    text = charlie_client.get(url, headers=headers).text
    assert ("<html" in text) == (not headers)
    assert "Growing roses" in text
    assert "No activity yet" in text


def test_r30_what_is_wrong_is_on_top_with_its_meaning_and_remedy(charlie_client, brand, webinar, url):
    audit.record(brand, AuditCode.CALL_CREATED, {"title": "Roses"}, webinar=webinar)
    audit.warn(brand, AuditCode.SKIPPED_NO_EMAIL, {"count": 3}, webinar=webinar)
    text = charlie_client.get(url).text
    assert text.index("Some emails were excluded") < text.index("Call added")
    assert "3 people: no email." in text
    assert "and they didn&#x27;t register" in text
    assert "No action needed." in text


def test_what_is_open_is_not_repeated_among_what_happened(charlie_client, brand, webinar, url):
    audit.warn(brand, AuditCode.SKIPPED_NO_EMAIL, {"count": 3}, webinar=webinar)
    assert charlie_client.get(url).text.count("3 people: no email.") == 1


def test_the_gravest_is_first_and_causes_of_one_code_are_one_card(charlie_client, brand, webinar, url):
    for code in (
        AuditCode.SKIPPED_NO_EMAIL,
        AuditCode.RECORDING_PROCESSING,
        AuditCode.SKIPPED_ACCOUNT_USER,
        AuditCode.INTERNAL_ERROR,
    ):
        audit.warn(brand, code, webinar=webinar)
    audit.warn(brand, AuditCode.DATA_UNAVAILABLE, webinar=webinar)
    context = charlie_client.get(url).context
    shown = {
        name: [(warning.code, len(warning.causes)) for warning in context[name]]
        for name in ("warnings", "notes")
    }
    assert shown == {"warnings": [("E6", 1), ("E4", 1)], "notes": [("E2", 1), ("E5", 2)]}


def test_the_same_trouble_in_many_sessions_is_told_once_with_the_sessions(
    charlie_client, brand, webinar, url
):
    start = timezone.now()
    for number in range(8):
        make_session(webinar, f"u{number}", started_at=start - timedelta(days=number))
        audit.warn(brand, AuditCode.RECORDING_MISSING, webinar=webinar, session_uuid=f"u{number}")
    (warning,) = charlie_client.get(url).context["notes"]
    assert len(warning.causes[0].sessions) == 8
    assert charlie_client.get(url).text.count("Zoom has no recording of this session.") == 1


def test_a_warning_says_since_when_and_when_it_was_last_seen(charlie_client, brand, webinar, url):
    entry = audit.warn(brand, AuditCode.RECORDING_PROCESSING, webinar=webinar)
    AuditEntry.objects.filter(pk=entry.pk).update(created_at=timezone.now() - timedelta(days=3))
    (warning,) = charlie_client.get(url).context["notes"]
    assert warning.last_seen - warning.since > timedelta(days=2)


def test_a_resolved_warning_is_dimmed_and_says_when_and_how_it_was_resolved(
    charlie_client, brand, webinar, url
):
    audit.warn(brand, AuditCode.SKIPPED_NO_EMAIL, webinar=webinar)
    audit.clear(brand, AuditCode.SKIPPED_NO_EMAIL, webinar=webinar)
    text = charlie_client.get(url).text
    assert "Needs attention" not in text
    assert "log-resolved" in text
    assert "The cause was fixed." in text


def test_another_webinars_entries_are_not_shown(charlie_client, brand, connection, webinar, url):
    audit.record(brand, AuditCode.CALL_CREATED, {"title": "of another"}, webinar=make_webinar(connection))
    assert "of another" not in charlie_client.get(url).text


def test_the_newest_is_first_and_older_ones_are_on_the_next_page(charlie_client, brand, webinar, url):
    for number in range(30):
        audit.record(brand, AuditCode.CALL_CREATED, {"title": f"entry {number};"}, webinar=webinar)
    first, second = (
        charlie_client.get(url).text,
        charlie_client.get(f"{url}?page=2", headers=htmx("entries")).text,
    )
    assert "entry 29;" in first
    assert "entry 0;" not in first
    assert "entry 0;" in second


def test_the_number_of_queries_does_not_grow(
    charlie_client, brand, webinar, url, django_assert_max_num_queries
):
    for number in range(20):
        audit.warn(brand, AuditCode.SKIPPED_NO_EMAIL, webinar=webinar, session_uuid=str(number))
        audit.record(brand, AuditCode.CONNECTED, webinar=webinar)
    with django_assert_max_num_queries(18):
        charlie_client.get(url)


# What each remedy does


@pytest.mark.parametrize("key", sorted(DEFINITIONS))
def test_r34_an_admin_gets_every_remedy_that_can_be_pressed(alice_client, brand, webinar, url, key):
    """With everything off, every switch can be turned on; the webinar's own only after the global one."""
    ZoomSettings.objects.update(sync_webinars=False, create_contacts=False)
    Webinar.objects.update(sync_enabled=False, sync_recordings=False)
    audit.warn(brand, key, webinar=webinar, run=None)
    offered = buttons(alice_client, url)
    unavailable = {Action.SYNC_NOW, Action.SWITCH_ON_WEBINAR, Action.SHOW_RUN}
    expected = [action for action in DEFINITIONS[key].actions if action not in unavailable]
    assert len(offered) == len(expected)


def test_d1_others_get_what_is_theirs(bob_client, charlie_client, brand, webinar, url):
    audit.warn(brand, AuditCode.SKIPPED_EXCLUDED_DOMAIN, webinar=webinar)
    audit.warn(brand, AuditCode.WEBINAR_RECORDINGS_OFF, webinar=webinar)
    audit.warn(brand, AuditCode.CREDENTIALS_REJECTED, webinar=webinar)
    skipped = f"/skipped-people/?webinar={webinar.pk}&reason=excluded_domain"
    assert buttons(bob_client, url) == ["sync_now", skipped]
    assert buttons(charlie_client, url) == [skipped]


def test_open_in_zoom_leads_to_the_webinar_at_zoom(charlie_client, brand, webinar, url, settings):
    audit.warn(brand, AuditCode.NO_PARTICIPANTS, webinar=webinar)
    assert f"https://zoom.us/webinar/{webinar.zoom_webinar_id}" in buttons(charlie_client, url)
    settings.ZOOM_OAUTH_URL = "http://127.0.0.1:9"
    assert f"http://127.0.0.1:9/webinar/{webinar.zoom_webinar_id}" in buttons(charlie_client, url)


@pytest.mark.parametrize(
    ("code", "anchor"),
    [
        (AuditCode.HOST_EXCLUDED, "exclusions-host"),
        (AuditCode.RECORDING_HOST_EXCLUDED, "exclusions-recording"),
        (AuditCode.SKIPPED_EXCLUDED_DOMAIN, "exclusions-contact"),
        (AuditCode.RECORDINGS_OFF, "recordings-sync"),
    ],
)
def test_a_remedy_in_the_settings_leads_to_its_place(alice_client, brand, webinar, url, zoom, code, anchor):
    audit.warn(brand, code, webinar=webinar)
    address = f"{zoom}global-settings/#{anchor}"
    assert address in buttons(alice_client, url)
    assert f'id="{anchor}"' in alice_client.get(f"{zoom}global-settings/").text


def test_the_run_that_a_warning_is_of_can_be_looked_at(charlie_client, brand, connection, webinar, url):
    run = SyncRun.objects.create(connection=connection, webinar=webinar, kind="webinar", trigger="manual")
    SyncRun.objects.update(state="failed")
    audit.warn(brand, AuditCode.BAD_ANSWER, webinar=webinar, run=run)
    assert f"/runs/{run.pk}/" in buttons(charlie_client, url)


# Pressing them


def test_r41_sync_now(bob_client, connection, webinar, url):
    answer = bob_client.post(f"{url}do/sync_now/")
    assert answer["Location"] == url
    run = SyncRun.objects.get()
    assert (run.trigger, run.is_full, run.requested_by.email) == ("manual", True, "bob@acme.test")


def test_r35_the_switch_of_the_webinar_acts_at_once_with_an_undo(alice_client, brand, webinar, url):
    set_webinar(webinar, sync=False, actor=None)
    assert buttons(alice_client, url) == ["switch_on_webinar"]
    done = alice_client.post(f"{url}do/switch_on_webinar/", headers=htmx("panel"))
    assert "Sync is on for “Growing roses”." in done.text
    assert "message-undo" in done.text
    assert events(done) == {"settings-changed"}
    assert Webinar.objects.get().sync_enabled
    assert not AuditEntry.objects.open().filter(code__in=audit.codes_of("E1")).exists()
    assert SyncRun.objects.get().trigger == "catch_up"


def test_r36_the_recordings_switch_of_the_webinar_acts_at_once(alice_client, webinar, url):
    set_webinar(webinar, recordings=False, actor=None)
    alice_client.post(f"{url}do/switch_on_webinar_recordings/")
    assert Webinar.objects.get().sync_recordings


def test_r16_the_webinars_switch_is_not_offered_before_the_global_one_is_on(
    alice_client, brand, webinar, url
):
    set_webinar(webinar, sync=False, actor=None)
    set_global(brand, sync_webinars=False, actor=None)
    assert buttons(alice_client, url) == ["switch_on_global"]
    answer = alice_client.post(f"{url}do/switch_on_webinar/", headers=htmx("panel")).text
    assert "An admin must turn it on before" in answer
    assert not Webinar.objects.get().sync_enabled


YES = {"confirmed": "yes"}


def test_x6_the_global_switch_asks_first_and_cancelling_leads_back(alice_client, brand, webinar, url):
    set_global(brand, sync_webinars=False, actor=None)
    asked = alice_client.post(f"{url}do/switch_on_global/", headers=htmx("panel")).text
    assert "1 of 1 webinars will start syncing." in asked
    assert f'hx-get="{url}"' in asked
    assert not ZoomSettings.objects.get().sync_webinars
    assert f'name="panel" value="{url}"' in asked
    done = alice_client.post(f"{url}do/switch_on_global/", {**YES, "panel": url}, headers=htmx("panel"))
    assert "“Sync webinar data” is on." in done.text
    assert events(done) == {"settings-changed", "panel:open"}
    assert url in done["HX-Trigger"]
    assert ZoomSettings.objects.get().sync_webinars


def test_x6_without_a_script_the_question_is_a_page_and_leads_back_to_the_log(
    alice_client, brand, webinar, url
):
    set_global(brand, sync_webinars=False, actor=None)
    asked = alice_client.post(
        f"{url}do/switch_on_global/", headers={"Referer": f"http://testserver{url}"}
    ).text
    assert f'name="next" value="{url}' in asked
    done = alice_client.post(f"{url}do/switch_on_global/", {**YES, "next": url})
    assert done["Location"] == url


def test_r37_the_hosts_recordings_switch_asks_first_because_it_touches_other_webinars(
    alice_client, brand, connection, webinar, url
):
    set_global(brand, recordings="selected", actor=None)
    make_webinar(connection, webinar.host)
    asked = alice_client.post(f"{url}do/switch_on_user_recordings/").text
    assert "Recordings and transcripts of 2 webinars will start syncing." in asked
    alice_client.post(f"{url}do/switch_on_user_recordings/", YES)
    assert ZoomUser.objects.get().sync_recordings


def test_r9_contact_creation_asks_first(alice_client, brand, webinar, url):
    set_global(brand, create_contacts=False, actor=None)
    SkippedPerson.objects.create(
        webinar=webinar, email="eve@new.test", person_key="x", stage="registration", reason="creation_off"
    )
    asked = alice_client.post(f"{url}do/switch_on_creation/").text
    assert "1 currently skipped person will be added to the CRM" in asked
    alice_client.post(f"{url}do/switch_on_creation/", YES)
    assert ZoomSettings.objects.get().create_contacts


def test_a_webinar_whose_host_is_unknown_has_no_host_to_switch_on(alice_client, connection, zoom, on):
    webinar = make_webinar(connection)
    answer = alice_client.post(f"{zoom}webinars/{webinar.zoom_webinar_id}/do/switch_on_user_recordings/")
    assert answer.status_code == 404


@pytest.mark.parametrize("action", ["show_run", "open_in_zoom", "nonsense"])
def test_what_is_no_act_cannot_be_posted(alice_client, url, action):
    assert alice_client.post(f"{url}do/{action}/").status_code == 404


@pytest.mark.parametrize("action", ["switch_on_webinar", "switch_on_global", "switch_on_creation"])
def test_d1_an_operator_syncs_and_switches_nothing(bob_client, charlie_client, brand, webinar, url, action):
    set_webinar(webinar, sync=False, actor=None)
    set_global(brand, sync_webinars=False, create_contacts=False, actor=None)
    for client in (bob_client, charlie_client):
        assert client.post(f"{url}do/{action}/", YES).status_code == 403
    assert charlie_client.post(f"{url}do/sync_now/").status_code == 403
    assert not ZoomSettings.objects.get().sync_webinars
    assert not SyncRun.objects.exists()


# While it syncs


def test_progress_is_asked_for_until_the_sync_is_over_and_then_the_log_is_drawn_anew(
    charlie_client, connection, webinar, url
):
    run = SyncRun.objects.create(connection=connection, webinar=webinar, kind="webinar", trigger="manual")
    assert 'hx-trigger="every 1s"' in charlie_client.get(url).text
    status = charlie_client.get(url, headers=htmx("sync-status"))
    assert "HX-Trigger" not in status
    SyncRun.objects.filter(pk=run.pk).update(state="complete")
    status = charlie_client.get(url, headers=htmx("sync-status"))
    assert "webinar-changed" in status["HX-Trigger"]
    assert 'hx-trigger="every 1s"' not in status.text


def test_the_switch_that_says_no_is_named(charlie_client, brand, webinar, url):
    add_exclusions(brand, "host", ["acme.test"], None)
    assert "domain acme.test is excluded." in charlie_client.get(url).text.replace("&#x27;", "'")


def test_the_changes_of_its_switches_are_told_and_their_history_is_a_link_away(charlie_client, webinar, url):
    set_webinar(webinar, sync=False, actor=None)
    text = charlie_client.get(url).text
    assert "Settings changed" in text
    assert f"/audit/settings/?q={webinar.zoom_webinar_id}" in text
    assert "Growing roses" in charlie_client.get(f"/audit/settings/?q={webinar.zoom_webinar_id}").text


# Counts that open into people and rows


@pytest.fixture
def run(brand, connection, webinar):
    """A sync that is over, of a webinar with one session."""
    return SyncRun.objects.create(
        connection=connection,
        webinar=webinar,
        kind="webinar",
        trigger="manual",
        state="complete",
        created_at=timezone.now() - timedelta(minutes=5),
        finished_at=timezone.now() - timedelta(minutes=1),
    )


def test_each_sync_tells_what_it_changed_in_counts_that_open(charlie_client, brand, webinar, url, run):
    counts = {"contacts_new": 12, "skipped_new": 1, "timeline_new": 40, "participations_gone": 0}
    audit.record(brand, AuditCode.SYNC_COMPLETED, {"changes": summary_of(counts)}, webinar=webinar, run=run)
    (line,) = charlie_client.get(url).context["lines"]
    assert [(change.text, change.url) for change in line.changes] == [
        ("12 contacts added", f"/runs/{run.pk}/contacts/"),
        ("1 person skipped", f"/runs/{run.pk}/skipped/"),
    ]


def test_a_count_opens_into_the_rows_that_this_sync_wrote(charlie_client, webinar, run):
    during, after = run.created_at + timedelta(minutes=1), timezone.now()
    event = make_event(
        zoom_webinar_id=webinar.zoom_webinar_id, session_uuid="", starts_at=during, is_final=False
    )
    make_session(webinar, "u", event=event)
    for name, moment, made_by in (("Ann", during, run.pk), ("Ben", after, run.pk + 1)):
        email = f"{name.lower()}@new.test"
        contact = make_contact(email, first_name=name, source="zoom", created_at=moment)
        Contact.objects.filter(pk=contact.pk).update(created_in_run=made_by)
        Participation.objects.create(event=event, contact=contact, state="registered", changed_in_run=made_by)
        SkippedPerson.objects.create(
            webinar=webinar, person_key=name, name=f"{name} Skipped", stage="registration",
            reason="no_email", first_run=made_by,
        )  # fmt: skip
    for kind in ("contacts", "participations", "skipped"):
        text = charlie_client.get(f"/runs/{run.pk}/{kind}/").text
        assert "Ann" in text
        assert "Ben" not in text
    assert "This sync wrote no rows of this kind" in charlie_client.get(f"/runs/{run.pk}/calls/").text


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("counted", [0, 3])
def test_rows_of_a_sync_cost_a_constant_number_of_queries(
    charlie_client, run, kind, counted, django_assert_max_num_queries
):
    SyncRun.objects.update(changes=dict.fromkeys(KINDS[kind].counts, counted))
    with django_assert_max_num_queries(6):
        charlie_client.get(f"/runs/{run.pk}/{kind}/")


def test_there_is_no_other_kind_of_rows(charlie_client, connection, run):
    assert charlie_client.get(f"/runs/{run.pk}/secrets/").status_code == 404
    listing = SyncRun.objects.create(connection=connection, kind="discovery", trigger="manual")
    assert charlie_client.get(f"/runs/{listing.pk}/contacts/").status_code == 404


def test_the_first_skipped_people_of_the_reason_stand_in_the_panel(charlie_client, brand, webinar, url):
    for number in range(25):
        for stage in ("registration", "attendance"):
            SkippedPerson.objects.create(
                webinar=webinar,
                person_key=str(number),
                email=f"p{number:02}@rival.test",
                stage=stage,
                reason="excluded_domain",
            )
    SkippedPerson.objects.create(webinar=webinar, person_key="g", stage="attendance", reason="no_email")
    audit.warn(brand, AuditCode.SKIPPED_EXCLUDED_DOMAIN, {"count": 25}, webinar=webinar)
    (note,) = charlie_client.get(url).context["notes"]
    names = [person.email for person in note.causes[0].people]
    assert (len(names), len(set(names))) == (20, 20)
    assert set(names) <= {f"p{number:02}@rival.test" for number in range(25)}


def test_d20_what_is_off_for_the_account_is_told_in_the_log_of_each_webinar(
    charlie_client, brand, connection, webinar, url
):
    set_global(brand, sync_webinars=False, actor=None)
    (note,) = charlie_client.get(url).context["notes"]
    assert [cause.words.code for cause in note.causes] == [AuditCode.SYNC_OFF]
    assert not charlie_client.get(url).context["warnings"]
