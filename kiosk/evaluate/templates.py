"""Pictures to templates by the engine's own functions, on every core, through the cache.

A picture of the data may show more than one person: the one meant is the largest near the middle, as the data sets have
it. (A live portrait with two faces is refused, see ``kiosk.face.reference``.) Face sizes are not held to a kiosk's
distance: the pictures were taken by other cameras, and the report gives the distribution of eye distances instead.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from kiosk.camera.port import BgrImage
from kiosk.evaluate.cache import NO_FACE, TemplateCache, key_of
from kiosk.evaluate.treatment import Treatment, treated
from kiosk.face.comparator import Features, similarity, unit
from kiosk.face.detector import Face
from kiosk.face.fusion import fused
from kiosk.face.models import checked_models, model_hashes
from kiosk.face.networks import Models
from kiosk.face.reference import ReferenceUnusable, reference_features, search_scale
from kiosk.face.second import nearness
from kiosk.face.thresholds import ENGINE

OFF_CENTRE_WEIGHT = 0.5
_CHUNK = 8

Progress = Callable[[int, int], None]
"""Told how many of how many are done."""


@dataclass(frozen=True)
class Job:
    """One picture and what is done to it first."""

    picture: str
    treatment: Treatment = Treatment.NONE


@dataclass(frozen=True)
class Template:
    """``features``: the first comparator's, of length 1; ``second``: the other's. 128 numbers each.

    ``eye_distance_px`` is that of the picture after its treatment.
    """

    features: Features
    second: Features
    eye_distance_px: float


def score(reference: Template, probe: Template) -> float:
    """As a visit scores one frame; the second comparator's part is used only where it would be asked."""
    return fused(similarity(reference.features, probe.features), nearness(reference.second, probe.second))


def joined(templates: Sequence[Template]) -> Template:
    """Several pictures of one person as one probe."""
    if len(templates) == 1:
        return templates[0]
    features = np.mean([each.features for each in templates], axis=0)
    second = np.mean([each.second for each in templates], axis=0)
    return Template(unit(_float32(features)), _float32(second), templates[0].eye_distance_px)


def templates_of(
    jobs: Iterable[Job], images: Path, cache: TemplateCache, progress: Progress = lambda done, of: None
) -> dict[Job, Template]:
    """What could be made; a job without a template is a failure to acquire. Raises OSError for an unreadable file."""
    wanted = sorted(set(jobs), key=lambda job: (job.treatment, job.picture))
    made_with = (ENGINE, *model_hashes().values(), cv2.__version__)
    keys = {job: _key(job, images, made_with) for job in wanted}
    missing = [job for job in wanted if cache.get(keys[job]) is None]
    if missing:
        workers = min(os.cpu_count() or 1, len(missing))
        with ProcessPoolExecutor(workers, get_context("spawn"), initializer=loaded_models) as pool:
            made = pool.map(_make, [(str(images / job.picture), job.treatment) for job in missing], chunksize=_CHUNK)
            for done, (job, row) in enumerate(zip(missing, made, strict=True), start=1):
                cache.put(keys[job], row)
                progress(done, len(missing))
    rows = {job: cache.get(keys[job]) for job in wanted}
    return {job: _template(row) for job, row in rows.items() if row is not None and row.size}


def _key(job: Job, images: Path, made_with: Iterable[str]) -> str:
    return key_of((images / job.picture).read_bytes(), job.treatment, *made_with)


@cache
def loaded_models() -> Models:
    """One set of networks per worker process."""
    cv2.setNumThreads(1)
    return Models(checked_models())


def _template(row: Features) -> Template:
    half = row.size // 2
    return Template(row[:half], row[half:-1], float(row[-1]))


def _make(work: tuple[str, Treatment]) -> Features:
    """Both comparators' features and, as the last number, the eye distance; NO_FACE where the picture gives none."""
    path, treatment = work
    picture = cv2.imread(path, cv2.IMREAD_COLOR)
    if picture is None:
        return NO_FACE
    try:
        shown = treated(np.asarray(picture, dtype=np.uint8), treatment, meant)
    except ReferenceUnusable:
        return NO_FACE
    face = meant(shown)
    if face is None:
        return NO_FACE
    models = loaded_models()
    first = reference_features(shown, face, models)
    second = models.second.features(models.second.cut_out(shown, face))
    return np.concatenate([first, second, _float32([face.eye_distance_px])])


def meant(picture: BgrImage) -> Face | None:
    """The face of the person the picture is of, as the data sets have it: large and near the middle."""
    height, width = picture.shape[:2]

    def prominence(face: Face) -> float:
        x, y, face_width, face_height = face.box
        off_px = math.hypot(x + face_width / 2 - width / 2, y + face_height / 2 - height / 2)
        return face.eye_distance_px - OFF_CENTRE_WEIGHT * off_px

    faces = loaded_models().detector.find(picture, search_scale(width, height))
    return max(faces, key=prominence, default=None)


def _float32(numbers: Any) -> Features:
    return np.asarray(numbers, dtype=np.float32)
