"""Which machine a command is about: the folders its machine file names, or those of --data and --keys."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kiosk.cli.who import data_chosen, keys_chosen
from kiosk.config.load import load_machine
from kiosk.config.places import DevicePlace

MachineFile = Annotated[
    Path | None,
    typer.Option("--config", help="The machine's file, which names both folders, instead of --data and --keys."),
]


def machine_of(config: Path | None, data: Path, keys: Path) -> DevicePlace:
    """The machine's folders; its accounts are asked from here on. Raises ConfigFaults."""
    if config is None:
        return DevicePlace(data.absolute(), keys.absolute())
    machine = load_machine(config)
    return DevicePlace(data_chosen(machine.data_dir), keys_chosen(machine.key_dir))
