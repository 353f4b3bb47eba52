"""One visit's work on frames and reference: pictures in, engine events out. No process, no socket, no screen.

Events are yielded as soon as they are known: what was seen comes before the slower comparison.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator

import cv2
import numpy as np

from drivers.port import PortraitFormat
from kiosk.camera.port import BgrImage
from kiosk.face.advice import Patience, SteadyAdvice
from kiosk.face.attack.challenge import Step
from kiosk.face.attack.challenging import Challenging
from kiosk.face.attack.watch import AttackWatch
from kiosk.face.comparator import View
from kiosk.face.comparing import Comparison
from kiosk.face.detector import Face
from kiosk.face.keeping import KeptReady
from kiosk.face.networks import Models
from kiosk.face.port import (
    Advice,
    AttackSuspected,
    Compared,
    EngineEvent,
    FaceObserved,
    ReferenceFailed,
    ReferenceReady,
    SubjectChanged,
)
from kiosk.face.presence import presence
from kiosk.face.probes import SAME_SUBJECT_MIN, SAME_TURNED_MIN
from kiosk.face.quality import frame_advice, measure
from kiosk.face.reference import ReferenceUnusable, make_reference
from kiosk.face.settings import EngineSettings
from kiosk.face.thresholds import ENGINE, has_threshold, portrait_kind, threshold_for
from kiosk.face.tracking import SubjectTracker
from kiosk.holding.captures import Figures
from kiosk.memory.array import SensitiveArray, overwrite

SEARCHED_CAMERA_WIDTH_PX = 640
"""The zone is searched as if the camera were this wide: at the distance floor 35 px between the eyes, which is what
the comparator's input has."""

SEVERAL_LAST_S = 0.5
"""One of two near faces may flicker at the distance floor; the other counts once alone for this long."""


def search_scale(settings: EngineSettings) -> float:
    return min(1.0, SEARCHED_CAMERA_WIDTH_PX / settings.camera_width_px)


