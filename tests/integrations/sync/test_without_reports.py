"""An account, or a gateway before Zoom, that serves no reports: attendance is read without them."""

import pytest

from core.jobs import RunResult
from integrations.models import AttendanceReading, AttendanceRow
from integrations.sync.steps import page_groups
from integrations.zoom.client import ZoomClient
from integrations.zoom.errors import BadAnswer, MissingScope, NotFound, NotServed, Refused, TooOld, ZoomError

pytestmark = [pytest.mark.django_db(transaction=True)]

ANNA = "anna@customer.example"


@pytest.fixture
def webinar(company):
    """Its listing of participants does not say which registrant each of them is, so the report is asked."""
    company.account.participants_have_registrant_id = False
    webinar = company.make.past("Growing roses")
    anna = company.make.register(webinar, ANNA, "Anna Ahlers")
    company.make.stay(company.make.hold(webinar), anna, 0, 30)
    return webinar


def refuse_reports(monkeypatch: pytest.MonkeyPatch, error: type[ZoomError]) -> None:
    def refuse(*_args):
        raise error

    monkeypatch.setattr(ZoomClient, "report_participants", refuse)
    monkeypatch.setattr(ZoomClient, "session_report", refuse)


def break_off(patch: pytest.MonkeyPatch, listing: str, error: type[ZoomError]) -> None:
    """The listing's second page is refused."""
    pages_of = getattr(ZoomClient, listing)

    def broken(*args):
        yield next(pages_of(*args))
        raise error

    patch.setattr(ZoomClient, listing, broken)


@pytest.mark.parametrize("error", [NotFound, Refused, NotServed])
def test_d7_people_are_told_apart_by_their_addresses_where_no_report_is_served(
    company, webinar, monkeypatch, error
):
    refuse_reports(monkeypatch, error)
    assert company.sync(webinar).end is RunResult.COMPLETE
    assert company.state(ANNA) == "attended"


def test_a_report_that_merely_breaks_is_waited_for(company, webinar, monkeypatch):
    refuse_reports(monkeypatch, BadAnswer)
    assert company.sync(webinar).end is RunResult.RETRY
    assert company.state(ANNA) == ""


@pytest.mark.parametrize("error", [NotFound, MissingScope, TooOld])
@pytest.mark.parametrize("listing", ["participants", "report_participants"])
def test_d12_a_listing_that_breaks_off_later_is_tried_again_and_never_mixed_with_the_other(
    company, webinar, monkeypatch, listing, error
):
    company.account.participants_have_registrant_id = listing == "participants"
    monkeypatch.setattr(page_groups, "ROWS", 100)  # each page is stored before the next is asked for
    for number in range(400):
        company.make.stay(webinar.held[0], None, 0, 30, name="P", user_email=f"p{number}@customer.example")
    with pytest.MonkeyPatch.context() as patch:
        break_off(patch, listing, error)
        assert company.sync(webinar).end is RunResult.RETRY
    assert AttendanceRow.objects.count() == 300
    assert AttendanceReading.objects.get().last_read_at is None
    assert company.warnings(webinar) == set()

    assert company.sync(webinar).end is RunResult.COMPLETE
    assert AttendanceRow.objects.count() == 402  # the host's among them
    assert company.state(ANNA) == "attended"
