import dataclasses

import pytest

from integrations.audit import (
    DEFINITIONS,
    Action,
    Definition,
    Severity,
    UnknownCodeError,
    definition,
)
from integrations.models import AuditEntry
from integrations.rules.people import Reason

ALL = pytest.mark.parametrize("one", DEFINITIONS.values(), ids=lambda one: f"{one.code}-{one.cause}")
SPECIFIED = ["E1", "E2", "E3", "E4", "E5", "E6"]


@ALL
def test_every_code_says_what_happened_what_it_means_and_what_to_do(one: Definition) -> None:
    for words in (one.title, one.meaning, one.remedy):
        assert str(words).strip()
    assert str(one.meaning).endswith(".")
    assert str(one.remedy).endswith(".")
    assert not str(one.title).endswith(".")


@ALL
def test_every_code_fits_its_columns(one: Definition) -> None:
    for name in ("code", "cause", "severity"):
        assert len(getattr(one, name)) <= (AuditEntry._meta.get_field(name).max_length or 0)


@ALL
def test_every_action_is_one_that_a_page_knows(one: Definition) -> None:
    assert set(one.actions) <= set(Action)
    assert len(set(one.actions)) == len(one.actions)


@pytest.mark.parametrize("code", SPECIFIED)
def test_the_six_warnings_have_one_title_and_one_severity_for_all_their_causes(code: str) -> None:
    causes = [definition for definition in DEFINITIONS.values() if definition.code == code]
    assert causes
    assert len({str(cause.title) for cause in causes}) == 1
    assert {cause.severity for cause in causes} == {Severity.ERROR if code == "E6" else Severity.WARNING}


@pytest.mark.parametrize("code", SPECIFIED)
def test_two_causes_of_a_warning_are_never_explained_alike(code: str) -> None:
    meanings = [str(definition.meaning) for definition in DEFINITIONS.values() if definition.code == code]
    assert len(set(meanings)) == len(meanings)


def test_r37_r38_r39_r40_the_five_causes_of_a_missing_recording_are_told_apart() -> None:
    specified = {
        "switch_recordings_global",
        "switch_recordings_user",
        "switch_recordings_webinar",
        "nobody_attended",
        "unavailable",
        "deleted",
        "not_found",
        "processing",
    }
    assert specified <= {cause for code, cause in DEFINITIONS if code == "E2"}


def test_r55_r56_r57_r58_each_error_of_the_specification_has_words() -> None:
    specified = {"transcript_not_found", "timeline", "property", "not_found_in_account"}
    assert specified <= {cause for code, cause in DEFINITIONS if code == "E6"}


def test_r48_to_r51_each_reason_of_the_rules_has_words() -> None:
    assert {cause for code, cause in DEFINITIONS if code == "E5"} == set(Reason)


def test_r7_a_guest_without_email_is_told_how_all_attendees_would_sync() -> None:
    assert "registration" in str(definition("E5", "no_email").remedy)


@pytest.mark.parametrize("key", [("E7", "x"), ("E1", ""), ("E1", "x"), ("", ""), ("sync_completed", "x")])
def test_a_code_that_nobody_explained_is_refused(key: tuple[str, str]) -> None:
    with pytest.raises(UnknownCodeError, match="has no words"):
        definition(*key)


def test_a_definition_cannot_be_changed_by_whoever_reads_it() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        definition("connected").code = "other"  # type: ignore[misc]
