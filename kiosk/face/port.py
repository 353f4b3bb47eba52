"""The face engine as the visit sees it: one reference, probes from the zone, observations and scores back.

The engine lives in a process of its own per visit; values crossing here are small and carry no picture.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from drivers.port import PortraitRead
from kiosk.domain.act import Act


class Advice(StrEnum):
    """One plain thing to do, most urgent first; NONE when the frame is usable."""

    NONE = "none"
    NOBODY = "nobody"
    ONE_PERSON = "one_person"
    COME_CLOSER = "come_closer"
    STEP_BACK = "step_back"
    CENTRE = "centre"
    LOOK_STRAIGHT = "look_straight"
    HOLD_STILL = "hold_still"
    MORE_LIGHT = "more_light"
    LESS_LIGHT = "less_light"
    SHOW_FACE = "show_face"
    SHOW_EYES = "show_eyes"


@dataclass(frozen=True)
class FaceObserved:
    """What one frame held.

    ``faces`` counts those near enough to matter; ``near_enough``: exactly one is (the first such frame starts the
    verdict's clock). ``usable``: its quality is good enough for a probe. ``advice`` is stable over several frames, so
    it may lag behind ``usable``. ``eye_distance_px`` is in camera pixels, of the largest face, 0 without one. ``box``
    is x, y, width, height as fractions of the zone. ``tracked``: the face is the one followed since the first probe.
    """

    sequence: int
    captured_at_s: float
    faces: int
    advice: Advice
    usable: bool
    near_enough: bool = False
    eye_distance_px: float = 0.0
    box: tuple[float, float, float, float] | None = None
    tracked: bool = False


@dataclass(frozen=True)
class ReferenceReady:
    """The portrait gave a template. ``portrait_kind`` selects the threshold (see kiosk.face.thresholds)."""

    portrait_kind: str
    decode_s: float
    features_s: float


@dataclass(frozen=True)
class ReferenceFailed:
    """No usable reference; ``code`` is a PortraitUndecodable code, no_face, several_faces or no_threshold."""

    code: str


@dataclass(frozen=True)
class Compared:
    """One comparison of the best frames so far with the reference.

    ``score``: as ``kiosk.face.fusion`` makes it, more means more alike. ``frames``: probes in it; ``captured``: probes
    taken so far in this attempt, of which the best are in it. ``second_s``: spent on the second comparator, 0 where the
    first was sure.
    """

    score: float
    frames: int
    portrait_kind: str
    detect_s: float
    features_s: float
    captured: int = 0
    second_s: float = 0.0


@dataclass(frozen=True)
class SubjectChanged:
    """The tracked face was lost or replaced: what was captured, and every score of it, no longer counts."""


@dataclass(frozen=True)
class AttackSuspected:
    """A passive sign speaks for a presentation attack: nobody is compared until the capture begins anew.

    ``sign``: a kiosk.face.attack.signs.Sign value. At most once per attempt.
    """

    sign: str


@dataclass(frozen=True)
class ChallengeAsked:
    """Whoever is followed should do ``act`` now, the ``step``-th of ``of``; FRONT is the way back from it."""

    act: Act
    step: int
    of: int


@dataclass(frozen=True)
class ChallengeMet:
    """Every act was done in order and in time, by one followed face and one identity."""


@dataclass(frozen=True)
class ChallengeFailed:
    """The challenge is over without that. ``code``: time_over, other_act. At most once per attempt."""

    code: str


@dataclass(frozen=True)
class EngineLost:
    """The visit's engine process is gone before its time. ``code``: crashed, stalled, not_running."""

    code: str


EngineEvent = (
    FaceObserved
    | ReferenceReady
    | ReferenceFailed
    | Compared
    | SubjectChanged
    | AttackSuspected
    | ChallengeAsked
    | ChallengeMet
    | ChallengeFailed
    | EngineLost
)


class FaceVisit(Protocol):
    """One visit's engine process. Calls never block longer than 50 ms; events come by ``poll``."""

    def give_reference(self, portrait: PortraitRead) -> None:
        """Hand the portrait over and wipe our copy."""

    def offer_frame(self, frame_bgr_zone: memoryview, captured_at_s: float) -> bool:
        """Offer the zone's pixels (rows x columns x 3 as set at start); False when the engine is still busy."""

    def restart_capture(self) -> None:
        """Second attempt: forget the probes, keep the reference."""

    def keep_ready(self, hold_key: bytes) -> None:
        """Keep ready what ``seal`` needs, from the portrait on: the person has agreed to it. Before any portrait."""

    def seal(self, timeout_s: float) -> bytes | None:
        """At the decision: what was kept ready, sealed to the hold key; None when there is nothing. Waits."""

    def poll(self, timeout_s: float) -> list[EngineEvent]: ...

    def end(self) -> None:
        """Zero the shared frames and make the process exit; it is killed if still there after 0.5 s."""

    @property
    def alive(self) -> bool: ...


class FaceEngine(Protocol):
    """The warm engine that has never seen a face and forks one FaceVisit per visit."""

    def begin(self, zone_width_px: int, zone_height_px: int) -> FaceVisit:
        """Fork a visit. Raises EngineUnavailable."""

    def close(self) -> None: ...


class EngineUnavailable(Exception):
    """The engine cannot serve. ``code``: models_missing, models_changed, card_missing, card_differs, not_running,
    landmarks_missing, operator_model."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
