"""From a decoded portrait to the template the probes are compared with."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kiosk.camera.port import BgrImage
from kiosk.face.comparator import Features, View, unit
from kiosk.face.detector import Face
from kiosk.face.networks import Models
from kiosk.face.tracking import overlap
from kiosk.memory.array import SensitiveArray

SMALL_PORTRAIT_PX = 200
SMALL_SCALE = 3.0
"""A chip portrait (102 x 126, about 22 px between the eyes) is searched enlarged: its five points come out truer."""
SMALL_SEARCHES = (2.0, 4.0)
SMALL_SIZES = ((0.95, View.STRAIGHT), (1.05, View.MIRRORED))
SAME_OVERLAP = 0.5
SEARCHED_SIDE_PX = 400.0
RIVAL_SCORE, RIVAL_SIZE = 0.8, 0.7
PORTRAIT_SIDE_RANGE_PX = (64, 4096)


class ReferenceUnusable(Exception):
    """The portrait gives no template. ``code``: no_face, several_faces, malformed."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass
class Reference:
    """A template and the eye distance (pixels of the portrait as decoded) it was made from.

    ``cut_out``: the face as the second comparator takes it; ``second``: its features, made when they are first needed.
    """

    template: SensitiveArray[np.float32]
    cut_out: SensitiveArray[np.uint8]
    eye_distance_px: float
    second: SensitiveArray[np.float32] | None = None

    @property
    def features(self) -> Features:
        return self.template.array

    def forget(self) -> None:
        self.template.close()
        self.cut_out.close()
        if self.second is not None:
            self.second.close()


def search_scale(width_px: int, height_px: int) -> float:
    longer = max(width_px, height_px)
    return SMALL_SCALE if longer <= SMALL_PORTRAIT_PX else min(1.0, SEARCHED_SIDE_PX / longer)


def more_searches(portrait: BgrImage) -> tuple[float, ...]:
    """The scales a small portrait is searched at besides; none for a larger one."""
    return SMALL_SEARCHES if _is_small(portrait) else ()


def _is_small(portrait: BgrImage) -> bool:
    return bool(max(portrait.shape[:2]) <= SMALL_PORTRAIT_PX)


def make_reference(portrait: BgrImage, models: Models) -> Reference:
    """What the one face in ``portrait`` is compared by. Raises ReferenceUnusable."""
    checked = _checked(portrait)
    face = the_one_face(models.detector.find(checked, search_scale(checked.shape[1], checked.shape[0])))
    template = SensitiveArray.taking(reference_features(checked, face, models), "features")
    cut_out = SensitiveArray.taking(models.second.cut_out(checked, face), "aligned face")
    return Reference(template, cut_out, face.eye_distance_px)


def reference_features(portrait: BgrImage, face: Face, models: Models) -> Features:
    """The first comparator's features of ``face``.

    In a small portrait a pixel is a large part of a face: points are the mean of several searches, and the two views
    are of the face a little smaller and a little larger.
    """
    if not _is_small(portrait):
        return _aligned_features(portrait, face, View.BOTH, models)
    steady = _steady(portrait, face, models)
    middle = steady.points.mean(axis=0)
    views = [
        _aligned_features(portrait, steady.with_points(middle + size * (steady.points - middle)), view, models)
        for size, view in SMALL_SIZES
    ]
    return unit(np.sum(views, axis=0, dtype=np.float32))


def _aligned_features(portrait: BgrImage, face: Face, view: View, models: Models) -> Features:
    with SensitiveArray.taking(models.comparator.align(portrait, face), "aligned face") as aligned:
        return models.comparator.features(aligned.array, view)


def _steady(portrait: BgrImage, face: Face, models: Models) -> Face:
    """``face`` with the mean of its points over searches at several scales."""
    found = [face.points]
    for scale in more_searches(portrait):
        same = [other for other in models.detector.find(portrait, scale) if overlap(other.box, face.box) > SAME_OVERLAP]
        found += [max(same, key=lambda other: overlap(other.box, face.box)).points] if same else []
    return face.with_points(np.mean(found, axis=0, dtype=np.float32))


def the_one_face(faces: list[Face]) -> Face:
    """A portrait shows one face. A second one counts when it is as clear and nearly as large: patterns in a coarse
    background must not cost anybody the face lane. Raises ReferenceUnusable."""
    if not faces:
        raise ReferenceUnusable("no_face")
    largest = max(faces, key=lambda face: face.eye_distance_px)
    rivals = [face for face in faces if face is not largest and _rivals(face, largest)]
    if rivals:
        raise ReferenceUnusable("several_faces")
    return largest


def _rivals(face: Face, largest: Face) -> bool:
    return face.score >= RIVAL_SCORE and face.eye_distance_px >= RIVAL_SIZE * largest.eye_distance_px


def _checked(portrait: BgrImage) -> BgrImage:
    low, high = PORTRAIT_SIDE_RANGE_PX
    is_picture = portrait.ndim == 3 and portrait.shape[2] == 3 and portrait.dtype == np.uint8
    if not is_picture or not all(low <= side <= high for side in portrait.shape[:2]):
        raise ReferenceUnusable("malformed")
    return np.ascontiguousarray(portrait)
