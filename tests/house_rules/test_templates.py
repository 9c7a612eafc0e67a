"""Templates keep to the content security policy: what is styled or scripted in a file of its own."""

import re
from pathlib import Path

import pytest
from django.template import engines

ROOT = Path(__file__).resolve().parent.parent.parent
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
IDS = [str(path.relative_to(ROOT / "templates")) for path in TEMPLATES]

INLINE = re.compile(
    r"""<style\b | <script\b(?![^>]*\bsrc=) | \sstyle\s*= | \son[a-z]+\s*=\s*["']
    | javascript: | \shx-on\b""",
    re.VERBOSE | re.IGNORECASE,
)


@pytest.mark.parametrize("path", TEMPLATES, ids=IDS)
def test_no_style_and_no_script_is_inline(path):
    """The policy has no `unsafe-inline`: it would silently not work."""
    found = INLINE.search(path.read_text())
    assert found is None, found


@pytest.mark.parametrize("path", TEMPLATES, ids=IDS)
def test_every_template_compiles(path):
    engines["django"].get_template(str(path.relative_to(ROOT / "templates")))


@pytest.mark.parametrize("path", TEMPLATES, ids=IDS)
def test_forms_that_change_something_carry_the_csrf_token(path):
    for form in re.findall(r"<form\b.*?</form>", path.read_text(), re.DOTALL | re.IGNORECASE):
        if re.search(r'method="post"', form, re.IGNORECASE):
            assert "{% csrf_token %}" in form, form[:200]


@pytest.mark.parametrize("path", TEMPLATES, ids=IDS)
def test_nothing_is_fetched_from_somewhere_else(path):
    """No CDN: the app works without the internet, and no one else learns who looks at what."""
    assert not re.search(r"""(src|<link[^>]*href)=["'](https?:)?//""", path.read_text())
