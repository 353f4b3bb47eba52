"""Which camera this is, asked of the kernel, and whether it may be used (R-22).

Only a physical camera of the station passes: a capture node, driven by a known driver for cameras on a cable, on a
bus that exists. Streams, files and cameras made of software (loopback, test patterns) do not.
"""

from __future__ import annotations

import errno
import fcntl
import os
import re
import stat
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from kiosk.camera.port import CameraUnavailable

ALLOWED_DRIVERS = frozenset({"uvcvideo"})
"""USB video class. Another family of cameras is added here, on purpose, after somebody has tried it."""
_STABLE_NAME = re.compile(r"/dev/(v4l/by-(path|id)/[A-Za-z0-9_.:+@-]+|video[0-9]{1,3})")
_NODE = re.compile(r"video[0-9]{1,3}")
_V4L_MAJOR = 81
_VIDIOC_QUERYCAP = 0x80685600
_CAPABILITY = struct.Struct("=16s32s32s3I12x")
"""struct v4l2_capability: driver, card, bus_info, version, capabilities, device_caps."""
_CAN_CAPTURE, _CAN_STREAM = 0x00000001, 0x04000000


@dataclass(frozen=True)
class Capability:
    """The driver's own answer. ``bus`` names where the camera hangs, for instance ``usb-0000:00:14.0-3``."""

    driver: str
    card: str
    bus: str
    captures: bool


@dataclass(frozen=True)
class DeviceIdentity:
    """A capture device. ``node`` is ``/dev/videoN``; ``by_path`` its names by port; ``is_virtual``: on no bus."""

    node: Path
    capability: Capability
    by_path: tuple[str, ...]
    is_virtual: bool


Query = Callable[[int], Capability]


def query_capability(descriptor: int) -> Capability:
    """VIDIOC_QUERYCAP. Raises CameraUnavailable("not_allowed") for what is no video device."""
    status = os.fstat(descriptor)
    if not stat.S_ISCHR(status.st_mode) or os.major(status.st_rdev) != _V4L_MAJOR:
        raise CameraUnavailable("not_allowed")
    try:
        answer = fcntl.ioctl(descriptor, _VIDIOC_QUERYCAP, bytes(_CAPABILITY.size))
    except OSError as error:
        raise CameraUnavailable("not_allowed") from error
    return parse_capability(answer)


def parse_capability(answer: bytes) -> Capability:
    """What of struct v4l2_capability matters. Raises struct.error for another length."""
    driver, card, bus, _version, _all_nodes, this_node = _CAPABILITY.unpack(answer)
    needed = _CAN_CAPTURE | _CAN_STREAM
    return Capability(_text(driver), _text(card), _text(bus), this_node & needed == needed)


def _text(field: bytes) -> str:
    return field.split(b"\0", 1)[0].decode("ascii", "replace")


class VideoDevices:
    """The machine's video devices; ``root`` and ``query`` are replaced where there is no camera."""

    def __init__(self, root: Path = Path("/"), query: Query = query_capability) -> None:
        self._root, self._query = root, query

    @contextmanager
    def held(self, device: str) -> Iterator[DeviceIdentity]:
        """The identity of an allowed camera. Its node stays open meanwhile, so nothing else can take its number.

        Raises CameraUnavailable: not_allowed, not_found, busy.
        """
        node = self._node(device)
        try:
            descriptor = os.open(node, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError as error:
            raise CameraUnavailable(_code_of(error)) from error
        try:
            identity = self._identity(node, self._query(descriptor))
            check_allowed(identity)
            yield identity
        finally:
            os.close(descriptor)

    def _node(self, device: str) -> Path:
        if not _STABLE_NAME.fullmatch(device):
            raise CameraUnavailable("not_allowed")
        named = self._root / device.lstrip("/")
        if not named.exists():
            raise CameraUnavailable("not_found")
        node = named.resolve()
        if node.parent != (self._root / "dev").resolve() or not _NODE.fullmatch(node.name):
            raise CameraUnavailable("not_allowed")
        return node

    def _identity(self, node: Path, capability: Capability) -> DeviceIdentity:
        by_path = self._root / "dev/v4l/by-path"
        names = (link.name for link in sorted(by_path.glob("*")) if link.resolve() == node)
        kernel_device = (self._root / "sys/class/video4linux" / node.name).resolve()
        hangs_on_bus = (kernel_device / "device").exists() and "virtual" not in kernel_device.parts
        return DeviceIdentity(node, capability, tuple(names), not hangs_on_bus)


def check_allowed(identity: DeviceIdentity) -> None:
    """Raises CameraUnavailable("not_allowed"). Both the driver's word and the kernel's own tree must agree."""
    capability = identity.capability
    if capability.driver not in ALLOWED_DRIVERS or identity.is_virtual or not capability.captures:
        raise CameraUnavailable("not_allowed")


def _code_of(error: OSError) -> str:
    if error.errno == errno.EBUSY:
        return "busy"
    return "not_allowed" if error.errno in {errno.EACCES, errno.EPERM} else "not_found"
