"""The card of a model an operator brings along: what it is, what it takes, which one number it gives and why.

The card is a JSON file; the model lies beside it. Nothing is loaded that the card does not describe whole.
"""

from __future__ import annotations

import hashlib
import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

CARD_BYTES_MAX = 16_384
MODEL_BYTES_MAX = 64 << 20
SCORE = "score"

Sentence = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=500)]
Side = Annotated[int, Field(strict=True, ge=8, le=512)]


class OperatorModelUnusable(Exception):
    """Card or model cannot be used; the message is one sentence that says why."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Colour(StrEnum):
    BGR = "bgr"
    RGB = "rgb"


class When(StrEnum):
    AT_LEAST = "at_least"
    AT_MOST = "at_most"


class Input(_Part):
    """What the model is given: the face's box with sides ``face_margin`` times as long, ``width_px`` x ``height_px``,
    each channel (value - mean) * scale."""

    width_px: Side
    height_px: Side
    face_margin: Annotated[float, Field(ge=1.0, le=4.0)] = 1.0
    colour: Colour = Colour.BGR
    mean: tuple[float, float, float] = (0.0, 0.0, 0.0)
    scale: Annotated[float, Field(gt=0.0, le=1.0)] = 1.0


class Output(_Part):
    """The one output there may be. ``what``: nothing but "score". ``place``: of several classes, which number counts;
    with ``softmax`` they are made shares of one first."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=100)]
    what: str
    place: Annotated[int, Field(strict=True, ge=0, le=2)] = 0
    softmax: bool = False


class Suspects(_Part):
    """From which value on the model speaks for an attack."""

    when: When
    value: float


class OperatorCard(_Part):
    """``sha256``: of ``file``, beside the card. ``measured_on``: pictures and rates, in the operator's words."""

    name: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,59}$")]
    file: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$")]
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    input: Input
    outputs: tuple[Output, ...]
    suspects: Suspects
    licence: Sentence
    measured_on: Sentence

    def suspected(self, score: float) -> bool:
        limit = self.suspects
        return score >= limit.value if limit.when is When.AT_LEAST else score <= limit.value


def read_operator_card(path: Path) -> OperatorCard:
    """Raises OperatorModelUnusable."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise OperatorModelUnusable(f"The card {path} cannot be read ({error.strerror}).") from None
    if len(raw) > CARD_BYTES_MAX:
        raise OperatorModelUnusable(f"The card {path} is larger than {CARD_BYTES_MAX} bytes.")
    try:
        card = OperatorCard.model_validate(json.loads(raw))
    except ValidationError as invalid:
        raise OperatorModelUnusable(f"The card {path} does not fit: {_faults(invalid)}.") from None
    except ValueError:
        raise OperatorModelUnusable(f"The card {path} is no JSON.") from None
    if [output.what for output in card.outputs] != [SCORE]:
        raise OperatorModelUnusable(f"The card {path} lists other outputs than one score: such a model is not used.")
    return card


def read_operator_model(card_file: Path, card: OperatorCard) -> bytes:
    """The model's bytes, once their hash is the card's. Raises OperatorModelUnusable."""
    path = card_file.parent / card.file
    try:
        with path.open("rb") as file:
            raw = file.read(MODEL_BYTES_MAX + 1)
    except OSError as error:
        raise OperatorModelUnusable(f"The model {path} cannot be read ({error.strerror}).") from None
    if len(raw) > MODEL_BYTES_MAX:
        raise OperatorModelUnusable(f"The model {path} is larger than {MODEL_BYTES_MAX >> 20} MB.")
    if hashlib.sha256(raw).hexdigest() != card.sha256:
        raise OperatorModelUnusable(f"The model {path} is not the one its card describes: the hash differs.")
    return raw


def _faults(invalid: ValidationError) -> str:
    """All of them, by place; a value given is never repeated."""
    faults: list[Any] = invalid.errors(include_url=False, include_input=False)
    return "; ".join(f"{'.'.join(map(str, fault['loc'])) or 'the whole'}: {fault['msg']}" for fault in faults)
