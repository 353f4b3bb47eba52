"""Posed pictures through the product's own capture session and the real engine, one after the other.

The session blanks and cuts each picture as it does at a gate; the next picture comes when the engine has answered, so
that none is dropped. What is handed to the engine is looked at on the way.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import numpy as np

from drivers.port import PortraitFormat, PortraitRead
from drivers.secret import SensitiveBytes
from kiosk.camera.port import BgrImage, CameraUnavailable, Frame, Zone
from kiosk.camera.zone import zone_pixels
from kiosk.face.client import WarmEngine
from kiosk.face.port import Compared, EngineEvent, EngineLost, FaceEngine, FaceObserved, FaceVisit, ReferenceFailed
from kiosk.station.ports import CameraGone, CaptureEnded, CaptureEvent
from kiosk.workers.capture import CaptureSession, CaptureSettings

ANSWER_S = 20.0
START_S = 30.0


class PosedCamera:
    """Implements Camera: each picture once, and not before the one before was answered."""

    def __init__(self, pictures: Iterable[BgrImage], zone: Zone) -> None:
        self._pictures, self._zone = iter(pictures), zone
        self._due = threading.Semaphore(1)
        self._open = False
        self.opened_count = 0
        self.over = threading.Event()
        self.expected = np.empty((0, 0, 3), dtype=np.uint8)
        self.given = np.empty((0, 0, 3), dtype=np.uint8)

    @property
    def is_open(self) -> bool:
        return self._open

    def open(self) -> None:
        self._open = True
        self.opened_count += 1

    def read(self, timeout_s: float) -> Frame | None:
        """``expected`` keeps the zone's pixels, ``given`` is the array the session now owns."""
        if self.over.is_set() or not self._due.acquire(timeout=timeout_s):
            return None
        try:
            self.given = next(self._pictures)
        except StopIteration:
            self.over.set()
            return None
        self.expected = zone_pixels(self.given, self._zone).copy()
        return Frame(self.given, time.monotonic())

    def answered(self) -> None:
        self._due.release()

    def close(self) -> None:
        self._open = False


class LookedAt:
    """A FaceVisit whose frames are compared with the zone of the picture taken: nothing else may get through."""

    def __init__(self, visit: FaceVisit, camera: PosedCamera, strangers: list[str]) -> None:
        self._visit, self._camera, self._strangers = visit, camera, strangers
        self.give_reference, self.restart_capture = visit.give_reference, visit.restart_capture
        self.keep_ready, self.seal = visit.keep_ready, visit.seal
        self.poll, self.end = visit.poll, visit.end

    def offer_frame(self, frame_bgr_zone: memoryview, captured_at_s: float) -> bool:
        camera = self._camera
        if bytes(frame_bgr_zone) != camera.expected.tobytes():
            self._strangers.append("other pixels than the zone's reached the engine")
        if camera.given.any():
            self._strangers.append("the camera's frame still held pixels when the engine got its zone")
        return self._visit.offer_frame(frame_bgr_zone, captured_at_s)

    @property
    def alive(self) -> bool:
        return self._visit.alive


class LookingEngine:
    """A FaceEngine that begins visits as LookedAt."""

    def __init__(self, engine: FaceEngine, camera: PosedCamera) -> None:
        self._engine, self._camera = engine, camera
        self.strangers: list[str] = []

    def begin(self, zone_width_px: int, zone_height_px: int) -> LookedAt:
        visit = self._engine.begin(zone_width_px, zone_height_px)
        return LookedAt(visit, self._camera, self.strangers)

    def close(self) -> None:
        """The engine is the caller's."""


class Posing:
    """One capture session over posed pictures. ``observed`` has one entry per picture when ``run`` returns."""

    def __init__(self, engine: FaceEngine, pictures: Iterable[BgrImage], zone: Zone) -> None:
        self._camera = PosedCamera(pictures, zone)
        self._engine = LookingEngine(engine, self._camera)
        self._zone = zone
        self._ended = threading.Event()
        self.observed: list[FaceObserved] = []
        self.compared: list[Compared] = []
        self.faults: list[str] = []

    def run(self, portrait_block: bytes | None = None) -> None:
        """Show every picture; with a portrait, comparisons become possible. Faults are collected, never raised."""
        session = CaptureSession(
            self._camera, self._engine, CaptureSettings(self._zone), lambda call: call(), self._take, lambda _: None
        )
        if portrait_block is not None:
            data = SensitiveBytes(portrait_block)
            session.give_reference(PortraitRead(PortraitFormat.WLT, data, time.monotonic()))
        session.start_frames()
        answered = -1
        while not self._camera.over.wait(ANSWER_S) and not self.faults and len(self.observed) > answered:
            answered = len(self.observed)
        if not self._camera.over.is_set() and not self.faults:
            self.faults.append("the engine stopped answering")
        session.close()
        if not self._ended.wait(ANSWER_S):
            self.faults.append("the capture session did not end")
        self.faults += self._engine.strangers

    def _take(self, event: CaptureEvent | EngineEvent) -> None:
        match event:
            case FaceObserved():
                self.observed.append(event)
                self._camera.answered()
            case Compared():
                self.compared.append(event)
            case CaptureEnded():
                self._ended.set()
            case EngineLost(code=code) | ReferenceFailed(code=code) | CameraGone(code=code):
                self.faults.append(f"{type(event).__name__}: {code}")


@contextmanager
def warm_engine() -> Iterator[WarmEngine]:
    """The real engine with the rehearsal's decoder."""
    engine = WarmEngine({"kind": "rehearsal", "rehearsal": True})
    try:
        engine.wait_ready(START_S)
        yield engine
    finally:
        engine.close()


__all__ = ["CameraUnavailable", "PosedCamera", "Posing", "warm_engine"]
