"""One visit's capture: a camera thread and an engine thread that live from consent to decision.

The camera thread opens the handle and waits; frames are pulled only after ``start_frames``. Each frame is blanked
outside the zone and cropped before anything else sees it. The engine thread feeds the newest frame and brings the
engine's events. ``close`` ends both; ``closed`` is posted when handle, process and buffers are truly gone.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from drivers.port import PortraitRead
from kiosk.camera.exposure import face_level
from kiosk.camera.port import BgrImage, Camera, CameraUnavailable, Metered, Zone
from kiosk.camera.zone import mask_outside, zone_pixels
from kiosk.face.port import (
    EngineEvent,
    EngineLost,
    EngineUnavailable,
    FaceEngine,
    FaceObserved,
    FaceVisit,
    ReferenceFailed,
    ReferenceReady,
)
from kiosk.memory.array import SensitiveArray
from kiosk.station.ports import CameraGone, CameraReady, CameraState, CaptureEnded, CaptureEvent, SealingDone
from kiosk.workers.bugs import note_bug
from kiosk.workers.crew import Work, in_a_new_thread

log = logging.getLogger(__name__)
Post = Callable[[Callable[[], None]], None]
FRAME_WAIT_S = 0.01
CAMERA_WAIT_S = 0.2
SEAL_WAIT_S = 0.4
"""Sealing takes milliseconds; after this nothing is kept, for the visit's process has to be gone within a second."""
ZONE_BUFFERS = 4  # newest, in the engine's hands, on the screen, being written


@dataclass(frozen=True)
class CaptureSettings:
    """Frame size as configured at the camera, and the part of it that may be looked at."""

    zone: Zone
    frame_width_px: int = 1280
    frame_height_px: int = 720

    def zone_size(self) -> tuple[int, int]:
        """Width and height in pixels of the zone's crop."""
        blank = np.empty((self.frame_height_px, self.frame_width_px, 3), dtype=np.uint8)
        height, width = zone_pixels(blank, self.zone).shape[:2]
        return width, height


