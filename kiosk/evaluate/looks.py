"""What the engine makes of live pictures after each step of a sweep, on every core, through the templates' cache.

A look is kept under the SHA-256 of its picture, its step and the code that drew, judged and compared it: change a limit
or a drawing and it is made anew.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from types import ModuleType

import cv2
import numpy as np

from kiosk.camera.port import BgrImage
from kiosk.evaluate import degrading, drawing, gate_view, sweeps
from kiosk.evaluate.cache import NO_FACE, TemplateCache, key_of
from kiosk.evaluate.gate_view import gate_frame, look_at, second_of
from kiosk.evaluate.sweeps import Step, degraded, seed_of
from kiosk.evaluate.templates import Progress, loaded_models, meant
from kiosk.face import comparator, coverage, presence, quality, second
from kiosk.face.comparator import Features
from kiosk.face.models import model_hashes
from kiosk.face.port import Advice
from kiosk.face.thresholds import ENGINE

_MADE_BY = (degrading, drawing, gate_view, sweeps, comparator, coverage, presence, quality, second)
_ADVICE = tuple(Advice)
_BEFORE_FEATURES = 2


@dataclass(frozen=True)
class Seen:
    """One live picture after one step. ``merit`` 0..1; ``features`` is empty without exactly one near face."""

    advice: Advice
    merit: float
    features: Features

    @property
    def usable(self) -> bool:
        return self.advice is Advice.NONE


NOT_SEEN = Seen(Advice.NOBODY, 0.0, np.zeros(0, dtype=np.float32))
"""Of a picture in which no face was found before anything was done to it."""


Place = tuple[str, Step]
"""A picture, by its path, after a step."""


def looks_of(
    pictures: Iterable[str],
    steps: Sequence[Step],
    images: Path,
    kept: TemplateCache,
    progress: Progress = lambda done, of: None,
) -> Mapping[Place, Seen]:
    """Every picture after every step. Raises OSError for a picture that cannot be read."""
    places = [(picture, step) for picture in sorted(set(pictures)) for step in steps]
    return {place: _seen(row) for place, row in _rows(places, _look, images, kept, progress).items()}


def seconds_of(
    places: Iterable[Place], images: Path, kept: TemplateCache, progress: Progress = lambda done, of: None
) -> Mapping[Place, Features]:
    """What the second comparator makes of each; empty without exactly one near face. Raises as ``looks_of``."""
    return _rows(sorted(set(places), key=str), _second, images, kept, progress)


def _rows(
    places: Sequence[Place], make: Callable[[BgrImage], Features], images: Path, kept: TemplateCache, progress: Progress
) -> dict[Place, Features]:
    """One row of numbers for each place, those not kept yet made by ``make`` of its frame; empty without a face."""
    made_with = (make.__name__, _code(), ENGINE, *model_hashes().values(), cv2.__version__)
    contents = {picture: (images / picture).read_bytes() for picture, _ in places}
    keys = {(picture, step): key_of(contents[picture], str(step), *made_with) for picture, step in places}
    missing: dict[str, list[Step]] = {}
    for picture, step in places:
        if kept.get(keys[picture, step]) is None:
            missing.setdefault(picture, []).append(step)
    if missing:
        workers = min(os.cpu_count() or 1, len(missing))
        work = [(str(images / picture), tuple(steps), make) for picture, steps in missing.items()]
        with ProcessPoolExecutor(workers, get_context("spawn"), initializer=loaded_models) as pool:
            for done, (picture, rows) in enumerate(zip(missing, pool.map(_rows_of, work), strict=True), start=1):
                for step, row in zip(missing[picture], rows, strict=True):
                    kept.put(keys[picture, step], row)
                progress(done, len(work))
    found = {place: kept.get(key) for place, key in keys.items()}
    return {place: NO_FACE if row is None else row for place, row in found.items()}


@cache
def _code() -> str:
    """SHA-256 of the source of everything between picture and look."""

    def source(module: ModuleType) -> bytes:
        return Path(str(module.__file__)).read_bytes()

    return hashlib.sha256(b"\0".join(source(module) for module in _MADE_BY)).hexdigest()


def _rows_of(work: tuple[str, tuple[Step, ...], Callable[[BgrImage], Features]]) -> list[Features]:
    path, steps, make = work
    content = Path(path).read_bytes()
    picture = cv2.imdecode(np.frombuffer(content, dtype=np.uint8), cv2.IMREAD_COLOR)
    face = None if picture is None else meant(np.asarray(picture, dtype=np.uint8))
    if picture is None or face is None:
        return [NO_FACE for _ in steps]
    frame, face_there = gate_frame(np.asarray(picture, dtype=np.uint8), face)
    return [make(degraded(frame, face_there, step, seed_of(content))) for step in steps]


def _look(frame: BgrImage) -> Features:
    """Advice as its place among all, merit, features."""
    look = look_at(frame, loaded_models())
    merit = 0.0 if look.quality is None else look.quality.merit
    return np.array([_ADVICE.index(look.advice), merit, *look.features], dtype=np.float32)


def _second(frame: BgrImage) -> Features:
    return second_of(frame, loaded_models())


def _seen(row: Features) -> Seen:
    if not row.size:
        return NOT_SEEN
    return Seen(_ADVICE[round(float(row[0]))], float(row[1]), row[_BEFORE_FEATURES:])
