"""Documents say what the program does: links, commands, screens, figures, diagram and layers are compared with it."""

from __future__ import annotations

import re
import shlex
import tomllib
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from kiosk.evaluate.card_text import markdown, threshold_cells
from kiosk.face.card import read_card
from kiosk.face.models import read_manifest
from kiosk.face.thresholds import PortraitKind, threshold_for
from kiosk.rehearsal.kinds import KINDS
from kiosk.visit.table import as_mermaid
from tests.helpers.source_tree import CHECKOUT

DOCUMENTS = sorted(
    [CHECKOUT / name for name in ("README.md", "README.zh.md", "CHANGELOG.md", "CONTRIBUTING.md")]
    + list((CHECKOUT / "docs").rglob("*.md"))
)
READMES = {"en": CHECKOUT / "README.md", "zh": CHECKOUT / "README.zh.md"}
ARCHITECTURE = CHECKOUT / "docs" / "architecture.md"
LARGEST_PICTURE_BYTES = 250_000

_LINK = re.compile(r"\]\(([^)\s]+)\)|<img src=\"([^\"]+)\"")
_FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_COMMAND = re.compile(r"`(kiosk [a-z]+(?: [a-z]+)?)`")


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def links(path: Path) -> list[str]:
    """Targets of links and pictures that lie in this repository."""
    found = [first or second for first, second in _LINK.findall(_FENCE.sub("", text_of(path)))]
    return [target for target in found if "://" not in target and not target.startswith("mailto:")]


def anchors(path: Path) -> set[str]:
    """Headings as GitHub names them: lower case, punctuation dropped, blanks to hyphens."""
    headings = re.findall(r"^#+ (.+)$", _FENCE.sub("", text_of(path)), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def fenced(path: Path, language: str) -> list[str]:
    return [body for of_language, body in _FENCE.findall(text_of(path)) if of_language == language]


def section(path: Path, number: int) -> str:
    """The n-th part below a heading of the second level."""
    return text_of(path).split("\n## ")[number]


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(CHECKOUT)))
def test_links_lead_somewhere(path: Path) -> None:
    for link in links(path):
        name, _, anchor = link.partition("#")
        target = (path.parent / name).resolve() if name else path
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


def test_pictures_are_small_and_all_are_shown() -> None:
    pictures = set((CHECKOUT / "docs" / "images").glob("*.png"))
    assert pictures
    assert all(picture.stat().st_size < LARGEST_PICTURE_BYTES for picture in pictures)
    shown = {(readme.parent / link).resolve() for readme in READMES.values() for link in links(readme)}
    assert pictures <= shown


# --- the two languages ----------------------------------------------------------------------------


def test_both_readmes_name_the_same_commands_and_options() -> None:
    english, chinese = (text_of(path) for path in READMES.values())
    assert set(_COMMAND.findall(english)) == set(_COMMAND.findall(chinese))
    assert set(re.findall(r"`?(--[a-z-]+)", english)) == set(re.findall(r"`?(--[a-z-]+)", chinese))
    assert set(re.findall(r"`(script/\w+)`", english)) == set(re.findall(r"`(script/\w+)`", chinese))


def test_both_readmes_have_the_same_shape() -> None:
    english, chinese = (text_of(path).splitlines() for path in READMES.values())
    for sign in ("## ", "| ", "- **", "```", "> **", "<img"):
        counts = [sum(line.startswith(sign) for line in lines) for lines in (english, chinese)]
        assert counts[0] == counts[1] > 0, sign


def devices(path: Path) -> list[str]:
    """The setting column of the table of devices."""
    table = next(part for part in text_of(path).split("\n## ") if "| `sdt` |" in part)
    return re.findall(r"^\| .+ \| `([\w\[\]]+)` \| .+ \|$", table, re.MULTILINE)


def test_the_table_of_devices_names_every_family() -> None:
    project = tomllib.loads(text_of(CHECKOUT / "pyproject.toml"))["project"]["entry-points"]
    families = {name for group in project.values() for name in group}
    for path in READMES.values():
        assert set(devices(path)) == families | {"[camera]", "[code_camera]", "[buttons]", "[portrait]", "[sound]"}
        assert len(devices(path)) == len(set(devices(path)))


@pytest.mark.parametrize("language", READMES)
def test_screens_are_quoted_as_they_read(language: str) -> None:
    verdicts = tomllib.loads(text_of(CHECKOUT / "assets" / "translations" / f"{language}.toml"))["verdict"]
    rows = re.findall(r"^\| [^|]*\*([^|]+)\*[^|]* \|", section(READMES[language], 2), re.MULTILINE)
    assert len(rows) == 4
    for key in ("welcome", "where_go", "where_day", "see_staff", "staff_chosen", "out_of_service"):
        assert f"*{verdicts[key]}*" in text_of(READMES[language]), key


