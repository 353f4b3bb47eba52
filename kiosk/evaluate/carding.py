"""From evaluations to the model card: the lowest threshold that keeps the false-match target, and its evidence."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import cv2
import numpy as np

from kiosk.evaluate.all_pairs import Everybody, between
from kiosk.evaluate.evaluation import Answer, Question
from kiosk.evaluate.rates import RULE_OF_THREE, Scores, at_threshold, can_carry
from kiosk.evaluate.treatment import Treatment
from kiosk.face.card import Card, Evidence, Threshold
from kiosk.face.models import model_hashes
from kiosk.face.thresholds import ENGINE, PortraitKind

LIMITS = "Press photographs and portraits of many days, years apart: no session at a gate, no camera of a gate."
NOT_MEASURED = " Not measured on portraits of real chips: taken over from WebP at the same size."


class CannotCarry(Exception):
    """The data has too few comparisons for the wanted rate. ``comparisons``: how many it has; ``needed``."""

    def __init__(self, comparisons: int, needed: int) -> None:
        super().__init__(f"{comparisons} comparisons cannot carry the target, {needed} are needed")
        self.comparisons, self.needed = comparisons, needed


@dataclass(frozen=True)
class Measured:
    """One kind of portrait: what was asked, what came out, and the rate of false matches that may be, 0..1.

    ``data`` names the pictures in a few words; counts are added here.
    """

    question: Question
    answer: Answer
    target_fmr: float
    data: str


def card_of(picture: Measured, chip: Measured) -> Card:
    """Both evaluated all against all, with labels. Raises CannotCarry, ValueError for another kind of evaluation."""
    chip_threshold = threshold_of(chip)
    evidence = replace(chip_threshold.evidence, limits=chip_threshold.evidence.limits + NOT_MEASURED)
    return Card(
        engine=ENGINE,
        opencv=cv2.__version__,
        models=model_hashes(),
        thresholds={
            PortraitKind.PICTURE.value: threshold_of(picture),
            PortraitKind.REHEARSAL_CHIP.value: chip_threshold,
            PortraitKind.CHIP.value: replace(chip_threshold, evidence=evidence),
        },
    )


def threshold_of(measured: Measured) -> Threshold:
    """The lowest hundredth at which people of the same label falsely match no more often than the target."""
    everybody, labels = measured.answer.everybody, measured.question.labels
    if everybody is None or not labels:
        raise ValueError("a card is measured all against all, with labels")
    mated, nonmated = everybody.mated.scores, everybody.nonmated.scores
    by_label = _by_label(everybody, labels)
    alike = np.concatenate(list(by_label.values()))
    if not can_carry(measured.target_fmr, alike.size):
        raise CannotCarry(alike.size, math.ceil(RULE_OF_THREE / measured.target_fmr))
    value = lowest_threshold(alike, measured.target_fmr)
    at = at_threshold(mated, nonmated, value)
    assert at.fmr is not None
    assert at.fnmr is not None
    made_by = measured.answer.figures["made_by"]
    evidence = Evidence(
        data=_data(measured, made_by["pictures"], len(everybody.people)),
        nonmated=at.fmr.trials,
        false_matches=at.fmr.events,
        fmr_high=_short(at.fmr.high),
        alike_fmr=_short(_share_from(alike, value)),
        worst_alike_fmr=_short(max(_share_from(scores, value) for scores in by_label.values() if scores.size)),
        mated=at.fnmr.trials,
        fnmr=_short(at.fnmr.value),
        fnmr_high=_short(at.fnmr.high),
        failures_to_acquire=made_by["references_without_template"],
        pictures=made_by["pictures"],
        limits=LIMITS,
    )
    return Threshold(value, measured.target_fmr, evidence)


def _data(measured: Measured, pictures: int, people: int) -> str:
    wrong = len(measured.question.label_errors)
    parts = [f"{measured.data}: {pictures:,} pictures of {people:,} people, all against all"]
    if measured.question.treatment is Treatment.ID_CHIP:
        parts.append("one side cut out, put before a plain ground, shrunk and packed as a rehearsal's chip portrait")
    if wrong:
        parts.append(f"without {wrong} pairs known as wrong")
    return ", ".join(parts)


def lowest_threshold(nonmated: Scores, target_fmr: float) -> float:
    """The lowest hundredth, 0.01 to 0.99, with a rate of at most ``target_fmr`` at or above it."""
    for hundredth in range(1, 100):
        if _share_from(nonmated, hundredth / 100) <= target_fmr:
            return hundredth / 100
    raise ValueError("no threshold keeps this rate")


def _by_label(everybody: Everybody, labels: Mapping[str, str]) -> dict[str, Scores]:
    return {
        label: between(everybody.nonmated, everybody.people, labels, label).scores
        for label in sorted(set(labels.values()))
    }


def _share_from(scores: Scores, threshold: float) -> float:
    return float((scores >= np.float32(threshold)).mean())


def _short(rate: float) -> float:
    return float(f"{rate:.3g}")
