"""An account, or a gateway before Zoom, that serves no reports: attendance is read without them."""

import pytest

from integrations.sync.run import End
from integrations.zoom.client import ZoomClient
from integrations.zoom.errors import BadAnswer, NotFound, NotServed, Refused, ZoomError

pytestmark = [pytest.mark.django_db(transaction=True)]


@pytest.fixture
def webinar(company):
    """Its listing of participants does not say which registrant each of them is, so the report is asked."""
    company.world.participants_have_registrant_id = False
    webinar = company.make.past("Growing roses")
    anna = company.make.register(webinar, "anna@customer.example", "Anna Ahlers")
    company.make.stay(company.make.hold(webinar), anna, 0, 30)
    return webinar


def refuse_reports(monkeypatch: pytest.MonkeyPatch, error: type[ZoomError]) -> None:
    def refuse(*_args):
        raise error

    monkeypatch.setattr(ZoomClient, "report_participants", refuse)
    monkeypatch.setattr(ZoomClient, "session_report", refuse)


@pytest.mark.parametrize("error", [NotFound, Refused, NotServed])
def test_d7_people_are_told_apart_by_their_addresses_where_no_report_is_served(
    company, webinar, monkeypatch, error
):
    refuse_reports(monkeypatch, error)
    assert company.sync(webinar).end is End.COMPLETE
    assert company.state("anna@customer.example") == "attended"


def test_a_report_that_merely_breaks_is_waited_for(company, webinar, monkeypatch):
    refuse_reports(monkeypatch, BadAnswer)
    assert company.sync(webinar).end is End.PUT_OFF
    assert company.state("anna@customer.example") == ""
