"""What a sync needs of memory: as much as some pages and batches take, however many people there are.

Zoom's pages are made as they are asked for, so that nothing is measured but what the sync itself keeps.
"""

import gc
import tracemalloc
from collections.abc import Iterator
from datetime import timedelta

import pytest

from core.jobs import RunResult
from integrations.sync.runs import runner
from integrations.sync.steps import page_groups, people
from integrations.zoom.client import ZoomClient
from integrations.zoom.http.pages import Page
from integrations.zoom.records import Participant, Registrant
from marketing_events.models import Participation
from tests.integrations.sync.helpers import Trigger, claim, depth, enqueue_webinar

pytestmark = [pytest.mark.django_db(transaction=True)]

PAGE = 100
FEW, MANY = 400, 1_600
# Garbage is found now and then. If something were kept of each person, it would be nearly four times as much.
TOLERATED = 1.25


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch) -> None:
    monkeypatch.setattr(page_groups, "ROWS", 2 * PAGE)
    monkeypatch.setattr(people, "PARTS_AT_ONCE", PAGE)


class Crowd:
    """So many people who registered for a webinar and attended it twice each: pages made out of nothing."""

    def __init__(self, company, monkeypatch, size: int) -> None:
        self.size = size
        self.webinar = company.make.past(f"For {size}")
        self.held = company.make.hold(self.webinar)
        monkeypatch.setattr(ZoomClient, "registrants", lambda _zoom, *asked: self.registrants(*asked))
        monkeypatch.setattr(ZoomClient, "participants", lambda _zoom, _uuid: self.participants())
        company.discover()
        self.row = company.row(self.webinar)

    def registrants(self, _webinar_id, status, _occurrence_id) -> Iterator[Page[Registrant]]:
        for numbers in self._pages() if status == "approved" else ():
            emails = ((number, f"p{number}of{self.size}@customer.example") for number in numbers)
            yield Page([Registrant(f"R{number}", email, "P", "Q") for number, email in emails])

    def participants(self) -> Iterator[Page[Participant]]:
        for numbers in self._pages():
            yield Page([self._stay(number, after) for number in numbers for after in (0, 35)])

    def _pages(self) -> Iterator[range]:
        return (range(first, first + PAGE) for first in range(0, self.size, PAGE))

    def _stay(self, number: int, after: int) -> Participant:
        joined = self.held.start + timedelta(minutes=after)
        left = joined + timedelta(minutes=20)
        return Participant(joined, left, "", f"P {number}", f"{number}.{after}", f"R{number}")

    def peak_of_a_sync(self) -> int:
        """The most that it needed at once, in bytes."""
        enqueue_webinar(self.row, Trigger.MANUAL, depth=depth(full=True))
        lease = claim()
        gc.collect()
        tracemalloc.start()
        try:
            before, _peak = tracemalloc.get_traced_memory()
            assert runner.perform(lease).end is RunResult.COMPLETE
            _now, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        attended = Participation.objects.filter(event__zoom_webinar_id=self.webinar.id, state="attended")
        assert attended.count() == self.size
        return peak - before


def test_memory_does_not_grow_with_the_number_of_people(company, monkeypatch):
    Crowd(company, monkeypatch, PAGE).peak_of_a_sync()  # what is loaded once, and kept
    peaks = []
    for size in (FEW, MANY):
        crowd = Crowd(company, monkeypatch, size)
        peaks.append((crowd.peak_of_a_sync(), crowd.peak_of_a_sync()))
    (first_of_few, again_of_few), (first_of_many, again_of_many) = peaks
    assert first_of_many <= first_of_few * TOLERATED
    assert again_of_many <= again_of_few * TOLERATED, "when all is there already"
