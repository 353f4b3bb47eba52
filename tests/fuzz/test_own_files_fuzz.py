"""The kiosk's own small files, damaged in any way: what cannot be understood counts as absent, or as the worst."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk.audit.port import NoAudit
from kiosk.closing.bound import BoundUnusable, read_bound
from kiosk.closing.clock import Reading
from kiosk.closing.clock_file import ClockFile
from kiosk.closing.journal import read_noted
from kiosk.closing.state import EventState, read_state
from kiosk.config.places import DevicePlace, EventPlace
from kiosk.integrity.check import State, sealed
from kiosk.integrity.machine_signs import known_devices
from kiosk.integrity.manifest import ManifestUnusable
from kiosk.vault.identity import DeviceIdentity

WORST = [
    b"[" * 9000,
    b'{"a":' * 1500,
    b"9" * 5000,
    b"1e999",
    b'{"state": 1e999}',
    b"",
    b"\xff\xfe",
    b"null",
    b"[]",
    b"{}",
]
WORDS = ["state", "open", "wiped", "steps", "at_s", "hours", "counts", "resumed", "to", "lost", "reader", "", "\ud800"]


def _value(chance: random.Random, depth: int = 0) -> object:
    """Some JSON of the keys these files use."""
    kinds = 6 if depth < 3 else 4
    match chance.randrange(kinds):
        case 0:
            return chance.choice(WORDS)
        case 1:
            return chance.choice([0, -1, 10**400, 1.5, float("inf"), float("nan"), 2**63])
        case 2:
            return chance.choice([None, True, False])
        case 3:
            return ""
        case 4:
            return [_value(chance, depth + 1) for _ in range(chance.randrange(4))]
        case _:
            return {chance.choice(WORDS): _value(chance, depth + 1) for _ in range(chance.randrange(5))}


def _files(seed: int, count: int) -> list[bytes]:
    chance = random.Random(seed)
    made = [json.dumps(_value(chance)).encode() for _ in range(count)]
    return [*WORST, *made, *(file[: chance.randrange(len(file) + 1)] for file in made)]


def _sealed(device: DevicePlace) -> object:
    try:
        return sealed(device)
    except ManifestUnusable:
        return State.BROKEN


def _bound(event: EventPlace) -> object:
    try:
        return read_bound(event)
    except BoundUnusable as unusable:
        return unusable.code


@pytest.mark.parametrize("seed", [1, 2])
def test_no_reader_of_them_breaks(tmp_path: Path, seed: int) -> None:
    device, event = (
        DevicePlace(tmp_path / "data", tmp_path / "keys"),
        EventPlace(tmp_path / "data", tmp_path / "keys", "e"),
    )
    device.make_folders()
    event.make_folders()
    DeviceIdentity.load_or_create(device.identity_file)
    file = tmp_path / "file.json"
    readers: list[tuple[Path, Callable[[], object]]] = [
        (event.state_file, lambda: read_state(event.state_file)),
        (event.journal_file, lambda: read_noted(event.journal_file)),
        (event.bound_file, lambda: _bound(event)),
        (device.clock_file, lambda: ClockFile(device, NoAudit(), lambda: Reading(1e9, 1.0, "boot")).look()),
        (device.manifest_file, lambda: _sealed(device)),
        (file, lambda: known_devices(file)),
    ]
    for data in _files(seed, 150):
        for path, read in readers:
            path.write_bytes(data)
            read()


def test_a_damaged_state_is_none_that_serves(tmp_path: Path) -> None:
    file = tmp_path / "state.json"
    for data in WORST:
        file.write_bytes(data)
        assert read_state(file) is EventState.UNKNOWN
