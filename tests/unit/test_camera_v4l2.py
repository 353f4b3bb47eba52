"""The station's camera without a camera: a made-up /dev and /sys, and a device that does as it is told."""

from __future__ import annotations

import errno
import struct
import threading
from pathlib import Path

import cv2
import numpy as np
import pytest

from kiosk.camera.identity import Capability, VideoDevices, parse_capability, query_capability
from kiosk.camera.port import BgrImage, CameraUnavailable
from kiosk.camera.v4l2 import OpenCvCapture, V4l2Camera

BY_PATH = "/dev/v4l/by-path/pci-0000:00:14.0-usb-0:3:1.0-video-index0"
WEBCAM = Capability("uvcvideo", "A camera", "usb-0000:00:14.0-3", captures=True)
SIZE_PX = (64, 48)
SOON_S = 5.0


class Machine:
    """A /dev and a /sys below ``root`` with one video device; ``answer`` is what its driver says of itself."""

    def __init__(self, root: Path, answer: Capability = WEBCAM, kernel_place: str = "pci0000:00/usb1/1-3") -> None:
        self.root, self.answer = root, answer
        node = root / "dev/video0"
        device = root / "sys/devices" / kernel_place / "video4linux/video0"
        device.mkdir(parents=True)
        if "virtual" not in kernel_place:
            (device / "device").symlink_to("../..")
        for folder in ("dev/v4l/by-path", "sys/class/video4linux"):
            (root / folder).mkdir(parents=True)
        node.touch()
        (root / "sys/class/video4linux/video0").symlink_to(device)
        (root / BY_PATH[1:]).symlink_to(node)

    def devices(self) -> VideoDevices:
        return VideoDevices(self.root, lambda descriptor: self.answer)


class PlayedCapture:
    """Delivers frames of rising brightness; ``waiting`` of them have queued up."""

    def __init__(self, waiting: int = 1, size_px: tuple[int, int] = SIZE_PX) -> None:
        self.started, self.released, self.taken = 0, 0, 0
        self.waiting = waiting
        self.images: list[BgrImage] = []
        self.spoilt: set[int] = set()
        self.size = size_px
        self.starts: bool | cv2.error = True
        self.takes_exposure: bool | cv2.error = True
        self.exposures: list[int | None] = []
        self.may_start = threading.Event()
        self.may_start.set()
        self.has_released = threading.Event()

    def size_px(self) -> tuple[int, int]:
        return self.size

    def start(self) -> bool:
        self.started += 1
        assert self.may_start.wait(SOON_S)
        if isinstance(self.starts, cv2.error):
            raise self.starts
        return self.starts

    def ready(self, timeout_s: float) -> bool:
        return self.waiting > 0

    def take(self) -> BgrImage | None:
        self.waiting -= 1
        self.taken += 1
        if self.taken in self.spoilt:
            return None
        self.images.append(np.full((self.size[1], self.size[0], 3), self.taken, dtype=np.uint8))
        return self.images[-1]

    def exposure(self) -> int:
        return 100

    def set_exposure(self, exposure: int | None) -> bool:
        if isinstance(self.takes_exposure, cv2.error):
            raise self.takes_exposure
        self.exposures.append(exposure)
        return self.takes_exposure

    def release(self) -> None:
        self.released += 1
        self.has_released.set()


def camera(
    root: Path,
    capture: PlayedCapture,
    device: str = BY_PATH,
    machine: Machine | None = None,
    *,
    follow_face: bool = False,
) -> V4l2Camera:
    devices = (machine or Machine(root)).devices()
    return V4l2Camera(
        device,
        *SIZE_PX,
        follow_face=follow_face,
        devices=devices,
        open_capture=lambda *given: capture,
        clock=lambda: 12.5,
    )


def code_of_opening(made: V4l2Camera) -> str:
    with pytest.raises(CameraUnavailable) as unavailable:
        made.open()
    assert not made.is_open
    return unavailable.value.code


