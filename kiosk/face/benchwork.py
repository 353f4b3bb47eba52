"""The work of one face visit in one process, for benchmarks: ours whole, ours bare, and dlib's customary chain.

Every function takes one portrait and the frames' zone crops and returns the seconds it computed; loading is not
counted. Decoding the portrait is not part of any of them.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from itertools import chain, cycle

import cv2
import dlib
import numpy as np

from drivers.port import PortraitFormat
from kiosk.camera.port import BgrImage
from kiosk.face.comparator import Features, View, similarity, unit
from kiosk.face.detector import Face
from kiosk.face.models import checked_models
from kiosk.face.networks import Models
from kiosk.face.port import Compared
from kiosk.face.reference import more_searches
from kiosk.face.reference import search_scale as portrait_scale
from kiosk.face.settings import EngineSettings
from kiosk.face.work import VisitWork, search_scale

FRAME_INTERVAL_S = 1 / 30


class OurWork:
    """The shipped chain as a visit's process runs it: advice, quality, passive signs, tracking, template, comparisons.

    The first zone waits to be compared until the second is seen to differ.
    """

    def __init__(self, settings: EngineSettings | None = None) -> None:
        self._settings = settings or EngineSettings(attack_signs=True)
        cv2.setNumThreads(self._settings.visit_threads)
        self._models = Models(checked_models())

    def run(self, portrait: BgrImage, zones: Sequence[BgrImage]) -> float:
        """Seconds for the portrait and every zone. Raises ValueError where it did not compare once per zone from the
        second on."""
        work = VisitWork(self._models, self._settings)
        began_s = time.perf_counter()
        events = list(work.take_reference(portrait, PortraitFormat.BMP, "bench", 0.0))
        for number, zone in enumerate(zones):
            events += work.take_frame(zone, number, number * FRAME_INTERVAL_S)
        took_s = time.perf_counter() - began_s
        work.forget()
        if sum(isinstance(event, Compared) for event in events) != len(zones) - 1:
            raise ValueError("not every frame was compared: these pictures do not measure the whole work")
        return took_s


class FloorWork:
    """Only our networks on the same inputs: detections and as many feature inferences as the shipped chain makes where
    the first comparator is sure."""

    def __init__(self, settings: EngineSettings | None = None) -> None:
        self._settings = settings or EngineSettings()
        cv2.setNumThreads(self._settings.visit_threads)
        self._models = Models(checked_models())

    def run(self, portrait: BgrImage, zones: Sequence[BgrImage]) -> float:
        """Seconds inside the networks; resizing and alignment are not counted."""
        scale = search_scale(self._settings)
        pictures = [
            (portrait, portrait_scale(portrait.shape[1], portrait.shape[0])),
            *((zone, scale) for zone in zones),
        ]
        views = chain((View.BOTH, View.BOTH), cycle((View.STRAIGHT, View.MIRRORED)))
        each = (self._one(picture, scale, view) for (picture, scale), view in zip(pictures, views, strict=False))
        return sum(each) + sum(self._searched(portrait, scale)[1] for scale in more_searches(portrait))

    def _one(self, picture: BgrImage, scale: float, view: View) -> float:
        searched, detect_s, face = self._searched(picture, scale)
        aligned = self._models.comparator.align(searched, face)
        began_s = time.perf_counter()
        self._models.comparator.features(aligned, view)
        return detect_s + time.perf_counter() - began_s

    def _searched(self, picture: BgrImage, scale: float) -> tuple[BgrImage, float, Face]:
        how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
        searched = np.asarray(cv2.resize(picture, None, fx=scale, fy=scale, interpolation=how), dtype=np.uint8)
        began_s = time.perf_counter()
        face = max(self._models.detector.find(searched), key=lambda found: found.score)
        return searched, time.perf_counter() - began_s, face


class DlibBaseline:
    """dlib called directly: HOG detector without enlarging, 5 points, ResNet.

    The portrait is enlarged first, as HOG finds no face under 80 pixels.
    """

    name = "dlib HOG + 5 points + ResNet"

    def __init__(self) -> None:
        paths = checked_models()
        self._detector = dlib.get_frontal_face_detector()
        self._points = dlib.shape_predictor(str(paths.points))
        self._net = dlib.face_recognition_model_v1(str(paths.resnet))

    def run(self, portrait: BgrImage, zones: Sequence[BgrImage]) -> float:
        """Seconds for the portrait and every zone. Raises ValueError where HOG finds no face."""
        scale = portrait_scale(portrait.shape[1], portrait.shape[0])
        enlarged = np.asarray(cv2.resize(portrait, None, fx=scale, fy=scale), dtype=np.uint8)
        pictures = [cv2.cvtColor(picture, cv2.COLOR_BGR2RGB) for picture in (enlarged, *zones)]
        began_s = time.perf_counter()
        descriptors = [self._descriptor(np.asarray(picture, dtype=np.uint8)) for picture in pictures]
        similarity(descriptors[0], unit(np.asarray(np.mean(descriptors[1:], axis=0), dtype=np.float32)))
        return time.perf_counter() - began_s

    def _descriptor(self, picture: BgrImage) -> Features:
        faces = self._detector(picture, 0)
        if not faces:
            raise ValueError("HOG found no face")
        points = self._points(picture, faces[0])
        return np.asarray(self._net.compute_face_descriptor(picture, points), dtype=np.float32)
