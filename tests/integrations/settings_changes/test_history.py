import pytest

from contacts.models import Brand
from integrations.models import ZoomConnection
from integrations.settings_changes import (
    add_exclusions,
    in_words,
    remove_exclusions,
    set_global,
    set_webinar,
)
from integrations.settings_changes.history import because_of, read, written
from tests.integrations.make import make_webinar


@pytest.mark.parametrize("value", [True, False, "none", "selected", "all"])
def test_a_value_can_be_read_back_from_the_history(value: bool | str) -> None:
    assert read(written(value)) == value


def test_each_change_is_a_line_that_a_person_reads(brand: Brand, connection: ZoomConnection) -> None:
    changes = [
        *set_global(brand, sync_webinars=True, recordings="all", actor=None).changes,
        *set_webinar(make_webinar(connection), recordings=False, actor=None).changes,
        *add_exclusions(brand, "host", "a.test", None).changes,
        *remove_exclusions(brand, "host", "a.test", None).changes,
    ]
    assert [in_words(change) for change in changes] == [
        "Sync webinar data: from off to on",
        "Sync webinar recordings and transcripts: from No Zoom users to All Zoom users",
        "sync recordings and transcripts: from on to off",
        "Webinar exclusions: a.test added",
        "Webinar exclusions: a.test removed",
    ]


def test_why_a_warning_is_gone_names_the_first_change_and_how_many_more(brand: Brand) -> None:
    changes = add_exclusions(brand, "host", "a.test b.test c.test", None).changes
    assert str(because_of(changes)) == "Webinar exclusions: a.test added and 2 more, by Command line."
