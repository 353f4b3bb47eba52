"""The model card: where match begins, by kind of portrait, and what each of these numbers rests on (R-40, R-113).

``kiosk evaluate --card`` writes it; nobody edits it by hand. It belongs to one engine, the hashes of its models and one
OpenCV: with anything else nothing is compared.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

from kiosk.config.assets import asset

CARD = ("models", "card.json")


class CardUnusable(Exception):
    """The file is not there, or not what ``Card.as_json`` writes."""


@dataclass(frozen=True)
class Evidence:
    """What a threshold rests on: one live picture against one reference, scores at or above the threshold counted.

    Bounds are 97.5 % limits by Clopper and Pearson, which treats comparisons of one person as independent; with many
    pictures per person the true limit is wider. ``alike_fmr`` counts only pairs of two people who carry the same label
    in the data, ``worst_alike_fmr`` only those of the label that fares worst. Rates are 0..1.
    """

    data: str
    nonmated: int
    false_matches: int
    fmr_high: float
    alike_fmr: float
    worst_alike_fmr: float
    mated: int
    fnmr: float
    fnmr_high: float
    failures_to_acquire: int
    pictures: int
    limits: str

    @property
    def fmr(self) -> float:
        return self.false_matches / self.nonmated


@dataclass(frozen=True)
class Threshold:
    """Match from ``value`` on (similarity, -1..1): the lowest hundredth with an ``alike_fmr`` of at most
    ``target_fmr``."""

    value: float
    target_fmr: float
    evidence: Evidence


@dataclass(frozen=True)
class Card:
    """``models``: SHA-256 by name. ``thresholds``: by kind of portrait (``kiosk.face.thresholds.PortraitKind``)."""

    engine: str
    opencv: str
    models: Mapping[str, str]
    thresholds: Mapping[str, Threshold]

    def as_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False, indent=2) + "\n"


def read_card(path: Path | None = None) -> Card:
    """Raises CardUnusable."""
    try:
        raw: dict[str, Any] = json.loads((path or asset(*CARD)).read_text("utf-8"))
        thresholds = {kind: _threshold(entry) for kind, entry in raw.pop("thresholds").items()}
        return Card(**raw, thresholds=thresholds)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise CardUnusable from error


@cache
def shipped_card() -> Card:
    """Raises CardUnusable."""
    return read_card()


def _threshold(raw: dict[str, Any]) -> Threshold:
    threshold = Threshold(float(raw["value"]), float(raw["target_fmr"]), Evidence(**raw["evidence"]))
    if not 0.0 < threshold.value < 1.0:
        raise ValueError("no threshold of a similarity")
    return threshold
