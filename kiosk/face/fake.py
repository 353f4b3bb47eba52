"""A scripted engine for tests and for trying screens: it looks at nothing, so it must never stand at a gate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from drivers.port import PortraitRead
from kiosk.face.messages import PORTRAIT_MAX_BYTES
from kiosk.face.port import (
    EngineEvent,
    EngineLost,
    EngineUnavailable,
    FaceObserved,
    ReferenceFailed,
    ReferenceReady,
)
from kiosk.holding.sealing import seal_to

Script = Sequence[EngineEvent]


class FakeInLiveMode(Exception):
    """A scripted engine was asked for where real people are checked."""


class FakeFaceVisit:
    """Plays a script: reference events once the portrait is given, one further event per offered frame.

    FaceObserved events get the number and time of the frame they answer.
    """

    def __init__(self, script: Script, frame_bytes: int) -> None:
        self._reference = [event for event in script if isinstance(event, ReferenceReady | ReferenceFailed)]
        self._frames = [event for event in script if not isinstance(event, ReferenceReady | ReferenceFailed)]
        self._frame_bytes = frame_bytes
        self._pending: list[EngineEvent] = []
        self._ended = self._lost = False
        self.offered = 0
        self.restarts = 0
        self.hold_key = b""

    def give_reference(self, portrait: PortraitRead) -> None:
        within = 0 < len(portrait.data) <= PORTRAIT_MAX_BYTES
        portrait.data.wipe()
        if self.alive and not within:
            self.lose("crashed")
        elif self.alive:
            self._pending += self._reference

    def offer_frame(self, frame_bgr_zone: memoryview, captured_at_s: float) -> bool:
        if not self.alive:
            return False
        if frame_bgr_zone.nbytes != self._frame_bytes:
            raise ValueError(f"a frame of {self._frame_bytes} bytes was agreed")
        self.offered += 1
        while self._frames:
            event = self._frames.pop(0)
            if isinstance(event, FaceObserved):
                event = replace(event, sequence=self.offered, captured_at_s=captured_at_s)
            self._pending.append(event)
            if isinstance(event, FaceObserved):
                self._pending += self._comparisons()
                break
        return True

    def restart_capture(self) -> None:
        self.restarts += 1
        self._pending = [event for event in self._pending if isinstance(event, ReferenceReady | ReferenceFailed)]

    def keep_ready(self, hold_key: bytes) -> None:
        self.hold_key = hold_key

    def seal(self, timeout_s: float) -> bytes | None:
        """Seals no picture, but the word *captures*."""
        return seal_to(self.hold_key, b"captures") if self.alive and self.hold_key else None

    def poll(self, timeout_s: float) -> list[EngineEvent]:
        """Never waits."""
        pending, self._pending = self._pending, []
        return [] if self._ended else pending

    def lose(self, code: str = "crashed") -> None:
        """Play the death of the visit's process."""
        self._lost = True
        self._pending = [EngineLost(code)]

    def end(self) -> None:
        self._ended = True
        self._pending.clear()

    @property
    def alive(self) -> bool:
        return not self._ended and not self._lost

    def _comparisons(self) -> list[EngineEvent]:
        """What follows a frame's observation up to the next one belongs to that frame."""
        following: list[EngineEvent] = []
        while self._frames and not isinstance(self._frames[0], FaceObserved):
            following.append(self._frames.pop(0))
        return following


class FakeFaceEngine:
    """One script per visit, the last one for every further visit. Raises FakeInLiveMode unless ``rehearsal``."""

    def __init__(self, scripts: Sequence[Script], *, rehearsal: bool) -> None:
        if not rehearsal:
            raise FakeInLiveMode
        self._scripts = list(scripts)
        self._unavailable = ""
        self.visits: list[FakeFaceVisit] = []

    def begin(self, zone_width_px: int, zone_height_px: int) -> FakeFaceVisit:
        if self._unavailable:
            raise EngineUnavailable(self._unavailable)
        script = self._scripts[min(len(self.visits), len(self._scripts) - 1)] if self._scripts else ()
        visit = FakeFaceVisit(script, zone_width_px * zone_height_px * 3)
        self.visits.append(visit)
        return visit

    def refuse(self, code: str) -> None:
        """Further visits are refused with ``code``."""
        self._unavailable = code

    def close(self) -> None:
        self.refuse("not_running")
