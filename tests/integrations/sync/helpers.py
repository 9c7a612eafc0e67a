"""What the tests of the sync have in common: the policy of a scenario, syncs to their end, and the truth."""

import json
from datetime import timedelta
from io import StringIO
from typing import Any

from django.core.management import call_command
from django.utils import timezone

from contacts.actions import NewContact, create_contact
from contacts.models import Brand
from contacts.suppression import suppress
from core.domains import parse_domain
from integrations.models import (
    DomainExclusion,
    RecordingSearch,
    SyncRun,
    Webinar,
    ZoomConnection,
    ZoomSettings,
    ZoomUser,
)
from integrations.sync.runs.queue import enqueue_discovery, enqueue_webinar
from integrations.sync.runs.runner import Result, claim, perform
from integrations.sync.runs.schedule import enqueue_due
from tests.oracle import Policy, differences, truth
from zoom_simulator.simulator import Simulator
from zoomsync.models import User

Trigger = SyncRun.Trigger
DATASETS = ("contacts", "participations", "timeline", "skipped", "calls")


def apply_policy(brand: Brand, policy: Policy) -> None:
    """Make the company's rules, and what its CRM held before, those of a scenario."""
    ZoomConnection.objects.update(plan=ZoomConnection.Plan.BUSINESS)  # pacing is proven elsewhere
    ZoomSettings.objects.filter(brand=brand).update(
        sync_webinars=policy.sync_webinars, recordings=policy.recordings
    )
    lists = {
        DomainExclusion.Kind.HOST: policy.exclude_hosts,
        DomainExclusion.Kind.RECORDING: policy.exclude_recordings,
        DomainExclusion.Kind.CONTACT: policy.exclude_contacts,
    }
    for kind, domains in lists.items():
        for domain in domains:
            DomainExclusion.objects.create(brand=brand, kind=kind, domain=parse_domain(domain))
    for email in policy.account_users:
        User.objects.create_user(email, name="Account User")
    for known in policy.existing_contacts:
        create_contact(
            NewContact(
                email=known.email,
                first_name=known.first_name,
                last_name=known.last_name,
                secondary_emails=known.secondary_emails,
            )
        )
    suppress(policy.deleted)


def keep_every(step: int, simulator: Simulator, first: int = 0) -> None:
    """Take the other webinars out of the account: for tests to which more of them add nothing."""
    webinars = simulator.account.webinars
    kept = set(sorted(webinars)[first::step])
    for zoom_webinar_id in webinars.keys() - kept:
        del webinars[zoom_webinar_id]


def discover(connection: ZoomConnection, policy: Policy | None = None) -> Result:
    """List the account, and turn off what the policy has turned off."""
    enqueue_discovery(connection, Trigger.MANUAL)
    result = work_off()[0]
    if policy:
        webinars = Webinar.objects.filter(connection=connection)
        webinars.filter(zoom_webinar_id__in=policy.webinars_off).update(sync_enabled=False)
        webinars.filter(zoom_webinar_id__in=policy.recordings_off).update(sync_recordings=False)
        hosts = ZoomUser.objects.filter(connection=connection, email__in=policy.recording_users)
        hosts.update(sync_recordings=True)
    return result


def sync_all(connection: ZoomConnection, *, full: bool = False) -> list[Result]:
    """Have every webinar synced, as "Sync now" would."""
    for webinar in Webinar.objects.filter(connection=connection).order_by("pk"):
        enqueue_webinar(webinar, Trigger.MANUAL, depth=depth(full=full))
    return work_off()


def depth(*, full: bool) -> SyncRun.Depth | None:
    return SyncRun.Depth.FULL if full else None


def work_off() -> list[Result]:
    """What one worker does until nothing waits any more."""
    results = []
    while lease := claim():
        results.append(perform(lease))
    return results


def wake_recordings(connection: ZoomConnection) -> list[Result]:
    """What the schedule does once it is time to look at recordings again."""
    past = timezone.now() - timedelta(seconds=1)
    RecordingSearch.objects.exclude(next_check_at=None).update(next_check_at=past)
    Webinar.objects.exclude(next_recording_at=None).update(next_recording_at=past)
    enqueue_due(connection)
    return work_off()


def exported(dataset: str) -> list[dict[str, Any]]:
    out = StringIO()
    call_command("export", dataset, "--format", "jsonl", stdout=out)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def everything() -> dict[str, list[dict[str, Any]]]:
    return {dataset: exported(dataset) for dataset in DATASETS}


def differences_from_truth(simulator: Simulator) -> list[str]:
    """Empty if each row is what a right sync arrives at."""
    expected = truth(simulator.account, simulator.scenario.policy)
    return [
        problem
        for dataset in DATASETS
        for problem in differences(dataset, expected[dataset], exported(dataset))
    ]
