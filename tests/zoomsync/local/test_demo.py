from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from contacts.models import (
    Brand,
    Contact,
    EmailAddress,
    PropertyDefinition,
    SavedView,
    Segment,
    SegmentTransition,
)
from contacts.segments.growth import growth
from contacts.segments.members import members_of
from integrations.models import DomainExclusion, SyncRun, ZoomConnection
from marketing_events.models import MarketingEvent
from tests.contacts.make import make_contact
from tests.marketing_events.make import START, make_event, make_registered
from tests.workflows.engine.helpers import work
from workflows.models import Enrolment, RegistrationJob, Workflow
from zoomsync.local import demo
from zoomsync.local.demo_history import A_MOMENT, age_segments
from zoomsync.local.demo_workflows import PREVIEW, WEEKLY_DEMO
from zoomsync.models import User

pytestmark = [pytest.mark.django_db, pytest.mark.simulator("demo")]


def test_the_demo_has_a_person_of_each_role_and_two_brands_each_with_a_simulated_account(simulator):
    assert demo.make(simulator)
    assert {"admin", "operator", "marketer"} <= set(User.objects.values_list("role", flat=True))
    second, unused = simulator.neighbours
    accounts = dict(ZoomConnection.objects.values_list("brand__name", "account_id"))
    assert accounts == {"Brightline": simulator.account_id, "Tidewater": second.account_id}
    assert unused.account_id not in accounts.values()
    assert Brand.objects.get(is_primary=True).name == "Brightline"
    assert PropertyDefinition.objects.filter(group="Zoom").exists()
    assert SyncRun.objects.filter(kind="discovery", state="queued").count() == 2


def test_the_demos_company_has_decided_what_the_scenario_says(simulator):
    policy = simulator.scenario.policy
    demo.make(simulator)
    for account in simulator.accounts[:2]:
        brand = Brand.objects.get(name=account.account.company)
        excluded = DomainExclusion.objects.filter(brand=brand, kind="contact").values_list(
            "domain", flat=True
        )
        assert set(excluded) == set(account.scenario.policy.exclude_contacts)
        assert brand.zoom_settings.sync_webinars
    known = {contact.email.lower() for contact in policy.existing_contacts}
    assert set(Contact.objects.values_list("email", flat=True)) == known
    for contact in policy.existing_contacts:
        held = EmailAddress.objects.secondary().filter(contact__email=contact.email.lower())
        assert held.count() == len(contact.secondary_emails)


def test_a_second_start_leaves_the_demo_as_it_is(simulator):
    demo.make(simulator)
    User.objects.filter(email="admin@brightline.example").update(name="Renamed")
    assert not demo.make(simulator)
    assert User.objects.get(email="admin@brightline.example").name == "Renamed"
    assert Brand.objects.count() == 2


def test_a_start_that_was_interrupted_is_completed_by_the_next_one(simulator, monkeypatch):
    with monkeypatch.context() as broken:
        broken.setattr(demo, "apply_policy", lambda *_arguments: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            demo.make(simulator)
    assert demo.make(simulator)
    assert all(brand.zoom_settings.sync_webinars for brand in Brand.objects.all())


def test_the_demo_has_properties_of_several_kinds_and_a_saved_view(simulator):
    demo.make(simulator)
    kinds = set(PropertyDefinition.objects.custom().values_list("kind", flat=True))
    assert {"choice", "choices", "number", "date", "yes_no", "link"} <= kinds
    contact = Contact.objects.order_by("pk")[0]
    assert (contact.properties["plan"], contact.properties["newsletter"]) == ("Free", True)
    view = SavedView.objects.get()
    assert view.is_shared
    assert "p%3Aseats" in view.query


def test_the_demo_has_segments_that_its_marketer_made_from_the_templates(simulator):
    demo.make(simulator)
    segments = Segment.objects.order_by("pk")
    assert len(segments) == len(demo.SEGMENTS) + 1  # and the one of a workflow
    for segment in segments:
        assert segment.created_by.email == "marketer@brightline.example"
        assert members_of(segment).count() == 0  # the sync brings the people


def test_the_demos_contacts_are_as_old_as_their_first_registration(simulator):
    event, contact = make_event(), make_contact("ann@x.example", source="zoom")
    make_registered(event, contact)
    imported = make_contact("ben@x.example", source="import")
    make_registered(event, imported)
    assert demo.age_contacts() == 1
    assert Contact.objects.get(pk=contact.pk).created_at == START - timedelta(days=7)
    assert demo.age_contacts() == 0


def test_the_demo_publishes_two_workflows_with_people_in_them_once(simulator):
    demo.make(simulator)
    preview = make_event(PREVIEW, starts_at=timezone.now() + timedelta(days=30))
    weekly = make_event(WEEKLY_DEMO, starts_at=timezone.now() + timedelta(days=3))
    held = make_event("Spring tour", starts_at=timezone.now() - timedelta(days=2))
    make_registered(weekly, make_contact("comes@x.example"))
    make_registered(held, make_contact("missed@x.example"), state="no_show")
    demo.start_workflows()
    demo.start_workflows()
    assert Workflow.objects.published().count() == 2
    work()
    inside = Enrolment.objects.order_by("workflow")
    assert [(row.contact.email, row.step_id) for row in inside] == [
        ("comes@x.example", "register"),
        ("missed@x.example", "pause"),
    ]
    job = RegistrationJob.objects.get()
    assert (job.zoom_webinar_id, job.contact.email) == (preview.zoom_webinar_id, "comes@x.example")


def held(starts_at: datetime) -> MarketingEvent:
    return make_event(f"On {starts_at}", starts_at=starts_at, ended_at=starts_at + timedelta(hours=1))


def test_the_demos_segments_have_entered_and_left_when_the_events_took_place(simulator):
    demo.make(simulator)
    gone, seen, new = (held(timezone.now() - timedelta(days=days)) for days in (35, 20, 3))
    early, late = make_contact("early@x.example"), make_contact("late@x.example")
    make_registered(gone, early, state="no_show")
    make_registered(seen, late, state="no_show")
    make_registered(new, late, state="no_show")
    age_segments()
    age_segments()
    segment = Segment.objects.get(name="Registered, did not attend")
    moves = SegmentTransition.objects.filter(segment=segment).order_by("occurred_at")
    assert [(move.contact, move.kind, move.reason) for move in moves] == [
        (early, "entered", "no_show"),
        (late, "entered", "no_show"),
        (early, "left", "clock"),
    ]
    assert [moves[0].occurred_at, moves[1].occurred_at] == [gone.ended_at, seen.ended_at]
    assert moves[2].occurred_at == new.starts_at - A_MOMENT  # the next look after thirty days
    assert list(members_of(segment)) == [late]
    assert [row.contact for row in segment.memberships.all()] == [late]
    assert len(growth(segment, 1)) == 30
