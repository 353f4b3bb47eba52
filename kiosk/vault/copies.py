"""Where copies of an event's key lie on this machine, and what protects them; nothing is unlocked."""

from __future__ import annotations

import os
from pathlib import Path

from kiosk.config.places import DevicePlace, EventPlace
from kiosk.vault.file_keys import read_record
from kiosk.vault.key_file import MAX_BYTES, KeyFileUnusable, overwrite_and_remove, read_private
from kiosk.vault.key_format import MAGIC, decode
from kiosk.vault.protection import Protection


def protection_of(path: Path) -> Protection:
    """What protects the key in ``path``. Raises KeysDestroyed when there is none, KeyFileUnusable."""
    return decode(read_private(path)).protection


def fingerprint_in(place: EventPlace) -> str:
    """The fingerprint of the event's key, 16 hexadecimal digits. Raises KeysDestroyed, KeyFileUnusable."""
    return read_record(place.key_file, place.event_id).fingerprint.hex()


def key_files(place: EventPlace) -> list[Path]:
    """Every file of the key folder that holds the event's key or belongs to it, whatever it is named now; never one of
    the machine's own.

    By name (``<event id>.key`` and whatever follows) and by content, in sub-folders too: a renamed or damaged copy is
    one. A larger file that holds the key among other things is not: it may hold the keys of other events, so it is left
    to whoever looks. Copies outside the key folder this machine cannot know. Raises OSError when the folder cannot be
    read.
    """
    if not place.key_dir.is_dir():
        return []
    os.scandir(place.key_dir).close()  # walking would pass over a folder that cannot be read
    own = DevicePlace(place.data_dir, place.key_dir).own_keys
    return sorted(
        path
        for folder, folders, files in os.walk(place.key_dir)
        for path in (Path(folder) / name for name in (*files, *folders))
        if path not in own and (path.is_symlink() or not path.is_dir()) and _belongs(path, place)
    )


def copies_of_key(place: EventPlace) -> list[Path]:
    """Those of ``key_files`` that hold the key; counted tries, the bound end and the key of packages lie beside it.

    Raises OSError.
    """
    beside = {place.tries_file, place.bound_file, place.package_key_file}
    return [path for path in key_files(place) if path not in beside]


def destroy_copies(place: EventPlace) -> list[Path]:
    """Overwrite and remove every file of ``key_files``; again is fine. What could not be removed is given back."""
    left = []
    for path in key_files(place):
        try:
            overwrite_and_remove(path)
        except KeyFileUnusable:
            left.append(path)
    return left


def _belongs(path: Path, place: EventPlace) -> bool:
    if path.name.startswith(place.key_file.name):
        return True
    try:
        if path.is_symlink() or not path.is_file():
            return False
        with path.open("rb") as file:
            start = file.read(MAX_BYTES)
    except OSError:
        return False
    return start.startswith(MAGIC) and _event_of(start) == place.event_id


def _event_of(start: bytes) -> str:
    """The event id a key file begins with, whole or not."""
    length_at = len(MAGIC) + 2
    length = start[length_at] if len(start) > length_at else 0
    return start[length_at + 1 : length_at + 1 + length].decode("utf-8", "replace")
