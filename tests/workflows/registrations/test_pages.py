"""The pages: the dialog that registers contacts, the list of jobs, and those of a contact and of an event."""

import csv
import html
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from contacts.models import Contact
from core.jobs import JobState
from integrations.models import Webinar, ZoomConnection
from integrations.rules.registration_reasons import RefusalReason, WaitReason
from tests.contacts.make import make_contact
from tests.integrations.make import make_webinar
from tests.marketing_events.make import make_event
from tests.workflows.registrations.helpers import ana, register, schedule, schedule_series, work
from workflows.models import RegistrationBatch, RegistrationJob
from workflows.models import RegistrationStatus as Status
from workflows.registrations.jobs import ContactRef, Source, enqueue, enqueue_batch
from workflows.registrations.representation import EXPORT_FIELDS
from workflows.registrations.views.job_list import OF_THE_PAGE
from workflows.registrations.wording import REASONS, detail_of
from zoom_simulator.account.rows import Webinar as ZoomWebinar
from zoom_simulator.simulator import Simulator

WEBINAR = 93112345678
ADD = "/automation/registrations/add/"
LIST = "/automation/registrations/"


def htmx(target: str) -> dict[str, str]:
    return {"HX-Request": "true", "HX-Target": target}


def text_of(response: Any) -> str:
    """What is read, without tags."""
    return " ".join(re.sub(r"<[^>]*>", " ", response.content.decode()).split())


