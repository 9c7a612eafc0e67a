import pytest

from integrations.zoom.oauth.scopes import NEEDED, Feature, missing_scopes

CLASSIC = "user:read:admin webinar:read:admin webinar:write:admin report:read:admin recording:read:admin"
GRANULAR = " ".join(scope.admin for scopes in NEEDED.values() for scope in scopes)


@pytest.mark.parametrize("granted", [CLASSIC, GRANULAR, f"{CLASSIC} {GRANULAR}", CLASSIC.replace(" ", ",")])
def test_d2_either_set_of_scopes_is_enough_for_everything(granted: str):
    assert missing_scopes(granted, Feature) == {}


def test_d2_a_user_level_app_lacks_the_reports_alone():
    granted = "user:read webinar:read webinar:write recording:read"
    assert missing_scopes(granted, Feature) == {Feature.REPORTS: ["report:read:admin"]}


def test_d2_granular_scopes_without_admin_do_except_for_reports():
    granted = " ".join(scope.granular for scopes in NEEDED.values() for scope in scopes)
    assert list(missing_scopes(granted, Feature)) == [Feature.REPORTS]


@pytest.mark.parametrize("feature", Feature)
def test_d2_a_missing_granular_scope_is_named(feature: Feature):
    lacking = NEEDED[feature][0].admin
    granted = " ".join(set(GRANULAR.split()) - {lacking})
    assert missing_scopes(granted, [feature]) == {feature: [lacking]}


def test_d2_a_missing_classic_scope_is_named_in_the_classic_style():
    assert missing_scopes("user:read:admin", [Feature.USERS, Feature.REGISTRANTS, Feature.RECORDINGS]) == {
        Feature.REGISTRANTS: ["webinar:read:admin"],
        Feature.RECORDINGS: ["recording:read:admin"],
    }


def test_d2_a_token_that_names_no_scope_says_nothing():
    assert missing_scopes("  ", Feature) == {}


def test_d2_reading_does_not_allow_registering():
    assert missing_scopes("webinar:read:admin", [Feature.REGISTER]) == {
        Feature.REGISTER: ["webinar:write:admin"]
    }
