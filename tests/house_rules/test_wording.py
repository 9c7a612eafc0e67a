"""What people read keeps to the glossary: one term for one thing, in templates and in translated strings."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
APPS = ("contacts", "core", "integrations", "marketing_events", "workflows", "zoomsync")
MARKERS = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy"}

# Left: never in a page, a message or a command. Right: what it is called.
INSTEAD_OF = {
    r"in step\b": "up to date",
    r"\bat Zoom\b": "in Zoom",
    r"tak(e|en) back": "undo, undone",
    r"(is|are|be|stays?) kept out\b": "excluded",
    r"by (itself|themselves)\b": "automatically",
    r"switch says no": "turned off",
    r"(some|no|every)body\b": "someone, no one, everyone",
    r"who(m|ever)\b": "anyone who",
    r"message(s)? from Zoom": "webhook event",
    r"rehearsal": "practice session",
    r"nought": "0",
    r"needs? a look": "needs attention",
    r"looked for|looks again|look again": "checked, checks again",
    r"\blog(ged)? (in|out)\b": "sign in, sign out",
    r"refused": "rejected",
    r"Zoom calls": "API requests",
    r"excluded hosts": "webinar exclusions",
    r"by hand\b": "manually",
}


def _of_python(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in MARKERS:
            yield from (
                argument.value
                for argument in node.args
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
            )


def _of_template(path: Path) -> Iterator[str]:
    """Everything but comments, tags' own words, and attributes that no one reads."""
    source = re.sub(r"{#.*?#}|{%\s*comment.*?endcomment\s*%}", "", path.read_text(), flags=re.DOTALL)
    yield from re.findall(r'(?:translate |_\()"([^"]*)"', source)
    yield re.sub(r"{%.*?%}|{{.*?}}|<[^>]*>", " ", source, flags=re.DOTALL)


def _read_by_people() -> dict[str, list[str]]:
    code = {path: _of_python(path) for app in APPS for path in (ROOT / app).rglob("*.py")}
    pages = {path: _of_template(path) for path in (ROOT / "templates").rglob("*.html")}
    return {str(path.relative_to(ROOT)): list(strings) for path, strings in (code | pages).items()}


STRINGS = _read_by_people()


def test_the_strings_are_found() -> None:
    everything = {text for strings in STRINGS.values() for text in strings}
    assert {"Sync status", "Everything is up to date.", "Settings changes"} <= everything
    assert len(everything) > 1_000


@pytest.mark.parametrize("term", INSTEAD_OF)
def test_no_string_has_a_term_that_the_glossary_replaces(term: str) -> None:
    found = [
        f"{path}: {' '.join(text.split())[:120]}"
        for path, strings in STRINGS.items()
        for text in strings
        if re.search(term, text, re.IGNORECASE)
    ]
    assert not found, f"say: {INSTEAD_OF[term]}"
