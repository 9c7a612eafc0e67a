import dataclasses

import pytest

from core.messages import keys_of
from integrations.audit import (
    DEFINITIONS,
    Action,
    AuditCode,
    Definition,
    Severity,
    UnknownCodeError,
    code_of_skipped,
    codes_of,
    definition,
    label_of,
    skipped_reason,
)
from integrations.models import AuditEntry, Webinar
from integrations.models.audit import message_of
from integrations.rules.people import Reason

ALL = pytest.mark.parametrize("definition", DEFINITIONS.values(), ids=sorted(DEFINITIONS))
SPECIFIED = ["E1", "E2", "E3", "E4", "E5", "E6"]


def test_every_code_is_explained() -> None:
    assert set(DEFINITIONS) == set(AuditCode)


@ALL
def test_every_code_says_what_happened_what_it_means_and_what_to_do(definition: Definition) -> None:
    for words in (definition.title, definition.meaning, definition.remedy):
        assert str(words).strip()
    assert str(definition.meaning).endswith(".")
    assert str(definition.remedy).endswith(".")
    assert not str(definition.title).endswith(".")


@ALL
def test_every_code_fits_its_columns(definition: Definition) -> None:
    for name in ("code", "severity"):
        assert len(getattr(definition, name)) <= (AuditEntry._meta.get_field(name).max_length or 0)


@ALL
def test_every_action_is_one_that_a_page_knows(definition: Definition) -> None:
    assert set(definition.actions) <= set(Action)
    assert len(set(definition.actions)) == len(definition.actions)


@ALL
def test_an_entry_without_values_says_what_its_code_means(definition: Definition) -> None:
    assert message_of(definition.code, {}) == str(definition.meaning)
    given = dict.fromkeys(keys_of(f"audit.{definition.code}"), 7)
    assert not given or "7" in message_of(definition.code, given)


def test_an_entry_of_another_version_still_shows_something() -> None:
    assert message_of("no_such_code", {}) == "No such code"
    assert message_of("no_such_code", {"count": 7}) == "No such code (count: 7)"


@pytest.mark.parametrize("label", SPECIFIED)
def test_the_six_warnings_have_one_title_for_all_their_causes(label: str) -> None:
    causes = [DEFINITIONS[code] for code in codes_of(label)]
    assert causes
    assert len({str(cause.title) for cause in causes}) == 1
    assert {label_of(cause.code) for cause in causes} == {label}


def test_d20_what_is_as_configured_or_needs_nothing_is_information() -> None:
    nothing_to_do = [*codes_of("E1", "E5"), "recording_missing", "recording_processing", "no_participants"]
    nothing_to_do += ["recordings_off", "host_recordings_off", "webinar_recordings_off"]
    nothing_to_do += ["recording_host_excluded", "recording_without_attendees", "data_too_old"]
    assert {definition(code).severity for code in nothing_to_do} == {Severity.INFO}
    assert definition(AuditCode.RECORDING_TRASHED).severity == Severity.WARNING
    assert definition(AuditCode.CREDENTIALS_REJECTED).severity == Severity.ERROR


@ALL
def test_d20_what_needs_no_action_is_no_warning(definition: Definition) -> None:
    retried = {AuditCode.BAD_ANSWER, AuditCode.ZOOM_UNREACHABLE, AuditCode.SYNC_FAILED}
    if str(definition.remedy).startswith("No action needed") and definition.code not in retried:
        assert definition.severity == Severity.INFO


@pytest.mark.parametrize("label", SPECIFIED)
def test_two_causes_of_a_warning_are_never_explained_alike(label: str) -> None:
    meanings = [str(DEFINITIONS[code].meaning) for code in codes_of(label)]
    assert len(set(meanings)) == len(meanings)


def test_r37_r38_r39_r40_the_five_causes_of_a_missing_recording_are_told_apart() -> None:
    specified = {
        AuditCode.RECORDINGS_OFF,
        AuditCode.HOST_RECORDINGS_OFF,
        AuditCode.WEBINAR_RECORDINGS_OFF,
        AuditCode.RECORDING_WITHOUT_ATTENDEES,
        AuditCode.RECORDING_UNAVAILABLE,
        AuditCode.RECORDING_DELETED,
        AuditCode.RECORDING_MISSING,
        AuditCode.RECORDING_PROCESSING,
    }
    assert specified <= set(codes_of("E2"))


def test_r55_r56_r57_r58_each_error_of_the_specification_has_words() -> None:
    specified = {
        AuditCode.TRANSCRIPT_MISSING,
        AuditCode.TIMELINE_NOT_WRITTEN,
        AuditCode.PROPERTIES_NOT_WRITTEN,
        AuditCode.WEBINAR_NOT_FOUND,
    }
    assert specified <= set(codes_of("E6"))


@pytest.mark.parametrize("approval", Webinar.Approval)
def test_r48_to_r51_each_reason_of_the_rules_has_words(approval: Webinar.Approval) -> None:
    webinar = Webinar(approval=approval)
    codes = {code_of_skipped(reason, webinar) for reason in Reason}
    assert codes <= set(codes_of("E5"))
    assert {skipped_reason(code) for code in codes} == set(Reason)


@pytest.mark.parametrize("approval", Webinar.Approval)
def test_r7_turning_registration_on_is_advised_only_where_it_is_off(approval: Webinar.Approval) -> None:
    code = code_of_skipped(Reason.NO_EMAIL, Webinar(approval=approval))
    is_advised = "Turn on registration" in str(definition(code).remedy)
    assert is_advised is (approval == Webinar.Approval.NO_REGISTRATION)


@pytest.mark.parametrize("code", ["E7", "E1", "", "no_such_code"])
def test_a_code_that_nobody_explained_is_refused(code: str) -> None:
    with pytest.raises(UnknownCodeError, match="has no words"):
        definition(code)


def test_a_definition_cannot_be_changed_by_whoever_reads_it() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        definition("connected").code = "other"  # type: ignore[misc]