def test_opening_pulls_no_frame_and_reading_gives_the_newest(tmp_path: Path) -> None:
    capture = PlayedCapture(waiting=2)
    made = camera(tmp_path, capture)
    assert (made.is_open, made.opened_count) == (False, 0)
    made.open()
    assert (made.is_open, made.opened_count) == (True, 1)
    assert (capture.started, capture.taken) == (0, 0)
    frame = made.read(SOON_S)
    assert frame is not None
    assert frame.captured_at_s == 12.5
    assert frame.image[0, 0, 0] == 2
    assert made.read(0.0) is None
    made.close()
    made.close()
    assert (made.is_open, capture.released, capture.started) == (False, 1, 1)


def test_a_frame_that_was_skipped_is_overwritten(tmp_path: Path) -> None:
    capture = PlayedCapture(waiting=2)
    made = camera(tmp_path, capture)
    made.open()
    assert made.read(SOON_S) is not None
    skipped, newest = capture.images
    assert not skipped.any()
    assert newest.all()


def test_a_newer_frame_that_cannot_be_decoded_costs_only_itself(tmp_path: Path) -> None:
    capture = PlayedCapture(waiting=2)
    capture.spoilt = {2}
    made = camera(tmp_path, capture)
    made.open()
    frame = made.read(SOON_S)
    assert frame is not None
    assert frame.image.all()


def test_opening_again_counts_again(tmp_path: Path) -> None:
    made = camera(tmp_path, PlayedCapture())
    for count in (1, 2, 3):
        made.open()
        assert made.opened_count == count
        assert code_of_second_opening(made) == "busy"
        made.close()


def code_of_second_opening(made: V4l2Camera) -> str:
    with pytest.raises(CameraUnavailable) as unavailable:
        made.open()
    return unavailable.value.code


@pytest.mark.requirement("R-22")
@pytest.mark.parametrize(
    "device",
    [
        "rtsp://camera.example/stream",
        "http://127.0.0.1/video",
        "/var/lib/film.mp4",
        "film.mp4",
        "0",
        "",
        "/dev/null",
        "/dev/video0; true",
        "/dev/video",
        "/dev/v4l/by-path/../../video0",
        "/dev/v4l/by-path/",
        "v4l2:///dev/video0",
        "/dev/video0\n",
    ],
)
def test_streams_files_and_anything_but_a_device_name_are_refused(tmp_path: Path, device: str) -> None:
    assert code_of_opening(camera(tmp_path, PlayedCapture(), device)) == "not_allowed"


@pytest.mark.parametrize(
    "driver", ["v4l2 loopback", "v4l2loopback", "vivid", "vimc", "akvcam", "droidcam", "em28xx", "", "uvcvideo2"]
)
def test_every_driver_but_those_tried_is_refused(tmp_path: Path, driver: str) -> None:
    answer = Capability(driver, "A camera", "platform:x", captures=True)
    assert code_of_opening(camera(tmp_path, PlayedCapture(), machine=Machine(tmp_path, answer))) == "not_allowed"


@pytest.mark.requirement("R-22")
def test_a_software_camera_that_borrows_a_good_name_is_refused(tmp_path: Path) -> None:
    machine = Machine(tmp_path, kernel_place="virtual")
    assert code_of_opening(camera(tmp_path, PlayedCapture(), machine=machine)) == "not_allowed"


def test_a_node_without_pictures_is_refused(tmp_path: Path) -> None:
    machine = Machine(tmp_path, Capability("uvcvideo", "A camera", "usb", captures=False))
    assert code_of_opening(camera(tmp_path, PlayedCapture(), machine=machine)) == "not_allowed"