class NewestFrame:
    """Hands the newest zone picture from the camera thread to its takers; older ones are overwritten."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._image: BgrImage | None = None
        self._captured_at_s = 0.0

    def put(self, image: BgrImage, captured_at_s: float) -> None:
        with self._condition:
            self._image, self._captured_at_s = image, captured_at_s
            self._condition.notify_all()

    def take(self, timeout_s: float) -> tuple[BgrImage, float] | None:
        with self._condition:
            if self._image is None:
                self._condition.wait(timeout_s)
            if self._image is None:
                return None
            image, self._image = self._image, None
            return image, self._captured_at_s


class CaptureSession:
    """One visit. ``deliver`` receives CaptureEvents in the window's thread; ``preview`` receives zone pictures."""

    def __init__(
        self,
        camera: Camera,
        engine: FaceEngine,
        settings: CaptureSettings,
        post: Post,
        deliver: Callable[[CaptureEvent], None],
        preview: Callable[[npt.NDArray[np.uint8]], None],
        begin: Callable[[Work], None] = in_a_new_thread,
    ) -> None:
        self._camera, self._engine, self._settings = camera, engine, settings
        self._post, self._deliver, self._preview = post, deliver, preview
        self._portraits: queue.SimpleQueue[PortraitRead] = queue.SimpleQueue()
        self._attempt = self._attempt_served = 1
        self._frames = NewestFrame()
        self._zone_buffers: list[SensitiveArray[np.uint8]] = []
        self._next_buffer = 0
        self._face_box: tuple[float, float, float, float] | None = None
        self._go = threading.Event()
        self._stop = threading.Event()
        self._hold_key: bytes | None = None
        self._hold_key_told = self._seal = False
        self._still_running = 2
        self._lock = threading.Lock()
        self._over = threading.Event()
        begin(self._camera_thread)
        begin(self._engine_thread)

    def start_frames(self, hold_key: bytes | None = None) -> None:
        """``hold_key``: keep ready what is sealed to it when the session is closed so."""
        self._hold_key = hold_key
        self._go.set()

    def give_reference(self, portrait: PortraitRead) -> None:
        with self._lock:
            if self._still_running == 2:
                self._portraits.put(portrait)
                return
        portrait.data.wipe()

    def restart(self) -> None:
        """From now on nothing of the attempt before is delivered any more, wherever it is under way."""
        self._attempt += 1

    def close(self, *, seal: bool = False) -> None:
        """Returns at once; CaptureEnded follows, with ``seal`` SealingDone before it."""
        self._seal = seal
        self._stop.set()
        self._go.set()

    def join(self, timeout_s: float) -> None:
        self._over.wait(timeout_s)

    def _tell(self, event: CaptureEvent) -> None:
        self._post(lambda: self._deliver(event))

    def _tell_of_attempt(self, event: EngineEvent) -> None:
        served = self._attempt_served
        whole_visit = isinstance(event, ReferenceReady | ReferenceFailed | EngineLost)

        def deliver() -> None:
            if whole_visit or served == self._attempt:
                self._deliver(event)

        self._post(deliver)

    def _one_ended(self) -> None:
        with self._lock:
            self._still_running -= 1
            last = self._still_running == 0
        self._wipe_portraits()
        if last:
            for buffer in self._zone_buffers:
                buffer.close()
            self._tell(CaptureEnded())
            self._over.set()

    def _camera_thread(self) -> None:
        try:
            self._zone_buffers = self._new_zone_buffers()
            self._tell(CameraState(is_open=True))  # a driver holds the handle long before it says so
            self._camera.open()
            self._tell(CameraReady())
            self._go.wait()
            while not self._stop.is_set():
                self._pull_frame()
        except CameraUnavailable as unavailable:
            self._tell(CameraGone(unavailable.code))
        except Exception as bug:
            note_bug(log, bug)
            self._tell(CameraGone("lost"))
        finally:
            self._close_camera()
            self._tell(CameraState(is_open=False))
            self._one_ended()

    def _new_zone_buffers(self) -> list[SensitiveArray[np.uint8]]:
        """Made here and not in the window's thread: locking so many pages takes milliseconds."""
        width, height = self._settings.zone_size()
        return [SensitiveArray((height, width, 3), np.uint8, "zone picture") for _ in range(ZONE_BUFFERS)]

    def _close_camera(self) -> None:
        """The sign stays lit, and the visit in Closing, while a driver still holds the handle (R-21)."""
        while True:
            try:
                self._camera.close()
            except Exception as bug:
                note_bug(log, bug)
            if not self._camera.is_open:
                return
            time.sleep(CAMERA_WAIT_S)

    def _pull_frame(self) -> None:
        frame = self._camera.read(CAMERA_WAIT_S)
        if frame is None:
            return
        zone = self._zone_buffers[self._next_buffer].array
        self._next_buffer = (self._next_buffer + 1) % ZONE_BUFFERS
        try:
            mask_outside(frame.image, self._settings.zone)
            zone[:] = zone_pixels(frame.image, self._settings.zone)
        finally:
            frame.image[:] = 0
        self._meter(zone, frame.captured_at_s)
        self._frames.put(zone, frame.captured_at_s)
        self._preview(zone)

    def _meter(self, zone: BgrImage, at_s: float) -> None:
        """Tell a camera that wants to know how light the face is, where the engine saw it last."""
        box = self._face_box
        if box is None or not isinstance(self._camera, Metered):
            return
        level = face_level(zone, box)
        if level is not None:
            self._camera.meter(level, at_s)

    def _wipe_portraits(self) -> None:
        """Portraits that no engine took."""
        while (portrait := self._next_portrait()) is not None:
            portrait.data.wipe()

    def _next_portrait(self) -> PortraitRead | None:
        try:
            return self._portraits.get_nowait()
        except queue.Empty:
            return None

    def _engine_thread(self) -> None:
        visit: FaceVisit | None = None
        try:
            visit = self._engine.begin(*self._settings.zone_size())
            while not self._stop.is_set():
                self._serve(visit)
        except EngineUnavailable as unavailable:
            self._tell(EngineLost(unavailable.code))
        except Exception as bug:
            note_bug(log, bug)
            self._tell(EngineLost("lost"))
        finally:
            if self._seal:
                self._tell(SealingDone(self._sealed(visit)))
            if visit is not None:
                self._end(visit)
            self._one_ended()

    def _sealed(self, visit: FaceVisit | None) -> bytes | None:
        if visit is None or self._hold_key is None:
            return None
        try:
            return visit.seal(SEAL_WAIT_S)
        except Exception as bug:
            note_bug(log, bug)
            return None

    @staticmethod
    def _end(visit: FaceVisit) -> None:
        try:
            visit.end()
        except Exception as bug:
            note_bug(log, bug)

    def _serve(self, visit: FaceVisit) -> None:
        if self._hold_key is not None and not self._hold_key_told:
            visit.keep_ready(self._hold_key)
            self._hold_key_told = True
        while (portrait := self._next_portrait()) is not None:
            visit.give_reference(portrait)
        if self._attempt_served != (attempt := self._attempt):
            visit.restart_capture()
            self._attempt_served = attempt
        taken = self._frames.take(FRAME_WAIT_S)
        if taken is not None:
            image, captured_at_s = taken
            visit.offer_frame(memoryview(image.data).cast("B"), captured_at_s)
        for event in visit.poll(0.0):
            if isinstance(event, FaceObserved):
                self._face_box = event.box
            self._tell_of_attempt(event)
            if isinstance(event, EngineLost):
                self._stop.wait(0.05)
