"""The station's own camera through Video4Linux and OpenCV.

Not run on hardware: no camera was attached to any machine this was written on. OpenCV's V4L2 backend configures the
device when it is opened and starts the stream with the first grab, which is what lets the handle open at consent and
frames flow later. It keeps one decoded frame of its own until the handle is released.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import cv2
import numpy as np

from kiosk.camera.exposure import FaceExposure
from kiosk.camera.identity import VideoDevices
from kiosk.camera.port import BgrImage, CameraUnavailable, Frame

log = logging.getLogger(__name__)

FRAMES_PER_S = 30
BUFFERS = 2
"""One being filled, one waiting: an old frame cannot queue up behind a slow reader."""
CLOSING_S = 0.4
FIRST_FRAME_LIMIT_S = 2
_FIRST_FRAME_VARIABLE = "OPENCV_VIDEOIO_V4L_SELECT_TIMEOUT"
_EXPOSURE_BY_US, _EXPOSURE_BY_CAMERA = 1, 3
"""V4L2_EXPOSURE_MANUAL and V4L2_EXPOSURE_APERTURE_PRIORITY, the automatic of UVC cameras."""
_MOTION_JPEG = cv2.VideoWriter.fourcc(*"MJPG")


class Capture(Protocol):
    """An opened, configured device. Every call may raise cv2.error."""

    def size_px(self) -> tuple[int, int]:
        """(width, height) as the device agreed."""

    def start(self) -> bool:
        """Start the stream and wait for its first frame, at most FIRST_FRAME_LIMIT_S a frame."""

    def ready(self, timeout_s: float) -> bool:
        """Wait for a frame; the stream has been started."""

    def take(self) -> BgrImage | None:
        """Decode the waiting frame."""

    def exposure(self) -> int:
        """In units of 100 microseconds, as the device says; 0 or less where it does not say."""

    def set_exposure(self, exposure: int | None) -> bool:
        """In the same units; None hands it back to the camera's automatic. Whether the device took it."""

    def release(self) -> None: ...


OpenCapture = Callable[[Path, int, int], Capture]


class OpenCvCapture:
    """cv2.VideoCapture on one device node: motion JPEG, 30 frames a second. Raises CameraUnavailable("busy")."""

    def __init__(self, node: Path, width_px: int, height_px: int) -> None:
        os.environ.setdefault(_FIRST_FRAME_VARIABLE, str(FIRST_FRAME_LIMIT_S))
        self._video = cv2.VideoCapture(str(node), cv2.CAP_V4L2)
        if not self._video.isOpened():
            raise CameraUnavailable("busy")
        for setting, value in (
            (cv2.CAP_PROP_BUFFERSIZE, BUFFERS),
            (cv2.CAP_PROP_FOURCC, _MOTION_JPEG),
            (cv2.CAP_PROP_FRAME_WIDTH, width_px),
            (cv2.CAP_PROP_FRAME_HEIGHT, height_px),
            (cv2.CAP_PROP_FPS, FRAMES_PER_S),
        ):
            self._video.set(setting, value)

    def size_px(self) -> tuple[int, int]:
        return int(self._video.get(cv2.CAP_PROP_FRAME_WIDTH)), int(self._video.get(cv2.CAP_PROP_FRAME_HEIGHT))

    def start(self) -> bool:
        return self._video.grab()

    def ready(self, timeout_s: float) -> bool:
        # Zero would mean for ever. Unlike grab, this waits no longer than asked.
        _, streams = cv2.VideoCapture.waitAny([self._video], max(1, round(timeout_s * 1e9)))
        return len(streams) > 0

    def take(self) -> BgrImage | None:
        taken, image = self._video.retrieve()
        return np.asarray(image, dtype=np.uint8) if taken else None

    def exposure(self) -> int:
        return int(self._video.get(cv2.CAP_PROP_EXPOSURE))

    def set_exposure(self, exposure: int | None) -> bool:
        if exposure is None:
            return self._video.set(cv2.CAP_PROP_AUTO_EXPOSURE, _EXPOSURE_BY_CAMERA)
        by_us = self._video.set(cv2.CAP_PROP_AUTO_EXPOSURE, _EXPOSURE_BY_US)
        return by_us and self._video.set(cv2.CAP_PROP_EXPOSURE, exposure)

    def release(self) -> None:
        self._video.release()


