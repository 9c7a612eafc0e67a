import pytest

from contacts.models import Segment
from tests.contacts.make import make_contact
from tests.integrations.make import make_webinar
from tests.marketing_events.make import START, make_call, make_event

SEARCH = "/search/"


def found(client, text):
    groups = client.get(SEARCH, {"q": text}).context["groups"]
    return {hit.label for group in groups for hit in group.hits}


@pytest.fixture
def crm(db, connection):
    make_contact("anna.berg@x.example", first_name="Anna", last_name="Berg")
    make_contact("zoe@bergen.example")
    Segment.objects.create(name="Bergsteiger", definition={})
    event = make_event("Pruning for beginners", starts_at=START)
    make_call(event, ("Host", 65, "We will talk about secateurs."))
    make_webinar(connection, topic="Pruning, advanced")


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("anna", "Anna Berg"),
        ("Berg Ann", "Anna Berg"),
        ("anna.berg@x", "Anna Berg"),
        ("zo", "zoe@bergen.example"),
        ("steig", "Bergsteiger"),
        ("pruning beg", "Pruning for beginners"),
        ("secateurs", "“We will talk about secateurs.”"),
        ("advanced", "Pruning, advanced"),
        ("sync adv", "Sync “Pruning, advanced” now"),
        ("time zone", "Your profile"),
        ("api", "API tokens"),
        ("new seg", "New segment"),
    ],
)
def test_an_admin_finds_everything(alice_client, crm, text, label):
    assert label in found(alice_client, text)


def test_nobody_finds_what_their_role_may_not_do(bob_client, charlie_client, crm):
    """Bob is an operator, Charlie a marketer."""
    assert "Sync “Pruning, advanced” now" in found(bob_client, "sync adv")
    assert "Sync “Pruning, advanced” now" not in found(charlie_client, "sync adv")
    assert "New segment" in found(charlie_client, "new")
    assert "New segment" not in found(bob_client, "new")
    assert not {"API tokens", "Security log"} & (found(bob_client, "security") | found(bob_client, "api"))


@pytest.mark.parametrize("text", ["", "  ", "%", "_", "'", "\\", "@", "-", "a" * 500, "\0", "x' OR 1=1"])
def test_any_text_has_an_answer(alice_client, crm, text):
    assert alice_client.get(SEARCH, {"q": text}).status_code == 200


def test_what_was_opened_comes_first_until_it_is_gone(charlie_client, crm):
    anna, zoe = make_contact("anna2@x.example"), make_contact("zoe2@x.example")
    for contact in (anna, zoe, anna):
        answer = charlie_client.post(f"{SEARCH}opened/", {"source": "people", "key": contact.pk})
        assert answer.status_code == 204
    recent = charlie_client.get(SEARCH).context["recent"]
    assert [hit.label for _source, hit in recent] == ["anna2@x.example", "zoe2@x.example"]
    anna.delete()
    recent = charlie_client.get(SEARCH).context["recent"]
    assert [hit.label for _source, hit in recent] == ["zoe2@x.example"]


@pytest.mark.parametrize("key", ["", "0", "x", "-1", "9" * 30])
def test_what_is_no_key_is_not_remembered(charlie_client, key):
    charlie_client.post(f"{SEARCH}opened/", {"source": "people", "key": key})
    assert charlie_client.get(SEARCH).context["recent"] == []


def test_help_explains_the_warnings_and_says_the_version(charlie_client):
    text = charlie_client.get("/help/").text
    assert "Some emails were excluded" in text
    assert "version 0." in text
