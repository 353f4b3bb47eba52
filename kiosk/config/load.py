"""Reading settings files: a path in, a frozen model or all faults out."""

from __future__ import annotations

import re
import tomllib
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from kiosk.config.event import EventConfig, Frozen
from kiosk.config.faults import ConfigFault, ConfigFaults, faults_of
from kiosk.config.machine import MachineConfig
from kiosk.domain.characters import FORBIDDEN_IN_A_TEXT

MAX_FILE_BYTES = 256_000
MAX_KEY_DOTS = 16
"""Of one key. The parser takes time by the square of them; our longest key has three."""
MAX_KEY_PART = 256

_PART = (
    rf"(?:[A-Za-z0-9_-]++"
    rf'|"(?:[^"\\\n]|\\.){{0,{MAX_KEY_PART}}}+"'
    rf"|'[^'\n]{{0,{MAX_KEY_PART}}}+')"
)
_LONG_KEY = re.compile(rf"(?<![A-Za-z0-9_-]){_PART}(?:[ \t]*+\.[ \t]*+{_PART}){{{MAX_KEY_DOTS + 1}}}")

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
    if _LONG_KEY.search(text):
        raise ConfigFaults([ConfigFault(name, "", f"has a key with more than {MAX_KEY_DOTS} dots in it")])
    values = _parsed(text, name)
    faults = [ConfigFault(name, key, "holds a control character, or one of direction") for key in _unshowable(values)]
    if faults:
        raise ConfigFaults(faults)
    return values


def _parsed(text: str, name: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigFaults([ConfigFault(name, "", f"is not valid TOML: {error}")]) from None
    except RecursionError:
        raise ConfigFaults([ConfigFault(name, "", "is nested far too deeply to be a settings file")]) from None
    except ValueError:  # the interpreter's own limit on digits
        raise ConfigFaults([ConfigFault(name, "", "holds a number that is far too long")]) from None


def _unshowable(values: dict[str, Any]) -> Iterator[str]:
    """Where a text, or a key, holds a character that is not seen; such a key is not named, what it is in is."""
    left: deque[tuple[str, Any]] = deque([("", values)])
    while left:
        place, value = left.popleft()
        if isinstance(value, str) and FORBIDDEN_IN_A_TEXT.search(value):
            yield place
        elif isinstance(value, list):
            left += ((f"{place}[{number}]", each) for number, each in enumerate(value, 1))
        elif isinstance(value, dict):
            for key, below in value.items():
                if FORBIDDEN_IN_A_TEXT.search(key):
                    yield place
                else:
                    left.append((f"{place}.{key}" if place else key, below))


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