# --- commands -------------------------------------------------------------------------------------


def examples(path: Path) -> list[list[str]]:
    """Every line of an ``sh`` block that calls the kiosk, as its words."""
    lines = [line for block in fenced(path, "sh") for line in block.splitlines()]
    return [shlex.split(line, comments=True)[1:] for line in lines if line.startswith("kiosk ")]


def words_and_options(path: Path) -> list[tuple[list[str], list[str]]]:
    """Commands of a document: the words that name it, and the options it is given."""
    found = [
        ([word for word in words if not word.startswith("--")], [word for word in words if word.startswith("--")])
        for words in examples(path)
    ]
    return found + [(name.split()[1:], []) for name in _COMMAND.findall(text_of(path))]


def leaf(command: Any, words: list[str]) -> tuple[Any, list[str]]:
    """The command the words lead to, and the names on the way."""
    names: list[str] = []
    for word in words:
        children = getattr(command, "commands", None)
        if children is None:
            break
        assert word in children, words
        command, names = children[word], [*names, word]
    return command, names


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(CHECKOUT)))
def test_commands_exist_with_their_options(path: Path) -> None:
    app = import_module("kiosk.cli.main").app
    for words, options in words_and_options(path):
        command, _ = leaf(typer.main.get_command(app), words)
        known = {name for parameter in command.params for name in parameter.opts}
        assert set(options) <= known | {"--help"}, words


def test_every_named_command_has_help() -> None:
    app = import_module("kiosk.cli.main").app
    named = {tuple(leaf(typer.main.get_command(app), words)[1]) for words, _ in words_and_options(READMES["en"])}
    assert named
    for names in named:
        result = CliRunner().invoke(app, [*names, "--help"])
        assert result.exit_code == 0, names
        assert "Usage" in result.output


# --- figures --------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", READMES)
@pytest.mark.parametrize("kind", [PortraitKind.PICTURE, PortraitKind.CHIP])
def test_thresholds_and_their_evidence_are_those_of_the_code(language: str, kind: PortraitKind) -> None:
    assert f"| {' | '.join(threshold_cells(threshold_for(kind)))} |" in text_of(READMES[language])


@pytest.mark.requirement("R-113")
def test_the_model_card_that_people_read_is_the_one_that_counts() -> None:
    assert text_of(CHECKOUT / "docs" / "model-card.md") == markdown(read_card(), read_manifest())


@pytest.mark.parametrize("language", READMES)
def test_the_rehearsal_is_described_as_it_plays(language: str) -> None:
    default = import_module("kiosk.cli.rehearse").DEFAULT_VISITS
    numbers = re.findall(r"\d+", section(READMES[language], 1))
    assert {str(default), str(len(KINDS))} <= set(numbers)


# --- architecture ---------------------------------------------------------------------------------


def test_the_diagram_is_the_table() -> None:
    import_module("kiosk.visit.machine")  # fills the table
    assert as_mermaid() in fenced(ARCHITECTURE, "mermaid"), "put what as_mermaid() returns into the document"


def test_the_layers_are_the_contract() -> None:
    contracts = tomllib.loads(text_of(CHECKOUT / "pyproject.toml"))["tool"]["importlinter"]["contracts"]
    layers = next(contract["layers"] for contract in contracts if contract["type"] == "layers")
    assert "\n".join(layers) + "\n" in fenced(ARCHITECTURE, "text")


def test_files_and_functions_named_in_the_architecture_exist() -> None:
    text = text_of(ARCHITECTURE)
    for name in re.findall(r"`((?:kiosk|drivers|tests)/[\w./]+)`", text):
        assert (CHECKOUT / name).exists(), name
    for name, function in re.findall(r"`(\w+/[\w/]+\.py)` \(`(\w+)`\)", text):
        assert f"def {function}(" in text_of(CHECKOUT / name), (name, function)


def test_modules_named_in_records_exist() -> None:
    for path in (CHECKOUT / "docs" / "decisions").glob("0*.md"):
        for name in re.findall(r"`((?:kiosk|drivers)(?:\.[a-z_]+)+)`", text_of(path)):
            module = CHECKOUT / Path(*name.split("."))
            assert module.is_dir() or module.with_suffix(".py").is_file(), (path.name, name)
