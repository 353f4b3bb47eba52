"""Which ports are asked, in which order."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from drivers.discovery import AUTO, candidate_ports, find


@pytest.fixture
def dev(tmp_path: Path) -> Path:
    """A /dev with three devices, of which one has two stable names and one has one."""
    for name in ("ttyUSB0", "ttyUSB1", "ttyACM0", "ttyS0", "null"):
        (tmp_path / name).touch()
    for folder, name, target in (
        ("by-path", "pci-0-usb-0:2", "ttyUSB1"),
        ("by-id", "usb-Some_Reader-if00", "ttyUSB1"),
        ("by-id", "usb-Scanner-if00", "ttyACM0"),
    ):
        (tmp_path / "serial" / folder).mkdir(parents=True, exist_ok=True)
        (tmp_path / "serial" / folder / name).symlink_to(tmp_path / target)
    return tmp_path


def asked(answering: str | None = None) -> tuple[list[str], Callable[[str], bool]]:
    urls: list[str] = []

    def probe(url: str) -> bool:
        urls.append(url)
        return url == answering

    return urls, probe


def test_each_device_once_by_its_stablest_name(dev: Path) -> None:
    names = [str(Path(name).relative_to(dev)) for name in candidate_ports(dev)]
    assert names == ["serial/by-path/pci-0-usb-0:2", "serial/by-id/usb-Scanner-if00", "ttyUSB0", "ttyS0"]


def test_a_machine_without_ports(tmp_path: Path) -> None:
    assert candidate_ports(tmp_path) == []


def test_the_configured_port_is_asked_first_and_alone_when_it_answers() -> None:
    urls, probe = asked("/dev/c")
    assert find("/dev/c", probe, candidates=lambda: ["/dev/a", "/dev/b", "/dev/c"]) == "/dev/c"
    assert urls == ["/dev/c"]


def test_the_others_follow_when_it_does_not() -> None:
    urls, probe = asked("/dev/b")
    assert find("/dev/c", probe, candidates=lambda: ["/dev/a", "/dev/b", "/dev/c"]) == "/dev/b"
    assert urls == ["/dev/c", "/dev/a", "/dev/b"]


def test_a_pattern_prefers_but_does_not_insist() -> None:
    urls, probe = asked()
    assert find("/dev/*usb*", probe, candidates=lambda: ["/dev/a", "/dev/x-usb-1", "/dev/y-usb-2"]) is None
    assert urls == ["/dev/x-usb-1", "/dev/y-usb-2", "/dev/a"]


def test_auto_asks_all() -> None:
    urls, probe = asked()
    assert find(AUTO, probe, candidates=lambda: ["/dev/a", "/dev/b"]) is None
    assert urls == ["/dev/a", "/dev/b"]


def test_ports_of_other_devices_are_left_alone_under_any_name(dev: Path) -> None:
    urls, probe = asked()
    find(AUTO, probe, candidates=lambda: candidate_ports(dev), exclude=[str(dev / "ttyUSB1")])
    assert not [url for url in urls if Path(url).resolve().name == "ttyUSB1"]
    assert len(urls) == 3