@pytest.mark.usefixtures("account")
class TestDialog:
    def preflight(self, client: Client, webinar: ZoomWebinar, *contacts: Contact, **more: str) -> str:
        fields = {"contact": [contact.pk for contact in contacts], "webinar": webinar.id} | more
        return text_of(client.get(ADD, fields, headers=htmx("preflight")))

    def test_x9_the_picker_finds_upcoming_webinars_by_topic_date_and_id(
        self, charlie_client: Client, account: ZoomConnection
    ) -> None:
        roses = make_webinar(account, topic="Growing roses")
        make_webinar(account, topic="Pruning apples", state=Webinar.State.GONE)
        make_webinar(account, topic="Zoom Event", is_zoom_event=True)
        tulips = make_webinar(account, topic="Planting tulips")

        def found(search: str) -> set[str]:
            page = text_of(charlie_client.get(ADD, {"search": search}, headers=htmx("choices")))
            return {word for word in ("roses", "apples", "Event", "tulips") if word in page}

        assert found("") == {"roses", "tulips"}
        assert found("grow") == {"roses"}
        assert found(f"{str(tulips.zoom_webinar_id)[:3]} {str(tulips.zoom_webinar_id)[3:]}") == {"tulips"}
        assert found(f"{roses.starts_at:%Y-%m-%d}") == {"roses", "tulips"}
        assert found(f"{roses.starts_at:%d.%m.%Y}") == {"roses", "tulips"}
        assert found("2020-01-01") == set()

    def test_an_id_that_no_listing_has_shown_can_be_chosen(self, charlie_client: Client) -> None:
        page = charlie_client.get(ADD, {"search": "931-1234-5678"}, headers=htmx("choices"))
        assert 'value="93112345678"' in page.content.decode()

    def test_the_preflight_says_who_can_be_registered_and_who_cannot_and_why(
        self, charlie_client: Client, simulator: Simulator
    ) -> None:
        webinar = schedule(simulator)
        nameless, host = make_contact("nameless@customer.example"), ana(email="owner@own.example")
        output = self.preflight(charlie_client, webinar, ana(), nameless, host)
        assert "Will be registered 1" in output
        assert "Can't be registered 2" in output
        assert "The contact has no first name." in output
        assert "The host of the webinar cannot register for the webinar" in output
        assert "Zoom sends each person a confirmation email with their join link." in output
        assert not RegistrationJob.objects.exists()

    def test_the_preflight_says_what_approval_means(
        self, charlie_client: Client, simulator: Simulator
    ) -> None:
        output = self.preflight(charlie_client, schedule(simulator, approval_type=1), ana())
        assert "The host must approve each person" in output

    @pytest.mark.parametrize(
        ("settings_of_webinar", "words"),
        [
            ({"approval_type": 2}, "Registration is turned off for this webinar."),
            ({"questions": [{"field_name": "org", "required": True}]}, "more than name and email: org."),
        ],
    )
    def test_what_keeps_everyone_out_is_said_and_there_is_no_button(
        self, charlie_client: Client, simulator: Simulator, settings_of_webinar: dict[str, Any], words: str
    ) -> None:
        output = self.preflight(charlie_client, schedule(simulator, **settings_of_webinar), ana())
        assert words in output
        assert "Register 1 contact" not in output

    def test_when_zoom_cannot_be_asked_it_can_be_queued_all_the_same(
        self, charlie_client: Client, simulator: Simulator
    ) -> None:
        webinar = schedule(simulator)
        simulator.faults.add("500", "/webinars", times=0)
        output = self.preflight(charlie_client, webinar, ana())
        assert "Zoom couldn't be checked just now" in output
        assert "Register 1 contact" in output

    def test_one_contact_is_registered_with_live_progress(
        self, charlie_client: Client, simulator: Simulator
    ) -> None:
        webinar, contact = schedule(simulator), ana()
        fields = {"contact": contact.pk, "webinar": webinar.id}
        page = charlie_client.post(ADD, fields, headers=htmx("panel"))
        assert 'hx-trigger="every 1s"' in page.content.decode()
        job = RegistrationJob.objects.get()
        assert (job.source, job.priority, job.requested_by.email) == ("page", 0, "charlie@acme.test")
        work()
        after = charlie_client.get(reverse("registrations:progress"), {"job": job.pk})
        assert "Registered" in text_of(after)
        assert "every 1s" not in after.content.decode()

    def test_without_a_script_the_same_form_redirects_to_the_progress(
        self, charlie_client: Client, simulator: Simulator
    ) -> None:
        fields = {"contact": ana().pk, "webinar": schedule(simulator).id}
        page = charlie_client.post(ADD, fields, follow=True)
        assert page.status_code == 200
        assert RegistrationJob.objects.count() == 1

    def test_many_are_a_batch(self, charlie_client: Client, simulator: Simulator) -> None:
        contacts = [ana(email=f"person{number}@customer.example") for number in range(3)]
        fields = {"contact": [contact.pk for contact in contacts], "webinar": schedule(simulator).id}
        page = charlie_client.post(ADD, fields, headers=htmx("panel"))
        assert "0 of 3" in text_of(page)
        work()
        batch = RegistrationBatch.objects.get()
        after = charlie_client.get(reverse("registrations:progress"), {"batch": batch.pk})
        assert "3 succeeded" in text_of(after)

    def test_pasted_addresses_are_contacts_or_are_named(
        self, charlie_client: Client, simulator: Simulator
    ) -> None:
        ana()
        make_contact("ben@customer.example", first_name="Ben", secondary_emails=("ben@private.example",))
        pasted = "Ana <ANA@customer.example>; ben@private.example\nnobody@else.example"
        output = self.preflight(charlie_client, schedule(simulator), emails=pasted)
        assert "Will be registered 2" in output
        assert "nobody@else.example" in output

    def test_contacts_are_found_by_name_and_stay_ticked_above_the_next_search(
        self, charlie_client: Client
    ) -> None:
        first, second = ana(), ana(email="ben@customer.example", first_name="Ben", last_name="Okafor")
        make_contact("cleo@customer.example")
        assert 'name="person"' in charlie_client.get(ADD).content.decode()

        def listed(**fields: Any) -> list[tuple[int, bool]]:
            page = charlie_client.get(
                ADD, fields | {"people": "open"}, headers=htmx("matches")
            ).content.decode()
            boxes = re.findall(r'name="contact" value="(\d+)"( checked)?', page)
            return [(int(key), bool(checked)) for key, checked in boxes]

        assert listed(person="silva") == [(first.pk, False)]
        assert listed(person="okafo", contact=first.pk) == [(first.pk, True), (second.pk, False)]
        assert listed(person="okafro") == [(second.pk, False)]  # as if typed in a hurry
        assert listed(person="nobody at all", contact=first.pk) == [(first.pk, True)]
        assert listed(person="\0%_", contact=["x", 10**30]) == []

    def test_who_was_chosen_elsewhere_is_named_and_many_are_only_counted(
        self, charlie_client: Client
    ) -> None:
        people = [ana(email=f"person{number}@customer.example") for number in range(21)]
        few = charlie_client.get(ADD, {"contact": [person.pk for person in people[:2]]}).content.decode()
        assert "person1@customer.example" in few
        assert 'name="person"' not in few
        many = charlie_client.get(ADD, {"contact": [person.pk for person in people]})
        assert "21 contacts selected" in text_of(many)
        assert many.content.decode().count('type="hidden" name="contact"') == 21

    def test_everyone_who_matches_the_list_can_be_meant(
        self, charlie_client: Client, simulator: Simulator
    ) -> None:
        for number in range(60):
            ana(email=f"person{number}@customer.example", first_name="Ana" if number % 2 else "Ben")
        webinar = schedule(simulator)
        fields = {"matching": "q=ben", "everyone": "on", "webinar": webinar.id}
        assert "Will be registered 30" in text_of(charlie_client.get(ADD, fields, headers=htmx("preflight")))
        charlie_client.post(ADD, fields)
        assert RegistrationJob.objects.filter(contact__first_name="Ben").count() == 30

    def test_a_date_of_a_series_is_chosen(self, charlie_client: Client, simulator: Simulator) -> None:
        webinar = schedule_series(simulator, -7, 7, 14, registration_type=2)
        page = charlie_client.get(
            ADD, {"contact": ana().pk, "webinar": webinar.id}, headers=htmx("preflight")
        ).content.decode()
        dates = re.findall(r'<option value="(\d+)"', page)
        assert dates == [date.id for date in webinar.occurrences[1:]]

    @pytest.mark.parametrize(
        "fields",
        [{}, {"webinar": "abc", "contact": "1"}, {"webinar": WEBINAR}, {"webinar": WEBINAR, "contact": "x"}],
    )
    def test_nonsense_queues_nothing(self, charlie_client: Client, fields: dict[str, Any]) -> None:
        assert charlie_client.post(ADD, fields).status_code == 422
        assert not RegistrationJob.objects.exists()