class V4l2Camera:
    """Implements Camera and Metered. ``device``: a name below /dev/v4l/by-path, by-id, or /dev/videoN.

    ``follow_face``: exposure by the face's level, from the automatic's own value on; without it, or where the device
    refuses, the camera's automatic is left alone. The device keeps such settings, so the automatic is asked for again
    when it is opened and before it is released.

    The first frame is waited for in a thread of its own, because OpenCV cannot be interrupted there: ``read`` and
    ``close`` keep their times, and ``is_open`` stays true until the handle has truly gone (at most twice
    FIRST_FRAME_LIMIT_S for a camera that never delivers).
    """

    def __init__(
        self,
        device: str,
        width_px: int,
        height_px: int,
        *,
        follow_face: bool = False,
        devices: VideoDevices | None = None,
        open_capture: OpenCapture = OpenCvCapture,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.opened_count = 0
        self._device, self._size_px = device, (width_px, height_px)
        self._devices, self._open_capture, self._clock = devices or VideoDevices(), open_capture, clock
        self._follow_face = follow_face
        self._exposure: FaceExposure | None = None
        self._follows = False
        self._capture: Capture | None = None
        self._first: _FirstFrame | None = None

    @property
    def is_open(self) -> bool:
        return self._capture is not None or (self._first is not None and not self._first.over)

    def open(self) -> None:
        """Check which camera it is, open and configure it. Raises CameraUnavailable with every code but lost."""
        if self.is_open:
            raise CameraUnavailable("busy")
        self._first = None
        with self._devices.held(self._device) as identity:
            capture = self._open_capture(identity.node, *self._size_px)
            log.info("camera %s at %s", identity.capability.card, identity.by_path or identity.capability.bus)
        self.opened_count += 1
        self._capture = capture
        if capture.size_px() != self._size_px:
            self.close()
            raise CameraUnavailable("bad_format")
        self._exposure = None
        self._follows = self._follow_face and self._set_exposure(None)

    def read(self, timeout_s: float) -> Frame | None:
        """The newest frame; the first call starts the stream. Raises CameraUnavailable("lost")."""
        capture = self._capture
        if capture is None:
            raise CameraUnavailable("lost")
        try:
            return self._newest(capture, timeout_s)
        except cv2.error as error:
            raise CameraUnavailable("lost") from error

    def _newest(self, capture: Capture, timeout_s: float) -> Frame | None:
        if self._first is None:
            self._first = _FirstFrame(capture)
        if not self._first.waited(timeout_s):
            return None
        if not self._first.came:
            raise CameraUnavailable("lost")
        image: BgrImage | None = None
        for wait_s in (timeout_s, *[0.0] * (BUFFERS - 1)):
            if not capture.ready(wait_s):
                break
            newer = capture.take()
            if newer is None:
                break
            if image is not None:
                image[:] = 0  # nobody else will: it is never handed out
            image = newer
        return None if image is None else self._frame(image)

    def _frame(self, image: BgrImage) -> Frame:
        width_px, height_px = self._size_px
        if image.shape != (height_px, width_px, 3):
            raise CameraUnavailable("bad_format")
        return Frame(image, self._clock())

    def meter(self, level: float, at_s: float) -> None:
        """Set the exposure the face needs, if any other; never raises."""
        if self._capture is None or not self._follows:
            return
        try:
            if self._exposure is None:
                self._exposure = FaceExposure(self._capture.exposure())
        except cv2.error:
            return
        wanted = self._exposure.after(level, at_s)
        if wanted is not None:
            self._follows = self._set_exposure(wanted)

    def _set_exposure(self, exposure: int | None) -> bool:
        try:
            taken = self._capture is not None and self._capture.set_exposure(exposure)
        except cv2.error:
            taken = False
        if not taken:
            log.warning("the camera does not take its exposure from the face; its own automatic stays")
        return taken

    def close(self) -> None:
        if self._exposure is not None and self._capture is not None:
            self._set_exposure(None)
            self._exposure = None
        capture, self._capture = self._capture, None
        if capture is None:
            return
        if self._first is None or self._first.waited(CLOSING_S):
            self._first = None
            capture.release()
            return
        self._first.release_after()


class _FirstFrame:
    """Waits for the first frame in a thread; releases the handle there if it has been given up meanwhile."""

    def __init__(self, capture: Capture) -> None:
        self._capture = capture
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._given_up = False
        self.came = False
        self.over = False
        threading.Thread(target=self._start, name="camera-first-frame", daemon=True).start()

    def waited(self, timeout_s: float) -> bool:
        """Whether the wait for the first frame has ended, well or not."""
        return self._ended.wait(timeout_s)

    def release_after(self) -> None:
        """The handle is nobody's any more: release it as soon as the wait ends."""
        with self._lock:
            self._given_up = True
            already = self._ended.is_set()
        if already:
            self._release()

    def _start(self) -> None:
        try:
            self.came = self._capture.start()
        except cv2.error:
            self.came = False
        except Exception:
            log.exception("first frame")
        with self._lock:
            self._ended.set()
            given_up = self._given_up
        if given_up:
            self._release()

    def _release(self) -> None:
        self._capture.release()
        self.over = True
