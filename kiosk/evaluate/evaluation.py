"""One evaluation from pairs to figures: which templates are needed, what they score, what that means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from kiosk.evaluate.all_pairs import Everybody, all_against_all, between
from kiosk.evaluate.cache import TemplateCache
from kiosk.evaluate.measure import by_group, by_label, figures_of
from kiosk.evaluate.pairs import Pair, identity_of
from kiosk.evaluate.rates import NO_SCORE, Scores
from kiosk.evaluate.resampling import fmr_bounds, tar_bounds
from kiosk.evaluate.templates import Job, Progress, Template, joined, score, templates_of
from kiosk.evaluate.treatment import Treatment
from kiosk.face.models import model_hashes
from kiosk.face.thresholds import ENGINE, PortraitKind, threshold_for

EYE_DISTANCE_QUANTILES = {"p5": 0.05, "p50": 0.5, "p95": 0.95}


@dataclass(frozen=True)
class Question:
    """What is asked. ``frames``: pictures of the live side joined into one template, the pair's own first.

    ``threshold`` None takes the shipped one of the kind of portrait.
    """

    pairs: Sequence[Pair]
    images: Path
    treatment: Treatment = Treatment.NONE
    frames: int = 1
    all_vs_all: bool = False
    threshold: float | None = None
    label_errors: frozenset[tuple[str, str]] = frozenset()
    labels: Mapping[str, str] = field(default_factory=dict)

    @property
    def limit(self) -> float:
        kind = PortraitKind.REHEARSAL_CHIP if self.treatment is Treatment.ID_CHIP else PortraitKind.PICTURE
        return threshold_for(kind).value if self.threshold is None else self.threshold


@dataclass(frozen=True)
class Answer:
    """``figures`` is what ``--json`` writes; the scores are for the charts."""

    figures: dict[str, Any]
    mated: Scores
    nonmated: Scores
    everybody: Everybody | None


def evaluate(question: Question, cache: TemplateCache, progress: Progress) -> Answer:
    """Raises OSError for a picture that cannot be read."""
    pictures = sorted({picture for pair in question.pairs for picture in (pair.a, pair.b)})
    if question.all_vs_all or question.frames > 1:
        pictures = sorted({*pictures, *_all_of(question.images, pictures)})
    treated = {pair.a for pair in question.pairs} | set(pictures if question.all_vs_all else ())
    jobs = {Job(picture) for picture in pictures} | {Job(picture, question.treatment) for picture in treated}
    templates = templates_of(jobs, question.images, cache, progress)
    live = {job.picture: made for job, made in templates.items() if job.treatment is Treatment.NONE}
    reference = {job.picture: made for job, made in templates.items() if job.treatment is question.treatment}
    if question.treatment is Treatment.NONE:
        reference = live
    scores = _scores(question, reference, live)
    same = np.array([pair.same for pair in question.pairs], dtype=bool)
    everybody = all_against_all(reference, live, question.label_errors) if question.all_vs_all else None
    figures = _figures(question, scores, everybody)
    figures["made_by"] = _made_by(question, jobs, templates)
    return Answer(figures, scores[same], scores[~same], everybody)


def _scores(question: Question, reference: Mapping[str, Template], live: Mapping[str, Template]) -> Scores:
    others: dict[str, list[str]] = {}
    for picture in sorted(live):
        others.setdefault(identity_of(picture), []).append(picture)

    def score_of(pair: Pair) -> float:
        if pair.a not in reference or pair.b not in live:
            return NO_SCORE
        more = [other for other in others[identity_of(pair.b)] if other not in {pair.a, pair.b}]
        frames = [live[picture] for picture in (pair.b, *more[: question.frames - 1])]
        return score(reference[pair.a], joined(frames))

    return np.array([score_of(pair) for pair in question.pairs], dtype=np.float32)


def _figures(question: Question, scores: Scores, everybody: Everybody | None) -> dict[str, Any]:
    pairs, limit = question.pairs, question.limit
    same = np.array([pair.same for pair in pairs], dtype=bool)
    figures: dict[str, Any] = {
        "overall": figures_of(scores[same], scores[~same], limit),
        "groups": by_group(pairs, scores, limit),
    }
    if question.label_errors:
        right = np.array([(pair.a, pair.b) not in question.label_errors for pair in pairs], dtype=bool)
        figures["without_label_errors"] = {"all pairs": figures_of(scores[same & right], scores[~same & right], limit)}
    if question.labels:
        figures["labels"] = by_label(pairs, scores, limit, question.labels)
    if everybody is not None:
        figures["all_vs_all"] = _all_figures(question, everybody)
    return figures


def _all_figures(question: Question, everybody: Everybody) -> dict[str, Any]:
    mated, nonmated, limit = everybody.mated, everybody.nonmated, question.limit

    def bounds(fmr: float) -> tuple[float, float]:
        return tar_bounds(mated, nonmated, fmr)

    figures = figures_of(mated.scores, nonmated.scores, limit, bounds)
    low, high = fmr_bounds(nonmated, limit)
    figures["at_threshold"] |= {"fmr_low": float(f"{low:.4g}"), "fmr_high": float(f"{high:.4g}")}
    figures["labels"] = {
        label: figures_of(
            between(mated, everybody.people, question.labels, label).scores,
            between(nonmated, everybody.people, question.labels, label).scores,
            limit,
        )
        for label in sorted(set(question.labels.values()))
    }
    return figures


def _made_by(question: Question, jobs: Set[Job], templates: Mapping[Job, Template]) -> dict[str, Any]:
    missing = jobs - templates.keys()
    live = [made.eye_distance_px for job, made in templates.items() if job.treatment is Treatment.NONE]
    return {
        "engine": ENGINE,
        "models": model_hashes(),
        "opencv": cv2.__version__,
        "degrade": question.treatment.value,
        "frames": question.frames,
        "frames_are": "pictures of different days, not a session" if question.frames > 1 else "one picture",
        "pictures": sum(job.treatment is Treatment.NONE for job in jobs),
        "without_template": sum(job.treatment is Treatment.NONE for job in missing),
        "references_without_template": sum(job.treatment is question.treatment for job in missing),
        "eye_distance_px": {
            name: round(float(np.quantile(live, share)), 1) if live else None
            for name, share in EYE_DISTANCE_QUANTILES.items()
        },
    }


def _all_of(images: Path, pictures: Sequence[str]) -> list[str]:
    """Every picture in the folders of the persons that the pairs name."""
    folders = sorted({picture.rpartition("/")[0] for picture in pictures})
    return [
        str(file.relative_to(images))
        for folder in folders
        for file in sorted((images / folder).iterdir())
        if file.suffix.lower() in {".jpg", ".jpeg", ".png"}
    ]