def test_a_stable_name_that_leads_elsewhere_is_refused(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    film = tmp_path / "film"
    film.touch()
    link = tmp_path / BY_PATH[1:]
    link.unlink()
    link.symlink_to(film)
    assert code_of_opening(camera(tmp_path, PlayedCapture(), machine=machine)) == "not_allowed"


def test_an_unplugged_camera_is_not_found(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    (tmp_path / "dev/video0").unlink()
    made = camera(tmp_path, PlayedCapture(), machine=machine)
    assert code_of_opening(made) == "not_found"
    assert made.opened_count == 0


def test_another_size_than_asked_for_is_refused_and_released(tmp_path: Path) -> None:
    capture = PlayedCapture(size_px=(32, 24))
    assert code_of_opening(camera(tmp_path, capture)) == "bad_format"
    assert capture.released == 1


@pytest.mark.parametrize("starts", [False, cv2.error("gone")])
def test_a_camera_that_does_not_start_or_goes_is_lost(tmp_path: Path, starts: bool | cv2.error) -> None:
    capture = PlayedCapture()
    capture.starts = starts
    made = camera(tmp_path, capture)
    made.open()
    with pytest.raises(CameraUnavailable, match="lost"):
        made.read(SOON_S)
    made.close()
    assert capture.released == 1
    with pytest.raises(CameraUnavailable, match="lost"):
        made.read(0.0)


def test_reading_and_closing_keep_their_times_while_the_first_frame_never_comes(tmp_path: Path) -> None:
    capture = PlayedCapture()
    capture.may_start.clear()
    made = camera(tmp_path, capture)
    made.open()
    assert made.read(0.01) is None
    made.close()
    assert made.is_open  # the kernel still holds it, and the sign on the screen must say so
    assert capture.released == 0
    assert code_of_second_opening(made) == "busy"
    capture.may_start.set()
    assert capture.has_released.wait(SOON_S)


def test_exposure_follows_the_face_and_the_automatic_is_given_back(tmp_path: Path) -> None:
    capture = PlayedCapture()
    made = camera(tmp_path, capture, follow_face=True)
    made.meter(20.0, 0.0)  # not open yet
    made.open()
    assert capture.exposures == [None]
    for at_s, level in ((0.0, 120.0), (1.0, 40.0), (2.0, 120.0)):
        made.meter(level, at_s)
    assert capture.exposures == [None, 200]
    made.close()
    assert (capture.exposures, capture.released) == ([None, 200, None], 1)
    made.open()
    made.meter(240.0, 9.0)
    assert capture.exposures[3:] == [None, 50]  # from the camera's own value again


def test_without_the_setting_the_exposure_is_never_touched(tmp_path: Path) -> None:
    capture = PlayedCapture()
    made = camera(tmp_path, capture)
    made.open()
    made.meter(10.0, 0.0)
    made.close()
    assert capture.exposures == []


@pytest.mark.parametrize("takes", [False, cv2.error("no such control")])
def test_a_camera_that_refuses_keeps_its_automatic(tmp_path: Path, takes: bool | cv2.error) -> None:
    capture = PlayedCapture()
    capture.takes_exposure = takes
    made = camera(tmp_path, capture, follow_face=True)
    made.open()
    asked = list(capture.exposures)
    for at_s in (1.0, 2.0, 3.0):
        made.meter(10.0, at_s)
    assert capture.exposures == asked
    made.close()
    assert capture.released == 1


def test_the_drivers_answer_is_read_as_the_kernel_lays_it_out() -> None:
    def answer(nodes: int, this_node: int) -> bytes:
        return struct.pack("=16s32s32sIII12x", b"uvcvideo", b"Cam\0junk", b"usb-1", 1, nodes, this_node)

    assert parse_capability(answer(0x84A00001, 0x04200001)) == Capability("uvcvideo", "Cam", "usb-1", captures=True)
    assert not parse_capability(answer(0x84A00001, 0x04A00000)).captures  # the metadata node of the same camera


def test_what_is_no_video_device_is_not_asked(tmp_path: Path) -> None:
    for path in (tmp_path / "file", Path("/dev/null")):
        with path.open("w") as file, pytest.raises(CameraUnavailable, match="not_allowed"):
            query_capability(file.fileno())


def test_a_device_somebody_else_holds_is_busy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(path: Path, flags: int) -> int:
        raise OSError(errno.EBUSY, "busy")

    made = camera(tmp_path, PlayedCapture())
    monkeypatch.setattr("kiosk.camera.identity.os.open", refused)
    assert code_of_opening(made) == "busy"


def test_opencv_on_a_node_that_is_no_camera(tmp_path: Path) -> None:
    (tmp_path / "video0").touch()
    with pytest.raises(CameraUnavailable, match="busy"):
        OpenCvCapture(tmp_path / "video0", *SIZE_PX)
