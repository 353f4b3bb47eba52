"""Pictures through the product's own passive signs: what each of them said, and the figures that follow.

A picture is treated as the zone of one frame: searched at the size a kiosk searches at, its one near face judged as a
live frame's. Nobody near enough, or more than one, is a non-response, as it is at a gate. Signs that need a sequence of
frames have nothing to say of single pictures.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from kiosk.camera.port import BgrImage
from kiosk.evaluate.attack_rates import Judged, figures_of
from kiosk.evaluate.presentations import Presentation
from kiosk.evaluate.unusable import TableUnusable
from kiosk.face.attack.limits import LIMITS
from kiosk.face.attack.operator_model import OperatorModel
from kiosk.face.attack.signs import Reading, Sign
from kiosk.face.attack.still import STILL_SIGNS, still_readings
from kiosk.face.detector import Detector
from kiosk.face.models import checked_models
from kiosk.face.presence import presence
from kiosk.face.settings import COMPARABLE_EYE_DISTANCE_PX
from kiosk.face.work import SEARCHED_CAMERA_WIDTH_PX

Progress = Callable[[int, int], None]
"""Told how many of how many are done."""


@dataclass(frozen=True)
class Answer:
    """``readings``: of each presentation in order; None where it had no one near face."""

    presentations: Sequence[Presentation]
    readings: Sequence[tuple[Reading, ...] | None]
    figures: dict[str, Any]


def judge_all(
    presentations: Sequence[Presentation], images: Path, progress: Progress, model: OperatorModel | None = None
) -> Answer:
    """``model``: an operator's own, judging beside the signs. Raises TableUnusable naming every picture that
    cannot be read, EngineUnavailable without the detector."""
    detector = Detector(checked_models().yunet)
    readings: list[tuple[Reading, ...] | None] = []
    faults = []
    for done, presentation in enumerate(presentations, start=1):
        picture = cv2.imread(str(images / presentation.file), cv2.IMREAD_COLOR)
        if picture is None:
            faults.append(f"line {presentation.line}: {presentation.file} is no picture that can be read")
        else:
            readings.append(readings_of(detector, np.asarray(picture, dtype=np.uint8), model))
        progress(done, len(presentations))
    if faults:
        raise TableUnusable(faults)
    judged = [_judged(*pair) for pair in zip(presentations, readings, strict=True)]
    return Answer(presentations, readings, {**figures_of(judged), "made_by": _made_by(len(presentations), model)})


def readings_of(
    detector: Detector, picture: BgrImage, model: OperatorModel | None = None
) -> tuple[Reading, ...] | None:
    """What the signs of a still picture say; None without exactly one face near enough to be compared."""
    scale = min(1.0, SEARCHED_CAMERA_WIDTH_PX / picture.shape[1])
    small = picture if scale == 1.0 else cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    searched = np.asarray(small, dtype=np.uint8)
    face = presence(detector.find(searched), COMPARABLE_EYE_DISTANCE_PX).only
    if face is None:
        return None
    own = () if model is None else (model.reading(searched, face),)
    return *still_readings(searched, face), *own


def _judged(presentation: Presentation, readings: tuple[Reading, ...] | None) -> Judged:
    suspected = None if readings is None else frozenset(str(each.sign) for each in readings if each.suspects)
    return Judged(presentation.kind, presentation.subject, suspected)


def _made_by(pictures: int, model: OperatorModel | None) -> dict[str, Any]:
    own = {} if model is None else {str(Sign.OPERATOR_MODEL): model.card.suspects.value}
    card = {} if model is None else {"operator_model": model.card.model_dump(mode="json")}
    return {
        "signs": {str(sign): LIMITS[sign].value for sign in STILL_SIGNS} | own,
        **card,
        "opencv": cv2.__version__,
        "pictures": pictures,
        "smallest_eye_distance_px": COMPARABLE_EYE_DISTANCE_PX,
        "searched_width_px": SEARCHED_CAMERA_WIDTH_PX,
    }