class TestList:
    @pytest.fixture
    def contact(self, db: None) -> Contact:
        return make_contact("ana@customer.example", first_name="Ana", last_name="Silva")

    def refused(self, contact: Contact, code: str = "webinar_full", **values: Any) -> RegistrationJob:
        job = enqueue(contact, WEBINAR, Source.API)
        job.state, job.outcome = JobState.COMPLETE, Status.REFUSED
        job.reason_code, job.reason_values = code, values
        job.save()
        return job

    def test_a_refusal_says_what_is_the_matter_and_what_to_do(
        self, bob_client: Client, contact: Contact
    ) -> None:
        self.refused(contact, zoom="Webinar has reached maximum attendee capacity.")
        output = text_of(bob_client.get(LIST))
        assert "The webinar is full. Raise the limit of registrants in Zoom, then retry." in output
        assert "Zoom says: “Webinar has reached maximum attendee capacity.”" in output

    @pytest.mark.parametrize("reason", list(RefusalReason))
    def test_each_reason_says_what_is_the_matter_to_marketers_and_operators(
        self, bob_client: Client, charlie_client: Client, contact: Contact, reason: str
    ) -> None:
        job = self.refused(contact, reason, fields=["org"], scopes=["webinar:write:registrant"])
        text = REASONS[reason]
        for client in (bob_client, charlie_client):
            page = client.get(LIST)
            assert detail_of(job) in html.unescape(text_of(page))
            assert str(text.remedy) in html.unescape(text_of(page))
            assert "Retry" in text_of(page) or "Approve in Zoom" in text_of(page)

    @pytest.mark.parametrize("reason", list(WaitReason))
    def test_what_waits_says_what_for_and_until_when(
        self, bob_client: Client, contact: Contact, reason: str
    ) -> None:
        enqueue(contact, WEBINAR, Source.API)
        RegistrationJob.objects.update(reason_code=reason, attempts=1)
        said = html.unescape(text_of(bob_client.get(LIST)))
        assert str(REASONS[reason].detail) in said
        assert "Next try" in said
        assert "Retry" not in said

    @pytest.mark.parametrize(
        ("code", "operators", "marketers"),
        [
            ("missing_first_name", "Ask a marketer or an admin.", "contacts/{contact}/edit/"),
            ("not_connected", "Ask an admin.", "Ask an admin."),
            ("webinar_full", "https://zoom.us/webinar", "https://zoom.us/webinar"),
            ("other_brand", "add/?contact={contact}", "add/?contact={contact}"),
            ("occurrence_not_found", f"&amp;webinar={WEBINAR}", f"&amp;webinar={WEBINAR}"),
        ],
    )
    def test_the_cause_is_put_right_where_it_is_by_those_who_may(
        self, bob_client: Client, charlie_client: Client, contact: Contact, code: str, operators: str,
        marketers: str,
    ) -> None:  # fmt: skip
        self.refused(contact, code)
        for client, expected in ((bob_client, operators), (charlie_client, marketers)):
            page = client.get(LIST).content.decode()
            assert expected.format(contact=contact.pk) in page
            assert reverse("zoom:connect") not in page
        assert reverse("contacts:edit", args=[contact.pk]) not in bob_client.get(LIST).content.decode()

    def test_retry_cancel_and_approve(self, bob_client: Client, contact: Contact) -> None:
        job = self.refused(contact, "denied_before")
        assert "Approve in Zoom" in text_of(bob_client.get(LIST))
        address = reverse("registrations:act", args=[job.pk])
        bob_client.post(address, {"do": "approve"})
        job.refresh_from_db()
        assert (job.status, job.lifts_denial) == (Status.QUEUED, True)
        bob_client.post(address, {"do": "cancel"})
        job.refresh_from_db()
        assert job.status == Status.CANCELLED
        bob_client.post(address, {"do": "retry"})
        job.refresh_from_db()
        assert job.status == Status.QUEUED

    def test_what_cannot_be_done_any_more_is_said(self, bob_client: Client, contact: Contact) -> None:
        job = self.refused(contact)
        page = bob_client.post(reverse("registrations:act", args=[job.pk]), {"do": "cancel"}, follow=True)
        assert "has changed since" in text_of(page)

    def test_it_is_filtered_and_searched(self, bob_client: Client, contact: Contact) -> None:
        self.refused(contact)
        enqueue(make_contact("ben@customer.example"), 93187654321, Source.PAGE)

        def shown(**query: str) -> list[str]:
            output = text_of(bob_client.get(LIST, query, headers=htmx("jobs")))
            return [name for name in ("ana@", "ben@") if name in output]

        assert shown() == ["ana@", "ben@"]
        assert shown(state="refused") == ["ana@"]
        assert shown(state="queued") == ["ben@"]
        assert shown(source="page") == ["ben@"]
        assert shown(q="silva") == ["ana@"]
        assert shown(q="931 8765 4321") == ["ben@"]
        assert shown(webinar=str(WEBINAR)) == ["ana@"]
        assert shown(q="nobody") == []

    def test_a_batch_is_one_line_that_opens(self, bob_client: Client, contact: Contact) -> None:
        others = [make_contact(f"person{number}@customer.example") for number in range(3)]
        batch = enqueue_batch([ContactRef(id=other.pk) for other in others], WEBINAR, Source.PAGE).batch
        output = text_of(bob_client.get(LIST))
        assert "3 contacts" in output
        assert "person1@" not in output
        opened = text_of(bob_client.get(LIST, {"batch": batch.pk}))
        assert "person1@" in opened
        bob_client.post(reverse("registrations:cancel_batch", args=[batch.pk]))
        assert {job.status for job in batch.jobs.all()} == {Status.CANCELLED}

    def test_the_csv_has_the_same_jobs(self, bob_client: Client, contact: Contact) -> None:
        self.refused(contact)
        enqueue(make_contact("ben@customer.example"), WEBINAR, Source.PAGE)
        answer = bob_client.get(reverse("registrations:download"), {"state": "refused"})
        lines = b"".join(answer.streaming_content).decode().splitlines()
        (row,) = csv.DictReader(lines)
        assert list(row) == [*EXPORT_FIELDS, *OF_THE_PAGE]
        assert (row["email"], row["state"]) == ("ana@customer.example", "refused")
        assert row["detail"] == "The webinar is full."
        assert (row["first_name"], row["action"]) == (contact.first_name, "register")

    def test_it_asks_again_while_something_moves(self, bob_client: Client, contact: Contact) -> None:
        job = enqueue(contact, WEBINAR, Source.API)
        assert "every 2s" in bob_client.get(LIST).content.decode()
        RegistrationJob.objects.filter(pk=job.pk).update(state=JobState.FAILED, reason_code="internal_error")
        assert "every 2s" not in bob_client.get(LIST).content.decode()

    def test_a_deleted_contacts_job_names_nobody(self, bob_client: Client, contact: Contact) -> None:
        self.refused(contact)
        contact.delete()
        said = text_of(bob_client.get(LIST))
        assert "Deleted contact" in said
        assert "Retry" not in said

    @pytest.mark.parametrize("query", ["batch=x", "batch=99999999999999999999", "webinar=x", "state=x"])
    def test_nonsense_in_the_address_is_no_filter(
        self, bob_client: Client, contact: Contact, query: str
    ) -> None:
        self.refused(contact)
        assert bob_client.get(f"{LIST}?{query}").status_code == 200

    def test_the_number_of_queries_does_not_grow_with_the_jobs(
        self, bob_client: Client, django_assert_max_num_queries: Any
    ) -> None:
        for _ in range(30):
            self.refused(make_contact())
        with django_assert_max_num_queries(20):
            bob_client.get(LIST)


