"""docs/installation.md names every setting a technician can make, and no other."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from drivers.barcode import reader as barcode
from drivers.barcode.protocol import FAMILIES
from drivers.gate import controller, lcus, modbus
from kiosk.config.machine import CameraConfig, InstallerStatement, MachineConfig, PortraitConfig, WindowConfig

PAGE = (Path(__file__).parents[2] / "docs" / "installation.md").read_text(encoding="utf-8")
OPENERS: dict[str, Callable[..., object]] = {
    "`[scanner.settings]`": barcode.open_scanner,
    "`[gate.settings]` for `modbus`": modbus.open_gate,
    "`[gate.settings]` for `lcus`": lcus.open_gate,
    "`[gate.settings]` for `controller`": controller.open_gate,
}


def first_column(after: str) -> set[str]:
    """The words in backticks in the first column of the table that follows ``after``."""
    table = PAGE[PAGE.index(after) :].split("\n\n")[1]
    rows = table.splitlines()[2:]
    return {word for row in rows for word in re.findall(r"`([a-z_\-0-9]+)`", row.split("|")[1])}


@pytest.mark.parametrize("heading", OPENERS)
def test_every_driver_setting_is_on_the_page(heading: str) -> None:
    assert first_column(heading) == set(inspect.signature(OPENERS[heading]).parameters) - {"port_url"}


def test_every_protocol_is_on_the_page() -> None:
    assert first_column("presentation mode (always on)") == {family.value for family in FAMILIES}


@pytest.mark.parametrize("model", [MachineConfig, CameraConfig, PortraitConfig, WindowConfig, InstallerStatement])
def test_every_machine_setting_is_on_the_page(model: type[MachineConfig]) -> None:
    missing = [name for name in model.model_fields if not re.search(rf"`\[?{name}\b|\b{name} = |\[{name}[.\]]", PAGE)]
    assert not missing
