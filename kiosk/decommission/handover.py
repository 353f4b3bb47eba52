"""What may leave with whoever answered for the device: its log, the certificates of its events, its public key."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from kiosk.config.places import DevicePlace
from kiosk.vault.key_file import sync_folder

PUBLIC_KEY = "identity.pub"
SUMS = "SHA256SUMS"
FROM_AN_EVENT = ("report.json", "certificate.json", "certificate.pdf")


class NotHandedOver(Exception):
    """A copy is not what it was copied from, or the folder lies inside the kiosk's own. ``str()`` names the path."""


def hand_over(device: DevicePlace, folder: Path, public_key: bytes) -> list[Path]:
    """Copy into ``folder``, which is made; paths of the copies. ``SHA256SUMS`` is as sha256sum(1) reads it.

    The public key goes along, because nobody can verify log and certificates without it once the device is empty.
    Raises NotHandedOver, OSError (also when ``folder`` exists: nothing is ever mixed).
    """
    if any(own == folder or own in folder.parents for own in (device.data_dir, device.key_dir)):
        raise NotHandedOver(str(folder))
    folder.mkdir(mode=0o700, parents=True)
    (folder / PUBLIC_KEY).write_text(public_key.hex() + "\n", encoding="ascii")
    copies = [folder / PUBLIC_KEY]
    for source, name in _sources(device):
        target = folder / name
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        shutil.copyfile(source, target, follow_symlinks=False)
        if _sum(source) != _sum(target):
            raise NotHandedOver(str(target))
        copies.append(target)
    sums = "".join(f"{_sum(copy)}  {copy.relative_to(folder).as_posix()}\n" for copy in copies)
    (folder / SUMS).write_text(sums, encoding="utf-8")
    for path in (*copies, folder / SUMS):
        _sync(path)
    return copies


def _sources(device: DevicePlace) -> Iterator[tuple[Path, str]]:
    log = device.audit_file
    for path in sorted(device.folder.glob(f"{log.stem}*{log.suffix}")):  # and those set aside because they were changed
        if path.is_file():
            yield path, path.name
    for event in sorted((device.data_dir / "events").glob("[!.]*")):
        for name in FROM_AN_EVENT:
            if (event / name).is_file():
                yield event / name, f"events/{event.name}/{name}"


def _sum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    sync_folder(path.parent)
