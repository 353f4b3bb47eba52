"""A model an operator brings along, as one more sign: one face in, one number out, and its own card says from where it
suspects. What it is worth is the operator's claim; ``kiosk evaluate-attacks --model`` measures it.
"""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from kiosk.camera.port import BgrImage
from kiosk.face.attack.operator_card import (
    Colour,
    OperatorCard,
    OperatorModelUnusable,
    read_operator_card,
    read_operator_model,
)
from kiosk.face.attack.signs import Reading, Sign
from kiosk.face.detector import Face
from kiosk.memory.array import overwrite

NUMBERS_MAX = 3
"""A presentation may be told by classes (person, print, screen), not described by more."""

Cut = npt.NDArray[np.uint8]


class OperatorModel:
    """Checked and loaded. Not for sharing between threads. Raises OperatorModelUnusable."""

    def __init__(self, card_file: Path) -> None:
        self.card = read_operator_card(card_file)
        raw = read_operator_model(card_file, self.card)
        try:
            self._net = cv2.dnn.readNetFromONNX(np.frombuffer(raw, dtype=np.uint8))
            self._names = tuple(self._net.getUnconnectedOutLayersNames())
            given = np.zeros((self.card.input.height_px, self.card.input.width_px, 3), dtype=np.uint8)
            numbers = self._numbers(given)
        except cv2.error as error:
            raise OperatorModelUnusable(f"The model of the card {card_file} cannot be run ({error.err}).") from None
        self._check(card_file, numbers)

    def reading(self, picture: BgrImage, face: Face) -> Reading:
        """``face`` in pixels of ``picture``. What is no number suspects: such a model says nothing."""
        cut = _cut_out(picture, face, self.card)
        score = _score(self._numbers(cut), self.card)
        overwrite(cut)
        return Reading(Sign.OPERATOR_MODEL, score, not np.isfinite(score) or self.card.suspected(score))

    def _numbers(self, cut: Cut) -> npt.NDArray[np.float64]:
        wanted = self.card.input
        self._net.setInput(
            cv2.dnn.blobFromImage(
                cut,
                wanted.scale,
                (wanted.width_px, wanted.height_px),
                wanted.mean,
                swapRB=wanted.colour is Colour.RGB,
            )
        )
        return np.asarray(self._net.forward(), dtype=np.float64).ravel()

    def _check(self, card_file: Path, numbers: npt.NDArray[np.float64]) -> None:
        """That the model gives what the card says, and nothing besides."""
        output = self.card.outputs[0]
        if self._names != (output.name,):
            names = ", ".join(self._names)
            raise OperatorModelUnusable(
                f"The card {card_file} lists the output {output.name}, its model has {names}: such a model is not used."
            )
        if not output.place < len(numbers) <= NUMBERS_MAX:
            raise OperatorModelUnusable(
                f"The model of the card {card_file} gives {len(numbers)} numbers, of which place {output.place} is to "
                f"count; at most {NUMBERS_MAX} are taken."
            )


def _score(numbers: npt.NDArray[np.float64], card: OperatorCard) -> float:
    output = card.outputs[0]
    if output.softmax:
        numbers = np.exp(numbers - numbers.max())
        numbers = numbers / numbers.sum()
    return float(numbers[output.place])


def _cut_out(picture: BgrImage, face: Face, card: OperatorCard) -> Cut:
    """The face's box with the card's margin, as large as the card says; what lies outside the picture is black."""
    x, y, width, height = face.box
    wanted = card.input
    scale_x = wanted.width_px / (width * wanted.face_margin)
    scale_y = wanted.height_px / (height * wanted.face_margin)
    move = np.array(
        [
            [scale_x, 0.0, wanted.width_px / 2 - scale_x * (x + width / 2)],
            [0.0, scale_y, wanted.height_px / 2 - scale_y * (y + height / 2)],
        ]
    )
    return np.asarray(cv2.warpAffine(picture, move, (wanted.width_px, wanted.height_px)), dtype=np.uint8)
