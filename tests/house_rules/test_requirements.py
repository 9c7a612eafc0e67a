"""What code and tests cite (R7, D13, X1) is explained in docs/requirements.md."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
DOCS = ROOT / "docs"
TEXT = (DOCS / "requirements.md").read_text()
EXPLAINED = re.findall(r"^- \*\*([RDX]\d+)\b", TEXT, re.MULTILINE)
# "R59-R63" and "R59 to R63" cite what is between as well.
CITED = re.compile(r"(?<![\w#.-])([RDX])(\d{1,2})(?:\s?(?:-|\u2013|to)\s?\1(\d{1,2}))?(?![\w.-]*\w)")
SUFFIXES = {".py", ".html", ".js", ".css", ".md", ".toml", ".yml"}
FOLDERS_OF_OTHERS = {".venv", ".tools", ".git", "var", "node_modules", "bench-results"}


def sources() -> Iterator[Path]:
    for folder in sorted(ROOT.iterdir()):
        if folder.name in FOLDERS_OF_OTHERS:
            continue
        paths = [folder] if folder.is_file() else folder.rglob("*")
        yield from (path for path in paths if path.suffix in SUFFIXES and path.is_file())


def citations(text: str) -> set[str]:
    return {
        f"{kind}{number}"
        for kind, first, last in CITED.findall(text)
        for number in range(int(first), int(last or first) + 1)
    }


def test_every_requirement_that_is_cited_is_explained():
    unknown = {
        str(path.relative_to(ROOT)): missing
        for path in sources()
        if (missing := sorted(citations(path.read_text()) - set(EXPLAINED)))
    }
    assert unknown == {}


def test_no_number_is_explained_twice():
    assert sorted(EXPLAINED) == sorted(set(EXPLAINED))


def test_no_number_is_left_out():
    """A number that is gone for good keeps its line and says so."""
    for kind in "RDX":
        numbers = sorted(int(number[1:]) for number in EXPLAINED if number[0] == kind)
        assert numbers == list(range(1, len(numbers) + 1)), kind


@pytest.mark.parametrize(
    ("text", "cited"),
    [
        ("as D13 says (R7, X1).", {"D13", "R7", "X1"}),
        ("R59-R61 and R12", {"R59", "R60", "R61", "R12"}),
        ("R1 to R3", {"R1", "R2", "R3"}),
        ("Two R's, 3D2, #D10, D2.5, x-R1 and R123", set()),
    ],
)
def test_citations_are_found(text, cited):
    assert citations(text) == cited


def test_the_code_cites_requirements():
    cited = set().union(*(citations(path.read_text()) for path in sources() if path.suffix == ".py"))
    assert {"R16", "D3", "D12", "X1"} <= cited


@pytest.mark.parametrize("path", sorted(DOCS.rglob("*.md")), ids=lambda path: str(path.relative_to(DOCS)))
def test_every_link_between_documents_leads_somewhere(path):
    targets = re.findall(r"\]\((?!https?:|#)([^)#]+)", path.read_text())
    assert [target for target in targets if not (path.parent / target).exists()] == []


def test_every_metric_is_explained_to_operators():
    source = (ROOT / "zoomsync" / "metrics.py").read_text()
    names = set(re.findall(r'"(zoomsync_\w+)"', source))
    assert names
    explained = (DOCS / "operations.md").read_text()
    # Prometheus has counters by a longer name.
    assert {name for name in names if not re.search(f"`{name}(_total)?`", explained)} == set()


def test_the_readme_links_every_document():
    readme = (ROOT / "README.md").read_text()
    for path in DOCS.glob("*.md"):
        assert f"(docs/{path.name})" in readme
    assert "(docs/decisions/README.md)" in readme
