"""Where signs of an attack can be read off the machine: the process's status, the USB bus, the devices known before."""

from __future__ import annotations

import json
from pathlib import Path

from kiosk.closing.state import write_whole

OWN_STATUS = Path("/proc/self/status")
USB_DEVICES = Path("/sys/bus/usb/devices")
MAX_FILE_BYTES = 10_000


def own_status(file: Path = OWN_STATUS) -> str:
    """Text of this process's status, "" where it cannot be read."""
    try:
        return file.read_text(encoding="ascii", errors="replace")
    except OSError:
        return ""


def usb_devices(folder: Path = USB_DEVICES) -> frozenset[str]:
    """``usb-<place>-<vendor>-<product>`` of every device on the bus, no serial number; interfaces are left out."""
    found = set()
    try:
        entries = sorted(folder.iterdir())
    except OSError:
        return frozenset()
    for entry in entries:
        try:
            vendor, product = ((entry / name).read_text(encoding="ascii").strip() for name in ("idVendor", "idProduct"))
        except (OSError, UnicodeDecodeError):
            continue  # an interface, or unplugged while we looked
        found.add(f"usb-{entry.name}-{vendor}-{product}".lower())
    return frozenset(found)


def known_devices(file: Path) -> dict[str, str]:
    """Device -> serial number it had last; empty where nothing is known."""
    try:
        with file.open("rb") as opened:
            known = json.loads(opened.read(MAX_FILE_BYTES))
        return {str(name): str(number) for name, number in known.items()}
    except (OSError, ValueError, AttributeError, RecursionError):
        return {}


def remember_devices(file: Path, known: dict[str, str]) -> None:
    """Replace ``file``. Raises OSError."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_whole(file, json.dumps(known, sort_keys=True) + "\n")
