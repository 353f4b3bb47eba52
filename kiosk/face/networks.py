"""All networks of a visit, loaded and ready."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from kiosk.face.attack.landmarks import Landmarks
from kiosk.face.attack.operator_model import OperatorModel
from kiosk.face.comparator import Comparator
from kiosk.face.detector import Detector
from kiosk.face.models import ModelPaths
from kiosk.face.second import SecondComparator


class Models:
    """All networks, loaded once in the warm engine and inherited by every visit. ``landmarks``: for challenges;
    ``operator``: a model of the operator's own."""

    def __init__(self, paths: ModelPaths, landmarks: Path | None = None, operator: OperatorModel | None = None) -> None:
        self.detector = Detector(paths.yunet)
        self.comparator = Comparator(paths.sface)
        self.second = SecondComparator(paths.points, paths.resnet)
        self.landmarks = None if landmarks is None else Landmarks(landmarks)
        self.operator = operator

    def warm_up(self, size_px: tuple[int, int], scale: float) -> None:
        """Run the networks of every visit once on noise of the zone's size (width, height); never on a face."""
        width, height = (round(side * scale) for side in size_px)
        noise = np.random.default_rng(1).integers(0, 255, (height, width, 3), dtype=np.uint8)
        self.detector.find(noise)
        if self.landmarks is not None:
            self.landmarks.warm_up()
        self.comparator.features(cv2.resize(noise, (112, 112)).astype(np.uint8))
