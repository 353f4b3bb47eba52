"""Models are used only where the model card was measured: with these files, this engine and this OpenCV."""

from __future__ import annotations

from pathlib import Path

import cv2

from kiosk.face.card import CardUnusable, read_card
from kiosk.face.models import ModelPaths, checked_models, model_hashes
from kiosk.face.port import EngineUnavailable
from kiosk.face.thresholds import ENGINE


def carded_models(manifest: Path | None = None, card: Path | None = None) -> ModelPaths:
    """All models, checked, where the model card was measured with them, with this engine and this OpenCV.

    Raises EngineUnavailable, with "card_missing" and "card_differs" besides those of the models.
    """
    paths = checked_models(manifest)
    try:
        measured = read_card(card)
    except CardUnusable:
        raise EngineUnavailable("card_missing") from None
    if (measured.engine, measured.opencv, dict(measured.models)) != (ENGINE, cv2.__version__, model_hashes(manifest)):
        raise EngineUnavailable("card_differs")
    return paths
