"""What the documents point at is there: files, functions and make targets."""

import re
from pathlib import Path

import pytest

from tests.walls.house import ROOT

DOCUMENTS = ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md")
LINK = re.compile(r"\[(`?)([^\]]+?)\1\]\(([^)#:]+)\)")
TARGET = re.compile(r"`make ([a-z]+)")


def dead_links(text: str, root: Path) -> list[str]:
    """Links to files that are not there, and links named after code that their file does not define."""
    dead = []
    for code, name, target in LINK.findall(text):
        path = root / target
        if not path.exists():
            dead.append(target)
        elif code and path.is_file() and not _defines(path, name):
            dead.append(f"{name} in {target}")
    return dead


def _defines(path: Path, name: str) -> bool:
    defined = rf"^(?:\s*(?:async def|def|class) {name}\b|{name}\b[^=\n]* = )"
    return re.search(defined, path.read_text(), re.MULTILINE) is not None


def unknown_targets(text: str, makefile: str) -> list[str]:
    """Make targets that a document promises and the Makefile lacks."""
    return [name for name in TARGET.findall(text) if not re.search(rf"^{name}:", makefile, re.MULTILINE)]


@pytest.mark.parametrize("document", DOCUMENTS)
def test_a_document_points_at_what_is_there(document: str) -> None:
    text = (ROOT / document).read_text()

    assert dead_links(text, ROOT) == []
    assert unknown_targets(text, (ROOT / "Makefile").read_text()) == []


def test_a_planted_lie_is_found(tmp_path: Path) -> None:
    (tmp_path / "real.py").write_text("def real() -> None: ...\n")
    text = "[gone](gone.py) [`unreal`](real.py) [`real`](real.py) `make gold`"

    assert dead_links(text, tmp_path) == ["gone.py", "unreal in real.py"]
    assert unknown_targets(text, "run: ## x\n") == ["gold"]
