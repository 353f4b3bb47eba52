"""Every driver family is loaded by its entry point and held to the house rules."""

from __future__ import annotations

import ast
import importlib.metadata
import sys
import tomllib
from collections.abc import Callable
from importlib.metadata import EntryPoint
from pathlib import Path
from types import ModuleType

import pytest

from drivers import registry
from drivers.registry import CODE_SCANNERS, DOCUMENT_READERS, GATE_OUTPUTS, BadSettings, UnknownFamily, open_gate

ROOT = Path(__file__).parents[2]
GROUPS = (DOCUMENT_READERS, CODE_SCANNERS, GATE_OUTPUTS)
FORBIDDEN_IMPORTS = {"kiosk", "PySide6", "cv2", "dlib"}


def declared() -> list[EntryPoint]:
    """What pyproject.toml declares, so that a family is tested also before anything is installed."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return [
        EntryPoint(name, value, group) for group in GROUPS for name, value in project["entry-points"][group].items()
    ]


FAMILIES = pytest.mark.parametrize("point", declared(), ids=lambda point: f"{point.group}:{point.name}")


def module_of(point: EntryPoint) -> ModuleType:
    point.load()
    return sys.modules[point.module]


@FAMILIES
def test_docstring_has_a_capability_table(point: EntryPoint) -> None:
    text = module_of(point).__doc__ or ""
    assert text.strip(), "no docstring"
    _, _, rest = text.partition("Capabilities")
    rows = [line for line in rest.splitlines() if line.startswith("|")]
    assert len(rows) >= 3, "no table under 'Capabilities'"
    assert "hardware" in text.lower(), "does not say whether it was run on hardware"


@FAMILIES
def test_public_names_are_listed(point: EntryPoint) -> None:
    module = module_of(point)
    assert point.attr in module.__all__
    assert all(hasattr(module, name) for name in module.__all__)
    assert getattr(module, point.attr).__doc__, "the opening function has no docstring"


@pytest.mark.parametrize("file", sorted((ROOT / "drivers").rglob("*.py")), ids=lambda file: file.stem)
def test_drivers_import_neither_the_kiosk_nor_a_toolkit(file: Path) -> None:
    assert not imported_by(file) & FORBIDDEN_IMPORTS


def test_pyserial_has_one_importer() -> None:
    importers = {file.name for file in (ROOT / "drivers").rglob("*.py") if "serial" in imported_by(file)}
    assert importers == {"serial_port.py"}


def test_only_simulators_import_simulators() -> None:
    for file in (ROOT / "drivers").rglob("*.py"):
        if "simulat" not in file.stem and file.stem != "disturbances":
            assert not [name for name in modules_named_in(file) if "simulat" in name], file


def imported_by(file: Path) -> set[str]:
    return {name.partition(".")[0] for name in modules_named_in(file)}


def modules_named_in(file: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return names


def test_families_are_opened_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: dict[str, object] = {}

    def open_anything(port_url: str, **settings: object) -> object:
        opened["port"], opened["settings"] = port_url, settings
        return opened

    module = ModuleType("a_family_for_this_test")
    module.open_anything = open_anything  # type: ignore[attr-defined]  # a module made on the spot
    monkeypatch.setitem(sys.modules, module.__name__, module)
    points = importlib.metadata.EntryPoints(
        EntryPoint("mine", f"{module.__name__}:open_anything", group) for group in GROUPS
    )
    monkeypatch.setattr(registry, "entry_points", lambda group: points.select(group=group))

    assert list(registry.families(DOCUMENT_READERS)) == ["mine"]
    openers: tuple[Callable[..., object], ...] = (registry.open_reader, registry.open_scanner, registry.open_gate)
    for open_by_name in openers:
        opened.clear()
        assert open_by_name("mine", "/dev/x", baud=9600) is opened
        assert opened == {"port": "/dev/x", "settings": {"baud": 9600}}


def test_unknown_family_is_a_configuration_fault() -> None:
    with pytest.raises(UnknownFamily) as unknown:
        registry.open_reader("no-such-family", "/dev/x")
    assert unknown.value.code == "unknown_family"


@pytest.mark.parametrize(
    ("port", "settings"), [("auto", {}), ("/dev/null", {"pulse_ms": 7}), ("/dev/null", {"colour": "red"})]
)
def test_settings_a_family_does_not_take_are_a_driver_error(port: str, settings: dict[str, object]) -> None:
    with pytest.raises(BadSettings, match=r"^bad_settings: modbus: "):
        open_gate("modbus", port, **settings)