@pytest.mark.usefixtures("account")
class TestRelated:
    def test_a_contacts_page_has_its_registrations_and_the_button(
        self, charlie_client: Client, simulator: Simulator
    ) -> None:
        contact = ana()
        register(contact, schedule(simulator))
        page = charlie_client.get(reverse("contacts:detail", args=[contact.pk])).content.decode()
        assert f"{ADD}?contact={contact.pk}" in page
        address = reverse("registrations:of_contact", args=[contact.pk])
        assert address in page
        assert "Registered" in text_of(charlie_client.get(address, headers=htmx("registrations")))

    def test_an_events_page_has_those_of_its_webinar(
        self, charlie_client: Client, simulator: Simulator
    ) -> None:
        webinar = schedule(simulator)
        register(ana(), webinar)
        event = make_event(zoom_webinar_id=webinar.id)
        other = make_event(zoom_webinar_id=webinar.id + 1)

        def shown(pk: int) -> str:
            return text_of(charlie_client.get(reverse("registrations:of_event", args=[pk])))

        assert "Ana Silva" in shown(event.pk)
        assert "Ana Silva" not in shown(other.pk)

    def test_x9_removing_says_what_zoom_will_do_first(
        self, charlie_client: Client, simulator: Simulator
    ) -> None:
        webinar, contact = schedule(simulator), ana()
        register(contact, webinar)
        address = reverse("registrations:remove", args=[contact.pk, webinar.id])
        assert "Zoom lists the person as denied" in text_of(charlie_client.get(address))
        assert charlie_client.post(address, {"how": "explode"}).status_code == 422
        assert charlie_client.post(address, {"how": "cancel"}).status_code == 302
        work()
        assert [person.status for person in webinar.registrants.values()] == ["denied"]

    def test_the_contacts_list_has_boxes_to_tick(self, charlie_client: Client) -> None:
        contact = ana()
        page = charlie_client.get(reverse("contacts:list"), {"q": "silva"}).content.decode()
        assert f'name="contact" value="{contact.pk}"' in page
        assert 'name="matching" value="list=contacts&amp;q=silva"' in page
