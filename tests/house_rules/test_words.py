"""What must be explained is explained: settings in the README, codes of the audit log in their registry."""

import ast
import re
from pathlib import Path

import pytest

from core.messages import defined, keys_of
from integrations.audit.codes import Action
from integrations.audit.registry import DEFINITIONS
from integrations.zoom.oauth.scopes import NEEDED
from tests.house_rules.test_code import OWN_MODELS

ROOT = Path(__file__).resolve().parent.parent.parent
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text()
README = (ROOT / "README.md").read_text()
EXAMPLE = (ROOT / ".env.example").read_text()

READ_BY_SETTINGS = set(
    re.findall(
        r"""\b(?:env|_zoom)(?:\.[a-z_]+)?\(\s*"([A-Z_]+)\"""", (ROOT / "zoomsync" / "settings.py").read_text()
    )
)
# The file of settings cannot name itself.
NOT_IN_EXAMPLE = {"ENV_FILE"}


def test_the_settings_are_found():
    assert {"SECRET_KEY", "DATABASE_URL", "ZOOM_PLAN", "DEBUG"} <= READ_BY_SETTINGS


@pytest.mark.parametrize("name", sorted(READ_BY_SETTINGS))
def test_every_setting_is_a_line_of_the_readmes_table(name):
    assert re.search(rf"^\| `{name}` \|", README, re.MULTILINE)


@pytest.mark.parametrize("name", sorted(READ_BY_SETTINGS - NOT_IN_EXAMPLE))
def test_every_setting_is_in_the_example_file(name):
    assert re.search(rf"^(# )?{name}=", EXAMPLE, re.MULTILINE)


@pytest.mark.parametrize("key", sorted(DEFINITIONS))
def test_every_audit_code_says_what_happened_what_it_means_and_what_to_do(key):
    definition = DEFINITIONS[key]
    assert str(definition.title)
    assert str(definition.meaning)
    if definition.severity != "info":
        assert str(definition.remedy)
    assert all(isinstance(action, Action) for action in definition.actions)


def test_the_six_warnings_of_the_specification_exist():
    assert {"E1", "E2", "E3", "E4", "E5", "E6"} <= {words.label for words in DEFINITIONS.values()}


@pytest.mark.parametrize("name", sorted(model.__name__ for model in OWN_MODELS))
def test_every_model_is_in_the_picture_of_the_data(name):
    picture = CONTRIBUTING.partition("```mermaid")[2].partition("```")[0]
    assert re.search(rf"\b{name}\b", picture)


@pytest.mark.parametrize("scope", sorted({scope.granular for scopes in NEEDED.values() for scope in scopes}))
def test_every_scope_that_zoom_must_grant_is_in_the_readme(scope):
    assert f"`{scope}`" in README or f"`{scope}:admin`" in README


def messages_in(tree):
    """The codes that are written out where a Message is made."""
    for node in ast.walk(tree):
        is_message = isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Message"
        if is_message and node.args and isinstance(node.args[0], ast.Constant):
            yield node.args[0].value, {keyword.arg for keyword in node.keywords}


@pytest.mark.parametrize(
    "app", ["core", "contacts", "marketing_events", "integrations", "workflows", "zoomsync"]
)
def test_every_message_has_words_that_take_its_values(app):
    for path in (ROOT / app).rglob("*.py"):
        for code, given in messages_in(ast.parse(path.read_text())):
            assert code in defined(), f"{path}: {code}"
            assert given - {None, "count"} <= keys_of(code), f"{path}: {code}"
