"""Reading settings files: a path in, a frozen model or all faults out."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from kiosk.config.event import EventConfig, Frozen
from kiosk.config.faults import ConfigFault, ConfigFaults, faults_of
from kiosk.config.machine import MachineConfig

MAX_FILE_BYTES = 1_000_000

Model = TypeVar("Model", bound=Frozen)

_KINDS: dict[type[Frozen], tuple[str, frozenset[str]]] = {
    EventConfig: ("an event file", frozenset({"sessions", "gate_groups", "notice"})),
    MachineConfig: ("a machine file", frozenset({"station", "role", "data_dir"})),
}


def load_event(path: Path) -> EventConfig:
    """The event file at ``path``. Raises ConfigFaults with every fault found."""
    return _load(path, EventConfig)


def load_machine(path: Path) -> MachineConfig:
    """The machine file at ``path``. Raises ConfigFaults with every fault found."""
    return _load(path, MachineConfig)


def parse_event(text: str, name: str) -> EventConfig:
    """An event from TOML text; ``name`` stands for the file in faults."""
    return _validate(_parse(text, name), name, EventConfig)


def parse_machine(text: str, name: str) -> MachineConfig:
    """A machine from TOML text; ``name`` stands for the file in faults."""
    return _validate(_parse(text, name), name, MachineConfig)


def read_text(path: Path) -> str:
    """A settings file's text, bounded in size. Raises ConfigFaults."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise ConfigFaults([ConfigFault(str(path), "", f"cannot be read ({error.strerror})")]) from None
    if len(data) > MAX_FILE_BYTES:
        raise ConfigFaults([ConfigFault(str(path), "", "is too large to be a settings file")])
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ConfigFaults([ConfigFault(str(path), "", "must be saved as UTF-8")]) from None


def _load(path: Path, model: type[Model]) -> Model:
    return _validate(_parse(read_text(path), str(path)), str(path), model)


def _parse(text: str, name: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigFaults([ConfigFault(name, "", f"is not valid TOML: {error}")]) from None
    except RecursionError:
        raise ConfigFaults([ConfigFault(name, "", "is nested far too deeply to be a settings file")]) from None
    except ValueError:  # the interpreter's own limit on digits
        raise ConfigFaults([ConfigFault(name, "", "holds a number that is far too long")]) from None


def _require_kind(values: dict[str, Any], name: str, model: type[Model]) -> None:
    """One sentence for the other kind of file, not a fault for each of its settings."""
    for other, (what, telling) in _KINDS.items():
        if other is not model and telling & values.keys() and not _KINDS[model][1] & values.keys():
            raise ConfigFaults([ConfigFault(name, "", f"is {what}; {_KINDS[model][0]} is needed here")])


def _validate(values: dict[str, Any], name: str, model: type[Model]) -> Model:
    _require_kind(values, name, model)
    try:
        return model.model_validate(values)
    except ValidationError as error:
        raise ConfigFaults(faults_of(name, error)) from None
