"""What needs a plug, played: documents, codes, faces, a turnstile. Everything behind the plug is the product's own."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

import numpy as np

from drivers.port import (
    CodeScanned,
    DeviceLost,
    DeviceReady,
    DocumentKind,
    DocumentPresented,
    DocumentRemoved,
    DocumentValidity,
    GateEvent,
    IdentityRead,
    OpeningResult,
    PassageSeen,
    PortraitFormat,
    PortraitRead,
    ReadingRules,
)
from drivers.secret import SecretText, SensitiveBytes
from kiosk.camera.port import CameraUnavailable, Frame
from kiosk.face.fake import FakeFaceEngine, FakeFaceVisit
from kiosk.face.port import Advice, Compared, EngineEvent, FaceObserved, ReferenceReady
from kiosk.face.thresholds import PortraitKind, threshold_for
from tests.helpers.roster import number
from tests.helpers.station import SetClock

KIND = PortraitKind.REHEARSAL_CHIP
ENOUGH_FRAMES = 10


@dataclass(frozen=True)
class Person:
    """Somebody with a Chinese card. What must never reach an attendee's screen or a log is in ``secrets``."""

    index: int
    child: bool = False

    @property
    def name(self) -> str:
        return f"欧阳丝雀{self.index}"

    @property
    def masked_name(self) -> str:
        return "欧**"

    @property
    def number(self) -> str:
        return number(self.index)

    @property
    def code(self) -> str:
        return f"TICKET-{self.index:06d}"

    @property
    def secrets(self) -> tuple[str, ...]:
        return self.name, self.number, self.code


class Polled:
    """A device whose events the test hands in; each is polled by the station's own thread."""

    def __init__(self, clock: SetClock) -> None:
        self.clock = clock
        self._events: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self.plug_in()

    def say(self, *events: object) -> None:
        for event in events:
            self._events.put(event)

    def plug_in(self) -> None:
        self.say(DeviceReady())

    def unplug(self) -> None:
        self.say(DeviceLost("gone"))

    def poll(self) -> list[Any]:
        try:
            return [self._events.get(timeout=0.05)]
        except queue.Empty:
            return []

    def close(self) -> None:
        """Nothing is held."""


class Reader(Polled):
    """A document reader: what lies on it is reduced as a driver does it, by the station's own rules."""

    rules: Callable[[], ReadingRules]
    portrait = b"portrait"
    """As it is on every card from now on."""

    def put(self, who: Person) -> None:
        """Lay a card down; it is read whole."""
        at_s = self.clock.s
        portrait = PortraitRead(PortraitFormat.WLT, SensitiveBytes(self.portrait), at_s)
        self.say(DocumentPresented(at_s), self._identity(who), portrait)

    def put_unread(self) -> None:
        """Something lies there, and the reader says no more."""
        self.say(DocumentPresented(self.clock.s))

    def lift(self) -> None:
        self.say(DocumentRemoved())

    def _identity(self, who: Person) -> IdentityRead:
        token = self.rules().tokenise(DocumentKind.RESIDENT, "CHN", who.number)
        name = SecretText(who.name)
        valid, at_s = DocumentValidity.VALID, self.clock.s
        return IdentityRead(DocumentKind.RESIDENT, "CHN", token, who.masked_name, name, not who.child, valid, at_s)


class Scanner(Polled):
    def scan(self, code: str) -> None:
        self.say(CodeScanned(code))

    def trigger(self, on: bool) -> None:
        """This one has no trigger."""


class Board:
    """A turnstile's board. ``opened``: how often it was asked to open."""

    self_timed = True

    def __init__(self) -> None:
        self.opened = 0
        self.answers = OpeningResult.REQUESTED
        self._passages: queue.SimpleQueue[GateEvent] = queue.SimpleQueue()

    def walk_through(self) -> None:
        self._passages.put(PassageSeen(0.0))

    def open_once(self) -> OpeningResult:
        self.opened += 1
        return self.answers

    def poll(self) -> list[GateEvent]:
        return [] if self._passages.empty() else [self._passages.get()]

    def close(self) -> None:
        """Nothing is held."""


class Camera:
    """A camera that sees an even grey. ``refuses``: a code it will not open with; ``lost``: its cable is out."""

    def __init__(self, clock: SetClock) -> None:
        self._clock = clock
        self.opened_count = self.frames = 0
        self.is_open, self.refuses, self.lost = False, "", threading.Event()

    def open(self) -> None:
        if self.refuses:
            raise CameraUnavailable(self.refuses)
        self.opened_count += 1
        self.is_open = True

    def read(self, timeout_s: float) -> Frame | None:
        if self.lost.wait(0.02):
            raise CameraUnavailable("lost")
        self.frames += 1
        return Frame(np.full((480, 640, 3), 128, dtype=np.uint8), self._clock.s)

    def close(self) -> None:
        self.is_open = False


class Face(Enum):
    """Who looks into the camera."""

    NOBODY = "nobody"
    HOLDER = "holder"
    STRANGER = "stranger"


class FaceVisit(FakeFaceVisit):
    """Looks at nothing: ``engine.face`` says who is there, at each frame anew."""

    def __init__(self, engine: Engine, frame_bytes: int) -> None:
        super().__init__((ReferenceReady(KIND, 0.0, 0.0),), frame_bytes)
        self._engine = engine

    def offer_frame(self, frame_bgr_zone: memoryview, captured_at_s: float) -> bool:
        taken = super().offer_frame(frame_bgr_zone, captured_at_s)
        if taken:
            self._pending += self._engine.sees(self.offered, captured_at_s)
        return taken


@dataclass
class Engine(FakeFaceEngine):
    """The warm engine. ``told`` hears whether it is ready."""

    told: Callable[[bool], None]
    face: Face = Face.NOBODY
    begun: list[FaceVisit] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__((), rehearsal=True)
        self.told(True)

    def begin(self, zone_width_px: int, zone_height_px: int) -> FaceVisit:
        self.begun.append(FaceVisit(self, zone_width_px * zone_height_px * 3))
        return self.begun[-1]

    def sees(self, sequence: int, at_s: float) -> list[EngineEvent]:
        if self.face is Face.NOBODY:
            return [FaceObserved(sequence, at_s, 0, Advice.NOBODY, usable=False)]
        aside = 0.3 if self.face is Face.HOLDER else -0.3
        score = threshold_for(KIND).value + aside
        seen = FaceObserved(sequence, at_s, 1, Advice.NONE, usable=True, near_enough=True)
        return [seen, Compared(score, ENOUGH_FRAMES, KIND, 0.0, 0.0, ENOUGH_FRAMES)]