class VisitWork:
    """Used by one thread. Everything of a face held here is overwritten by ``forget``; the process ends after it."""

    def __init__(self, models: Models, settings: EngineSettings) -> None:
        self._models, self._settings = models, settings
        self._scale = search_scale(settings)
        self._floor_px = settings.minimum_eye_distance_px * self._scale
        self._comparison = Comparison(models.second)
        self._kind = ""
        self._tracker = SubjectTracker()
        self._advice = SteadyAdvice()
        self._patience = Patience()
        self._detect_s = self._features_s = 0.0
        self._several_seen_at_s = -math.inf
        self._small: SensitiveArray[np.uint8] | None = None
        self._aligned: SensitiveArray[np.uint8] | None = None
        self._kept: KeptReady | None = None
        self._score: float | None = None
        self._watch = AttackWatch(models.operator) if settings.attack_signs else None
        self._challenge = _challenging(models, settings)
        self._held_back = False

    def keep_ready(self, public: bytes) -> None:
        """From now on keep what ``sealed`` needs; the person has agreed to it."""
        self._kept = KeptReady(public)

    def sealed(self) -> bytes | None:
        """The captures of this attempt, readable with the event's hold key alone; None when there are none."""
        if self._kept is None or not has_threshold(self._kind):
            return None
        return self._kept.sealed(Figures(self._score, threshold_for(self._kind).value, self._kind, ENGINE))

    def take_reference(
        self, picture: BgrImage, portrait_format: PortraitFormat, decoder_name: str, decode_s: float
    ) -> Iterator[EngineEvent]:
        """The decoded portrait: its template, and at once a comparison where probes are waiting."""
        began_s = time.perf_counter()
        try:
            reference = make_reference(picture, self._models)
        except ReferenceUnusable as unusable:
            yield ReferenceFailed(unusable.code)
            return
        kind = portrait_kind(portrait_format, decoder_name, reference.eye_distance_px)
        if not has_threshold(kind):
            reference.forget()
            yield ReferenceFailed("no_threshold")
            return
        self._comparison.take_reference(reference)
        self._kind = kind
        yield ReferenceReady(kind, decode_s, time.perf_counter() - began_s)
        yield from self._compare()

    def take_frame(self, zone: BgrImage, sequence: int, captured_at_s: float) -> Iterator[EngineEvent]:
        """The newest frame's zone. ``captured_at_s``: monotonic, as the camera said."""
        yield from self._look_for_repeats(zone)
        began_s = time.perf_counter()
        small = self._shrunk(zone)
        seen = presence(self._models.detector.find(small), self._floor_px)
        self._detect_s = time.perf_counter() - began_s
        face = seen.only
        if self._kept is not None:
            self._kept.watch(len(seen.near), captured_at_s)
        if len(seen.near) > 1:
            self._several_seen_at_s = captured_at_s
        several_lately = captured_at_s - self._several_seen_at_s < SEVERAL_LAST_S
        if face is None or several_lately:
            if seen.near or self._tracker.missing(captured_at_s):
                yield from self._subject_changed()
            if self._challenge is not None:
                yield from self._challenge.news(self._challenge.take_nothing(captured_at_s))
            advice = self._advice.after(Advice.ONE_PERSON if several_lately else seen.advice, captured_at_s)
            yield FaceObserved(
                sequence, captured_at_s, len(seen.near), advice, usable=False,
                eye_distance_px=seen.largest_eye_distance_px / self._scale,
            )  # fmt: skip
            return
        if self._tracker.started and not self._tracker.follows(small, face, captured_at_s):
            yield from self._subject_changed()
        yield from self._take_face(zone, small, face, sequence, captured_at_s, alone=not seen.far)

    def restart(self) -> None:
        """Second attempt: forget the probes, keep the reference."""
        self._comparison.restart()
        self._tracker.stop()
        self._score = None
        self._held_back = False
        if self._challenge is not None:
            self._challenge.forget()
        if self._watch is not None:
            self._watch.restart()
        if self._kept is not None:
            self._kept.forget()

    def forget(self) -> None:
        self.restart()
        if self._watch is not None:
            self._watch.forget()
        self._comparison.forget()
        for picture in (self._small, self._aligned):
            if picture is not None:
                picture.close()
        self._small = self._aligned = None

    def _look_for_repeats(self, zone: BgrImage) -> Iterator[EngineEvent]:
        if self._watch is not None:
            self._watch.take_frame(zone)
            yield from self._signs()

    def _signs(self) -> Iterator[EngineEvent]:
        sign = self._watch.news() if self._watch is not None else None
        if sign is not None:
            yield AttackSuspected(sign)

    def _shrunk(self, zone: BgrImage) -> BgrImage:
        """The zone at the size it is searched at, in the one buffer of ours that every frame of a visit uses."""
        if self._small is None:
            height, width = (round(side * self._scale) for side in zone.shape[:2])
            self._small = SensitiveArray((height, width, 3), np.uint8, "resized frame")
        cv2.resize(zone, None, self._small.array, self._scale, self._scale, cv2.INTER_AREA)
        return self._small.array

    def _kept_aligned(self, aligned: BgrImage) -> BgrImage:
        """The aligned face in our buffer; what the network gave is overwritten."""
        if self._aligned is None:
            self._aligned = SensitiveArray(aligned.shape, np.uint8, "aligned face")
        self._aligned.array[...] = aligned
        overwrite(aligned)
        return self._aligned.array

    def _take_face(
        self, zone: BgrImage, small: BgrImage, face: Face, sequence: int, captured_at_s: float, *, alone: bool
    ) -> Iterator[EngineEvent]:
        """``alone``: nobody else is in the frame, however far."""
        height, width = small.shape[:2]
        aligned = self._kept_aligned(self._models.comparator.align(small, face))
        quality = measure(face, aligned)
        due = self._patience.after(frame_advice(face, quality, width, height), captured_at_s)
        x, y, box_width, box_height = face.box
        yield FaceObserved(
            sequence,
            captured_at_s,
            faces=1,
            advice=self._advice.after(due, captured_at_s),
            usable=due is Advice.NONE,
            near_enough=True,
            eye_distance_px=face.eye_distance_px / self._scale,
            box=(x / width, y / height, box_width / width, box_height / height),
            tracked=self._tracker.started,
        )
        if due is Advice.NONE and self._watch is not None:
            self._watch.take_face(small, face)
            yield from self._signs()
        if self._challenge is not None and self._tracker.started:
            yield from self._challenged(small, face, aligned, captured_at_s, usable=due is Advice.NONE)
        turned = self._challenge is not None and self._challenge.looks_away
        if due is Advice.NONE and not turned and self._comparison.probes.wants(quality.merit):
            yield from self._take_probe(zone, small, face, aligned, quality.merit, captured_at_s)
            if self._kept is not None and alone:  # after it: the face is followed now, and resembles those before
                x, y, box_width, box_height = (side / self._scale for side in face.box)
                self._kept.offer(zone, (x, y, box_width, box_height), quality.merit)
        elif self._held_back:
            yield from self._compare()

    def _challenged(
        self, small: BgrImage, face: Face, aligned: BgrImage, at_s: float, *, usable: bool
    ) -> Iterator[EngineEvent]:
        """The followed face in a challenge. Where an act is done, and straight again after it, it has to be the face
        that is compared, too."""
        if self._challenge is None:
            return
        if not self._challenge.started:
            if usable:
                self._challenge.start(small, face, at_s)
                yield from self._challenge.asked()
            return
        step = self._challenge.take_face(small, face, at_s, usable=usable)
        if step in {Step.DONE, Step.FRONT} and not self._is_subject(aligned, turned=step is Step.DONE):
            yield from self._subject_changed()
            return
        yield from self._challenge.news(step)

    def _is_subject(self, aligned: BgrImage, *, turned: bool) -> bool:
        features = self._models.comparator.features(aligned, View.STRAIGHT)
        resembles = self._comparison.probes.resembles(features, SAME_TURNED_MIN if turned else SAME_SUBJECT_MIN)
        overwrite(features)
        return resembles

    def _take_probe(
        self, zone: BgrImage, small: BgrImage, face: Face, aligned: BgrImage, merit: float, captured_at_s: float
    ) -> Iterator[EngineEvent]:
        began_s = time.perf_counter()
        probes = self._comparison.probes
        features = self._models.comparator.features(aligned, probes.next_view())
        overwrite(aligned)
        cut_out = self._models.second.cut_out(zone, face.moved(1 / self._scale))
        self._features_s = time.perf_counter() - began_s
        if not probes.resembles(features):
            yield from self._subject_changed()
        if not self._tracker.started:
            self._tracker.start(small, face, captured_at_s)
        probes.add(features, merit, cut_out)
        yield from self._compare()

    def _compare(self) -> Iterator[EngineEvent]:
        if not self._comparison.is_ready:
            return
        self._held_back = self._watch is not None and not self._watch.may_compare
        if self._held_back:
            return
        outcome, probes = self._comparison.outcome(), self._comparison.probes
        self._score = outcome.score
        yield Compared(
            score=outcome.score,
            frames=len(probes),
            captured=probes.captured,
            portrait_kind=self._kind,
            detect_s=self._detect_s,
            features_s=self._features_s,
            second_s=outcome.second_s,
        )

    def _subject_changed(self) -> Iterator[EngineEvent]:
        if not self._tracker.started:
            return
        self.restart()
        if self._kept is not None:
            self._kept.give_up()
        yield SubjectChanged()


def _challenging(models: Models, settings: EngineSettings) -> Challenging | None:
    if not settings.challenge_acts or models.landmarks is None:
        return None
    return Challenging(models.landmarks, settings.challenge_acts)
