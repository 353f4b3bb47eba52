"""Good frames or guidance: how often a worse live picture still matches, and what the engine would say where not.

The live side of mated pairs is put through the steps of each sweep; the reference stays as it is. One still picture
stands for one frame, so advice that is due for it never clears: that is a failure to acquire (ISO/IEC 19795-1), counted
apart from a non-match. At a gate people move, follow the advice and give many frames.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from kiosk.evaluate.cache import TemplateCache
from kiosk.evaluate.gate_view import EYE_DISTANCE_PX
from kiosk.evaluate.looks import Place, Seen, looks_of, seconds_of
from kiosk.evaluate.pairs import Pair
from kiosk.evaluate.rates import rate_of
from kiosk.evaluate.sweeps import Step, Sweep, steps_of
from kiosk.evaluate.templates import Job, Progress, Template, templates_of
from kiosk.evaluate.treatment import Treatment
from kiosk.face.comparator import Features, similarity
from kiosk.face.fusion import fused, is_uncertain
from kiosk.face.models import model_hashes
from kiosk.face.port import Advice
from kiosk.face.second import nearness
from kiosk.face.thresholds import ENGINE, PortraitKind, threshold_for

_AS_IT_IS = Step()


@dataclass(frozen=True)
class CaptureQuestion:
    """``pairs``: mated ones, reference first, live second. ``treatment`` is done to the reference alone."""

    pairs: Sequence[Pair]
    images: Path
    sweeps: Sequence[Sweep]
    treatment: Treatment = Treatment.ID_CHIP

    @property
    def threshold(self) -> float:
        kind = PortraitKind.REHEARSAL_CHIP if self.treatment is Treatment.ID_CHIP else PortraitKind.PICTURE
        return threshold_for(kind).value


@dataclass(frozen=True)
class Trial:
    """One mated comparison after one step; ``score`` None where there is nothing to compare."""

    seen: Seen
    score: float | None


def spread(pairs: Sequence[Pair], limit: int) -> list[Pair]:
    """At most ``limit`` of the mated pairs, evenly over the file."""
    mated = [pair for pair in pairs if pair.same]
    if len(mated) <= limit:
        return mated
    return [mated[place] for place in np.linspace(0, len(mated) - 1, limit).round().astype(int)]


def evaluate_capture(question: CaptureQuestion, kept: TemplateCache, progress: Progress) -> dict[str, Any]:
    """What ``--json`` writes. A pair whose reference gives no template is left out and counted.

    Raises OSError, EngineUnavailable, CardUnusable.
    """
    references = templates_of(
        {Job(pair.a, question.treatment) for pair in question.pairs}, question.images, kept, progress
    )
    templates = {job.picture: made for job, made in references.items()}
    pairs = [pair for pair in question.pairs if pair.a in templates]
    steps = [_AS_IT_IS, *(step for sweep in question.sweeps for step in steps_of(sweep))]
    seen = looks_of({pair.b for pair in pairs}, steps, question.images, kept, progress)
    places = [(templates[pair.a], (pair.b, step)) for pair in pairs for step in steps]
    uncertain = {place for reference, place in places if _is_uncertain(reference, seen[place])}
    seconds = seconds_of(uncertain, question.images, kept, progress)

    def trial(reference: Template, place: Place) -> Trial:
        return Trial(seen[place], _score(reference, seen[place], seconds.get(place)))

    trials = {step: [trial(templates[pair.a], (pair.b, step)) for pair in pairs] for step in steps}
    limit = question.threshold
    return {
        "as_it_is": step_figures(trials[_AS_IT_IS], limit),
        "sweeps": {
            str(sweep): [{"amount": step.amount, **step_figures(trials[step], limit)} for step in steps_of(sweep)]
            for sweep in question.sweeps
        },
        "best_frame": best_frame_figures([[trials[step][number] for step in steps] for number in range(len(pairs))]),
        "made_by": {
            "engine": ENGINE,
            "models": model_hashes(),
            "opencv": cv2.__version__,
            "threshold": limit,
            "portrait": question.treatment.value,
            "pairs": len(pairs),
            "without_reference": len(question.pairs) - len(pairs),
            "eye_distance_px": EYE_DISTANCE_PX,
            "live_side": "simulated: light, noise, blur, cloth, glasses and lids are computed and drawn",
        },
    }


def step_figures(trials: Sequence[Trial], threshold: float) -> dict[str, Any]:
    """Counts and rates of one step; bounds are exact (Clopper and Pearson), 95 %. None of no trial.

    ``match`` counts over all; ``nonmatch_of_acquired`` over usable frames; ``advised_would_match``: frames with advice
    that would have matched all the same, which is what the advice costs.
    """
    usable = [trial for trial in trials if trial.seen.usable]
    matches = sum(_matches(trial, threshold) for trial in usable)
    advice = Counter(str(trial.seen.advice) for trial in trials if not trial.seen.usable)
    unseen = sum(trial.score is None and trial.seen.advice in {Advice.NOBODY, Advice.COME_CLOSER} for trial in trials)
    return {
        "trials": len(trials),
        "no_face": unseen,
        "failure_to_acquire": _rate(len(trials) - len(usable), len(trials)),
        "match": _rate(matches, len(trials)),
        "nonmatch_of_acquired": _rate(len(usable) - matches, len(usable)),
        "advised_would_match": sum(_matches(trial, threshold) for trial in trials if not trial.seen.usable),
        "advice": dict(sorted(advice.items(), key=lambda item: (-item[1], item[0]))),
    }


def best_frame_figures(people: Sequence[Sequence[Trial]]) -> dict[str, Any]:
    """Whether merit finds the better frame: of each two usable frames of one person, is that with more merit also the
    one that scores higher? Half would be chance. Frames of equal merit are left out."""
    agree = pairs = 0
    for trials in people:
        usable = [(trial.seen.merit, trial.score) for trial in trials if trial.seen.usable and trial.score is not None]
        for number, (merit, score) in enumerate(usable):
            for other_merit, other_score in usable[number + 1 :]:
                if merit != other_merit:
                    pairs += 1
                    agree += (merit > other_merit) == (score > other_score)
    return {"two_frames_of_one_person": pairs, "more_merit_scores_higher": round(agree / pairs, 4) if pairs else None}


def _is_uncertain(reference: Template, seen: Seen) -> bool:
    return seen.features.size > 0 and is_uncertain(similarity(reference.features, seen.features))


def _score(reference: Template, seen: Seen, second: Features | None) -> float | None:
    """As a visit scores one frame; None where there is nothing to compare."""
    if not seen.features.size:
        return None
    near = None if second is None or not second.size else nearness(reference.second, second)
    return fused(similarity(reference.features, seen.features), near)


def _matches(trial: Trial, threshold: float) -> bool:
    return trial.score is not None and trial.score >= threshold


def _rate(events: int, trials: int) -> Mapping[str, float | int] | None:
    if not trials:
        return None
    rate = rate_of(events, trials)
    return {"events": events, "rate": round(rate.value, 4), "low": round(rate.low, 4), "high": round(rate.high, 4)}
