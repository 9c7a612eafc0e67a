"""Each warning appears in its situation, says what to do in the panel, and clears itself after the cure.

At the simulator, by the real sync, and by the buttons of the real pages (R30-R58).
"""

import pytest
from django.urls import reverse
from django.utils import timezone

from integrations.audit import DEFINITIONS
from integrations.models import AuditEntry, SyncRun
from tests.integrations.sync.company import Company
from tests.integrations.sync.helpers import work_off
from tests.journeys.warnings import STORIES, Scene

pytestmark = [pytest.mark.django_db(transaction=True)]

WARNINGS = {key for key in DEFINITIONS if key[0] in {"E1", "E2", "E3", "E4", "E5", "E6"}}
# A database that refuses a row, and a bug of ours: there is no situation at Zoom. Proven where they arise,
# in tests/integrations/sync/test_people.py and test_run.py.
OURS = {("E6", "timeline"), ("E6", "property"), ("E6", "internal")}


def test_every_warning_has_its_story():
    assert set(STORIES) == WARNINGS - OURS


@pytest.fixture
def scene(simulator, simulated_connection, unpaced, alice_client) -> Scene:
    return Scene(Company(simulator, simulated_connection), alice_client)


@pytest.mark.parametrize(("code", "cause"), sorted(STORIES), ids=map(" ".join, sorted(STORIES)))
def test_r30_a_warning_appears_in_its_situation_and_clears_after_the_cure(scene, code, cause):
    story = STORIES[code, cause](scene)
    webinar = next(story)
    sync(scene, webinar)
    opened = AuditEntry.objects.open().filter(webinar=scene.company.row(webinar), code=code, cause=cause)
    assert opened.count() == 1, list(AuditEntry.objects.open().values_list("code", "cause", "message"))
    entry = opened.get()
    told_in_panel(scene, webinar, entry)

    next(story, None)
    sync(scene, webinar)
    entry.refresh_from_db()
    assert entry.state == AuditEntry.State.RESOLVED
    assert entry.resolved_at
    assert entry.resolution
    assert panel(scene, webinar).count(entry.resolution) >= 1


def sync(scene: Scene, webinar) -> None:
    """What waits, then all of the webinar, as somebody who presses "Sync now"."""
    SyncRun.objects.active().update(not_before=timezone.now())
    work_off()
    scene.company.sync(webinar, full=True)


def told_in_panel(scene: Scene, webinar, entry: AuditEntry) -> None:
    words = DEFINITIONS[entry.code, entry.cause]
    text = panel(scene, webinar)
    open_part = text.partition("Activity")[0]
    for part in (words.title, words.meaning, words.remedy):
        assert str(part) in open_part


def panel(scene: Scene, webinar) -> str:
    url = reverse("zoom:audit", args=[scene.company.brand.slug, webinar.id])
    return scene.admin.get(url).text.replace("&#x27;", "'").replace("&quot;", '"')
