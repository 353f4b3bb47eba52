"""``python -m tests.helpers.compliance`` writes docs/compliance.md from the markers: what checks each requirement.

A test says ``@pytest.mark.requirement("R-05")``. What no test checks, or a test checks in part only, has its reason in
``tests/data/requirements.toml``; neither is allowed to be missing.
"""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass

from tests.helpers.source_tree import CHECKOUT

DOCUMENT = CHECKOUT / "docs" / "compliance.md"
REQUIREMENTS = CHECKOUT / "tests" / "data" / "requirements.toml"
NUMBERS = [f"R-{number:02d}" for number in range(1, 115)]
MARK = "pytest.mark.requirement"

_HEAD = """\
# Requirements, and what checks them

Made by `python -m tests.helpers.compliance` from the markers of the tests; the suite compares. A named test checks
the requirement as far as nothing else is said under *not done*; a requirement without a test is not claimed to be kept.
This is engineering evidence, not legal advice.

"""


@dataclass(frozen=True)
class Requirement:
    """``not_done``: what is missing, "" where nothing is known to be."""

    number: str
    priority: str
    says: str
    not_done: str


@dataclass(frozen=True)
class Marked:
    """One test that checks a requirement."""

    number: str
    file: str
    test: str


def requirements() -> list[Requirement]:
    """In the order of their numbers."""
    raw = tomllib.loads(REQUIREMENTS.read_text("utf-8"))
    return [
        Requirement(number, entry["priority"], entry["says"], entry.get("not_done", ""))
        for number, entry in raw.items()
    ]


def marked() -> list[Marked]:
    """Every marker of every test, by file and name."""
    files = sorted((CHECKOUT / "tests").rglob("test_*.py"))
    return [each for path in files for each in marks_in(path.read_text("utf-8"), str(path.relative_to(CHECKOUT)))]


def marks_in(source: str, file: str) -> Iterator[Marked]:
    """The markers of one file; a marker that is not written as one constant per number is an error."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.FunctionDef):
            continue
        for decorator in node.decorator_list:
            if isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == MARK:
                for argument in decorator.args:
                    number = ast.literal_eval(argument)
                    if not isinstance(number, str):
                        raise TypeError(f"{file}: a requirement is named by its number")
                    yield Marked(number, file, node.name)


def document(of: list[Requirement], marks: list[Marked]) -> str:
    """The page."""
    by_number: dict[str, list[Marked]] = {}
    for mark in marks:
        by_number.setdefault(mark.number, []).append(mark)
    whole = sum(not each.not_done for each in of)
    part = sum(bool(each.not_done) and each.number in by_number for each in of)
    gaps = f"{part} with a test and a gap, {len(of) - whole - part} not done."
    lines = [_HEAD + f"{whole} with a test and no gap known to us, {gaps}\n"]
    lines += ["| requirement | | checked by | not done |", "| --- | --- | --- | --- |"]
    for each in of:
        tests = "<br>".join(_link(mark) for mark in by_number.get(each.number, []))
        lines.append(f"| {each.number} {each.priority} | {each.says} | {tests} | {each.not_done} |")
    return "\n".join(lines) + "\n"


def _link(mark: Marked) -> str:
    return f"[`{mark.test}`](../{mark.file})"


if __name__ == "__main__":
    DOCUMENT.write_text(document(requirements(), marked()), "utf-8")
