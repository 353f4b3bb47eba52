"""Machine and medium from made-up trees of /sys, /proc and /run/udev: what is there is named, the rest is None."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk.closing.certificate_schema import MediaType, Medium
from kiosk.closing.hardware import Machine, medium_of, this_machine

Make = Callable[[str, dict[str, str]], Path]


@pytest.fixture
def number(tmp_path: Path) -> str:
    """``major:minor`` of the device the test's folder really lies on."""
    device = tmp_path.stat().st_dev
    if os.major(device) == 0:
        pytest.skip("the temporary folder lies on no device of its own")
    return f"{os.major(device)}:{os.minor(device)}"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "root"
    put(root / "proc/self/mountinfo", f"1 0 8:1 / / rw - ext4 /dev/x rw\n2 1 8:2 / {tmp_path} rw - xfs /dev/y rw\n")
    return root


def put(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def block(root: Path, where: str, number: str | None = None, bus: str = "", **files: str) -> Path:
    """A block device's folder; ``number``: the one the folder's file system is said to lie on."""
    folder = root / "sys/devices" / where
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        put(folder / name.replace("__", "/"), text + "\n")
    if bus:
        (root / "sys/bus" / bus).mkdir(parents=True, exist_ok=True)
        (folder / "device").mkdir(exist_ok=True)
        (folder / "device/subsystem").symlink_to(root / "sys/bus" / bus)
    if number:
        link = root / "sys/dev/block" / number
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(folder)
    return folder


def media(tmp_path: Path, root: Path) -> tuple[Medium, ...]:
    return medium_of(tmp_path, root)[1]


def test_a_partition_names_the_whole_disk(tmp_path: Path, root: Path, number: str) -> None:
    block(
        root,
        "pci/ata/sda",
        bus="scsi",
        dev="8:0",
        device__vendor="ATA     ",
        device__model="LS 256",
        queue__rotational="0",
        device__wwid="naa.5000000000000001",
    )
    block(root, "pci/ata/sda/sda1", number, partition="1")
    [medium] = media(tmp_path, root)
    assert (medium.device, medium.make, medium.model) == ("sda", None, "LS 256")  # ATA is no maker
    assert (medium.serial, medium.media_type, medium.storage_id) == (None, MediaType.FLASH, "naa.5000000000000001")


def test_the_devices_database_knows_more(tmp_path: Path, root: Path, number: str) -> None:
    block(root, "pci/ata/sda", number, dev="8:0", queue__rotational="1")
    put(
        root / "run/udev/data/b8:0",
        "S:disk\nE:ID_VENDOR=Lantern\nE:ID_SERIAL_SHORT=LS01\nE:ID_WWN=0x5000000000000001\n",
    )
    [medium] = media(tmp_path, root)
    assert (medium.make, medium.serial, medium.storage_id) == ("Lantern", "LS01", "0x5000000000000001")
    assert medium.media_type is MediaType.MAGNETIC


def test_through_encryption_and_raid_down_to_every_store(tmp_path: Path, root: Path, number: str) -> None:
    disks = [block(root, f"pci/nvme{n}n1", device__serial=f"N{n}", queue__rotational="0") for n in (0, 1)]
    raid = block(root, "virtual/md0")
    mapped = block(root, "virtual/dm-0", number)
    for upper, lower in ((raid, disks[0]), (raid, disks[1]), (mapped, raid)):
        (upper / "slaves").mkdir(exist_ok=True)
        (upper / "slaves" / lower.name).symlink_to(lower)
    found = media(tmp_path, root)
    assert [(medium.device, medium.serial, medium.media_type) for medium in found] == [
        ("nvme0n1", "N0", MediaType.FLASH),
        ("nvme1n1", "N1", MediaType.FLASH),
    ]


@pytest.mark.parametrize(
    ("where", "files", "kind"),
    [
        ("virtio1/vda", {"bus": "virtio", "queue__rotational": "1"}, MediaType.VIRTUAL),
        ("scsi/sda", {"device__vendor": "QEMU", "queue__rotational": "1"}, MediaType.VIRTUAL),
        ("virtual/loop0", {"queue__rotational": "0"}, MediaType.VIRTUAL),
        ("mmc/mmcblk0", {"queue__rotational": "1"}, MediaType.FLASH),
        ("virtual/zram0", {"queue__rotational": "0"}, MediaType.MEMORY),
        ("pci/usb1/1-1/sdb", {"queue__rotational": "1"}, None),  # a stick says that it turns
        ("pci/ata/sdc", {}, None),
    ],
)
def test_kinds_of_media(
    tmp_path: Path, root: Path, number: str, where: str, files: dict[str, str], kind: MediaType | None
) -> None:
    block(root, where, number, **files)
    [medium] = media(tmp_path, root)
    assert medium.media_type is kind


def test_what_cannot_be_seen_is_not_invented(tmp_path: Path, root: Path) -> None:
    assert medium_of(tmp_path, root) == ("xfs", ())
    assert medium_of(tmp_path, tmp_path / "no-such-root") == (None, ())
    assert this_machine(root) == Machine(None, None, None)


def test_memory_is_no_disk(tmp_path: Path, root: Path) -> None:
    put(root / "proc/self/mountinfo", f"2 1 0:9 / {tmp_path} rw - tmpfs tmpfs rw\n")
    file_system, (medium,) = medium_of(tmp_path, root)
    assert (file_system, medium.media_type, medium.serial) == ("tmpfs", MediaType.MEMORY, None)


def test_a_mount_point_with_a_space_is_found(tmp_path: Path, root: Path) -> None:
    folder = tmp_path / "a b"
    folder.mkdir()
    put(root / "proc/self/mountinfo", f"2 1 0:9 / {tmp_path}/a\\040b rw - tmpfs tmpfs rw\n")
    assert medium_of(folder, root)[0] == "tmpfs"


def test_makers_placeholders_are_not_names(root: Path) -> None:
    put(root / "sys/class/dmi/id/sys_vendor", "To Be Filled By O.E.M.\n")
    put(root / "sys/class/dmi/id/product_name", "Default string\n")
    put(root / "sys/class/dmi/id/product_serial", "0000\n")
    assert this_machine(root) == Machine(None, None, None)
    put(root / "sys/class/dmi/id/product_name", "Gate 21\n")
    assert this_machine(root).model == "Gate 21"


def test_a_board_with_a_device_tree(root: Path) -> None:
    put(root / "proc/device-tree/model", "Lantern Board 4\0")
    put(root / "proc/device-tree/serial-number", "10000000abcdef\0")
    assert this_machine(root) == Machine(None, "Lantern Board 4", "10000000abcdef")
