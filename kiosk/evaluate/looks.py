"""What the engine makes of live pictures after each step of a sweep, on every core, through the templates' cache.

A look is kept under the SHA-256 of its picture, its step and the code that drew, judged and compared it: change a limit
or a drawing and it is made anew.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping, Sequence
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
from kiosk.evaluate.cache import TemplateCache, key_of
from kiosk.evaluate.gate_view import gate_frame, look_at
from kiosk.evaluate.sweeps import Step, degraded, seed_of
from kiosk.evaluate.templates import Progress, loaded_models, meant
from kiosk.face import comparator, coverage, presence, quality
from kiosk.face.comparator import Features
from kiosk.face.models import model_hashes
from kiosk.face.port import Advice
from kiosk.face.thresholds import ENGINE

_MADE_BY = (degrading, drawing, gate_view, sweeps, comparator, coverage, presence, quality)
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


def looks_of(
    pictures: Iterable[str],
    steps: Sequence[Step],
    images: Path,
    kept: TemplateCache,
    progress: Progress = lambda done, of: None,
) -> Mapping[tuple[str, Step], Seen]:
    """Every picture after every step. Raises OSError for a picture that cannot be read."""
    wanted = sorted(set(pictures))
    made_with = (_code(), ENGINE, *model_hashes().values(), cv2.__version__)
    keys = {
        (picture, step): key_of(content, str(step), *made_with)
        for picture, content in ((picture, (images / picture).read_bytes()) for picture in wanted)
        for step in steps
    }
    missing = {picture: [step for step in steps if kept.get(keys[picture, step]) is None] for picture in wanted}
    work = [(str(images / picture), tuple(todo)) for picture, todo in missing.items() if todo]
    if work:
        workers = min(os.cpu_count() or 1, len(work))
        with ProcessPoolExecutor(workers, get_context("spawn"), initializer=loaded_models) as pool:
            due = [picture for picture in wanted if missing[picture]]
            for done, (picture, rows) in enumerate(zip(due, pool.map(_look, work), strict=True), start=1):
                for step, row in zip(missing[picture], rows, strict=True):
                    kept.put(keys[picture, step], row)
                progress(done, len(work))
    return {place: _seen(kept.get(key)) for place, key in keys.items()}


@cache
def _code() -> str:
    """SHA-256 of the source of everything between picture and look."""

    def source(module: ModuleType) -> bytes:
        return Path(str(module.__file__)).read_bytes()

    return hashlib.sha256(b"\0".join(source(module) for module in _MADE_BY)).hexdigest()


def _look(work: tuple[str, tuple[Step, ...]]) -> list[Features]:
    """One row per step: advice as its place among all, merit, features; an empty row where there is no face."""
    path, steps = work
    content = Path(path).read_bytes()
    picture = cv2.imdecode(np.frombuffer(content, dtype=np.uint8), cv2.IMREAD_COLOR)
    face = None if picture is None else meant(np.asarray(picture, dtype=np.uint8))
    if picture is None or face is None:
        return [np.zeros(0, dtype=np.float32) for _ in steps]
    frame, face_there = gate_frame(np.asarray(picture, dtype=np.uint8), face)
    return [_row(degraded(frame, face_there, step, seed_of(content))) for step in steps]


def _row(frame: BgrImage) -> Features:
    look = look_at(frame, loaded_models())
    merit = 0.0 if look.quality is None else look.quality.merit
    return np.array([_ADVICE.index(look.advice), merit, *look.features], dtype=np.float32)


def _seen(row: Features | None) -> Seen:
    if row is None or not row.size:
        return NOT_SEEN
    return Seen(_ADVICE[round(float(row[0]))], float(row[1]), row[_BEFORE_FEATURES:])
