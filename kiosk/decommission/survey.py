"""What stands in the way of a device leaving service, found before anything is changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kiosk.closing.leftovers import DEVICE_KEYS
from kiosk.closing.open_files import held_open
from kiosk.closing.state import OVER, EventState, read_state
from kiosk.config.places import JOURNAL_SUFFIX, PACKAGE_KEY_SUFFIX, DevicePlace, EventPlace, is_event_id

GOING = "device.leaving"
"""What the device's folder is called while it is destroyed."""

OUR_FOLDERS = frozenset({"events", "device", GOING})
OF_THE_SYSTEM = frozenset({"lost+found"})
"""What a folder that is a medium of its own has from the first day."""


@dataclass(frozen=True)
class Survey:
    """``open_events`` serve right now, ``unwiped`` hold a key or tickets. ``strangers``: files in the two folders that
    are not the kiosk's. ``held_by``: other processes that have files of the data folder open."""

    open_events: list[str]
    unwiped: list[str]
    strangers: list[Path]
    held_by: list[int]

    @property
    def hinders(self) -> bool:
        return bool(self.open_events or self.strangers or self.held_by)


def survey(device: DevicePlace) -> Survey:
    """Look at both folders. Raises OSError for a folder that is there and cannot be read."""
    events = list(_events(device))
    states = {event: read_state(EventPlace(device.data_dir, device.key_dir, event).state_file) for event in events}
    return Survey(
        [event for event, state in states.items() if state is EventState.OPEN],
        [event for event, state in states.items() if state not in OVER],
        [*_strangers_in_data(device), *_strangers_among_keys(device, events)],
        sorted(held_open(device.data_dir)) if device.data_dir.exists() else [],
    )


def _events(device: DevicePlace) -> Iterator[str]:
    """Ids of the events that are whole; a folder that cannot be called so is none."""
    folder = device.data_dir / "events"
    if folder.is_dir() and not folder.is_symlink():
        yield from sorted(each.name for each in folder.iterdir() if each.is_dir() and is_event_id(each.name))


def _strangers_in_data(device: DevicePlace) -> Iterator[Path]:
    if not device.data_dir.is_dir():
        return
    for path in sorted(device.data_dir.iterdir()):
        ours = path.name in OUR_FOLDERS and path.is_dir() and not path.is_symlink()
        if not ours and path.name not in OF_THE_SYSTEM:
            yield path


def _strangers_among_keys(device: DevicePlace, events: list[str]) -> Iterator[Path]:
    """Everything the kiosk's names do not explain; a key whose event lies in another data folder is one of them."""
    if not device.key_dir.is_dir():
        return
    folder = device.data_dir / "events"
    half_made = [path.name.removeprefix(".making-") for path in folder.glob(".making-*")]
    keys = tuple(f"{event}{end}" for event in (*events, *half_made) for end in (".key", JOURNAL_SUFFIX))
    for path in sorted(device.key_dir.iterdir()):
        named = path.name.startswith((*DEVICE_KEYS, *keys)) or path.name.endswith(PACKAGE_KEY_SUFFIX)  # asked in vain
        ours = named and path.is_file() and not path.is_symlink()
        if not ours and path.name not in OF_THE_SYSTEM:
            yield path
