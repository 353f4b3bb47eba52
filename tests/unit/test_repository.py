"""House rules of the repository: what it may contain, what it must say."""

from __future__ import annotations

import ast
import re
import tomllib
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import typer
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.helpers.source_tree import CHECKOUT, modules, tracked_files, tracked_text

README = CHECKOUT / "README.md"
LOCK = CHECKOUT / "requirements.lock"
_PINNED = re.compile(r"^([a-z0-9-]+)==([^\s;]+)(?: ; [^\\]+)? \\$", re.MULTILINE)

# Written in pieces, so that this file does not break its own rules.
FORBIDDEN_TEXT = {
    "a path of one machine": re.compile("/" + r"(work|farm|root|home/\w+)" + "/"),
    "a folder outside the repository": re.compile(r"\.\./" + "shared|" + "shared/" + "(design|protocols|style|faces)"),
    "the address of a package registry": re.compile(r"(pypi|npmjs|debian|pythonhosted|ubuntu)\.(org|com)" + r"/"),
    "a ticket of the tracker": re.compile(r"\b" + "issue" + r" #?\d+", re.IGNORECASE),
}
UNPROVEN_CLAIMS = re.compile(
    r"(?<!not )\bcertified\b|level-3 compliant|100 ?% (accurate|secure|safe|reliable)|fool-?proof|unhackable|绝对安全",
    re.IGNORECASE,
)
_PICTURES = {".jpg", ".jpeg", ".bmp", ".webp", ".tif", ".mp4", ".avi"}
_MODELS = {".onnx", ".dat", ".pt", ".pb", ".h5", ".caffemodel"}


@pytest.mark.parametrize("kind", FORBIDDEN_TEXT)
def test_no_file_contains(kind: str) -> None:
    found = [
        f"{name}:{content[: match.start()].count(chr(10)) + 1}"
        for name, content in tracked_text()
        for match in FORBIDDEN_TEXT[kind].finditer(content)
    ]
    assert not found, f"{kind}: {found}"


@pytest.mark.requirement("R-114")
def test_documents_and_screens_claim_nothing_unproven() -> None:
    texts = [(name, text) for name, text in tracked_text() if name.endswith((".md", ".toml"))]
    found = [(name, claim[0]) for name, text in texts for claim in UNPROVEN_CLAIMS.finditer(text)]
    assert not found


def test_no_photograph_and_no_model_is_in_the_repository() -> None:
    named = [path.relative_to(CHECKOUT) for path in tracked_files()]
    assert not [path for path in named if path.suffix.lower() in _PICTURES | _MODELS]
    pictures = [path for path in named if path.suffix.lower() == ".png"]
    assert all(path.parts[0] in {"docs", "assets"} for path in pictures), "PNG: rendered screens and icons only"


def test_the_licence_is_the_one_the_package_names() -> None:
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["project"]
    assert project["license"] == "Apache-2.0"
    assert "Apache License\n                           Version 2.0" in (CHECKOUT / "LICENSE").read_text()


def _declared() -> list[Requirement]:
    metadata = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())
    extras = metadata["project"]["optional-dependencies"].values()
    lists = [metadata["project"]["dependencies"], metadata["build-system"]["requires"], *extras]
    return [Requirement(line) for lines in lists for line in lines]


@pytest.mark.parametrize("requirement", _declared(), ids=str)
def test_every_dependency_is_locked_within_its_range(requirement: Requirement) -> None:
    locked = dict(_PINNED.findall(LOCK.read_text()))
    assert requirement.specifier.contains(locked[canonicalize_name(requirement.name)])


@pytest.mark.requirement("R-93")
def test_every_locked_package_has_hashes_and_no_source() -> None:
    lines = LOCK.read_text().splitlines()
    for number, line in enumerate(lines):
        if "==" in line:
            assert _PINNED.match(line), line
            assert lines[number + 1].startswith("    --hash=sha256:")
    assert not [line for line in lines if re.search(r"://|^-|^\s*[./]", line)]


def test_scripts_are_strict_and_can_be_run() -> None:
    for path in (CHECKOUT / "script").iterdir():
        content = path.read_text()
        if content.startswith("#!/usr/bin/env bash"):
            assert path.stat().st_mode & 0o111, path
            assert "set -euo pipefail" in content or "setup.sh" in content, path


def test_no_test_sleeps() -> None:
    """Clocks are passed in. Helpers that kill processes at random moments may wait for such a moment."""
    found = [
        module.where(node)
        for module in modules("tests")
        if Path(module.name).name.startswith("test_")
        for node in module.nodes
        if isinstance(node, ast.Call) and ast.unparse(node.func) in {"time.sleep", "sleep", "QTest.qWait", "qtbot.wait"}
    ]
    assert not found


def _commands(command: Any, name: str) -> list[str]:
    """Full names of all leaves; typer carries a copy of click, so its classes are told by their attributes."""
    children = getattr(command, "commands", {})
    return [full for child, inner in children.items() for full in _commands(inner, f"{name} {child}")] or [name]


def test_every_command_is_in_the_readme() -> None:
    if not README.is_file():
        pytest.skip("there is no README yet")
    app = import_module("kiosk.cli.main").app
    text = README.read_text()
    assert not [name for name in _commands(typer.main.get_command(app), "kiosk") if name not in text]


def test_every_decision_is_recorded_in_the_same_shape() -> None:
    records = sorted(Path(CHECKOUT / "docs" / "decisions").glob("0*.md"))
    assert records
    numbers = [path.name[:4] for path in records]
    assert len(set(numbers)) == len(numbers)
    for path in records:
        parts = re.findall(r"^\*\*(\w+)\.\*\* ", path.read_text(), re.MULTILINE)
        assert parts[:3] == ["Context", "Decision", "Alternatives"], path.name
        assert parts[3:] in ([], ["Consequences"]), path.name
        assert path.read_text().startswith(f"# {path.name[:4]} "), path.name
