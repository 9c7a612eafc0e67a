"""The worlds that the simulator starts with."""

from datetime import UTC, datetime

import msgspec
import pytest

from tests.oracle import differences, truth
from zoom_simulator.policy import Policy
from zoom_simulator.scenarios import SCENARIOS, Scenario, build
from zoom_simulator.scenarios.edge_cases import CASES

BUILT = datetime(2026, 11, 5, 12, 34, 56, tzinfo=UTC)
RESERVED = (".example", "@example.com", "@example.org", "@example.net")
NAMELESS = ("no_email", "invalid_email", "deleted_contact")


def made(name: str, seed: int = 1, people: int = 50) -> Scenario:
    return build(name, built=BUILT, seed=seed, people=people)


def content(scenario: Scenario) -> bytes:
    """Everything that there is, as text."""
    account = scenario.account
    return msgspec.json.encode([account.users, account.webinars, scenario.policy], enc_hook=repr)


@pytest.mark.parametrize("name", sorted(SCENARIOS))
def test_a_seed_always_gives_the_same_world(name: str) -> None:
    assert content(made(name)) == content(made(name))
    assert content(made(name)) != content(made(name, seed=2))


@pytest.mark.parametrize("name", sorted(SCENARIOS))
def test_the_truth_of_a_scenario_is_the_same_twice_and_names_nobody_real(name: str) -> None:
    scenario = made(name)
    first, second = (truth(scenario.account, scenario.policy) for _ in range(2))
    for dataset, rows in first.items():
        assert differences(dataset, rows, second[dataset]) == []
    skipped = [row for row in first["skipped"] if row["reason"] not in NAMELESS]
    emails = {row["email"] for row in [*first["contacts"], *skipped]}
    assert [email for email in emails if not email.endswith(RESERVED)] == []


def test_the_policy_survives_being_sent_as_json() -> None:
    for name in SCENARIOS:
        policy = made(name).policy
        sent = msgspec.json.encode(policy.as_json())
        assert msgspec.json.decode(sent, type=Policy) == policy


def test_every_nasty_case_says_what_is_awkward_and_has_a_webinar_of_its_name() -> None:
    topics = {webinar.topic.replace("\0", "") for webinar in made("nasty").account.webinars.values()}
    for case in CASES:
        name = case.__name__.replace("_", " ")
        assert case.__doc__, name
        assert name == "difficult topic" or any(topic.startswith(name) for topic in topics), name


def test_the_nasty_scenario_has_every_reason_and_state() -> None:
    scenario = made("nasty")
    told = truth(scenario.account, scenario.policy)
    assert {(row["reason"], row["stage"]) for row in told["skipped"]} == {
        (reason, stage)
        for reason in (
            "no_email",
            "invalid_email",
            "account_user",
            "excluded_domain",
            "deleted_contact",
            "secondary_email",
        )
        for stage in ("registration", "attendance")
    }
    states = {row["state"] for row in told["participations"]}
    assert states == {"registered", "attended", "cancelled", "no_show"}


def test_large_has_as_many_people_as_asked_for_and_two_stays_each() -> None:
    scenario = made("large", people=321)
    (webinar,) = scenario.account.webinars.values()
    assert len(webinar.registrants) == 321
    assert len(webinar.instances[0].rows) == 2 * 321 + 1  # and the host
    told = truth(scenario.account, scenario.policy)
    assert {row["state"] for row in told["participations"]} == {"attended"}
    assert len(told["contacts"]) == 321


def test_demo_is_a_year_around_now() -> None:
    account = made("demo").account
    starts = [webinar.start for webinar in account.webinars.values() if webinar.start]
    assert (BUILT - min(starts)).days > 300
    assert (max(starts) - BUILT).days >= 29
    assert sum(webinar.live is not None for webinar in account.webinars.values()) == 1
    assert {webinar.type for webinar in account.webinars.values()} == {5, 6, 9}
    assert sum(webinar.is_events_webinar for webinar in account.webinars.values()) == 1
    recordings = [
        instance.recording.state
        for webinar in account.webinars.values()
        for instance in webinar.instances
        if instance.recording
    ]
    assert {"completed", "processing", "trashed"} == set(recordings)
