"""What counts as memory that may reach a disk in clear, over invented /proc and /sys trees."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.memory.swapping import Swapping, swapping

HEAD = "Filename Type Size Used Priority\n"


def tree(root: Path, swaps: str = "", **files: str) -> Swapping:
    (root / "proc").mkdir()
    (root / "proc" / "swaps").write_text(HEAD + swaps)
    for name, content in files.items():
        path = root / "sys" / name.replace("__", "/").replace("_", "-")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    return swapping(root / "proc", root / "sys")


def test_no_swap_is_fine(tmp_path: Path) -> None:
    assert not tree(tmp_path, power__state="freeze mem\n", power__resume="0:0\n").in_clear


@pytest.mark.requirement("R-46")
def test_partitions_and_files_count(tmp_path: Path) -> None:
    found = tree(tmp_path, "/dev/sda2 partition 1 0 -2\n/swapfile file 1 0 -3\n")
    assert found.swaps == ("/dev/sda2", "/swapfile")


def test_memory_and_encrypted_devices_do_not(tmp_path: Path) -> None:
    swaps = "/dev/zram0 partition 1 0 100\n/dev/dm-7 partition 1 0 -2\n"
    assert not tree(tmp_path, swaps, class__block__dm_7__dm__uuid="CRYPT-PLAIN-swap\n").in_clear


def test_a_mapped_device_is_not_encrypted_by_its_name(tmp_path: Path) -> None:
    found = tree(tmp_path, "/dev/dm-7 partition 1 0 -2\n", class__block__dm_7__dm__uuid="LVM-abc\n")
    assert found.swaps == ("/dev/dm-7",)


def test_hibernation_to_a_plain_device_counts(tmp_path: Path) -> None:
    assert tree(tmp_path, power__state="freeze mem disk\n", power__resume="8:2\n").hibernates_to == "8:2"


def test_a_kernel_that_will_not_say_is_not_taken_for_good(tmp_path: Path) -> None:
    assert not swapping(tmp_path, tmp_path).seen
