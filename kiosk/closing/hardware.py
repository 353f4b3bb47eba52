"""What machine this is and on which medium a folder lies, as Linux tells it; None where it does not.

Sources: DMI and device tree for the machine; mountinfo, sysfs and udev's database for the medium, down through
partitions, device mapper and RAID to the physical stores.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kiosk.closing.certificate_schema import MediaType, Medium

MAX_BYTES = 4096
_PLACEHOLDERS = re.compile(
    r"to be filled|default string|system (manufacturer|product|serial)|^(none|n/a|0+|ata)$", re.IGNORECASE
)
"""What makers leave in the fields; ``ATA`` is a bus and nobody's name."""
_HYPERVISORS = {"QEMU", "VMware", "Msft", "VBOX", "Xen"}


@dataclass(frozen=True)
class Machine:
    make: str | None
    model: str | None
    serial: str | None


def this_machine(root: Path = Path("/")) -> Machine:
    """Make, model, serial. The serial of a PC is readable by root alone, so it is often None."""
    dmi, tree = root / "sys/class/dmi/id", root / "proc/device-tree"
    return Machine(
        _first(dmi / "sys_vendor"),
        _first(dmi / "product_name", tree / "model"),
        _first(dmi / "product_serial", tree / "serial-number"),
    )


def medium_of(folder: Path, root: Path = Path("/")) -> tuple[str | None, tuple[Medium, ...]]:
    """File system type and physical stores below ``folder``; none when they cannot be seen (an overlay, a network)."""
    file_system, source = _mounted(folder.resolve(), root)
    if file_system in {"tmpfs", "ramfs"}:
        return file_system, (_memory(file_system),)
    number = _device_number(folder, source)
    block = _resolved(root / "sys/dev/block" / number) if number else None
    return file_system, tuple(_medium(device, root) for device in _stores(block)) if block else ()


def _mounted(folder: Path, root: Path) -> tuple[str | None, str]:
    """Type and source of the mount that holds ``folder`` (proc(5), mountinfo); the last of the deepest wins."""
    best: tuple[int, str | None, str] = (-1, None, "")
    for line in _text(root / "proc/self/mountinfo", limit=1_000_000).splitlines():
        before, _, after = line.partition(" - ")
        fields, kind = before.split(" "), after.split(" ")
        if len(fields) < 5 or len(kind) < 2:
            continue
        point = Path(_unescaped(fields[4]))
        if folder.is_relative_to(point) and len(point.parts) >= best[0]:
            best = (len(point.parts), kind[0], _unescaped(kind[1]))
    return best[1], best[2]


def _unescaped(text: str) -> str:
    return re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), text)


def _device_number(folder: Path, source: str) -> str | None:
    """``major:minor``. File systems with a made-up number (btrfs) are asked by the device they were mounted from."""
    try:
        number = folder.stat().st_dev
        if os.major(number) == 0:
            number = Path(source).stat().st_rdev if source.startswith("/dev/") else 0
    except OSError:
        return None
    return f"{os.major(number)}:{os.minor(number)}" if os.major(number) else None


def _stores(block: Path) -> Iterator[Path]:
    """Down to what has nothing below it."""
    if (block / "partition").exists():
        block = block.parent
    below = _entries(block / "slaves")
    if not below:
        yield block
    for entry in below:
        resolved = _resolved(entry)
        if resolved is not None:
            yield from _stores(resolved)


def _medium(block: Path, root: Path) -> Medium:
    device = block / "device"
    udev = _udev(root / "run/udev/data" / f"b{_text(block / 'dev').strip()}")
    return Medium(
        device=block.name,
        make=_named(udev.get("ID_VENDOR")) or _first(device / "vendor"),
        model=_named(udev.get("ID_MODEL")) or _first(device / "model", device / "name"),
        serial=_named(udev.get("ID_SERIAL_SHORT")) or _first(device / "serial", block / "serial"),
        media_type=_media_type(block),
        storage_id=_named(udev.get("ID_WWN")) or _first(block / "wwid", device / "wwid", device / "cid"),
    )


def _media_type(block: Path) -> MediaType | None:
    bus = _resolved(block / "device/subsystem")
    virtual = bus is not None and bus.name in {"virtio", "xen"}
    if virtual or block.name.startswith("loop") or _text(block / "device/vendor").strip() in _HYPERVISORS:
        return MediaType.VIRTUAL
    if block.name.startswith(("zram", "ram")):
        return MediaType.MEMORY
    if block.name.startswith(("nvme", "mmcblk")):
        return MediaType.FLASH
    turns = _text(block / "queue/rotational").strip()
    if turns == "0":
        return MediaType.FLASH
    on_usb = "/usb" in str(_resolved(block) or "")  # sticks say that they turn
    return MediaType.MAGNETIC if turns == "1" and not on_usb else None


def _udev(path: Path) -> dict[str, str]:
    pairs = (line[2:].partition("=") for line in _text(path, limit=65_536).splitlines() if line.startswith("E:"))
    return {key: value for key, _, value in pairs}


def _memory(name: str) -> Medium:
    return Medium(device=name, make=None, model=None, serial=None, media_type=MediaType.MEMORY, storage_id=None)


def _first(*paths: Path) -> str | None:
    return next((value for path in paths if (value := _named(_text(path)))), None)


def _named(untrusted_value: str | None) -> str | None:
    """A name fit to be shown, or None for what is empty, a placeholder or a bare number of a bus."""
    printable = "".join(letter for letter in untrusted_value or "" if letter.isprintable()).strip()
    if not printable or _PLACEHOLDERS.search(printable) or re.fullmatch(r"0x[0-9a-fA-F]{1,8}", printable):
        return None
    return printable[:120]


def _text(path: Path, limit: int = MAX_BYTES) -> str:
    try:
        with path.open("rb") as file:
            return file.read(limit).decode("utf-8", "replace")
    except OSError:
        return ""


def _entries(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []


def _resolved(path: Path) -> Path | None:
    try:
        return path.resolve(strict=True)
    except OSError:
        return None
